// RFC 9700 §4.12
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formWith } from '../journeys/browser-like.ts'
import { authorizationUrl, consent, issuer, logIn, printFields, startTarget } from './target.ts'

test('RFC 9700 §4.12: every redirect is 303, so no form with a password is sent on', async () => {
  const browser = (await startTarget()).openBrowser()
  const login = await browser.open(authorizationUrl({ scope: 'openid read_pets' }))
  const asked = await logIn(browser, login)
  const done = await consent(browser, asked)
  const home = await browser.open(`${issuer}/`)
  const changed = await browser.submit(home, {}, formWith(home, 'client_id'))
  const logout = await browser.open(`${issuer}/logout`)
  const gone = await browser.submit(logout, { decision: 'logout' }, formWith(logout, 'decision'))
  const statuses = [login, asked, done, changed, gone].flatMap(({ trail }) => trail.map(({ status }) => status))
  assert.deepEqual(new Set(statuses), new Set([200, 303]))
  assert.ok(statuses.filter(status => status === 303).length >= 6)
})

test('RFC 9700 §4.12: so is the answer to an authorization request that was posted', async () => {
  const browser = (await startTarget()).openBrowser()
  const body = authorizationUrl().split('?')[1] ?? ''
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const response = await browser.send(`${issuer}/authorize`, { method: 'POST', headers, body })
  assert.equal(response.status, 303)
})

test('RFC 9700 §2.1: the credentials of the login form are in no redirect', async () => {
  const browser = (await startTarget()).openBrowser()
  const login = await browser.open(authorizationUrl())
  const landing = await browser.submit(login, { username: 'alice', password: 'correct horse battery staple' })
  for (const response of landing.trail) {
    const location = response.headers.get('location') ?? ''
    assert.doesNotMatch(location, /password|correct|alice/)
  }
})

test('RFC 9700 §4.12: a login form with its fields in the query is not a login', async () => {
  const browser = (await startTarget()).openBrowser()
  const login = await browser.open(authorizationUrl())
  const form = formWith(login, 'username')
  const fields = { ...Object.fromEntries(form.fields), username: 'alice', password: 'correct horse battery staple' }
  const response = await browser.send(`${issuer}/login?${printFields(fields)}`)
  assert.equal(response.status, 200)
  assert.equal((await browser.open(authorizationUrl())).url.pathname, '/login')
})
