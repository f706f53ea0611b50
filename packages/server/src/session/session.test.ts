import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, seconds } from '@ambit/protocol'
import { codeAuthentication, passwordAuthentication } from '../accounts/authentication.ts'
import type { SessionRecord } from '../ports/records.ts'
import { users } from '../testing/clients.ts'
import { request } from '../testing/requests.ts'
import { testTtls, testWorld, type WorldOverrides } from '../testing/world.ts'
import { beginSession, endSession, findLogin, raiseSession } from './session.ts'

async function begun(overrides: WorldOverrides = {}) {
  const world = await testWorld(overrides)
  const begun = await beginSession(world.context, users.alice, {
    ...passwordAuthentication,
    replaced: undefined,
  })
  assert.ok(begun)
  const { session, secret } = begun
  const find = (cookie = `__Host-ambit_session=${secret}`) =>
    findLogin(world.context, world.exchange(request({ headers: { cookie } })))
  return { ...world, session, secret, find }
}

test('a session is found by its cookie, among others', async () => {
  const { find, secret, session } = await begun()
  const login = await find(`a=b; __Host-ambit_session=${secret};c=d`)
  assert.equal(login?.user.username, 'alice')
  assert.equal(login?.session.sessionId, session.sessionId)
  for (const cookie of ['', 'x', '__Host-ambit_session=', `ambit_session=${secret}`, `__Host-ambit_session=${secret}x`])
    assert.equal(await find(cookie), undefined)
})

test('a login is good with a password that a process changed whose clock is ahead', async () => {
  const world = await testWorld()
  const passwordChangedAt = after(world.clock.now(), seconds(5))
  const user = { ...users.alice, passwordHash: await world.options.passwords.hash('new'), passwordChangedAt }
  await world.context.store.saveUser(user)
  const begun = await beginSession(world.context, user, { ...passwordAuthentication, replaced: undefined })
  const cookie = `__Host-ambit_session=${begun?.secret}`
  assert.ok(await findLogin(world.context, world.exchange(request({ headers: { cookie } }))))
})

test('a session ends when it was not used for too long', async () => {
  const { find, clock } = await begun()
  clock.advance(3_599)
  assert.ok(await find())
  clock.advance(3_599)
  assert.ok(await find())
  clock.advance(3_600)
  assert.equal(await find(), undefined)
})

test('a session ends after its absolute span, however much it was used', async () => {
  const { find, clock } = await begun()
  for (let hours = 0; hours < 47; hours++) {
    clock.advance(1_800)
    assert.ok(await find())
  }
  clock.advance(1_800)
  assert.equal(await find(), undefined)
})

test('a session ends after its absolute span, even one that may be idle for longer', async () => {
  const { find, clock } = await begun({ ttl: { ...testTtls, sessionIdle: seconds(100_000) } })
  clock.advance(86_400)
  assert.equal(await find(), undefined)
})

test('being used near its end does not let a session be kept any longer', async () => {
  const { find, clock, context, session } = await begun({ ttl: { ...testTtls, sessionIdle: seconds(80_000) } })
  clock.advance(79_000)
  assert.ok(await find())
  assert.equal((await context.store.findSession(session.ref))?.expiresAt, session.endsAt)
})

test('being seen is written at most once a minute', async () => {
  const world = await begun()
  const { context, secret, exchange, clock } = world
  let writes = 0
  const store = {
    ...context.store,
    saveSession: async (session: Parameters<typeof context.store.saveSession>[0]) => {
      writes++
      await context.store.saveSession(session)
    },
  }
  const find = () =>
    findLogin({ ...context, store }, exchange(request({ headers: { cookie: `__Host-ambit_session=${secret}` } })))
  clock.advance(59)
  await find()
  assert.equal(writes, 0)
  clock.advance(1)
  await find()
  await find()
  assert.equal(writes, 1)
})

test('a session ends when the password changes or the user is gone', async () => {
  const { find, clock, context } = await begun()
  clock.advance(10)
  await context.store.saveUser({ ...users.alice, passwordChangedAt: clock.now() })
  assert.equal(await find(), undefined)
  await context.store.saveUser(users.alice)
  assert.ok(await find())
  await context.store.deleteUser(users.alice.userId, clock.now())
  assert.equal(await find(), undefined)
})

