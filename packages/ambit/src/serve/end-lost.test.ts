import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, epochSeconds, seconds } from '@ambit/protocol'
import { defineScopes } from '@ambit/scope'
import { type AccessTokenRecord, type FamilyId, type RequestId, secretHash, type UserRecord } from '@ambit/server'
import { memoryStore } from '@ambit/store'
import { parseClientId, parseUserId } from '../config/ids.ts'
import { endAllLost } from './end-lost.ts'

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
  test(`Token Status List §7.1: ${what} ends ${revoked.length} token at the start`, async () => {
    const store = await storeWithToken()
    await store.saveUser(user)
    await endAllLost({ catalogue, ...config }, { store, clock })
    assert.deepEqual(await store.findRevokedStatuses(0, now), revoked)
  })
