import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { timeBasedCodes, type UserRecord } from '@ambit/server'
import { sqliteStore } from '@ambit/store'
import { codeOf } from '../testing/authenticator.ts'
import { parseJson } from '../testing/json.ts'
import { type Cli, smallConfig, testCli } from '../testing/run.ts'

const sealingKey = 'k'.repeat(43)
const withCodes = {
  ...smallConfig,
  oneTimeCodes: true,
  keys: { sealingKey },
  pages: { brand: { name: 'Pets & Co' } },
}

async function change(cli: Cli, use: (store: ReturnType<typeof sqliteStore>) => Promise<unknown>): Promise<void> {
  const store = sqliteStore({ path: join(cli.folder, 'test.db') })
  await use(store)
  await store.close()
}

async function stored(cli: Cli): Promise<UserRecord | undefined> {
  let user: UserRecord | undefined
  await change(cli, async store => {
    user = await store.findUserByName('mia')
  })
  return user
}

const session = {
  ref: { locator: 1, hash: 'h' as never },
  sessionId: 's' as never,
  authTime: epochSeconds(1),
  acr: 'urn:ambit:acr:otp',
  amr: [],
  createdAt: epochSeconds(1),
  lastSeenAt: epochSeconds(1),
  expiresAt: epochSeconds(9e9),
  endsAt: epochSeconds(9e9),
}

test('user otp prints once what an app wants, and the store holds nothing that makes codes by itself', async t => {
  const cli = testCli(t, withCodes)
  await cli.run('user add mia --generate')
  const { out, code } = await cli.run('user otp mia')
  assert.equal(code, 0)
  const uri = new URL(out.split('\n')[0] ?? '')
  assert.equal(uri.href.split('?')[0], 'otpauth://totp/Pets%20%26%20Co:mia')
  const { secret = '', ...rest } = Object.fromEntries(uri.searchParams)
  assert.deepEqual(rest, { issuer: 'Pets & Co', algorithm: 'SHA1', digits: '6', period: '30' })
  const user = await stored(cli)
  assert.ok(user?.oneTimeCode)
  const at = epochSeconds(1_800_000_000)
  const { sealedSecret } = user.oneTimeCode
  const step = timeBasedCodes(sealingKey).findStep({ userId: user.userId, sealedSecret }, codeOf(secret, at), at)
  assert.equal(step, 60_000_000)
  assert.equal(user.oneTimeCode.isAlways, undefined)
  const listed = (await cli.run('user list --json')).out
  assert.match(listed, /enrolledAt/)
  assert.doesNotMatch(listed, /sealedSecret/)
})

test('user otp ends the sessions of before, also when the codes are taken away', async t => {
  const cli = testCli(t, withCodes)
  await cli.run('user add mia --generate')
  const userId = (await stored(cli))?.userId ?? ('' as never)
  for (const words of ['user otp mia --always --json', 'user otp mia --remove']) {
    const ref = { ...session.ref, locator: words.length }
    await change(cli, store => store.saveSession({ ...session, ref, userId }))
    assert.equal((await cli.run(words)).code, 0)
    await change(cli, async store => assert.equal(await store.findSession(ref), undefined))
    assert.equal((await stored(cli))?.oneTimeCode?.isAlways, words.includes('--always') ? true : undefined)
  }
  assert.equal((await cli.run('user otp mia --remove')).code, 3)
})

test('user otp for another app keeps that each login wants a code', async t => {
  const cli = testCli(t, withCodes)
  await cli.run('user add mia --generate')
  await cli.run('user otp mia --always')
  const before = (await stored(cli))?.oneTimeCode
  await cli.run('user otp mia')
  const after = (await stored(cli))?.oneTimeCode
  assert.notEqual(after?.sealedSecret, before?.sealedSecret)
  assert.equal(after?.isAlways, true)
})

test('user otp tells as JSON what it made', async t => {
  const cli = testCli(t, withCodes)
  await cli.run('user add mia --generate')
  const { username, uri } = parseJson<{ username: string; uri: string }>((await cli.run('user otp mia --json')).out)
  assert.equal(username, 'mia')
  assert.match(uri, /^otpauth:/)
})

test('user otp without the switch says what is wanted, and of nobody that there is nobody', async t => {
  const cli = testCli(t)
  await cli.run('user add mia --generate')
  assert.match((await cli.run('user otp mia')).err, /set `oneTimeCodes: true`/)
  assert.equal((await cli.run('user otp nobody')).code, 3)
})

test('one-time codes without a key to seal with are a problem of the configuration', async t => {
  const { code, err } = await testCli(t, { ...smallConfig, oneTimeCodes: true }).run('user list')
  assert.equal(code, 2)
  assert.match(err, /oneTimeCodes: wants `keys.sealingKey` or AMBIT_KEY/)
})

test('a level that no login reaches is a problem of the client', async t => {
  const [app, job] = smallConfig.clients
  const strict = (requiredAcr: string) => ({ clients: [{ ...app, requiredAcr }, job] })
  const { err } = await testCli(t, { ...smallConfig, ...strict('urn:ambit:acr:otp') }).run('user list')
  assert.match(err, /clients\[0\]\.requiredAcr: no login here reaches `urn:ambit:acr:otp`/)
  assert.equal((await testCli(t, { ...withCodes, ...strict('urn:ambit:acr:otp') }).run('user list')).code, 0)
})
