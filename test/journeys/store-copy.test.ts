import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { type RunningServer, startServer } from 'ambit'
import { decodeJwt } from 'jose'
import { codeOf } from '../../packages/ambit/src/cli/testing/authenticator.ts'
import { type Cli, testCli } from '../../packages/ambit/src/cli/testing/run.ts'
import { emptyDatabase, noDatabase } from '../../packages/store/src/postgres/testing/empty-database.ts'
import { type BrowserLike, type Landing, openBrowser } from './browser-like.ts'
import { startWatch } from './step-up-world.ts'

const redirectUri = 'http://127.0.0.1:65000/callback'
const verifier = 'a-verifier-that-nobody-else-has-ever-seen-0123456789'
const secret = 'a secret of the tests'
const password = 'a password of some length'
const orders = 'https://api.example/orders'
const pets = 'https://api.example/pets'

const config = {
  store: 'a.db',
  log: { level: 'silent' },
  keys: { sealingKey: 'k'.repeat(43) },
  oneTimeCodes: true,
  statusList: { window: 2 },
  resources: [
    { resource: orders, tokenFormat: 'opaque', accessTokenTtl: 3600 },
    { resource: pets, tokenFormat: 'jwt', accessTokenTtl: 3600 },
  ],
  catalogue: { scopes: { read_orders: { resource: orders }, read_pets: { resource: pets } } },
  clients: [
    {
      clientId: 'app',
      redirectUris: [redirectUri],
      scope: ['openid', 'offline_access', 'read_orders'],
      subjectType: 'pairwise',
    },
    { clientId: 'machine', secret, scope: ['read_pets', 'read_orders'] },
    { clientId: 'orders-api', secret, grantTypes: [], scope: [], introspects: [orders, pets] },
  ],
} as const

type Answer = Readonly<Record<string, unknown>>

async function post(
  { origin }: RunningServer,
  path: string,
  form: Readonly<Record<string, string>>,
  client?: string,
): Promise<Answer> {
  const headers = {
    ...(client && { authorization: `Basic ${btoa(`${client}:${encodeURIComponent(secret).replaceAll('%20', '+')}`)}` }),
  }
  const response = await fetch(new URL(path, origin), { method: 'POST', headers, body: new URLSearchParams(form) })
  const text = await response.text()
  return text === '' ? {} : (JSON.parse(text) as Answer)
}

const redeem = (server: RunningServer, code: string) =>
  post(server, '/token', {
    grant_type: 'authorization_code',
    client_id: 'app',
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
  })
const refresh = (server: RunningServer, token: unknown) =>
  post(server, '/token', { grant_type: 'refresh_token', client_id: 'app', refresh_token: String(token) })
const machineToken = (server: RunningServer, scope: string) =>
  post(server, '/token', { grant_type: 'client_credentials', scope }, 'machine')
const isActive = async (server: RunningServer, token: unknown) =>
  (await post(server, '/introspect', { token: String(token) }, 'orders-api'))['active']
const readJwks = async ({ origin }: RunningServer) => (await fetch(new URL('/jwks', origin))).text()

