// RFC 9700 §4.2
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Landing } from '../journeys/browser-like.ts'
import {
  authorizationUrl,
  consent,
  isActive,
  issuer,
  logIn,
  obtainCode,
  redemption,
  startTarget,
  tokensOf,
} from './target.ts'

/** The pages that a user sees on the way through an authorization, and around it. */
async function pagesOnTheWay(): Promise<readonly (readonly [string, Landing])[]> {
  const target = await startTarget()
  const browser = target.openBrowser()
  const login = await browser.open(authorizationUrl({ response_mode: 'form_post' }))
  const wrong = await browser.submit(login, { username: 'alice', password: 'wrong' })
  const consentPage = await logIn(browser, wrong)
  const formPost = await consent(browser, consentPage)
  return [
    ['login', login],
    ['login with a wrong password', wrong],
    ['consent', consentPage],
    ['form_post', formPost],
    ['home', await browser.open(`${issuer}/`)],
    ['logout', await browser.open(`${issuer}/logout`)],
    ['error', await browser.open(authorizationUrl({ client_id: 'unknown' }))],
  ]
}

test('RFC 9700 §4.2.4: no page tells the next site where it came from', async () => {
  for (const [name, page] of await pagesOnTheWay())
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer', `${name} at ${page.url.href}`)
})

test('RFC 9700 §4.2.4: no page loads from or links to another site', async () => {
  for (const [name, page] of await pagesOnTheWay()) {
    const addresses = [...page.html.matchAll(/\s(?:href|src|srcset|data|poster)="([^"]*)"/g)].map(([, url = '']) => url)
    for (const address of addresses)
      assert.equal(new URL(address, page.url).origin, issuer, `${name} leads to ${address}`)
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/, name)
  }
})

test('RFC 9700 §4.2.4: redirects to the client suppress the referrer and are not kept', async () => {
  const target = await startTarget()
  const browser = target.openBrowser()
  const landing = await consent(browser, await logIn(browser, await browser.open(authorizationUrl())))
  for (const response of landing.trail) {
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer')
    assert.equal(response.headers.get('cache-control'), 'no-store')
  }
})

test('RFC 9700 §4.2.4: a code is invalid after its first use, and its second use revokes what it gave', async () => {
  const target = await startTarget()
  const code = await obtainCode(target)
  const { access_token } = tokensOf(await target.post('/token', redemption(code)))
  assert.ok(await isActive(target, access_token))
  const again = await target.post('/token', redemption(code))
  assert.equal(again.body['error'], 'invalid_grant')
  assert.ok(!(await isActive(target, access_token)))
})
