// RFC 9101 §10.4.1
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { requestObjects } from '@ambit/server'
import { testClock } from '../../packages/server/src/testing/ports.ts'
import { objectClaims, signer, signObject } from '../../packages/server/src/testing/request-object.ts'
import { type HostileAddresses, startHostileAddresses } from './hostile-addresses.ts'
import { issuer, startTarget } from './target.ts'

describe('request objects by reference', () => {
  let world: HostileAddresses
  before(async () => {
    const body = await signObject(objectClaims(testClock().now()))
    world = await startHostileAddresses({ body, contentType: 'application/oauth-authz-req+jwt' }, '/request.jwt')
  })
  after(() => world.close())

  /** Where a browser lands that brings a reference which its client has registered. */
  async function bring(uri: string) {
    const clients = [{ ...signer, metadata: { request_uris: [uri] } }]
    const target = await startTarget({
      features: [requestObjects({ references: true })],
      outbound: world.outbound,
      clients,
    })
    const query = new URLSearchParams({ client_id: 'signer', request_uri: uri })
    const landing = await target.openBrowser().open(`${issuer}/authorize?${query.toString()}`)
    return { landing, events: JSON.stringify(target.world.events) }
  }

  test('RFC 9101 §5.2.3: an honest address is read, so what follows is not refused by accident', async () => {
    assert.equal((await bring(world.honestUrl)).landing.url.pathname, '/login')
  })

  test('RFC 9101 §10.4.1: an address that is hostile gives nothing although it is registered, and the page does not say why', async () => {
    for (const { name, url } of world.hostile) {
      const { landing, events } = await bring(url)
      assert.equal(landing.left, undefined, name)
      assert.equal(landing.status, 400, name)
      assert.match(landing.html, /invalid_request_uri/, name)
      assert.doesNotMatch(landing.html, /ECONN|127\.0\.0\.1|private|loopback|certificate/i, name)
      assert.match(events, /"error":"invalid_request_uri"/, name)
    }
    assert.equal(world.reached(), 0)
  })
})
