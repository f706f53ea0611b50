import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig, type RunningServer, startServer } from 'ambit'
import { type BrowserLike, type Changes, formWith, type Landing, openBrowser } from './browser-like.ts'
import { journeyStore } from './journey-store.ts'

const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
/** The public key of the client `signed`. */
export const publicJwk = { ...(await crypto.subtle.exportKey('jwk', keys.publicKey)), kid: 'signed-1' }

/** The private key of the client `signed`, as clients take it. */
export const signingKey = { key: keys.privateKey, kid: 'signed-1' }

/** Where responses go; nobody listens there, since the browser of the tests stops before it leaves. */
export const redirectUri = 'https://app.example/callback'
/** Where the browser goes after logout. */
export const goodbyeUri = 'https://app.example/goodbye'
/** The secret of each client that has one. */
export const secret = 'a secret: with + & % and more'
/** The resource with JWT access tokens. */
export const pets = 'https://api.example/pets'
/** The resource with opaque access tokens. */
export const orders = 'https://api.example/orders'

const web = {
  redirectUris: [redirectUri],
  postLogoutRedirectUris: [goodbyeUri],
  scope: ['openid', 'profile', 'email', 'offline_access', 'read_pets', 'write_pets', 'read_orders'],
} as const

const config = defineConfig({
  port: 0,
  log: { level: 'silent' },
  resources: [
    { resource: pets, name: 'Pet store', tokenFormat: 'jwt' },
    { resource: orders, name: 'Orders', tokenFormat: 'opaque' },
  ],
  catalogue: {
    scopes: {
      read_pets: { title: 'See pets', resource: pets },
      write_pets: { title: 'Change pets', resource: pets },
      read_orders: { title: 'See orders', resource: orders },
    },
  },
  clients: [
    { clientId: 'web', secret, ...web },
    { clientId: 'posting', secret, authenticationMethod: 'client_secret_post', ...web },
    { clientId: 'public', ...web },
    { clientId: 'signed', jwks: { keys: [publicJwk] }, ...web },
    { clientId: 'machine', secret, scope: ['read_pets', 'read_orders'] },
    { clientId: 'orders-api', secret, grantTypes: [], scope: [], introspects: [orders, pets] },
  ],
  users: [
    {
      username: 'ada',
      password: 'a password of some length',
      claims: { name: 'Ada Example', email: 'ada@example.org', email_verified: true },
    },
  ],
})

/** A server on a free port of loopback, with a store in a folder of its own. */
export type Running = RunningServer & { readonly openBrowser: () => BrowserLike }

/** Starts the server; `close` also removes the folder. */
export async function startRunning(): Promise<Running> {
  const directory = await mkdtemp(join(tmpdir(), 'ambit-journey-'))
  const running = await startServer({ ...config, store: await journeyStore('ambit.db') }, { directory })
  const close = async () => {
    await running.close()
    await rm(directory, { recursive: true })
  }
  return { ...running, close, openBrowser: () => openBrowser(fetch, [running.origin]) }
}

/** Follows an authorization URL through login and consent, as far as they are shown, to where the browser leaves. */
export async function approve(browser: BrowserLike, url: URL, changes: Changes = {}): Promise<URL> {
  let landing = await browser.open(url)
  if (shows(landing, '/login'))
    landing = await browser.submit(
      landing,
      { username: 'ada', password: 'a password of some length' },
      formWith(landing, 'username'),
    )
  if (shows(landing, '/consent'))
    landing = await browser.submit(landing, { decision: 'allow', ...changes }, formWith(landing, 'decision'))
  if (landing.left === undefined) throw new Error(`the browser stays at ${landing.url.href}:\n${landing.html}`)
  return landing.left
}

function shows({ left, url }: Landing, path: string): boolean {
  return left === undefined && url.pathname === path
}
