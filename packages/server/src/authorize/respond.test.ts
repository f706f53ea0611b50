import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '@ambit/protocol'
import { testClient } from '../testing/clients.ts'
import { request } from '../testing/requests.ts'
import { testWorld } from '../testing/world.ts'
import { appendQuery, type RedirectChannel, respond } from './respond.ts'
import { verifyRedirectUri } from './verified-redirect-uri.ts'

function channelTo(uri: string, rest: Omit<RedirectChannel, 'redirectUri' | 'kind'>): RedirectChannel {
  const redirectUri = verifyRedirectUri(testClient({ name: 'c', redirectUris: [uri] }), {
    redirectUri: uri,
    isOpenId: false,
  })
  assert.ok(!isRefusal(redirectUri))
  return { kind: 'redirect', redirectUri, ...rest }
}

async function sent(channel: RedirectChannel) {
  const { context, exchange } = await testWorld()
  return respond(context, exchange(request()), { channel, parameters: { code: 'a b&c' } })
}

test('RFC 6749 §4.1.2: the code and the state go into the query by 303', async () => {
  const response = await sent(channelTo('https://app.example/cb', { mode: 'query', state: 'x y' }))
  assert.equal(response.status, 303)
  const location = 'https://app.example/cb?code=a%20b%26c&state=x%20y&iss=https%3A%2F%2Fas.example'
  assert.equal(response.headers['location'], location)
  assert.equal(response.headers['cache-control'], 'no-store')
  assert.equal(response.headers['referrer-policy'], 'no-referrer')
})

test('RFC 9207 §2: every response carries iss', async () => {
  const response = await sent(channelTo('https://app.example/cb', { mode: 'query' }))
  assert.match(String(response.headers['location']), /iss=https%3A%2F%2Fas\.example$/)
})

test('RFC 6749 §3.1.2: the query of the redirect URI is kept', () => {
  assert.equal(appendQuery('https://a.example/?x=1', 'y=2'), 'https://a.example/?x=1&y=2')
  assert.equal(appendQuery('https://a.example/?', 'y=2'), 'https://a.example/?y=2')
  assert.equal(appendQuery('https://a.example/?x=1&', 'y=2'), 'https://a.example/?x=1&y=2')
})

test('RFC 6749 §4.2.2: by implicit the parameters go into the fragment', async () => {
  const response = await sent(channelTo('https://app.example/cb?x=1', { mode: 'fragment', state: 's' }))
  assert.match(String(response.headers['location']), /^https:\/\/app\.example\/cb\?x=1#code=a%20b%26c&state=s&iss=/)
})

test('OAuth 2.0 Form Post Response Mode §2: the parameters go into a form that is sent to the redirect URI', async () => {
  const response = await sent(channelTo('https://app.example/cb', { mode: 'form_post', state: 's' }))
  assert.equal(response.status, 200)
  const page = JSON.parse(response.body) as Record<string, unknown>
  assert.equal(page['page'], 'form_post')
  assert.equal(page['action'], 'https://app.example/cb')
  assert.deepEqual(page['parameters'], { code: 'a b&c', state: 's', iss: 'https://as.example' })
  assert.match(String(response.headers['content-security-policy']), /form-action 'self' https:\/\/app\.example;/)
})
