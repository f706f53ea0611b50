import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { after, seconds } from '@ambit/protocol'
import {
  type AccessTokenRecord,
  argon2Passwords,
  type FamilyId,
  nodeCrypto,
  type RequestId,
  secretHash,
} from '@ambit/server'
import { sqliteStore } from '@ambit/store'
import { parseClientId } from '../../config/ids.ts'
import { systemClock } from '../../serve/clock.ts'
import { storeDeclared } from '../../serve/declare.ts'
import { parseJson } from '../testing/json.ts'
import { smallConfig, testCli } from '../testing/run.ts'

const withRoles = { ...smallConfig, roles: { everyone: ['read_pets'], clerk: ['write_pets'], boss: [] } }

test('user add gives roles, user roles changes them, and user list shows them', async t => {
  const cli = testCli(t, withRoles)
  assert.equal((await cli.run('user add mia --generate --role clerk --role clerk')).code, 0)
  assert.equal((await cli.run('user roles mia')).out, 'user mia: clerk\n')
  const changed = await cli.run('user roles mia --add boss --remove clerk --json')
  assert.deepEqual(parseJson(changed.out), { username: 'mia', roles: ['boss'] })
  assert.match((await cli.run('user list')).out, /mia .* boss /)
  assert.equal((await cli.run('user roles mia --remove boss')).out, 'user mia has no role\n')
})

test('a role that is not declared is not given, but one that no longer is can be taken away', async t => {
  const cli = testCli(t, withRoles)
  const added = await cli.run('user add mia --generate --role clark')
  assert.equal(added.code, 2)
  assert.match(added.err, /did you mean `clerk`/)
  await cli.run('user add mia --generate')
  const { code, err } = await cli.run('user roles mia --add ghost')
  assert.equal(code, 2)
  assert.match(err, /unknown role `ghost`; known are `clerk`, `boss`/)
  assert.equal((await cli.run('user roles mia --remove ghost')).code, 0)
})

test('a role that is taken away ends the tokens that APIs check by a status list', async t => {
  const cli = testCli(t, { ...withRoles, statusList: { window: 60 } })
  await cli.run('user add mia --generate --role clerk')
  const store = sqliteStore({ path: join(cli.folder, 'test.db') })
  const userId = (await store.findUserByName('mia'))?.userId
  assert.ok(userId)
  const now = systemClock().now()
  const [clientId, familyId] = [parseClientId('app'), 'family' as FamilyId]
  const expiresAt = after(now, seconds(600))
  const scopes = [{ token: 'write_pets', version: 1, grantedAt: now }]
  await store.addToGrant({ userId, clientId, scopes, createdAt: now, updatedAt: now })
  const token: AccessTokenRecord = {
    kind: 'access_token',
    ref: { locator: now * 1000, hash: secretHash('hash') },
    clientId,
    userId,
    familyId,
    scope: 'write_pets',
    audience: [],
    issuedAt: now,
    expiresAt,
    status: { list: 0, index: 7 },
    trace: { requestId: 'request' as RequestId, requested: 'write_pets', steps: [] },
  }
  await store.saveAccessToken(token, { family: { familyId, clientId, userId, createdAt: now, expiresAt } })
  await cli.run('user roles mia --add boss')
  assert.deepEqual(await store.findRevokedStatuses(0, now), [])
  await cli.run('user roles mia --remove clerk')
  assert.deepEqual(await store.findRevokedStatuses(0, now), [7])
  await store.close()
})

test('the roles of a declared user are changed in the file, those of nobody not at all', async t => {
  const cli = testCli(t, withRoles)
  assert.equal((await cli.run('user roles nobody')).code, 3)
  await saveDeclared(cli.folder)
  const { code, err } = await cli.run('user roles ada --add clerk')
  assert.equal(code, 1)
  assert.match(err, /declared in/)
})

test('scope explain tells which roles may pass a scope on', async t => {
  const cli = testCli(t, withRoles)
  assert.match((await cli.run('scope explain read_pets')).out, /users that may pass it on\s+everyone clerk/)
  assert.match((await cli.run('scope explain write_pets')).out, /users that may pass it on\s+clerk\n/)
  assert.match((await cli.run('scope explain email')).out, /users that may pass it on\s+everyone clerk boss\n/)
  assert.doesNotMatch((await testCli(t).run('scope explain email')).out, /users that/)
})

async function saveDeclared(folder: string): Promise<void> {
  const store = sqliteStore({ path: join(folder, 'test.db') })
  const ada = { username: 'ada', claims: {}, credential: { kind: 'hash', passwordHash: '$argon2id$' } } as const
  const world = {
    clock: systemClock(),
    crypto: nodeCrypto(),
    passwords: argon2Passwords(),
    observe: () => {},
    isAgreed: async () => true,
  }
  await storeDeclared({ clients: [], users: [ada] }, { store, ...world })
  await store.close()
}
