import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type ConfigDeclaration, type RunningServer, startServer } from 'ambit'
import { openBrowser } from './browser-like.ts'
import { journeyStore } from './journey-store.ts'

const redirectUri = 'http://127.0.0.1:65000/callback'
const verifier = 'a-verifier-that-nobody-else-has-ever-seen-0123456789'
const password = 'correct horse battery staple'

const config: ConfigDeclaration = {
  catalogue: { scopes: { read_pets: {} } },
  clients: [{ clientId: 'app', redirectUris: [redirectUri], scope: ['openid', 'offline_access', 'read_pets'] }],
  users: [{ username: 'ada', password }],
}

function authorizeUrl({ origin }: RunningServer): URL {
  const url = new URL('/authorize', origin)
  const parameters = {
    response_type: 'code',
    client_id: 'app',
    redirect_uri: redirectUri,
    scope: 'openid offline_access read_pets',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}

async function token({ origin }: RunningServer, parameters: Readonly<Record<string, string>>) {
  const body = new URLSearchParams({ client_id: 'app', ...parameters })
  const response = await fetch(new URL('/token', origin), { method: 'POST', body })
  return (await response.json()) as Readonly<Record<string, string>>
}

function redemption(code: string | null | undefined): Readonly<Record<string, string>> {
  return { grant_type: 'authorization_code', code: code ?? '', redirect_uri: redirectUri, code_verifier: verifier }
}

test('after a restart the user is still logged in, remembered consent holds, and refresh tokens work', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-restart-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const store = await journeyStore(join(folder, 'a.db'))
  const first = await startServer({ ...config, port: 0, store })
  t.after(() => first.close())
  const browser = openBrowser(request => fetch(request), [first.origin])
  const login = await browser.open(authorizeUrl(first))
  const consent = await browser.submit(login, { username: 'ada', password })
  const landing = await browser.submit(consent, { decision: 'allow' })
  const issued = await token(first, redemption(landing.left?.searchParams.get('code')))
  assert.ok(issued['refresh_token'])
  await first.close()

  const second = await startServer({ ...config, port: first.port, store })
  t.after(() => second.close())
  const straight = await browser.open(authorizeUrl(second))
  assert.equal(straight.trail.length, 1, 'neither login nor consent was asked')
  const again = await token(second, redemption(straight.left?.searchParams.get('code')))
  assert.ok(again['access_token'])
  const refreshed = await token(second, { grant_type: 'refresh_token', refresh_token: issued['refresh_token'] ?? '' })
  assert.ok(refreshed['access_token'])
  assert.equal(refreshed['scope'], 'openid offline_access read_pets')
})
