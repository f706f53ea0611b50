import assert from 'node:assert/strict'
import { once } from 'node:events'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { listenOn, readText } from '../testing/listening.ts'
import { exchangeBytes, sendRaw } from '../testing/raw-http.ts'
import { peekForm } from './peek-form.ts'

const longest = 65_536

/** What is seen of a form, and what is left of it for the handler. */
async function startPeeking(before: (incoming: IncomingMessage) => Promise<unknown> = async () => {}) {
  const seen: { readonly peeked: string | undefined; readonly left: number }[] = []
  const { port, close } = await listenOn((incoming, outgoing) => {
    const look = async () => {
      await before(incoming)
      const peeked = await peekForm(incoming)
      seen.push({ peeked, left: incoming.readableEnded ? 0 : (await readText(incoming)).length })
      outgoing.end()
    }
    void look()
  })
  return { seen, port, close }
}

for (const [length, isSeen] of [
  [0, false],
  [1, true],
  [longest, true],
  [longest + 1, false],
] as const)
  test(`RFC 6750 §2.2: a form of ${length} bytes is ${isSeen ? '' : 'not '}looked into, and left as it was`, {
    timeout: 5_000,
  }, async t => {
    const { seen, port, close } = await startPeeking()
    t.after(close)
    const body = 'a'.repeat(length)
    await sendRaw(port, { method: 'POST', body })
    assert.deepEqual(seen, [{ peeked: isSeen ? body : undefined, left: length }])
  })

test('RFC 9112 §7.1: a form of unknown length is not looked into', async t => {
  const { seen, port, close } = await startPeeking()
  t.after(close)
  const head = 'POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n'
  await exchangeBytes(port, `${head}3\r\na=b\r\n0\r\n\r\n`)
  assert.deepEqual(seen, [{ peeked: undefined, left: 3 }])
})

test('RFC 9112 §9.6: nobody waits for a form whose client has gone', { timeout: 5_000 }, async () => {
  const incoming = new IncomingMessage(new Socket())
  incoming.headers['content-length'] = '3'
  incoming.destroy()
  await once(incoming, 'close')
  assert.equal(await peekForm(incoming), undefined)
})

test('peekForm: a form that somebody has read is theirs, and nobody waits for it', { timeout: 5_000 }, async t => {
  const { seen, port, close } = await startPeeking(readText)
  t.after(close)
  await sendRaw(port, { method: 'POST', body: 'a=b' })
  assert.deepEqual(seen, [{ peeked: undefined, left: 0 }])
})
