// RFC 9700 §4.1
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testClient } from '../../packages/server/src/testing/clients.ts'
import { authorizationUrl, authorize, obtainCode, redemption, redirectUri, startTarget } from './target.ts'

const registered = redirectUri // https://app.example/callback

const mutations = [
  ['another path', 'https://app.example/other'],
  ['a longer path', 'https://app.example/callback/evil'],
  ['a final slash', 'https://app.example/callback/'],
  ['a dot segment', 'https://app.example/evil/../callback'],
  ['an encoded dot segment', 'https://app.example/callback/%2e%2e/evil'],
  ['a query that was not registered', 'https://app.example/callback?next=https://evil.example'],
  ['an empty query', 'https://app.example/callback?'],
  ['a fragment', 'https://app.example/callback#fragment'],
  ['an empty fragment', 'https://app.example/callback#'],
  ['another scheme', 'http://app.example/callback'],
  ['another case of the scheme', 'HTTPS://app.example/callback'],
  ['another case of the host', 'https://APP.example/callback'],
  ['another case of the path', 'https://app.example/Callback'],
  ['the default port, written out', 'https://app.example:443/callback'],
  ['another port', 'https://app.example:8443/callback'],
  ['a subdomain', 'https://evil.app.example/callback'],
  ['the registered host as a subdomain', 'https://app.example.evil.example/callback'],
  ['the registered host as user information', 'https://app.example@evil.example/callback'],
  ['user information', 'https://user@app.example/callback'],
  ['a backslash', 'https://app.example\\@evil.example/callback'],
  ['an encoded letter', 'https://app.example/c%61llback'],
  ['a final dot of the host', 'https://app.example./callback'],
  ['a space before', ' https://app.example/callback'],
  ['a line break after', 'https://app.example/callback\r\nlocation: https://evil.example'],
  ['no scheme', '//app.example/callback'],
  ['a script', 'javascript:alert(1)//https://app.example/callback'],
  ['only the origin', 'https://app.example'],
  ['nothing but a path', '/callback'],
] as const

for (const [name, uri] of mutations)
  test(`RFC 9700 §4.1.3: a redirect URI that differs by ${name} is refused on a page, and nobody is sent anywhere`, async () => {
    const target = await startTarget()
    const landing = await target.openBrowser().open(authorizationUrl({ redirect_uri: uri }))
    assert.equal(landing.status, 400)
    assert.equal(landing.headers.get('location'), null)
    assert.match(landing.html, /invalid_request/)
    assert.ok(!landing.html.includes('evil.example'), 'the page must not lead to the attacker')
  })

test('RFC 9700 §4.1.3: the registered redirect URI, character by character, gets the code', async () => {
  const target = await startTarget()
  const left = await authorize(target.openBrowser(), { redirect_uri: registered })
  assert.equal(left.origin + left.pathname, registered)
})

test('RFC 6749 §3.1.2.3: with several registered redirect URIs the request must name one', async () => {
  const redirectUris = ['https://app.example/a', 'https://app.example/b']
  const target = await startTarget({ clients: [testClient({ name: 'two', redirectUris })] })
  const landing = await target.openBrowser().open(authorizationUrl({ client_id: 'two', redirect_uri: undefined }))
  assert.equal(landing.status, 400)
  assert.match(landing.html, /invalid_request/)
})

test('RFC 6749 §3.1.2: the query of a registered redirect URI is kept', async () => {
  const uri = 'https://app.example/callback?tenant=7&x=%20'
  const target = await startTarget({ clients: [testClient({ name: 'queried', redirectUris: [uri] })] })
  const left = await authorize(target.openBrowser(), { client_id: 'queried', redirect_uri: uri })
  assert.ok(left.href.startsWith(`${uri}&`), left.href)
  assert.equal(left.searchParams.get('tenant'), '7')
  assert.ok(left.searchParams.has('code'))
})

for (const uri of ['http://127.0.0.1:49152/callback', 'http://127.0.0.1/callback', 'app.example:/callback'])
  test(`RFC 9700 §4.1.3: a native app listens on any port of loopback, or on its own scheme: ${uri}`, async () => {
    const target = await startTarget()
    const left = await authorize(target.openBrowser(), { client_id: 'native', redirect_uri: uri })
    assert.ok(left.href.startsWith(`${uri}?`), left.href)
  })

const loopbackMutations = [
  ['another path', 'http://127.0.0.1:49152/other'],
  ['a name that was not registered', 'http://localhost:49152/callback'],
  ['another loopback address', 'http://127.0.0.2:49152/callback'],
  ['a host that begins like it', 'http://127.0.0.1.evil.example/callback'],
  ['user information', 'http://127.0.0.1:80@evil.example/callback'],
  ['a port that is none', 'http://127.0.0.1:99999/callback'],
  ['https', 'https://127.0.0.1:49152/callback'],
] as const

for (const [name, uri] of loopbackMutations)
  test(`RFC 8252 §7.3: only the port of a loopback redirect URI is free, not ${name}`, async () => {
    const target = await startTarget()
    const landing = await target.openBrowser().open(authorizationUrl({ client_id: 'native', redirect_uri: uri }))
    assert.equal(landing.status, 400)
    assert.equal(landing.headers.get('location'), null)
  })

test('RFC 9700 §4.1.3: the port is free for a native app that has registered `localhost`', async () => {
  const client = testClient({ name: 'desktop', applicationType: 'native', redirectUris: ['http://localhost/callback'] })
  const target = await startTarget({ clients: [client] })
  const uri = 'http://localhost:49152/callback'
  const left = await authorize(target.openBrowser(), { client_id: 'desktop', redirect_uri: uri })
  assert.ok(left.href.startsWith(`${uri}?`), left.href)
})

test('RFC 8252 §7.3: the port is not free for a web client', async () => {
  const uri = 'http://127.0.0.1:3000/callback'
  const target = await startTarget({ clients: [testClient({ name: 'local', redirectUris: [uri] })] })
  const other = authorizationUrl({ client_id: 'local', redirect_uri: 'http://127.0.0.1:3001/callback' })
  assert.equal((await target.openBrowser().open(other)).status, 400)
})

for (const [name, changes] of [
  ['another redirect URI', { redirect_uri: 'https://app.example/other' }],
  ['none', { redirect_uri: undefined }],
  ['one that differs by case only', { redirect_uri: 'https://app.example/Callback' }],
] as const)
  test(`RFC 6749 §4.1.3: a code is redeemed only with the redirect URI of its request, not with ${name}`, async () => {
    const target = await startTarget()
    const code = await obtainCode(target)
    const answer = await target.post('/token', redemption(code, changes))
    assert.equal(answer.status, 400)
    assert.equal(answer.body['error'], 'invalid_grant')
  })
