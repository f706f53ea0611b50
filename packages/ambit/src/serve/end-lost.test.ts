import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { after, epochSeconds, seconds } from '@ambit/protocol'
import { defineScopes } from '@ambit/scope'
import { type AccessTokenRecord, type FamilyId, type RequestId, secretHash, type UserRecord } from '@ambit/server'
import { memoryStore } from '@ambit/store'
import { decodeJwt } from 'jose'
import { parseJson } from '../cli/testing/json.ts'
import type { ConfigDeclaration } from '../config/declaration.ts'
import { parseClientId, parseUserId } from '../config/ids.ts'
import { endAllLost } from './end-lost.ts'
import { startServer } from './start.ts'

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
    await endAllLost({ catalogue, ...config }, { store, clock, running: 'this', isAgreed: async () => true })
    assert.deepEqual(await store.findRevokedStatuses(0, now), revoked)
  })

test('users are gone through once for a configuration, and again where another node or a function may have given more', async () => {
  const store = await storeWithToken()
  let lists = 0
  const counted = {
    ...store,
    listUsers: (...words: Parameters<typeof store.listUsers>) => (lists++, store.listUsers(...words)),
  }
  const start = async (running: string, isOne = true, grantable?: () => Promise<readonly string[]>) => {
    lists = 0
    const config = { catalogue, statusList, roles: { clerk: ['write_pets'] }, ...(grantable && { grantable }) }
    await endAllLost(config, { store: counted, clock, running, isAgreed: async () => isOne })
    return lists > 0
  }
  assert.equal(await start('a', false), true)
  assert.equal(await start('a'), true)
  assert.equal(await start('a'), false)
  assert.equal(await start('b'), true)
  assert.equal(await start('a'), true)
  assert.equal(await start('a'), false)
  assert.equal(await start('a', true, async () => ['write_pets']), true)
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
