import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { formWith, type Landing, openBrowser } from './browser-like.ts'

/** The resource that the foreign server issues JWTs for. */
export const jwtResource = 'https://api.example/pets'
/** The resource that the foreign server issues opaque tokens for. */
export const opaqueResource = 'https://api.example/orders'
/** The secret of each client of the foreign server. */
export const secret = 'a-secret-of-the-foreign-server'

const redirectUri = 'https://app.example/callback'
const basic = { client_secret: secret, token_endpoint_auth_method: 'client_secret_basic' }
const machine = { ...basic, redirect_uris: [], response_types: [], id_token_signed_response_alg: 'ES256' }

function configuration(): object {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    clients: [
      { client_id: 'robot', grant_types: ['client_credentials'], ...machine },
      { client_id: 'api', grant_types: [], ...machine },
      {
        client_id: 'web',
        ...basic,
        grant_types: ['authorization_code'],
        redirect_uris: [redirectUri],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'foreign-1' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, audience: string) => ({
          audience,
          scope: 'read_pets write_pets',
          accessTokenTTL: 600,
          accessTokenFormat: audience === opaqueResource ? 'opaque' : 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    ttl: { AccessToken: 600, ClientCredentials: 600, IdToken: 600, Interaction: 600, Session: 600, Grant: 600 },
  }
}

/** Tokens of one token response. */
type ForeignTokens = { readonly access_token: string; readonly id_token?: string }

/** An authorization server that is not ours. */
export type ForeignProvider = {
  readonly issuer: string
  readonly tokenFor: (resource: string, scope?: string) => Promise<string>
  /** Logs a user in, in a browser, and redeems the code for tokens of the resource of JWTs. */
  readonly logIn: () => Promise<ForeignTokens>
  readonly revoke: (token: string) => Promise<void>
  readonly close: () => void
}

/** Starts oidc-provider on loopback. */
export async function startForeignProvider(): Promise<ForeignProvider> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  server.on('request', new Provider(issuer, configuration()).callback())
  return {
    issuer,
    tokenFor: async (resource, scope = 'read_pets') => {
      const form = { grant_type: 'client_credentials', resource, scope }
      return (await post<ForeignTokens>(`${issuer}/token`, 'robot', form)).access_token
    },
    logIn: () => logIn(issuer),
    revoke: async token => void (await send(`${issuer}/token/revocation`, 'robot', { token })),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function send(url: string, clientId: string, form: Readonly<Record<string, string>>): Promise<Response> {
  const headers = { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` }
  const response = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return response
}

async function post<T>(...sent: Parameters<typeof send>): Promise<T> {
  return (await (await send(...sent)).json()) as T
}

async function logIn(issuer: string): Promise<ForeignTokens> {
  const verifier = randomBytes(32).toString('base64url')
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  const url = new URL(`${issuer}/auth`)
  url.search = new URLSearchParams({
    client_id: 'web',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid read_pets',
    resource: jwtResource,
    code_challenge: Buffer.from(digest).toString('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  const browser = openBrowser(fetch, [issuer])
  let landing: Landing = await browser.open(url)
  landing = await browser.submit(landing, { login: 'ada', password: 'any' }, formWith(landing, 'login'))
  landing = await browser.submit(landing)
  const code = landing.left?.searchParams.get('code')
  if (typeof code !== 'string') throw new Error(`no code came:\n${landing.html}`)
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    resource: jwtResource,
  }
  return post<ForeignTokens>(`${issuer}/token`, 'web', form)
}
