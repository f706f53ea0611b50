// RFC 9700 §4.7
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BrowserLike, type Changes, fieldOf, formWith, type Landing } from '../journeys/browser-like.ts'
import {
  authorizationUrl,
  authorize,
  consent,
  issuer,
  logIn,
  password,
  printFields,
  startTarget,
  type Target,
} from './target.ts'

const states = [
  ['plain text', 'af0ifjsldkj'],
  ['reserved characters', 'a&b=c?d#e/f%20g+h'],
  ['letters outside of ASCII', 'zürich-東京-🐈'],
  ['what looks like a parameter', '&code=evil&iss=https://evil.example'],
  ['markup', '"><script>alert(1)</script>'],
  ['a line break', 'a\r\nset-cookie: evil=1'],
  ['a thousand characters', 'x'.repeat(1000)],
] as const

for (const [name, state] of states)
  for (const mode of ['query', 'form_post'])
    test(`RFC 6749 §4.1.2: state comes back exactly as it was sent, in ${mode}: ${name}`, async () => {
      const browser = (await startTarget()).openBrowser()
      const url = authorizationUrl({ state, response_mode: mode })
      const landing = await consent(browser, await logIn(browser, await browser.open(url)))
      const [form] = landing.forms
      assert.equal(landing.left?.searchParams.get('state') ?? (form && fieldOf(form, 'state')), state)
    })

test('RFC 6749 §4.1.2.1: state comes back with an error too', async () => {
  const left = await authorize((await startTarget()).openBrowser(), { scope: 'unknown', state: 'a&b=c' })
  assert.equal(left.searchParams.get('state'), 'a&b=c')
})

test('RFC 6749 §4.1.2: without a state there is none in the response', async () => {
  const left = await authorize((await startTarget()).openBrowser(), { state: undefined })
  assert.ok(!left.searchParams.has('state'))
})

test('RFC 9700 §4.7.1: PKCE support can be seen in the metadata', async () => {
  const { server } = await startTarget()
  assert.deepEqual(server.metadata.code_challenge_methods_supported, ['S256'])
})

/** What an attacker's page can make of the user's browser: it sends a form with cookies, but knows no token. */
type Forgery = {
  readonly name: string
  readonly changes: (target: Target) => Promise<Changes>
  readonly headers?: Readonly<Record<string, string>>
}

const forgeries: readonly Forgery[] = [
  { name: 'no token', changes: async () => ({ csrf: undefined }) },
  { name: 'an empty token', changes: async () => ({ csrf: '' }) },
  { name: 'a made-up token', changes: async () => ({ csrf: 'A'.repeat(43) }) },
  {
    name: "the token of the attacker's own browser",
    changes: async target => ({ csrf: await tokenOfAttacker(target) }),
  },
  { name: 'sent by another site', changes: async () => ({}), headers: { 'sec-fetch-site': 'cross-site' } },
  { name: 'sent by a sister site', changes: async () => ({}), headers: { 'sec-fetch-site': 'same-site' } },
  { name: 'from another origin', changes: async () => ({}), headers: { origin: 'https://evil.example' } },
]

async function tokenOfAttacker(target: Target): Promise<string | undefined> {
  const landing = await target.openBrowser().open(authorizationUrl())
  return fieldOf(formWith(landing, 'username'), 'csrf')
}

/** Sends a form of a page as another site would have it sent. */
async function forge(
  target: Target,
  browser: BrowserLike,
  attack: { readonly landing: Landing; readonly field: string; readonly changes: Changes; readonly forgery: Forgery },
): Promise<Response> {
  const form = formWith(attack.landing, attack.field)
  const fields = { ...Object.fromEntries(form.fields), ...attack.changes, ...(await attack.forgery.changes(target)) }
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...attack.forgery.headers }
  return browser.send(new URL(form.action, attack.landing.url), { method: 'POST', headers, body: printFields(fields) })
}

