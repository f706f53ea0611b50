import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { createSecretLedger, createSend, type IssuerKey, makeKeyPair, type RunClock } from '@ambit/tester'
import { listen } from '../serve/listen.ts'
import { openIntrospectionRelay } from './introspection-relay.ts'
import { openKeySet } from './key-set-server.ts'
import { waitFor } from './wait-for.ts'

type Answer = (body: string, authorization: string | undefined) => { readonly status: number; readonly value: unknown }

async function serve(context: TestContext, answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    void text(request).then(body => {
      const { status, value } = answer(body, request.headers.authorization)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    })
  })
  const port = await listen(server, { port: 0, host: '127.0.0.1', setting: 'nothing' })
  context.after(() => server.close())
  return `http://127.0.0.1:${port}/`
}

async function read(url: string, init?: RequestInit): Promise<{ readonly status: number; readonly value: unknown }> {
  const response = await fetch(url, init)
  const body = await response.text()
  return { status: response.status, value: body === '' ? undefined : JSON.parse(body) }
}

function keysOf(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys) ? value.keys : []
}

test('RFC 7517 §5: the key set has the public keys of the test issuer and of the server, and no retired one', async t => {
  const ledger = createSecretLedger()
  const key = (kid: string, role: IssuerKey['role']) => ({ kid, role, alg: 'ES256', key: makeKeyPair('ES256', ledger) })
  const set = await openKeySet({ keys: [key('a', 'signing'), key('b', 'encryption'), key('c', 'retired')] }, 0)
  t.after(set.close)
  const shown = async () => keysOf((await read(set.url)).value).map(each => JSON.stringify(each))
  const [first = '', second = '', ...others] = await shown()
  assert.match(first, /"kid":"a".*"use":"sig"/)
  assert.match(second, /"kid":"b".*"use":"enc"/)
  assert.deepEqual(others, [])
  assert.doesNotMatch(first, /"d":/)
  assert.equal(set.fetches(), 1)
  set.add({ kid: 'new', alg: 'ES256', publicJwk: { kty: 'EC' } })
  set.include(await serve(t, () => ({ status: 200, value: { keys: [{ kid: 'of-the-server' }] } })))
  assert.deepEqual(
    (await shown()).map(each => /"kid":"([^"]*)"/.exec(each)?.[1]),
    ['of-the-server', 'a', 'b', 'new'],
  )
})

test('a key set whose server does not answer is not there either', async t => {
  const pair = makeKeyPair('ES256', createSecretLedger())
  const set = await openKeySet({ keys: [{ kid: 'a', alg: 'ES256', role: 'signing', key: pair }] }, 0)
  t.after(set.close)
  set.include(await serve(t, () => ({ status: 200, value: 'nothing' })))
  assert.equal((await fetch(set.url)).status, 503)
})

test('RFC 7662 §2: questions about tokens are passed on, and answers disturbed as it is told', async t => {
  const relay = await openIntrospectionRelay(0)
  t.after(relay.close)
  const ask = () => read(relay.url, { method: 'POST', headers: { authorization: 'Basic x' }, body: 'token=t' })
  assert.equal((await ask()).status, 503)
  relay.lead(
    await serve(t, (body, authorization) => ({
      status: 200,
      value: { active: true, aud: 'here', body, authorization },
    })),
  )
  assert.deepEqual((await ask()).value, { active: true, aud: 'here', body: 'token=t', authorization: 'Basic x' })
  relay.behave({ kind: 'say', members: { aud: 'elsewhere' } })
  assert.deepEqual((await ask()).value, { active: true, aud: 'elsewhere', body: 'token=t', authorization: 'Basic x' })
  relay.behave({ kind: 'fail' })
  assert.equal((await ask()).status, 503)
  relay.behave({ kind: 'pass' })
  relay.lead(await serve(t, () => ({ status: 200, value: { active: false } })))
  relay.behave({ kind: 'say', members: { active: true } })
  assert.deepEqual((await ask()).value, { active: false }, 'a token that is dead is not brought to life')
})

test('an address is waited for until it answers, and no longer than was said', async t => {
  const send = createSend({ now: () => 0, clock: () => 0 })
  t.after(send.close)
  let time = 0
  const clock: RunClock = {
    now: () => time,
    after: (milliseconds, ring) => {
      time += milliseconds
      queueMicrotask(ring)
      return () => {}
    },
  }
  let asked = 0
  const url = await serve(t, () => ({ status: ++asked < 3 ? 503 : 404, value: {} }))
  const { signal } = new AbortController()
  assert.equal(await waitFor(new URL(url), { send, clock, most: 60_000, signal }), undefined)
  assert.equal(asked, 3)
  asked = -1000
  const problem = await waitFor(new URL(url), { send, clock, most: 2_000, signal })
  assert.match(problem ?? '', /was not there in time; at last: it answered 503/)
  const stopped = await waitFor(new URL(url), { send, clock, most: 2_000, signal: AbortSignal.abort() })
  assert.equal(stopped, 'the run was stopped while it waited')
})

test('RFC 7662 §2: an API that hangs up in the middle of its question disturbs nobody', async t => {
  const relay = await openIntrospectionRelay(0)
  t.after(relay.close)
  const { hostname, port } = new URL(relay.url)
  const socket = connect(Number(port), hostname)
  socket.write('POST /introspect HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n')
  await once(socket, 'data')
  socket.destroy()
  await once(socket, 'close')
  relay.lead(await serve(t, () => ({ status: 200, value: { active: false } })))
  assert.deepEqual((await read(relay.url, { method: 'POST', body: 'token=x' })).value, { active: false })
})
