import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal, refuse } from '@ambit/protocol'
import { consent, logIn, openWorld, sentParameters } from '../testing/authorize.ts'
import { pageOf } from '../testing/browser.ts'
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
  const toClient = await refuseToClient(context, exchange(request()), { refusal, channel, hasActed: false })
  assert.match(onPage.body, /words for the public/)
  assert.match(String(toClient.headers['location']), /words%20for%20the%20public/)
  for (const answer of [onPage, toClient]) assert.doesNotMatch(JSON.stringify(answer), /operator/)
  const reasons = events.flatMap(event => (event.kind === 'request.refused' ? [event.reason] : []))
  assert.deepEqual(reasons, [refusal.reason, refusal.reason])
})

const stranger = testClient({ name: 'stranger', isStranger: true })
const errors = [
  ['invalid_scope', { scope: 'unknown' }],
  ['unsupported_response_type', { response_type: 'nonsense' }],
  ['invalid_request', { code_challenge: undefined }],
  ['login_required', { prompt: 'none' }],
] as const

for (const [error, changes] of errors)
  test(`RFC 9700 §4.11.2: an error sends nobody to a stranger who has done nothing here: ${error}`, async () => {
    const { authorize } = await openWorld({ clients: [stranger] })
    const arrival = await authorize({ client_id: 'stranger', ...changes })
    assert.equal(arrival.location, undefined)
    assert.equal(arrival.response.status, 400)
    const { page, error: shown, onward } = pageOf(arrival)
    assert.deepEqual([page, shown], ['error', error])
    const { uri, host } = onward as { readonly uri: string; readonly host: string }
    assert.equal(host, 'app.example')
    const sent = sentParameters({ ...arrival, location: uri })
    assert.deepEqual(
      [sent.get('error'), sent.get('state'), sent.get('iss')],
      [error, 'the state', 'https://as.example'],
    )
  })

test('RFC 9700 §4.11.2: a login of before is nothing done for the stranger who asks', async () => {
  const { authorize, browser } = await openWorld({ clients: [stranger] })
  await logIn(browser, await authorize())
  const arrival = await authorize({ client_id: 'stranger', scope: 'unknown' })
  assert.equal(pageOf(arrival).page, 'error')
})

test('RFC 9700 §4.11.2: a form that sends itself is not shown for a stranger', async () => {
  const { authorize } = await openWorld({ clients: [stranger] })
  const shown = pageOf(await authorize({ client_id: 'stranger', scope: 'unknown', response_mode: 'form_post' }))
  assert.deepEqual([shown.page, shown['onward']], ['error', undefined])
})

test('RFC 9700 §4.11.2: who was asked and refused is sent to a stranger, too, and so is who is refused after the login', async () => {
  const { authorize, browser } = await openWorld({ clients: [stranger] })
  const asked = await logIn(browser, await authorize({ client_id: 'stranger' }))
  assert.equal(sentParameters(await consent(browser, asked, [])).get('error'), null, 'openid is mandatory')
  const again = await authorize({ client_id: 'stranger', scope: 'read_pets', prompt: 'consent' })
  assert.equal(sentParameters(await consent(browser, again, [])).get('error'), 'access_denied')
  const { authorize: ask, browser: other } = await openWorld({ clients: [stranger] })
  const beyond = await logIn(other, await ask({ client_id: 'stranger', scope: 'write_pets' }), 'bob')
  assert.equal(sentParameters(beyond).get('error'), 'access_denied')
})

test('RFC 9700 §4.11.2: nobody who is not logged in is sent to a stranger by a logout', async () => {
  const { browser } = await openWorld({ clients: [stranger] })
  const goodbye = 'post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fgoodbye'
  assert.equal(pageOf(await browser.open(`/logout?client_id=stranger&${goodbye}`)).page, 'logged_out')
  assert.equal((await browser.open(`/logout?client_id=web&${goodbye}`)).location, 'https://app.example/goodbye')
})
