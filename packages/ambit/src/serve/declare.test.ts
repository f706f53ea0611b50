import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { type Clock, nodeCrypto, type Passwords, type ServerEvent, type Store } from '@ambit/server'
import { memoryStore } from '@ambit/store'
import { checkConfig } from '../config/check-config.ts'
import { parseClientId, parseUserId } from '../config/ids.ts'
import { type DeclareWorld, storeDeclared } from './declare.ts'
import { StartError } from './start-error.ts'
import { parseSessionId } from './testing/session-id.ts'

const catalogue = { scopes: { read_pets: {}, write_pets: {} } }
const app = { clientId: 'app', redirectUris: ['https://app.example/cb'], scope: ['read_pets'] }
const ada = { username: 'ada', password: 'correct horse' }

const plainPasswords: Passwords = {
  hash: async password => `plain:${password}:${nodeCrypto().random(4)}`,
  verify: async (password, hash) => hash.startsWith(`plain:${password}:`),
}

function makeWorld() {
  const store: { -readonly [Name in keyof Store]: Store[Name] } = memoryStore()
  let now = 1000
  let isAgreed = true
  const events: ServerEvent[] = []
  const clock: Clock = { now: () => epochSeconds(now), millis: () => now * 1000 }
  const world: DeclareWorld = {
    store,
    clock,
    crypto: nodeCrypto(),
    passwords: plainPasswords,
    observe: event => void events.push(event),
    isAgreed: async () => isAgreed,
  }
  const declare = (raw: object) => {
    now += 10
    return storeDeclared(checkConfig({ catalogue, ...raw }, { environment: {}, directory: '/' }), world)
  }
  const agree = (isNow: boolean) => {
    isAgreed = isNow
  }
  return { ...world, store, events, declare, agree }
}

test('declared clients and users are stored, marked as declared', async () => {
  const { store, declare } = makeWorld()
  await declare({ clients: [app], users: [ada] })
  const client = await store.findClient('app')
  assert.equal(client?.isDeclared, true)
  assert.equal(client?.createdAt, 1010)
  const user = await store.findUserByName('ada')
  assert.equal(user?.isDeclared, true)
  assert.match(user?.passwordHash ?? '', /^plain:correct horse:/)
})

test('a second start changes nothing, neither ids nor hashes', async () => {
  const { store, declare } = makeWorld()
  await declare({ clients: [app], users: [ada] })
  const before = [await store.listClients(), await store.listUsers()]
  await declare({ clients: [app], users: [ada] })
  assert.deepEqual([await store.listClients(), await store.listUsers()], before)
})

test('what the file changes is changed, and the time of the first start stays', async () => {
  const { store, declare } = makeWorld()
  await declare({ clients: [app], users: [ada] })
  const user = await store.findUserByName('ada')
  await declare({ clients: [{ ...app, scope: ['write_pets'] }], users: [{ ...ada, claims: { name: 'Ada' } }] })
  const client = await store.findClient('app')
  assert.equal(client?.scope, 'write_pets')
  assert.equal(client?.createdAt, 1010)
  const changed = await store.findUserByName('ada')
  assert.deepEqual(changed?.claims, { name: 'Ada' })
  assert.equal(changed?.passwordChangedAt, user?.passwordChangedAt)
  assert.equal(changed?.userId, user?.userId)
})

test('RFC 9700 §4.14.2: another password in the file ends what was issued for the user', async () => {
  const { store, declare } = makeWorld()
  const revoked: unknown[] = []
  store.revokeFamilies = async selection => revoked.push(selection)
  await declare({ users: [ada] })
  await declare({ users: [{ ...ada, claims: { name: 'Ada' } }] })
  assert.deepEqual(revoked, [])
  await declare({ users: [{ ...ada, password: 'another horse' }] })
  assert.deepEqual(revoked, [{ userId: (await store.findUserByName('ada'))?.userId }])
})