test('OpenID Connect Front-Channel Logout §3: the same user keeps the sid, another gets a new one and ends the old session', async () => {
  const { context, session } = await begun()
  const again = await beginSession(context, users.alice, { ...passwordAuthentication, replaced: session })
  assert.ok(again)
  assert.equal(again.session.sessionId, session.sessionId)
  assert.notDeepEqual(again.session.ref, session.ref)
  assert.equal(await context.store.findSession(session.ref), undefined)
  const other = await beginSession(context, users.bob, { ...passwordAuthentication, replaced: again.session })
  assert.ok(other)
  assert.notEqual(other.session.sessionId, session.sessionId)
  assert.equal(await context.store.findSession(again.session.ref), undefined)
})

test('OpenID Connect Core §3.1.2.1: who logs in again keeps what was granted in the session; another user ends it', async () => {
  const { context, session } = await begun()
  const revoked: unknown[] = []
  const store = { ...context.store, revokeFamilies: async (selection: unknown) => (revoked.push(selection), 0) }
  const login = { ...passwordAuthentication, replaced: session }
  await beginSession({ ...context, store }, users.alice, login)
  assert.deepEqual(revoked, [])
  await beginSession({ ...context, store }, users.bob, login)
  assert.deepEqual(revoked, Array(2).fill({ sessionId: session.sessionId }), 'before the session ends, and behind it')
})

test('no session begins for a user whose password was changed, or who was removed, since it was compared', async () => {
  const { context, session } = await begun()
  await context.store.saveUser({ ...users.alice, passwordHash: 'plain:another' })
  const login = { ...passwordAuthentication, replaced: session }
  assert.equal(await beginSession(context, users.alice, login), undefined)
  assert.ok(await context.store.findSession(session.ref), 'the session of before is another matter')
  await context.store.deleteUser(users.alice.userId, context.clock.now())
  assert.equal(await beginSession(context, users.alice, login), undefined)
})

test('the end of a session revokes what was granted for it, before it ends and behind it', async () => {
  const { context, session } = await begun()
  const asked: unknown[] = []
  const store = {
    ...context.store,
    revokeFamilies: async (selection: unknown) => (asked.push(selection), 0),
    deleteSession: async (ref: unknown) => (asked.push(ref), true),
  }
  await endSession({ ...context, store }, session)
  const families = { sessionId: session.sessionId }
  assert.deepEqual(asked, [families, session.ref, families])
})

test('a session that is made stronger has a new secret, and begins and ends as before', async () => {
  const { context, clock, session, secret, find } = await begun()
  clock.advance(100)
  const login = await find()
  assert.ok(login)
  const raised = await raiseSession(context, login, codeAuthentication)
  assert.ok(raised)
  assert.notEqual(raised.secret, secret)
  assert.equal(await find(), undefined)
  const found = await find(`__Host-ambit_session=${raised.secret}`)
  const { acr, amr, authTime, endsAt, sessionId } = found?.session ?? session
  assert.deepEqual({ acr, amr }, { acr: 'urn:ambit:acr:otp', amr: ['pwd', 'otp'] })
  assert.deepEqual([authTime, endsAt, sessionId], [session.authTime, session.endsAt, session.sessionId])
})

test('of a session that has ended nothing stronger is made, and nothing of it stays', async () => {
  const { context, session, find } = await begun()
  const login = await find()
  assert.ok(login)
  await endSession(context, session)
  const saved: SessionRecord[] = []
  const { saveSession } = context.store
  const store = {
    ...context.store,
    saveSession: async (each: SessionRecord) => saveSession(each).then(() => void saved.push(each)),
  }
  assert.equal(await raiseSession({ ...context, store }, login, codeAuthentication), undefined)
  assert.equal(saved.length, 1)
  for (const { ref } of saved) assert.equal(await context.store.findSession(ref), undefined)
})

test('a logout while a session is made stronger leaves no session', async () => {
  const { context, session, find } = await begun()
  const login = await find()
  assert.ok(login)
  const { findSession, deleteSession, ...others } = context.store
  let saved: SessionRecord | undefined
  const store = {
    ...others,
    saveSession: async (each: SessionRecord) => others.saveSession((saved = each)),
    findSession: async (ref: SessionRecord['ref']) => {
      const found = await findSession(ref)
      await endSession(context, session)
      return found
    },
    deleteSession: async (ref: SessionRecord['ref']) => {
      await endSession(context, session)
      return deleteSession(ref)
    },
  }
  assert.equal(await raiseSession({ ...context, store }, login, codeAuthentication), undefined)
  assert.ok(saved)
  assert.equal(await findSession(saved.ref), undefined)
})
