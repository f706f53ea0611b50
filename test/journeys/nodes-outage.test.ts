import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  hasDatabaseServer,
  quickSettings,
  startDatabaseServer,
} from '../../packages/store/src/postgres/testing/database-server.ts'
import { noDatabase } from '../../packages/store/src/postgres/testing/empty-database.ts'
import {
  authorizationUrl,
  balancedBrowser,
  codeForm,
  nodesOn,
  obtainCode,
  outcomeOf,
  type TestNode,
  tokensOf,
} from './two-nodes.ts'

const database = hasDatabaseServer() ? await startDatabaseServer({ settings: quickSettings }) : undefined
after(() => database?.remove())

test('RFC 9110 §15.6.4: while the database is down every node says 503 and when to try again, keys are served on, and nothing is restarted afterwards', {
  skip: database === undefined ? noDatabase || 'a server that tests can stop is wanted' : false,
}, async t => {
  assert.ok(database)
  const { start } = await nodesOn(t, database.url())
  const nodes = [await start(), await start()]
  const [here, there] = nodes
  assert.ok(here && there)
  const browser = balancedBrowser(nodes)
  const { refresh_token } = await tokensOf(await here.post('/token', codeForm(await obtainCode(browser))))
  const form = { grant_type: 'refresh_token', refresh_token }

  await database.halt('SIGKILL')
  await Promise.all(nodes.map(node => tellOutage(node, refresh_token)))
  const page = await browser.open(authorizationUrl())
  assert.equal(page.status, 503)
  assert.match(page.html, /Please wait \d+ seconds?, then load this page again/)
  for (const { events } of nodes) {
    assert.ok(events.some(({ kind }) => kind === 'request.unavailable'))
    assert.ok(!events.some(({ kind }) => kind === 'request.failed'), JSON.stringify(events.at(-1)))
  }

  await database.start()
  assert.equal(await outcomeOf(await there.post('/token', form)), '200', 'the token was neither spent nor revoked')
  assert.equal((await browser.open(page.url)).left?.searchParams.get('error') ?? 'code', 'code')
  for (const { origin } of nodes) assert.equal((await fetch(`${origin}/readyz`)).status, 200)
})

/** Asks for everything at once: each call waits for the database for a while. */
async function tellOutage(node: TestNode, refreshToken: string): Promise<void> {
  const refreshing = { grant_type: 'refresh_token', refresh_token: refreshToken }
  const sent = [node.post('/token', refreshing), node.post('/revoke', { token: refreshToken })]
  const served = ['/readyz', '/healthz', '/jwks', '/.well-known/openid-configuration'].map(path =>
    fetch(node.origin + path),
  )
  for (const answer of await Promise.all(sent)) {
    assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/)
    assert.equal(await outcomeOf(answer), '503 temporarily_unavailable')
  }
  const statuses = (await Promise.all(served)).map(({ status }) => status)
  assert.deepEqual(statuses, [503, 200, 200, 200])
}
