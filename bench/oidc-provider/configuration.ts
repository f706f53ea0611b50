import { generateKeyPairSync, randomBytes } from 'node:crypto'
import {
  accessTokenTtl,
  app,
  type BenchClient,
  machine,
  offline,
  redirectUri,
  resources,
  scope,
} from '../registration.ts'

/** What all processes of one provider share: the key that signs tokens and the one that signs cookies. */
type ProviderSecrets = { readonly signing: object; readonly cookie: string }

/** Makes the keys of a provider. */
export function makeSecrets(): ProviderSecrets {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signing = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'bench' }
  return { signing, cookie: randomBytes(32).toString('base64url') }
}

/** Reads the keys that another process of the same provider made. */
export function parseSecrets(text: string): ProviderSecrets {
  return JSON.parse(text) as ProviderSecrets
}

function webApp({ id, secret }: BenchClient, grantTypes: readonly string[]): object {
  return {
    client_id: id,
    client_secret: secret,
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: grantTypes,
    response_types: ['code'],
    redirect_uris: [redirectUri],
    id_token_signed_response_alg: 'ES256',
  }
}

const machineClient = {
  ...webApp(machine, ['client_credentials']),
  response_types: [],
  redirect_uris: [],
}

function resourceServer(indicator: string): object {
  const base = { scope, audience: indicator, accessTokenTTL: accessTokenTtl }
  if (indicator === resources.opaque) return { ...base, accessTokenFormat: 'opaque' }
  return { ...base, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }
}

/** oidc-provider set up for the work of the bench: ES256, JWT or opaque by resource, PKCE required, refresh tokens rotated. */
export function configure(adapter: (model: string) => object, { signing, cookie }: ProviderSecrets) {
  return {
    adapter,
    clients: [
      machineClient,
      webApp(app, ['authorization_code']),
      webApp(offline, ['authorization_code', 'refresh_token']),
    ],
    jwks: { keys: [signing] },
    cookies: { keys: [cookie] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, indicator: string) => resourceServer(indicator),
      },
    },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    pkce: { required: () => true },
    issueRefreshToken: (_context: unknown, client: { readonly clientId: string }) => client.clientId === offline.id,
    rotateRefreshToken: true,
    ttl: {
      AccessToken: accessTokenTtl,
      ClientCredentials: accessTokenTtl,
      IdToken: 3600,
      RefreshToken: 86_400,
      Interaction: 3600,
      Session: 86_400,
      Grant: 86_400,
    },
  }
}

/** The provider's configuration, as far as the bench sets it. */
export type Configuration = ReturnType<typeof configure>
