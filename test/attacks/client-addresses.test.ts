// OAuth Client ID Metadata Document §8.6, RFC 7591 §5
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { clientDocuments, registration } from '@ambit/server'
import type { OutboundRequest } from '../../packages/server/src/ports/world.ts'
import { request } from '../../packages/server/src/testing/requests.ts'
import { type HostileAddresses, startHostileAddresses } from './hostile-addresses.ts'
import { startTarget } from './target.ts'

const redirectUri = 'http://127.0.0.1/callback'

describe('the address of a client document', () => {
  let world: HostileAddresses
  before(async () => {
    const document = { client_id: '$address', client_name: 'Shop', redirect_uris: [redirectUri] }
    world = await startHostileAddresses({ body: JSON.stringify(document) }, '/client.json')
  })
  after(() => world.close())

  /** Each address claims to be its own document, so that nothing but the address speaks against it. */
  const outbound = async (asked: OutboundRequest) => {
    const answer = await world.outbound(asked)
    return { ...answer, body: answer.body.replaceAll('$address', asked.url) }
  }

  /** Where a browser ends that comes with a client identifier. */
  async function open(clientId: string) {
    const target = await startTarget({ outbound, features: [clientDocuments()] })
    const query = new URLSearchParams({
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid read_pets',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    })
    const { url, status, html } = await target.openBrowser().open(`https://as.example/authorize?${query.toString()}`)
    const stored = await target.world.options.store.findClient(clientId)
    return { path: url.pathname, status, html: html.replace(/[0-9a-z]{8,9}-[A-Za-z0-9_-]{12}/g, ''), stored }
  }

  test('OAuth Client ID Metadata Document §8.6: an honest one is read, no other, and nobody is told why', async () => {
    assert.equal((await open(world.honestUrl)).path, '/login')
    const told = new Set<string>()
    for (const { name, url } of world.hostile) {
      const { path, status, html, stored } = await open(url)
      assert.deepEqual([path, status, stored], ['/authorize', 400, undefined], name)
      told.add(html)
    }
    assert.equal(told.size, 1)
    assert.equal(world.reached(), 0)
  })
})

describe('the address of a sector identifier', () => {
  let world: HostileAddresses
  before(async () => {
    world = await startHostileAddresses({ body: JSON.stringify(['https://shop.example/callback']) }, '/sector.json')
  })
  after(() => world.close())

  /** How somebody is answered who registers with a sector identifier. */
  async function register(sector: string) {
    const feature = registration({ access: 'open', policy: { scope: ['openid'] } })
    const target = await startTarget({ outbound: world.outbound, features: [feature] })
    const metadata = {
      redirect_uris: ['https://shop.example/callback'],
      subject_type: 'pairwise',
      sector_identifier_uri: sector,
    }
    const headers = { 'content-type': 'application/json' }
    const sent = request({ method: 'POST', path: '/register', headers, body: JSON.stringify(metadata) })
    return target.server.handle(sent)
  }

  test('OpenID Connect Dynamic Client Registration §5: an honest one is read, and no other', async () => {
    assert.equal((await register(world.honestUrl)).status, 201)
    for (const { name, url } of world.hostile) {
      const { status, body } = await register(url)
      assert.equal(status, 400, name)
      assert.equal((JSON.parse(body) as Record<string, unknown>)['error'], 'invalid_client_metadata')
      assert.doesNotMatch(body, /127\.|10\.|169\.254|refused|ECONN/)
    }
    assert.equal(world.reached(), 0)
  })
})
