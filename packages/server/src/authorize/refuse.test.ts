import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal, refuse } from '@ambit/protocol'
import { redirectUri, testClient } from '../testing/clients.ts'
import { request } from '../testing/requests.ts'
import { testWorld } from '../testing/world.ts'
import { refuseOnPage, refuseToClient } from './refuse.ts'
import { verifyRedirectUri } from './verified-redirect-uri.ts'

const refusal = refuse('access_denied', 'words for the public', 'a reason for the operator')

test('RFC 6749 §4.1.2.1: neither the page nor the client is told the reason that the operator is told', async () => {
  const { context, exchange, events } = await testWorld()
  const uri = verifyRedirectUri(testClient({ name: 'web' }), { redirectUri, isOpenId: false })
  assert.ok(!isRefusal(uri))
  const onPage = await refuseOnPage(context, exchange(request()), { refusal })
  const channel = { kind: 'redirect', redirectUri: uri, mode: 'query' } as const
  const toClient = await refuseToClient(context, exchange(request()), { refusal, channel })
  assert.match(onPage.body, /words for the public/)
  assert.match(String(toClient.headers['location']), /words%20for%20the%20public/)
  for (const answer of [onPage, toClient]) assert.doesNotMatch(JSON.stringify(answer), /operator/)
  const reasons = events.flatMap(event => (event.kind === 'request.refused' ? [event.reason] : []))
  assert.deepEqual(reasons, [refusal.reason, refusal.reason])
})
