// RFC 9700 §4.2, §4.3: what leaks into a log is as good as what was stolen
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { type ConfigDeclaration, createLog, type RunningServer, startServer } from 'ambit'
import { type BrowserLike, fieldOf, type Landing, openBrowser } from './browser-like.ts'

const verifier = 'a-verifier-that-nobody-else-has-ever-seen-0123456789'
const clientSecret = 'the-secret-of-the-web-app'
const password = 'correct horse battery staple'
const redirectUri = 'http://127.0.0.1:65000/callback'

const config: ConfigDeclaration = {
  port: 0,
  store: 'memory',
  catalogue: { scopes: { read_pets: {}, write_pets: {} } },
  resources: [{ resource: 'https://api.example', tokenFormat: 'opaque' }],
  clients: [
    {
      clientId: 'app',
      secret: clientSecret,
      redirectUris: [redirectUri],
      scope: ['openid', 'offline_access', 'read_pets', 'write_pets'],
      introspects: ['https://api.example'],
    },
  ],
  users: [{ username: 'ada', password }],
}

async function start(t: { after: (done: () => Promise<void>) => void }) {
  const lines: string[] = []
  const log = createLog({ level: 'debug', format: 'json', destination: { write: line => void lines.push(line) } })
  const server = await startServer(config, { log })
  t.after(() => server.close())
  return { server, lines }
}

function authorizeUrl({ origin }: RunningServer): URL {
  const url = new URL('/authorize', origin)
  const parameters = {
    response_type: 'code',
    client_id: 'app',
    redirect_uri: redirectUri,
    scope: 'openid offline_access read_pets write_pets',
    state: 'a-state-of-the-client',
    nonce: 'a-nonce-of-the-client',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}

async function post({ origin }: RunningServer, path: string, parameters: Readonly<Record<string, string>>) {
  const headers = { authorization: `Basic ${btoa(`app:${clientSecret}`)}` }
  const response = await fetch(new URL(path, origin), {
    method: 'POST',
    headers,
    body: new URLSearchParams(parameters),
  })
  const text = await response.text()
  return text === '' ? {} : (JSON.parse(text) as Readonly<Record<string, string>>)
}

/** Logs in with a wrong password, then with the right one, and allows one scope of two. */
async function logIn(browser: BrowserLike, server: RunningServer, seen: Set<string>): Promise<Landing> {
  const login = await browser.open(authorizeUrl(server))
  noteForm(login, seen)
  const again = await browser.submit(login, { username: 'ada', password: 'a wrong password of ada' })
  noteForm(again, seen)
  const consent = await browser.submit(again, { username: 'ada', password })
  noteForm(consent, seen)
  return browser.submit(consent, { scope: ['openid', 'offline_access', 'read_pets'], decision: 'allow' })
}

function noteForm(landing: Landing, seen: Set<string>): void {
  for (const form of landing.forms)
    for (const name of ['csrf', 'interaction']) {
      const value = fieldOf(form, name)
      if (value !== undefined && value !== '') seen.add(value)
    }
}

test('a whole journey leaves no secret in the log', async t => {
  const { server, lines } = await start(t)
  const secrets = new Set([verifier, clientSecret, password, 'a wrong password of ada', btoa(`app:${clientSecret}`)])
  const browser = openBrowser(request => fetch(request), [server.origin])
  const landing = await logIn(browser, server, secrets)
  const code = landing.left?.searchParams.get('code') ?? ''
  assert.notEqual(code, '')
  const redeem = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
  const issued = await post(server, '/token', redeem)
  const refresh = (token: string) => post(server, '/token', { grant_type: 'refresh_token', refresh_token: token })
  const rotated = await refresh(issued['refresh_token'] ?? '')
  await post(server, '/introspect', { token: rotated['access_token'] ?? '' })
  await post(server, '/revoke', { token: rotated['refresh_token'] ?? '' })
  const refused = await refresh(rotated['refresh_token'] ?? '')
  assert.equal(refused['error'], 'invalid_grant')
  assert.equal((await post(server, '/token', redeem))['error'], 'invalid_grant')
  await fetch(new URL('/userinfo', server.origin), { headers: { authorization: `Bearer ${rotated['access_token']}` } })
  await fetch(new URL('/token', server.origin), {
    method: 'POST',
    body: new URLSearchParams({ client_secret: clientSecret }),
  })
  for (const answer of [issued, rotated])
    for (const name of ['access_token', 'refresh_token', 'id_token']) if (answer[name]) secrets.add(answer[name])
  for (const value of browser.cookies.values()) secrets.add(value)
  secrets.add(code)
  const text = lines.join('')
  for (const secret of secrets) assert.ok(!text.includes(secret), `the log holds ${secret}`)
  const events = lines.map(line => (JSON.parse(line) as { event?: string }).event)
  for (const event of [
    'login.failed',
    'login.succeeded',
    'consent.given',
    'token.issued',
    'token.revoked',
    'request.refused',
  ])
    assert.ok(events.includes(event), `the log tells of ${event}`)
  assert.ok(secrets.size >= 14, `only ${secrets.size} secrets were looked for`)
})
