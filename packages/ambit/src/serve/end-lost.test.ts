import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { after, epochSeconds, seconds } from '@ambit/protocol'
import { defineScopes } from '@ambit/scope'
import {
  type AccessTokenRecord,
  type FamilyId,
  nodeCrypto,
  type RequestId,
  type Store,
  secretHash,
  type UserRecord,
} from '@ambit/server'
import { memoryStore } from '@ambit/store'
import { decodeJwt } from 'jose'
import { parseJson } from '../cli/testing/json.ts'
import type { ConfigDeclaration } from '../config/declaration.ts'
import { parseClientId, parseUserId } from '../config/ids.ts'
import { createBookmark } from '../nodes/bookmark.ts'
import { createLease } from '../nodes/lease.ts'
import { LostTokens, type LostWorld } from './end-lost.ts'
import { startServer } from './start.ts'
import { handTimer } from './testing/hand-timer.ts'

const now = epochSeconds(1_800_000_000)
const clock = { now: () => now, millis: () => now * 1000 }
const catalogue = defineScopes({ scopes: { read_pets: {}, write_pets: {} } })
const statusList = { window: seconds(60) }
const clerk: UserRecord = {
  userId: parseUserId('mia'),
  username: 'mia',
  passwordHash: '',
  claims: {},
  roles: ['clerk'],
  passwordChangedAt: now,
  createdAt: now,
}

async function storeWithToken() {
  const store = memoryStore()
  await store.saveUser(clerk)
  const { userId } = clerk
  const [clientId, familyId] = [parseClientId('app'), 'family' as FamilyId]
  const scopes = [{ token: 'write_pets', version: 1, grantedAt: now }]
  await store.addToGrant({ userId, clientId, scopes, createdAt: now, updatedAt: now })
  const token: AccessTokenRecord = {
    kind: 'access_token',
    ref: { locator: 1, hash: secretHash('hash') },
    clientId,
    userId,
    familyId,
    scope: 'write_pets',
    audience: [],
    issuedAt: now,
    expiresAt: after(now, seconds(600)),
    status: { list: 0, index: 7 },
    trace: { requestId: 'request' as RequestId, requested: 'write_pets', steps: [] },
  }
  const { expiresAt } = token
  await store.saveAccessToken(token, { family: { familyId, clientId, userId, createdAt: now, expiresAt } })
  return store
}

type Given = Partial<Omit<LostWorld, 'store'>> & { readonly holder?: string }

function lostTokens(config: ConstructorParameters<typeof LostTokens>[0], store: Store, given: Given = {}): LostTokens {
  const { holder = 'this node', ...world } = given
  const base = { store, clock, running: 'this', isAgreed: async () => true, ...world }
  const lease = createLease('lost tokens', { ...base, holder, ttl: seconds(30) })
  return new LostTokens(config, { lease, bookmark: createBookmark('it', { ...base, crypto: nodeCrypto() }), ...base })
}

const cases = [
  ['a role that reaches less than before', { roles: { clerk: ['read_pets'] }, statusList }, clerk, [7]],
  ['a user who is declared with less', { roles: { clerk: ['write_pets'] }, statusList }, { ...clerk, roles: [] }, [7]],
  ['what stayed as it was', { roles: { clerk: ['write_pets'] }, statusList }, clerk, []],
  ['a server without status lists', { roles: {} }, clerk, []],
] as const
for (const [what, config, user, revoked] of cases)
  test(`Token Status List §7.1: ${what} ends ${revoked.length === 0 ? 'nothing' : 'its token'} at the start`, async () => {
    const store = await storeWithToken()
    await store.saveUser(user)
    await lostTokens({ catalogue, ...config }, store).goOn(1_000)
    assert.deepEqual(await store.findRevokedStatuses(0, now), revoked)
  })

/** A store that tells which users were listed, some at a time. */
function listing(store: Store) {
  const listed: UserRecord[] = []
  const listUsers: Store['listUsers'] = async part => {
    const users = await store.listUsers(part)
    listed.push(...users)
    return users
  }
  return { store: { ...store, listUsers }, listed }
}

test('users are gone through once for a configuration, and again where another node or a function may have given more', async () => {
  const store = await storeWithToken()
  const start = async (running: string, isOne = true, grantable?: () => Promise<readonly string[]>) => {
    const { store: seen, listed } = listing(store)
    const config = { catalogue, statusList, roles: { clerk: ['write_pets'] }, ...(grantable && { grantable }) }
    const lost = lostTokens(config, seen, { running, isAgreed: async () => isOne })
    await lost.goOn(1_000)
    assert.equal(lost.isDone, isOne)
    return listed.length > 0
  }
  assert.equal(await start('a', false), true)
  assert.equal(await start('a'), true)
  assert.equal(await start('a'), false)
  assert.equal(await start('b'), true)
  assert.equal(await start('a'), true)
  assert.equal(await start('a'), false)
  assert.equal(await start('a', true, async () => ['write_pets']), true)
})

