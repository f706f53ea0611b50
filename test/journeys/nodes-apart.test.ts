import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { basicHeader } from '../../packages/server/src/testing/requests.ts'
import { noDatabase } from '../../packages/store/src/postgres/testing/empty-database.ts'
import { formWith } from './browser-like.ts'
import { secret } from './running-server.ts'
import {
  authorizationUrl,
  balancedBrowser,
  issuer,
  nodeConfig,
  outcomeOf,
  prepareNodes,
  sharedStores,
  type TestNode,
} from './two-nodes.ts'

for (const { kind, skip } of sharedStores)
  describe(`nodes that are not of one mind: ${kind}`, { skip }, () => {
    test('of two secrets that files declare for one client that of the node counts which started last, at every node', async t => {
      const { start } = await prepareNodes(t, kind)
      const here = await start()
      const changed = 'another secret that is long enough'
      const clients = nodeConfig.clients?.map(each => (each.clientId === 'web' ? { ...each, secret: changed } : each))
      const there = await start(0, { clients })
      for (const node of [here, there]) {
        const ask = (given: string) =>
          node.post('/introspect', { token: 'x' }, { authorization: basicHeader('web', given) })
        assert.equal(await outcomeOf(await ask(secret)), '401 invalid_client')
        assert.equal(await outcomeOf(await ask(changed)), '200')
      }
      assert.ok(!there.events.some(event => event.kind === 'warning' && event.about === 'nodes'), 'nobody notices')
    })

    test('RFC 7591 §5: the limit of clients is counted again every minute, and passed by what other nodes add meanwhile', async t => {
      const { start, advance } = await prepareNodes(t, kind)
      const registration = { access: 'open', policy: { scope: ['read_pets'] }, limits: { clients: 2 } }
      const changes = { features: { ...nodeConfig.features, registration } }
      const [here, there] = [await start(0, changes), await start(0, changes)]
      const register = async ({ origin }: TestNode) => {
        const body = JSON.stringify({ redirect_uris: ['https://new.example/cb'], scope: 'read_pets' })
        const headers = { 'content-type': 'application/json' }
        return (await fetch(`${origin}/register`, { method: 'POST', headers, body })).status
      }
      assert.deepEqual([await register(here), await register(there), await register(there)], [201, 201, 503])
      assert.equal(await register(here), 201, 'it has counted two of the three')
      advance(60)
      assert.equal(await register(here), 503)
      const registered = (await there.store.listClients()).filter(({ isDeclared }) => !isDeclared)
      for (const { clientId, createdAt } of registered) await there.store.deleteClient(clientId, createdAt)
      advance(-86_400)
      assert.equal(await register(here), 201, 'also where the clock was set back')
    })
  })

test('who was told to wait by a node whose clock is a day ahead waits at every node', { skip: noDatabase }, async t => {
  const { start, advance } = await prepareNodes(t, 'postgres')
  const [right, wrong] = [await start(), await start(86_400)]
  const tryAt = async (node: TestNode) => {
    const browser = balancedBrowser([node])
    const login = await browser.open(authorizationUrl())
    return browser.submit(login, { username: 'ada', password: 'wrong' }, formWith(login, 'username'))
  }
  for (let tries = 0; tries < 11; tries++) await tryAt(wrong)
  advance(3_600)
  assert.match((await tryAt(right)).html, /too many/, issuer)
})
