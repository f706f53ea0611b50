import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '@ambit/protocol'
import { testClient } from '../testing/clients.ts'
import { redirectUriProblem, verifyRedirectUri } from './verified-redirect-uri.ts'

const registered = 'https://app.example/callback'
const web = testClient({ name: 'web', redirectUris: [registered] })

function verify(client: typeof web, redirectUri: string | undefined, isOpenId = false): string | undefined {
  const verified = verifyRedirectUri(client, { redirectUri, isOpenId })
  return isRefusal(verified) ? undefined : verified
}

test('RFC 9700 §2.1: the registered redirect URI is accepted as it is', () => {
  assert.equal(verify(web, registered), registered)
})

test('RFC 9700 §2.1: anything but the very same characters is refused', () => {
  const hostile = [
    'https://app.example/callback/',
    'https://app.example/callback?x=1',
    'https://app.example/callback#',
    'https://app.example/Callback',
    'https://APP.example/callback',
    'https://app.example:443/callback',
    'http://app.example/callback',
    'https://app.example/callback/../callback',
    'https://app.example/%63allback',
    'https://app.example@evil.example/callback',
    'https://evil.example/?https://app.example/callback',
    'https://app.example.evil.example/callback',
    ' https://app.example/callback',
    '//app.example/callback',
    'javascript:alert(1)',
    'null',
  ]
  for (const uri of hostile) assert.equal(verify(web, uri), undefined, uri)
})

test('RFC 6749 §3.1.2.3: a missing redirect URI is the only registered one', () => {
  assert.equal(verify(web, undefined), registered)
})

test('RFC 6749 §3.1.2.3: a missing redirect URI is refused where none or several are registered', () => {
  assert.equal(verify(testClient({ name: 'none', redirectUris: [] }), undefined), undefined)
  assert.equal(verify(testClient({ name: 'two', redirectUris: [registered, `${registered}2`] }), undefined), undefined)
})

test('OpenID Connect Core §3.1.2.1: redirect_uri is required in an OpenID request', () => {
  assert.equal(verify(web, undefined, true), undefined)
})

const native = testClient({
  name: 'native',
  applicationType: 'native',
  redirectUris: [
    'http://127.0.0.1/callback',
    'http://[::1]:1234/cb?a=b',
    'http://localhost:8080/callback',
    'app.example:/cb',
  ],
})

test('RFC 8252 §7.3: the port of a loopback address is free for a native app', () => {
  for (const uri of [
    'http://127.0.0.1/callback',
    'http://127.0.0.1:1/callback',
    'http://127.0.0.1:65535/callback',
    'http://[::1]/cb?a=b',
    'http://[::1]:51004/cb?a=b',
    'app.example:/cb',
  ])
    assert.equal(verify(native, uri), uri)
})

test('RFC 8252 §7.3: everything but the port is compared exactly', () => {
  for (const uri of [
    'http://127.0.0.1:8000/callback/',
    'http://127.0.0.1:8000/callback?x',
    'http://127.0.0.1:8000',
    'http://127.0.0.1:65536/callback',
    'http://127.0.0.1:0/callback',
    'http://127.0.0.1:/callback',
    'http://127.0.0.1:80@evil.example/callback',
    'http://127.0.0.1.evil.example/callback',
    'https://127.0.0.1:8000/callback',
    'http://127.0.0.2:8000/callback',
    'http://[::1]:8000/cb',
    'app.example:8000/cb',
  ])
    assert.equal(verify(native, uri), undefined, uri)
})

test('RFC 8252 §7.3: the port of no other host is free, however much it looks like the loopback', () => {
  const redirectUris = [
    'http://app.example/cb',
    'http://127.0.0.2/cb',
    'http://localhost.example/cb',
    'http://localhost@app.example/cb',
  ]
  const client = testClient({ name: 'native', applicationType: 'native', redirectUris })
  for (const uri of [
    'http://app.example:4711/cb',
    'http://127.0.0.2:4711/cb',
    'http://localhost.example:4711/cb',
    'http://localhost:4711@app.example/cb',
  ])
    assert.equal(verify(client, uri), undefined, uri)
})

test('RFC 9700 §4.1.3: the port of localhost is free where a native app has registered that name', () => {
  assert.equal(verify(native, 'http://localhost:8081/callback'), 'http://localhost:8081/callback')
  assert.equal(verify(native, 'http://localhost:8081/other'), undefined)
})

test('RFC 8252 §7.3: the port is not free for a web app', () => {
  const client = testClient({ name: 'local', redirectUris: ['http://127.0.0.1:8080/callback'] })
  assert.equal(verify(client, 'http://127.0.0.1:8080/callback'), 'http://127.0.0.1:8080/callback')
  assert.equal(verify(client, 'http://127.0.0.1:8081/callback'), undefined)
})

test('RFC 9700 §4.11.1: a registered URI that would run code or has a fragment is refused all the same', () => {
  const redirectUris = [
    'javascript:alert(1)',
    'data:text/html,x',
    'https://app.example/#x',
    '/relative',
    'https://app.example/ü',
  ]
  const client = testClient({ name: 'odd', redirectUris })
  for (const uri of redirectUris) assert.equal(verify(client, uri), undefined, uri)
})

test('RFC 6749 §3.1.2: what may be registered is an absolute URI without a fragment', () => {
  assert.equal(redirectUriProblem('https://app.example/callback?a=b'), undefined)
  assert.equal(redirectUriProblem('com.example.app:/cb'), undefined)
  assert.match(redirectUriProblem('callback') ?? '', /absolute/)
  assert.match(redirectUriProblem('https://app.example/#x') ?? '', /fragment/)
  assert.match(redirectUriProblem('https://app.example/a b') ?? '', /spaces/)
  assert.match(redirectUriProblem('vbscript:x') ?? '', /scheme/)
  for (const uri of ['https:app.example', 'https:/app.example/', 'HTTPS:app.example', 'https:///app.example'])
    assert.match(redirectUriProblem(uri) ?? '', /two slashes/, uri)
  for (const uri of ['https:\\\\app.example', 'https://app.example\\@evil.example/'])
    assert.match(redirectUriProblem(uri) ?? '', /backslash/, uri)
})
