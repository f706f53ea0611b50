import { type ConfigDeclaration, type RunningServer, startServer } from 'ambit'
import * as openid from 'openid-client'
import { type BrowserLike, openBrowser } from './browser-like.ts'
import { journeyStore } from './journey-store.ts'
import { publicJwk, redirectUri, signingKey } from './running-server.ts'

/** What a profile's server is asked for. */
export const strictScope = 'openid email offline_access read_pets'

const api = 'https://api.example/pets'

/** A server of the program under a profile, and the one client that it has. */
export type ProfileServer = RunningServer & { readonly openBrowser: () => BrowserLike }

/** Starts the program's server under a profile that wants clients with keys. */
export async function startProfile(
  profile: NonNullable<ConfigDeclaration['profile']>,
  changes: Partial<ConfigDeclaration> = {},
): Promise<ProfileServer> {
  const running = await startServer({
    port: 0,
    store: await journeyStore('memory'),
    log: { level: 'silent' },
    profile,
    resources: [{ resource: api, name: 'Pet store' }],
    catalogue: { scopes: { read_pets: { title: 'See pets', resource: api } } },
    clients: [
      {
        clientId: 'bank',
        jwks: { keys: [publicJwk] },
        redirectUris: [redirectUri],
        grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
        scope: ['openid', 'email', 'offline_access', 'read_pets'],
        introspects: [api],
      },
    ],
    users: [
      {
        username: 'ada',
        password: 'a password of some length',
        claims: { email: 'ada@example.org', email_verified: true },
      },
    ],
    ...changes,
  })
  return { ...running, openBrowser: () => openBrowser(fetch, [running.origin]) }
}

/** The bank as `openid-client` is configured for it, from the server's metadata. */
export function configureBank(
  { issuer }: Pick<RunningServer, 'issuer'>,
  ...execute: ((config: openid.Configuration) => void)[]
): Promise<openid.Configuration> {
  return openid.discovery(new URL(issuer), 'bank', undefined, openid.PrivateKeyJwt(signingKey), {
    // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
    execute: [openid.allowInsecureRequests, ...execute],
  })
}

/** The parameters of a request of the bank, and what the answer is checked by. */
export async function beginAsBank() {
  const [pkceCodeVerifier, expectedState] = [openid.randomPKCECodeVerifier(), openid.randomState()]
  const parameters: Readonly<Record<string, string>> = {
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: strictScope,
    state: expectedState,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  }
  return { parameters, checks: { pkceCodeVerifier, expectedState, idTokenExpected: true } }
}