function authorizeUrl({ origin }: RunningServer, more: Readonly<Record<string, string>> = {}): URL {
  const url = new URL('/authorize', origin)
  const parameters = {
    response_type: 'code',
    client_id: 'app',
    redirect_uri: redirectUri,
    scope: 'openid offline_access read_orders',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}

function codeIn({ left, html }: Landing): string {
  const code = left?.searchParams.get('code')
  assert.ok(code, html)
  return code
}

async function logIn(browser: BrowserLike, url: URL): Promise<Landing> {
  return browser.submit(await browser.open(url), { username: 'mia', password })
}

/** Whether the token's place in the status list is set. @spec Token Status List §4.1 */
async function isListed(server: RunningServer, token: string): Promise<boolean> {
  const { status } = decodeJwt(token) as {
    readonly status: { readonly status_list: { readonly idx: number; readonly uri: string } }
  }
  const { idx, uri } = status.status_list
  const list = decodeJwt(await (await fetch(new URL(new URL(uri).pathname, server.origin))).text())
  const { lst, bits } = list['status_list'] as { readonly lst: string; readonly bits: number }
  assert.equal(bits, 1)
  const bytes = inflateSync(Buffer.from(lst, 'base64url'))
  return ((bytes[idx >> 3] ?? 0) >> (idx & 7)) % 2 === 1
}

async function enrol(cli: Cli): Promise<string> {
  await cli.run('user add mia --password-stdin', { input: password })
  const { out, err } = await cli.run('user otp mia')
  assert.ok(out, err)
  return new URL(out.split('\n')[0] ?? '').searchParams.get('secret') ?? ''
}

test('an installation that is copied from SQLite to PostgreSQL goes on as it was', { skip: noDatabase }, async t => {
  const cli = testCli(t, config)
  const clock = startWatch()
  const app = await enrol(cli)
  const first = await startServer({ ...config, port: 0 }, { directory: cli.folder, clock })
  t.after(() => first.close())
  const browser = openBrowser(request => fetch(request), [first.origin])
  const consent = await logIn(browser, authorizeUrl(first))
  const issued = await redeem(first, codeIn(await browser.submit(consent, { decision: 'allow' })))
  const rotated = await refresh(first, issued['refresh_token'])
  const beside = await redeem(first, codeIn(await browser.open(authorizeUrl(first))))
  const unspent = codeIn(await browser.open(authorizeUrl(first)))
  const [kept, revoked] = [await machineToken(first, 'read_pets'), await machineToken(first, 'read_pets')]
  const gone = await machineToken(first, 'read_orders')
  for (const token of [revoked, gone]) await post(first, '/revoke', { token: String(token['access_token']) }, 'machine')
  const refused = await fetch(new URL('/token', first.origin), {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'x' }),
  })
  const asked = [String(rotated['access_token']), String(refused.headers.get('x-request-id'))]
  const before = {
    jwks: await readJwks(first),
    why: await Promise.all(asked.map(each => cli.run(`why ${each}`))),
    subject: decodeJwt(String(issued['id_token'])).sub,
  }
  const environment = { DATABASE_URL: await emptyDatabase() }

  const early = await cli.run('store copy --from a.db', { environment })
  assert.equal(early.code, 1)
  assert.match(early.err, /stop all servers first/)
  await first.close()
  const copied = await cli.run('store copy --from a.db', { environment })
  assert.equal(copied.code, 0, copied.err)

  const second = await startServer(
    { ...config, port: first.port, store: environment.DATABASE_URL },
    { directory: cli.folder, clock },
  )
  t.after(() => second.close())
  assert.equal(await readJwks(second), before.jwks)
  assert.deepEqual(await Promise.all(asked.map(each => cli.run(`why ${each}`, { environment }))), before.why)
  assert.equal(await isActive(second, rotated['access_token']), true)
  assert.equal(await isActive(second, kept['access_token']), true)
  assert.equal(await isActive(second, revoked['access_token']), false)
  assert.equal(await isActive(second, gone['access_token']), false)
  assert.equal(await isListed(second, String(revoked['access_token'])), true)
  assert.equal(await isListed(second, String(kept['access_token'])), false)

  const straight = await browser.open(authorizeUrl(second))
  assert.equal(straight.trail.length, 1, 'neither login nor consent was asked')
  const again = await redeem(second, codeIn(straight))
  assert.equal(decodeJwt(String(again['id_token'])).sub, before.subject)
  assert.ok((await redeem(second, unspent))['access_token'])
  assert.ok((await refresh(second, beside['refresh_token']))['access_token'])

  clock.advance(60)
  assert.equal(
    (await refresh(second, issued['refresh_token']))['error'],
    'invalid_grant',
    'it was spent before the copy',
  )
  assert.equal(
    (await refresh(second, rotated['refresh_token']))['error'],
    'invalid_grant',
    'the replay revoked its family',
  )
  assert.equal(await isActive(second, rotated['access_token']), false)

  const stranger = openBrowser(request => fetch(request), [second.origin])
  const asksCode = await logIn(stranger, authorizeUrl(second, { acr_values: 'urn:ambit:acr:otp' }))
  assert.equal(asksCode.url.pathname, '/login/code', asksCode.html)
  codeIn(await stranger.submit(asksCode, { code: codeOf(app, clock.now()) }))
})
