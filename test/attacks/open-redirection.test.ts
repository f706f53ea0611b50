// RFC 9700 §4.11
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Landing } from '../journeys/browser-like.ts'
import { authorizationUrl, authorize, issuer, obtainTokens, printFields, startTarget } from './target.ts'

const evil = 'https://evil.example/'

const staying = [
  ['an unknown client', { client_id: 'unknown', redirect_uri: evil }],
  ['a redirect URI that is not registered', { redirect_uri: evil }],
  ['no client', { client_id: undefined }],
  ['two clients', { client_id: ['web', 'spa'] }],
  ['two redirect URIs', { redirect_uri: ['https://app.example/callback', evil] }],
  ['two redirect URIs, the evil one first', { redirect_uri: [evil, 'https://app.example/callback'] }],
  ['no redirect URI in an OpenID request', { redirect_uri: undefined, scope: 'openid' }],
] as const

for (const [name, changes] of staying)
  test(`RFC 6749 §4.1.2.1: with ${name} nobody is sent anywhere, silently or not`, async () => {
    const browser = (await startTarget()).openBrowser()
    for (const prompt of ['none', undefined]) {
      const landing = await browser.open(authorizationUrl({ ...changes, prompt, response_type: 'nonsense' }))
      assert.equal(landing.status, 400)
      assert.equal(landing.headers.get('location'), null)
      assert.ok(!landing.html.includes('evil.example'))
    }
  })

const leaving = [
  ['unsupported_response_type', { response_type: 'nonsense' }],
  ['invalid_scope', { scope: 'unknown' }],
  ['invalid_request', { prompt: 'none login' }],
  ['login_required', { prompt: 'none' }],
] as const

for (const [error, changes] of leaving)
  test(`RFC 9700 §4.11.2: an error goes to the registered redirect URI alone: ${error}`, async () => {
    const left = await authorize((await startTarget()).openBrowser(), changes)
    assert.equal(left.origin + left.pathname, 'https://app.example/callback')
    assert.equal(left.searchParams.get('error'), error)
  })

test('RFC 9700 §4.11.2: a good request is answered only once the user has logged in', async () => {
  const landing = await (await startTarget()).openBrowser().open(authorizationUrl())
  assert.equal(landing.url.pathname, '/login')
  assert.equal(landing.left, undefined)
})

for (const name of ['next', 'return_to', 'redirect', 'redirect_uri', 'continue', 'url', 'interaction'])
  test(`RFC 9700 §4.11.2: the login page leads nowhere by a parameter: ${name}`, async () => {
    const target = await startTarget()
    const browser = target.openBrowser()
    await authorize(browser)
    const landing = await browser.open(`${issuer}/login?${printFields({ [name]: evil })}`)
    assert.equal(landing.left, undefined)
    assert.equal(landing.url.origin, issuer)
  })

for (const path of [
  '//evil.example',
  '//evil.example/%2e%2e',
  '/\\evil.example',
  '/.//evil.example',
  '/login//evil.example',
])
  test(`RFC 9700 §4.11.2: a path that looks like another host is not found: ${path}`, async () => {
    const response = await (await startTarget()).handle({ path })
    assert.equal(response.status, 404)
    assert.equal(response.headers['location'], undefined)
  })

const logouts = [
  ['not registered', { client_id: 'web', post_logout_redirect_uri: evil }],
  ['of no client', { post_logout_redirect_uri: 'https://app.example/goodbye' }],
  ['of an unknown client', { client_id: 'unknown', post_logout_redirect_uri: 'https://app.example/goodbye' }],
  [
    'longer than the registered one',
    { client_id: 'web', post_logout_redirect_uri: 'https://app.example/goodbye/evil' },
  ],
  [
    'registered for login, not for logout',
    { client_id: 'web', post_logout_redirect_uri: 'https://app.example/callback' },
  ],
] as const

for (const [name, parameters] of logouts)
  test(`OpenID Connect RP-Initiated Logout §3: a redirect after logout is refused when it is ${name}`, async () => {
    const browser = (await startTarget()).openBrowser()
    const url = `${issuer}/logout?${printFields(parameters)}`
    const isRefused = ({ status, left }: Landing) => status === 400 && left === undefined
    assert.ok(isRefused(await browser.open(url)), 'logged out')
    await authorize(browser)
    assert.ok(isRefused(await browser.open(url)), 'logged in')
  })

test('OpenID Connect RP-Initiated Logout §3: the registered one is gone to, with its state', async () => {
  const target = await startTarget()
  const { id_token } = await obtainTokens(target, { scope: 'openid' })
  const parameters = { id_token_hint: id_token, post_logout_redirect_uri: 'https://app.example/goodbye', state: 's&t' }
  const { left } = await target.openBrowser().open(`${issuer}/logout?${printFields(parameters)}`)
  assert.equal(left?.href, 'https://app.example/goodbye?state=s%26t')
})