test('while a node with another configuration may issue tokens, a second round waits for its end, and then is made', async () => {
  const { store, listed } = listing(await storeWithToken())
  let isOne = false
  const lost = lostTokens({ catalogue, statusList, roles: {} }, store, { isAgreed: async () => isOne })
  for (let turn = 0; turn < 3; turn++) assert.equal(await lost.goOn(1_000), false)
  assert.deepEqual([listed.length, lost.isDone], [1, false])
  assert.equal(lost.notes().length, 1)
  isOne = true
  await lost.goOn(1_000)
  assert.deepEqual([listed.length, lost.isDone, lost.notes()], [2, true, []])
})

test('a round in which a node with another configuration came or went is not the last', async () => {
  for (const answers of [
    [false, true, true, true],
    [true, false, true, true],
  ]) {
    const { store, listed } = listing(await storeWithToken())
    const lost = lostTokens({ catalogue, statusList, roles: {} }, store, {
      isAgreed: async () => answers.shift() ?? true,
    })
    await lost.goOn(1_000)
    assert.equal(lost.isDone, false)
    await lost.goOn(1_000)
    assert.deepEqual([listed.length, lost.isDone], [2, true])
  }
})

/** A store with so many users, of whom the last has a token; and a clock by which each part of the work takes a second. */
async function crowded(count: number) {
  const inner = await storeWithToken()
  for (let user = 0; user < count; user++)
    await inner.saveUser({ ...clerk, userId: parseUserId(`a${1000 + user}`), username: `user ${user}`, roles: [] })
  let elapsed = 0
  const ticking = { now: () => epochSeconds(now + elapsed), millis: () => (now + elapsed) * 1_000 }
  const { store, listed } = listing(inner)
  const slow: Store = {
    ...store,
    listUsers: part => {
      elapsed++
      return store.listUsers(part)
    },
  }
  const wait = (more: number) => {
    elapsed += more
  }
  return { store: slow, listed, clock: ticking, wait }
}

test('a step ends when its time is over, and the next goes on; each user is gone through once', async () => {
  const { store, listed, clock: ticking } = await crowded(450)
  const lost = lostTokens({ catalogue, statusList, roles: {} }, store, { clock: ticking })
  assert.equal(await lost.goOn(1_000), true)
  assert.deepEqual([listed.length, lost.isDone], [200, false])
  assert.deepEqual(await store.findRevokedStatuses(0, ticking.now()), [])
  while (!lost.isDone) await lost.goOn(1_000)
  assert.equal(new Set(listed).size, 451)
  assert.equal(listed.length, 451)
  assert.deepEqual(await store.findRevokedStatuses(0, ticking.now()), [7])
})

test('one node does it for the others, and where it is killed another goes on where it was', async () => {
  const { store, listed, clock: ticking, wait } = await crowded(450)
  const config = { catalogue, statusList, roles: {} }
  const killed = lostTokens(config, store, { clock: ticking, holder: 'killed' })
  const other = lostTokens(config, store, { clock: ticking, holder: 'other' })
  await killed.goOn(1_000)
  assert.equal(await other.goOn(1_000), false)
  assert.equal(listed.length, 200)
  wait(31)
  while (!other.isDone) await other.goOn(1_000)
  assert.equal(listed.length, 451, 'nobody was gone through twice')
  assert.deepEqual(await store.findRevokedStatuses(0, ticking.now()), [7])
  const third = lostTokens(config, store, { clock: ticking, holder: 'third' })
  await third.goOn(1_000)
  assert.deepEqual([third.isDone, listed.length], [true, 451])
})

test('whoever has done it lets others have its turn', async () => {
  const store = await storeWithToken()
  const grantable = async () => ['write_pets']
  for (const holder of ['first', 'second']) {
    const lost = lostTokens({ catalogue, statusList, grantable }, store, { holder })
    await lost.goOn(1_000)
    assert.equal(lost.isDone, true, holder)
  }
})