test('a declared user keeps the one-time codes that the command line gave them', async () => {
  const { store, declare } = makeWorld()
  await declare({ users: [ada] })
  const user = await store.findUserByName('ada')
  assert.ok(user)
  const oneTimeCode = { sealedSecret: 'sealed', enrolledAt: epochSeconds(7) }
  await store.saveUser({ ...user, oneTimeCode })
  await declare({ users: [{ ...ada, claims: { name: 'Ada' } }] })
  assert.deepEqual((await store.findUserByName('ada'))?.oneTimeCode, oneTimeCode)
})

test('a declared user who gets another name keeps their one-time codes, and another password still ends what was', async () => {
  const { store, declare } = makeWorld()
  await declare({ users: [{ ...ada, userId: 'u1' }] })
  const userId = parseUserId('u1')
  const user = await store.findUser(userId)
  assert.ok(user)
  const oneTimeCode = { sealedSecret: 'sealed', enrolledAt: epochSeconds(7), isAlways: true }
  await store.saveUser({ ...user, oneTimeCode })
  await declare({ users: [{ ...ada, username: 'ada.l', userId: 'u1' }] })
  const renamed = await store.findUser(userId)
  assert.deepEqual(renamed, { ...user, username: 'ada.l', oneTimeCode })
  await declare({ users: [{ username: 'lovelace', password: 'battery staple', userId: 'u1' }] })
  const changed = await store.findUser(userId)
  assert.deepEqual(changed?.oneTimeCode, oneTimeCode)
  assert.ok(Number(changed?.passwordChangedAt) > user.passwordChangedAt)
})

test('another password in the file takes its place and ends the user’s sessions', async () => {
  const { store, declare, crypto } = makeWorld()
  await declare({ users: [ada] })
  const user = await store.findUserByName('ada')
  assert.ok(user)
  const ref = { locator: 1, hash: crypto.hash('session') }
  const at = epochSeconds(1)
  const sessionId = parseSessionId('s')
  const { userId } = user
  const times = { authTime: at, createdAt: at, lastSeenAt: at, expiresAt: epochSeconds(9e9), endsAt: epochSeconds(9e9) }
  await store.saveSession({ ref, sessionId, userId, acr: 'x', amr: [], ...times })
  await declare({ users: [ada] })
  assert.ok(await store.findSession(ref))
  await declare({ users: [{ ...ada, password: 'another horse' }] })
  const changed = await store.findUserByName('ada')
  assert.match(changed?.passwordHash ?? '', /^plain:another horse:/)
  assert.equal(changed?.passwordChangedAt, 1030)
  assert.equal(await store.findSession(ref), undefined)
})

test('what the file declares no more is removed with a warning; what the command line added stays', async () => {
  const { store, declare, events, clock } = makeWorld()
  await declare({ clients: [app, { ...app, clientId: 'old' }], users: [ada, { username: 'old', password: 'x' }] })
  const client = await store.findClient('app')
  assert.ok(client)
  const { isDeclared: _isDeclared, ...added } = client
  await store.saveClient({ ...added, clientId: parseClientId('added'), createdAt: clock.now() })
  await declare({ clients: [app], users: [ada] })
  const names = (await store.listClients()).map(each => each.clientId).toSorted()
  assert.deepEqual(names, ['added', 'app'])
  assert.deepEqual(
    (await store.listUsers()).map(each => each.username),
    ['ada'],
  )
  assert.deepEqual(
    events.map(event => event.kind === 'warning' && event.about),
    ['client old', 'user old'],
  )
})

