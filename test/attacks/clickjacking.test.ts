// RFC 9700 §4.16
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Landing } from '../journeys/browser-like.ts'
import { authorizationUrl, authorize, consent, issuer, logIn, obtainTokens, startTarget } from './target.ts'

/** Every page of the server, each in a state in which a user sees it. */
async function everyPage(): Promise<readonly (readonly [string, Landing])[]> {
  const target = await startTarget()
  const browser = target.openBrowser()
  const login = await browser.open(authorizationUrl({ response_mode: 'form_post', scope: 'read_pets admin' }))
  const wrong = await browser.submit(login, { username: 'alice', password: 'wrong' })
  const asked = await logIn(browser, wrong)
  const formPost = await consent(browser, asked)
  const { id_token } = await obtainTokens(target, { scope: 'openid' })
  const plain = target.openBrowser()
  await authorize(plain)
  return [
    ['login', login],
    ['login after a wrong password', wrong],
    ['consent', asked],
    ['form_post', formPost],
    ['select account', await plain.open(authorizationUrl({ prompt: 'select_account' }))],
    ['home', await plain.open(`${issuer}/`)],
    ['logout', await plain.open(`${issuer}/logout`)],
    ['logged out', await target.openBrowser().open(`${issuer}/logout?id_token_hint=${id_token}`)],
    ['error', await plain.open(authorizationUrl({ client_id: 'unknown' }))],
    ['not found', await plain.open(`${issuer}/nowhere`)],
    ['wrong method', await plain.open(`${issuer}/account/grant`)],
  ]
}

test('RFC 9700 §4.16: no page can be framed, in browsers old and new', async () => {
  for (const [name, { headers, html }] of await everyPage()) {
    assert.match(html, /^<!doctype html>/i, name)
    assert.equal(headers.get('x-frame-options'), 'DENY', name)
    assert.match(headers.get('content-security-policy') ?? '', /(?:^|; )frame-ancestors 'none'(?:;|$)/, name)
  }
})

test('RFC 9700 §4.16: no page runs a script that was put into it', async () => {
  for (const [name, { headers, html }] of await everyPage()) {
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/, name)
    assert.match(policy, /script-src 'self'(?:;|$)/, name)
    assert.match(policy, /base-uri 'none'/, name)
    assert.match(policy, /form-action 'self'/, name)
    assert.doesNotMatch(policy, /unsafe|\*|data:/, name)
    assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)/, name)
    assert.doesNotMatch(html, /\s(?:style|on\w+)=/, name)
  }
})

test('RFC 9700 §4.16: pages are what they say, are not kept, and share no window with their opener', async () => {
  for (const [name, { headers }] of await everyPage()) {
    assert.equal(headers.get('content-type'), 'text/html; charset=utf-8', name)
    assert.equal(headers.get('x-content-type-options'), 'nosniff', name)
    assert.equal(headers.get('cache-control'), 'no-store', name)
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', name)
    assert.match(headers.get('strict-transport-security') ?? '', /max-age=\d{8}/, name)
  }
})

test('RFC 9700 §4.16: a form goes to this server and on to the one client that it is about', async () => {
  const browser = (await startTarget()).openBrowser()
  const { headers } = await browser.open(authorizationUrl())
  const [, sources] = /form-action ([^;]*)/.exec(headers.get('content-security-policy') ?? '') ?? []
  assert.equal(sources, "'self' https://app.example")
})
