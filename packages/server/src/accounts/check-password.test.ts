import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServerContext } from '../context.ts'
import { password, users } from '../testing/clients.ts'
import { request } from '../testing/requests.ts'
import { testWorld } from '../testing/world.ts'
import { checkPassword, type PasswordAttempt, passwordTurns } from './check-password.ts'
import { makeDevice } from './device.ts'

async function checking() {
  const world = await testWorld()
  const { requestId } = world.exchange(request())
  const right: PasswordAttempt = { username: 'alice', password, remoteAddress: '192.0.2.1', requestId }
  const check = async (attempt: Partial<PasswordAttempt> = {}, context: ServerContext = world.context) =>
    (await checkPassword(context, { ...right, ...attempt })).kind
  const fail = async (times: number, attempt: Partial<PasswordAttempt> = {}) => {
    for (let tries = 0; tries < times; tries++) await check({ password: 'no', ...attempt })
  }
  return { ...world, check, fail }
}

test('RFC 6749 §4.3.2: the right password is ok, a wrong one and an unknown user are wrong alike', async () => {
  const { check, events } = await checking()
  assert.equal(await check(), 'ok')
  assert.equal(await check({ password: 'no' }), 'wrong')
  assert.equal(await check({ username: 'nobody' }), 'wrong')
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['login.succeeded', 'login.failed', 'login.failed'],
  )
})

test('a username is compared after NFKC and lower-casing', async () => {
  const { check } = await checking()
  assert.equal(await check({ username: ' ＡLICE ' }), 'ok')
  assert.equal(await check({ username: 'a'.repeat(100_000) }), 'wrong')
})

test('RFC 6749 §10.10: the slow hash is computed for users that do not exist, too', async () => {
  const { check, context } = await checking()
  const verified: string[] = []
  const passwords = {
    hash: async (text: string) => `made:${text}`,
    verify: async (_: string, hash: string) => (verified.push(hash), false),
  }
  await check({ username: 'nobody' }, { ...context, passwords })
  await check({}, { ...context, passwords })
  assert.equal(verified.length, 2)
  assert.match(verified[0] ?? '', /^made:/)
})

test('a hash that fails once does not keep everybody out', async () => {
  const { check, context } = await checking()
  let isBroken = true
  const hash = async () => {
    if (isBroken) throw new Error('no memory')
    return 'made'
  }
  const broken = { ...context, passwords: { hash, verify: async () => true } }
  await assert.rejects(check({}, broken), /no memory/)
  isBroken = false
  assert.equal(await check({}, broken), 'ok')
})

test('RFC 6749 §10.10: after ten wrong passwords from one network the next is not even compared', async () => {
  const { check, fail, events, clock } = await checking()
  await fail(10)
  assert.equal(await check(), 'throttled')
  assert.equal(events.at(-1)?.kind === 'login.failed' && events.at(-1), events.at(-1))
  clock.advance(900)
  assert.equal(await check(), 'ok')
})

test('a throttled attempt is told when the next makes sense', async () => {
  const { fail, context, exchange, clock } = await checking()
  await fail(10)
  clock.advance(100)
  const { requestId } = exchange(request())
  const attempt = { username: 'alice', password, remoteAddress: '192.0.2.1', requestId }
  assert.deepEqual(await checkPassword(context, attempt), { kind: 'throttled', retryAfter: 800 })
})

test('RFC 6749 §10.10: of a crowd at once only so many passwords are compared, and the others are not counted', async () => {
  const { check, context } = await checking()
  const ends: (() => void)[] = []
  const passwords = {
    hash: async (text: string) => text,
    verify: () => new Promise<boolean>(resolve => ends.push(() => resolve(false))),
  }
  const crowded = { ...context, passwords }
  const room = passwordTurns.running + passwordTurns.waiting
  const names = Array.from({ length: room }, (_, index) => `user-${index}`)
  const crowd = names.map((username, index) => check({ username, remoteAddress: `10.0.0.${index}` }, crowded))
  assert.equal(await check({}, crowded), 'throttled')
  await new Promise(setImmediate)
  assert.equal(ends.length, passwordTurns.running)
  while (ends.length > 0) {
    for (const end of ends.splice(0)) end()
    await new Promise(setImmediate)
  }
  assert.deepEqual(new Set(await Promise.all(crowd)), new Set(['wrong']))
  const last = check({}, crowded)
  await new Promise(setImmediate)
  ends.splice(0)[0]?.()
  assert.equal(await last, 'wrong')
})

test('RFC 6749 §10.10: many at once do not slip past the limit of their network', async () => {
  const { check } = await checking()
  const crowd = Array.from({ length: 140 }, (_, index) => check({ username: `user-${index}`, password: 'no' }))
  const kinds = await Promise.all(crowd)
  assert.ok(kinds.filter(kind => kind === 'wrong').length <= 100 + passwordTurns.running)
})

test('a stranger on another network cannot lock a user out', async () => {
  const { check, fail } = await checking()
  await fail(50, { remoteAddress: '203.0.113.9' })
  assert.equal(await check(), 'ok')
})

test('a stranger on the same network cannot lock out a device that the user has logged in from', async () => {
  const { check, fail, context } = await checking()
  const device = await makeDevice(context, users.alice)
  await fail(150)
  assert.equal(await check(), 'throttled')
  assert.equal(await check({ device }), 'ok')
})

test('a known device has its own count, and it is not endless', async () => {
  const { check, fail, context } = await checking()
  const device = await makeDevice(context, users.alice)
  await fail(10, { device })
  assert.equal(await check({ device }), 'throttled')
  assert.equal(await check(), 'ok')
})

test('RFC 6749 §10.10: one network cannot try one password on many users', async () => {
  const { check, fail } = await checking()
  for (let index = 0; index < 10; index++) await fail(10, { username: `user-${index}` })
  assert.equal(await check(), 'throttled')
  assert.equal(await check({ remoteAddress: '192.0.2.2' }), 'ok')
})

test('RFC 6749 §10.10: many at once cannot slip past the count', async () => {
  const { check } = await checking()
  const all = await Promise.all(Array.from({ length: 40 }, () => check({ password: 'no' })))
  assert.equal(all.filter(kind => kind === 'wrong').length, 10)
})

test('a right password clears the count of its username', async () => {
  const { check, fail } = await checking()
  await fail(9)
  assert.equal(await check(), 'ok')
  await fail(9)
  assert.equal(await check(), 'ok')
})
