import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { sqliteStore } from '@ambit/store'
import { parseJson } from '../testing/json.ts'
import { type Cli, smallConfig, testCli } from '../testing/run.ts'

const redirectUri = 'https://app.example/callback'
const hearing = {
  clientId: 'hearing',
  redirectUris: [redirectUri],
  scope: ['openid'],
  metadata: { backchannel_logout_uri: 'https://app.example/logout' },
}
const config = {
  ...smallConfig,
  clients: [...smallConfig.clients, hearing],
  features: { backchannelLogout: true },
}
const ref = { locator: 1, hash: 'h' as never }
const sessionId = 's' as never

/** A user with a session in which a client took part. */
async function withSession(cli: Cli): Promise<void> {
  await cli.run('user add mia --generate')
  await cli.run('client list')
  const store = sqliteStore({ path: join(cli.folder, 'test.db') })
  const { userId } = (await store.findUserByName('mia')) ?? assert.fail('the user is missing')
  const [at, end] = [epochSeconds(1), epochSeconds(9e9)]
  const times = { authTime: at, createdAt: at, lastSeenAt: at, expiresAt: end, endsAt: end }
  await store.saveSession({ ref, sessionId, userId, acr: 'a', amr: [], ...times })
  await store.saveClient({
    clientId: 'hearing' as never,
    name: 'hearing',
    applicationType: 'web',
    authenticationMethod: 'none',
    secretHashes: [],
    redirectUris: [redirectUri],
    postLogoutRedirectUris: [],
    grantTypes: ['authorization_code'],
    responseTypes: ['code'],
    scope: 'openid',
    introspects: [],
    subjectType: 'public',
    metadata: hearing.metadata,
    createdAt: at,
  })
  await store.saveTicket({
    ref: { locator: 0, hash: 'participant' as never },
    kind: 'logout_participant',
    clientId: 'hearing' as never,
    sessionId,
    userId,
    createdAt: at,
    expiresAt: end,
    revision: 0,
    isDroppable: false,
    data: '{}',
  })
  await store.close()
}

async function left(cli: Cli) {
  const store = sqliteStore({ path: join(cli.folder, 'test.db') })
  const session = await store.findSession(ref)
  const deliveries = await store.listTickets({ kind: 'logout_delivery' }, 9)
  await store.close()
  return { session, deliveries: deliveries.map(({ clientId, revision }) => [clientId, revision]) }
}

const stored = { session: undefined, deliveries: [['hearing', 0]] }

test('user revoke ends the sessions of a user, and leaves it to the server to tell the clients', async t => {
  const cli = testCli(t, config)
  await withSession(cli)
  const { code, out, err } = await cli.run('user revoke mia')
  assert.equal(code, 0, err)
  assert.match(out, /the sessions of mia and everything that was issued in their name have ended/)
  assert.deepEqual(await left(cli), stored)
  assert.equal((await cli.run('user list')).out.includes('mia'), true)
})

test('user revoke answers in JSON, and a second time the same', async t => {
  const cli = testCli(t, config)
  await withSession(cli)
  for (let turn = 0; turn < 2; turn++) {
    const told = parseJson((await cli.run('user revoke mia --json')).out) as Record<string, unknown>
    assert.deepEqual(Object.keys(told), ['username', 'userId', 'revokedAt'])
    assert.equal(told['username'], 'mia')
  }
})

test('user revoke says that somebody is not there', async t => {
  const { code, err } = await testCli(t, config).run('user revoke nobody')
  assert.equal(code, 3)
  assert.match(err, /there is no user `nobody`/)
})

for (const words of ['user password mia --generate', 'user remove mia'])
  test(`${words.split(' mia')[0]} has the clients of the user told, too`, async t => {
    const cli = testCli(t, config)
    await withSession(cli)
    const { code, err } = await cli.run(words)
    assert.equal(code, 0, err)
    assert.deepEqual(await left(cli), stored)
  })