test('what another node may have declared is not removed before all nodes run with one configuration', async () => {
  const { store, declare, events, agree } = makeWorld()
  agree(false)
  const old = [{ username: 'old', password: 'x' }]
  assert.equal(await declare({ clients: [app, { ...app, clientId: 'old' }], users: [ada, ...old] }), true)
  assert.equal(await declare({ clients: [app], users: [ada] }), false)
  assert.ok(await store.findClient('old'))
  assert.ok(await store.findUserByName('old'))
  assert.deepEqual(
    events.map(event => event.kind === 'warning' && event.message),
    ['no longer declared here: `old`, `old`; removed when all nodes run with this configuration'],
  )
  agree(true)
  assert.equal(await declare({ clients: [app], users: [ada] }), true)
  assert.equal(await store.findClient('old'), undefined)
  assert.equal(await store.findUserByName('old'), undefined)
})

test('nodes that start at once with the same declaration on an empty store agree on one user', async () => {
  const { store, declare } = makeWorld()
  await Promise.all(Array.from({ length: 10 }, () => declare({ clients: [app], users: [ada] })))
  assert.equal((await store.listUsers()).length, 1)
  assert.equal((await store.listClients()).length, 1)
})

test('a user keeps the id that the file gives, and another one is refused', async () => {
  const { store, declare } = makeWorld()
  await declare({ users: [{ ...ada, userId: 'u1' }] })
  assert.equal((await store.findUserByName('ada'))?.userId, 'u1')
  await assert.rejects(declare({ users: [{ ...ada, userId: 'u2' }] }), (error: unknown) => {
    assert.ok(error instanceof StartError)
    assert.match(error.message, /the store knows `ada` by another `userId`/)
    return true
  })
})

const stranger = {
  ...ada,
  username: 'eve',
  claims: {},
  passwordHash: 'plain:x:',
  passwordChangedAt: epochSeconds(1),
  createdAt: epochSeconds(1),
}

test('RFC 9700 §4.15: a declared client does not get the id of a user, nor a declared user that of a client', async () => {
  const { store, declare } = makeWorld()
  await store.saveUser({ ...stranger, userId: parseUserId('app') })
  await assert.rejects(declare({ clients: [app] }), /`app` is the id of a user already/)
  await store.deleteUser(parseUserId('app'), epochSeconds(2))
  await declare({ clients: [app] })
  const client = await store.findClient('app')
  assert.ok(client)
  await store.saveClient({ ...client, clientId: parseClientId('added'), isDeclared: false })
  await assert.rejects(declare({ clients: [app], users: [{ ...ada, userId: 'added' }] }), /their id to a client/)
})

test('an id that one declaration gives up can be taken by the other', async () => {
  const { store, declare } = makeWorld()
  await declare({ clients: [app] })
  await declare({ users: [{ ...ada, userId: 'app' }] })
  assert.equal((await store.findUserByName('ada'))?.userId, 'app')
  await declare({ clients: [app] })
  assert.equal((await store.findClient('app'))?.clientId, 'app')
})

test('a declared id that belongs to another user is refused, and one whose user got another name is kept', async () => {
  const { store, declare } = makeWorld()
  await store.saveUser({ ...stranger, userId: parseUserId('u1') })
  await assert.rejects(declare({ users: [{ ...ada, userId: 'u1' }] }), /the `userId` of `ada` belongs to `eve`/)
  assert.equal((await store.findUser(parseUserId('u1')))?.username, 'eve')
  await declare({ users: [{ ...ada, userId: 'u2' }] })
  await declare({ users: [{ ...ada, username: 'ada.l', userId: 'u2' }] })
  assert.equal((await store.findUser(parseUserId('u2')))?.username, 'ada.l')
  const both = [
    { username: 'ada.l', password: 'x' },
    { username: 'bob', password: 'x', userId: 'u2' },
  ]
  await assert.rejects(declare({ users: both }), /the `userId` of `bob` belongs to `ada.l`/)
})

test('a hash in the file is stored as it is', async () => {
  const { store, declare } = makeWorld()
  const passwordHash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo'
  await declare({ users: [{ username: 'ada', passwordHash }] })
  assert.equal((await store.findUserByName('ada'))?.passwordHash, passwordHash)
})
