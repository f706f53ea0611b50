import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { sqliteStore } from '@ambit/store'
import { parseClientId } from '../../config/ids.ts'
import { parseJson } from '../testing/json.ts'
import { type Cli, testCli } from '../testing/run.ts'

const [early, late] = [epochSeconds(1_800_000_000), epochSeconds(1_800_003_600)]

/** A client with two scopes of which it used one, granted by a user; and one that used nothing. */
async function prepare(cli: Cli): Promise<void> {
  await cli.run('client add shop --redirect-uri https://shop.example/cb --scope "openid write_pets"')
  await cli.run('client add idle --grant-type client_credentials --scope read_pets')
  await cli.run('user add mia --generate')
  const store = sqliteStore({ path: join(cli.folder, 'test.db') })
  const clientId = parseClientId('shop')
  const userId = (await store.findUserByName('mia'))?.userId
  assert.ok(userId)
  const scopes = ['openid', 'read_pets'].map(token => ({ token, version: 1, grantedAt: early }))
  await store.addToGrant({ userId, clientId, scopes, createdAt: early, updatedAt: early })
  await store.recordScopeUsage([
    { clientId, scope: 'read_pets', count: 4, lastUsedAt: early },
    { clientId, scope: 'read_pets', count: 1, lastUsedAt: late },
  ])
  await store.close()
}

type Shown = { readonly clientId: string; readonly scope: string; readonly count: number; readonly users: number }

test('scope usage tells of each granted scope how often and when it was used, also through what it covers', async t => {
  const cli = testCli(t)
  await prepare(cli)
  const { out, code } = await cli.run('scope usage --client shop')
  assert.equal(code, 0)
  assert.match(out, /^shop\s+write_pets\s+yes\s+nobody\s+5\s+2027-01-15T08:00:00Z\s+2027-01-15T09:00:00Z$/m)
  assert.match(out, /^shop\s+read_pets\s+no\s+1 user\s+5 /m)
  assert.doesNotMatch(out, /openid|idle/)
})

test('scope usage shows what was never used', async t => {
  const cli = testCli(t)
  await prepare(cli)
  const json = parseJson<readonly Shown[]>((await cli.run('scope usage --unused --json')).out)
  assert.deepEqual(json, [{ clientId: 'idle', scope: 'read_pets', isInCeiling: true, users: 0, count: 0 }])
  assert.match((await cli.run('scope usage --unused')).out, /idle\s+read_pets\s+yes\s+nobody\s+0\s+never\s+never/)
})

test('scope usage of a client that is not there finds nothing', async t => {
  const { code, err } = await testCli(t).run('scope usage --client ghost')
  assert.equal(code, 3)
  assert.match(err, /there is no client `ghost`/)
})