const password = 'a password of some length'
const declared = {
  port: 0,
  catalogue: { scopes: { read_pets: {}, write_pets: {} } },
  resources: [{ resource: 'https://api.example', tokenFormat: 'jwt' }],
  clients: [
    {
      clientId: 'app',
      secret: 'a-secret-of-an-app',
      grantTypes: ['password'],
      scope: ['read_pets', 'write_pets'],
      dangerouslyAllowPassword: true,
    },
  ],
  users: [{ username: 'mia', password, roles: ['clerk'] }],
  statusList: { window: 60 },
  dangerouslyAllowPassword: true,
} as const satisfies ConfigDeclaration

async function requestToken(origin: string) {
  const body = new URLSearchParams({ grant_type: 'password', username: 'mia', password, scope: 'read_pets write_pets' })
  const headers = { authorization: `Basic ${btoa('app:a-secret-of-an-app')}` }
  const answer = await fetch(`${origin}/token`, { method: 'POST', body, headers })
  return parseJson<{ readonly access_token: string; readonly scope: string }>(await answer.text())
}

test('Token Status List §7.1: a role that reaches less since a restart is seen in the list, and in new tokens', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-lost-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const store = join(folder, 'a.db')
  const first = await startServer({ ...declared, store, roles: { clerk: ['read_pets', 'write_pets'] } })
  t.after(() => first.close())
  const { access_token: token, scope } = await requestToken(first.origin)
  assert.equal(scope, 'read_pets write_pets')
  await first.close()
  const second = await startServer({ ...declared, store, issuer: first.issuer, roles: { clerk: ['read_pets'] } })
  t.after(() => second.close())
  const { idx, uri } = decodeJwt<{ status: { status_list: { idx: number; uri: string } } }>(token).status.status_list
  const list = await (await fetch(`${second.origin}${new URL(uri).pathname}`)).text()
  const { status_list: bits } = decodeJwt<{ status_list: { lst: string } }>(list)
  assert.equal(((inflateSync(Buffer.from(bits.lst, 'base64url'))[idx >> 3] ?? 0) >> (idx & 7)) & 1, 1)
  assert.equal((await requestToken(second.origin)).scope, 'read_pets')
})

test('Token Status List §7.1: with many users a start serves first; whoever asks is told, and the list follows', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-lost-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const store = join(folder, 'a.db')
  const users = [{ ...declared.users[0], userId: 'z' }]
  const clients = [
    ...declared.clients,
    { clientId: 'api', secret: 'a-secret-of-an-api', grantTypes: [], scope: [], introspects: ['https://api.example'] },
  ] as const
  const wide = { ...declared, users, clients, store, roles: { clerk: ['read_pets', 'write_pets'] } } as const
  const first = await startServer(wide)
  t.after(() => first.close())
  for (let user = 0; user < 450; user++)
    await first.store.saveUser({
      ...clerk,
      userId: parseUserId(`a${1000 + user}`),
      username: `user ${user}`,
      roles: [],
    })
  const { access_token: token } = await requestToken(first.origin)
  await first.close()
  const { timer, fire } = handTimer()
  let step = 0
  const began = Math.floor(Date.now() / 1_000)
  const hasty = { now: () => epochSeconds(began), millis: () => (began + step++) * 1_000 }
  const second = await startServer(
    { ...wide, issuer: first.issuer, roles: { clerk: ['read_pets'] } },
    { clock: hasty, timer },
  )
  t.after(() => second.close())
  const isActive = async () => {
    const headers = { authorization: `Basic ${btoa('api:a-secret-of-an-api')}` }
    const answer = await fetch(`${second.origin}/introspect`, {
      method: 'POST',
      body: new URLSearchParams({ token }),
      headers,
    })
    return parseJson<{ readonly active: boolean }>(await answer.text()).active
  }
  const notes = async () => (await fetch(`${second.origin}/readyz`)).text()
  const revoked = () => second.store.findRevokedStatuses(0, epochSeconds(began))
  assert.deepEqual(await revoked(), [], 'it serves, and has not come to this user')
  assert.equal(await isActive(), false)
  assert.match(await notes(), /status lists do not have all yet/)
  for (let turn = 0; turn < 20; turn++) {
    await fire()
    await second.store.ping()
  }
  assert.equal((await revoked()).length, 1)
  assert.doesNotMatch(await notes(), /status lists/)
})

test('a directory of the configuration narrows what users pass on', async t => {
  const server = await startServer({
    ...declared,
    roles: { clerk: ['read_pets', 'write_pets'] },
    store: 'memory',
    grantable: async () => ['write_pets'],
  })
  t.after(() => server.close())
  assert.equal((await requestToken(server.origin)).scope, 'write_pets')
})