for (const forgery of forgeries) {
  test(`RFC 6749 §10.12: a login form is refused when it has ${forgery.name}`, async () => {
    const target = await startTarget()
    const browser = target.openBrowser()
    const landing = await browser.open(authorizationUrl())
    const changes = { username: 'alice', password }
    const response = await forge(target, browser, { landing, field: 'username', changes, forgery })
    assert.match(response.headers.get('location') ?? '', /^\/login\?interaction=/)
    assert.doesNotMatch(response.headers.getSetCookie().join(), /_session=/)
    assert.equal((await browser.open(authorizationUrl())).url.pathname, '/login', 'nobody is logged in')
  })

  test(`RFC 6749 §10.12: a consent form is refused when it has ${forgery.name}`, async () => {
    const target = await startTarget()
    const browser = target.openBrowser()
    const landing = await logIn(browser, await browser.open(authorizationUrl()))
    await forge(target, browser, { landing, field: 'decision', changes: { decision: 'allow' }, forgery })
    assert.equal((await browser.open(landing.url)).url.pathname, '/consent', 'the user is still asked')
    assert.equal((await browser.open(authorizationUrl())).url.pathname, '/consent', 'and nothing was granted')
  })

  test(`RFC 9700 §4.7: a logout form is refused when it has ${forgery.name}`, async () => {
    const target = await startTarget()
    const browser = target.openBrowser()
    await authorize(browser)
    const landing = await browser.open(`${issuer}/logout`)
    await forge(target, browser, { landing, field: 'decision', changes: { decision: 'logout' }, forgery })
    assert.ok((await authorize(browser, { prompt: 'none' })).searchParams.has('code'), 'the user is still logged in')
  })

  test(`RFC 9700 §4.7: taking a grant back is refused when it has ${forgery.name}`, async () => {
    const target = await startTarget()
    const browser = target.openBrowser()
    await authorize(browser)
    const landing = await browser.open(`${issuer}/`)
    await forge(target, browser, { landing, field: 'client_id', changes: {}, forgery })
    assert.ok((await authorize(browser, { prompt: 'none' })).searchParams.has('code'), 'the grant still stands')
  })
}

test('RFC 6749 §10.12: a malicious client gets nothing by a request in the background', async () => {
  const browser = (await startTarget()).openBrowser()
  await authorize(browser)
  const left = await authorize(browser, { client_id: 'pairwise', prompt: 'none' })
  assert.equal(left.searchParams.get('error'), 'consent_required')
})

test('RFC 9700 §4.7: an interaction that an attacker began cannot be finished in the browser of the user', async () => {
  const target = await startTarget()
  const ofAttacker = await target.openBrowser().open(authorizationUrl())
  const browser = target.openBrowser()
  await authorize(browser)
  const landing = await browser.open(ofAttacker.url)
  assert.equal(landing.status, 400)
  assert.match(landing.html, /invalid_request/)
})

test('RFC 9700 §4.7: consent is that of the user to whom the page was shown', async () => {
  const target = await startTarget()
  const browser = target.openBrowser()
  const landing = await logIn(browser, await browser.open(authorizationUrl()), 'alice')
  const other = await browser.open(authorizationUrl({ prompt: 'login' }))
  await logIn(browser, other, 'bob')
  const answered = await consent(browser, landing)
  assert.equal(answered.left, undefined)
  assert.equal(answered.url.pathname, '/consent')
})

test('RFC 9700 §4.7: a session id that an attacker planted is not that of the login', async () => {
  const target = await startTarget()
  const attacker = target.openBrowser()
  await authorize(attacker)
  const planted = new Map([...attacker.cookies].filter(([name]) => name.includes('session')))
  const browser = target.openBrowser()
  for (const [name, value] of planted) browser.cookies.set(name, value)
  const landing = await browser.open(authorizationUrl({ prompt: 'login' }))
  await logIn(browser, landing)
  for (const [name, value] of planted) assert.notEqual(browser.cookies.get(name), value)
})

test('RFC 9700 §4.7: cookies are for this host alone, out of reach of scripts and of forms of other sites', async () => {
  const browser = (await startTarget()).openBrowser()
  const landing = await logIn(browser, await browser.open(authorizationUrl()))
  const lines = landing.trail.flatMap(response => response.headers.getSetCookie())
  assert.ok(lines.length > 0)
  for (const line of lines) {
    assert.match(line, /^__Host-/)
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/'])
      assert.ok(line.includes(`; ${attribute}`), line)
    assert.ok(!/domain=/i.test(line))
  }
})

test('RFC 9700 §2.6: no script of another origin can read the authorization endpoint or the pages', async () => {
  const target = await startTarget()
  for (const path of ['/authorize', '/login', '/consent', '/continue', '/logout', '/', '/account/grant']) {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const headers = { origin: 'https://evil.example', 'access-control-request-method': 'GET' }
      const response = await target.send(new Request(issuer + path, { method, headers }))
      assert.equal(response.headers.get('access-control-allow-origin'), null, `${method} ${path}`)
    }
  }
})
