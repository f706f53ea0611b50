// RFC 7591
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { nodeCrypto } from '@ambit/server'
import { sqliteStore } from '@ambit/store'
import { parseJson } from '../testing/json.ts'
import { type Cli, smallConfig, testCli } from '../testing/run.ts'

const registration = { access: 'initial_token', policy: { scope: ['openid', 'read_pets'] } }
const config = { ...smallConfig, features: { registration } }

async function invitations(cli: Cli) {
  const store = sqliteStore({ path: join(cli.folder, 'test.db') })
  const tickets = await store.listTickets({ kind: 'initial_token' }, 10)
  await store.close()
  return tickets
}

test('RFC 7591 §3: client invite makes an initial access token, and prints it once', async t => {
  const cli = testCli(t, config)
  const { code, out, err } = await cli.run('client invite')
  assert.equal(code, 0, err)
  const token = /^(ia_\S{43})$/m.exec(out)?.[1] ?? ''
  assert.match(out, /good for 1 registration within 7 days/)
  const [ticket] = await invitations(cli)
  assert.equal(ticket?.ref.hash, nodeCrypto().hash(token))
  assert.deepEqual(JSON.parse(ticket?.data ?? ''), { uses: 1 })
  assert.equal((ticket?.expiresAt ?? 0) - (ticket?.createdAt ?? 0), 7 * 86_400)
})

test('client invite takes uses, days and scope, and answers in JSON', async t => {
  const cli = testCli(t, config)
  const { out } = await cli.run('client invite --uses 5 --days 1 --scope "openid read_pets" --json')
  const { token, ...told } = parseJson(out) as Record<string, unknown>
  assert.match(String(token), /^ia_/)
  const [ticket] = await invitations(cli)
  assert.deepEqual(told, { uses: 5, scope: 'openid read_pets', expiresAt: ticket?.expiresAt })
  assert.deepEqual(JSON.parse(ticket?.data ?? ''), { uses: 5, scope: ['openid', 'read_pets'] })
})

test('client invite says what it cannot do', async t => {
  const cli = testCli(t, config)
  for (const [words, sentence] of [
    ['--uses 0', /`--uses` wants a number/],
    ['--uses 10001', /`--uses` wants a number/],
    ['--days soon', /`--days` wants a number/],
    ['--days 366', /`--days` wants a number/],
    ['--scope unknown', /unknown scope `unknown`/],
  ] as const) {
    const { code, err } = await cli.run(`client invite ${words}`)
    assert.equal(code, 2, words)
    assert.match(err, sentence)
  }
  const { code, err } = await testCli(t).run('client invite')
  assert.equal(code, 1)
  assert.match(err, /`features\.registration` is not switched on/)
  assert.deepEqual(await invitations(cli), [])
})
