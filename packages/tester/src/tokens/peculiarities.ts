// RFC 8707 §2, RFC 9068 §2.2, RFC 7009 §2
import type { ProviderName } from '../target/target.ts'
import type { Pair } from './endpoint-request.ts'

/** What is special about a product where it matters for getting, reading and revoking tokens. */
export type Peculiarities = {
  /**
   * How a request says which API the token is for. `scope`: the API's identifier stands before each scope.
   * `server`: not at all, the server knows by itself.
   */
  readonly namesApiBy: 'resource' | 'audience' | 'scope' | 'server'
  /** The claims in which a JWT access token may carry what was granted; the first that is there counts. */
  readonly scopeClaims: readonly ('scope' | 'scp' | 'roles')[]
  /** The claim that says for whom the token is; `client_id` says for which client's API calls. */
  readonly audienceClaim: 'aud' | 'client_id'
  /** Access tokens are never JWTs, whatever they look like. */
  readonly hasOpaqueTokens: boolean
  /** What the revocation endpoint takes. */
  readonly revokes: readonly ('access_token' | 'refresh_token')[]
  /** How a refresh token is asked for. */
  readonly offline: { readonly scope: string } | { readonly parameters: readonly Pair[] }
  /** The audience of a client's assertion. @spec RFC 7523 §3 */
  readonly assertionAudience: 'issuer' | 'token_endpoint'
  /** What people should know. */
  readonly notes: readonly string[]
}

const usual: Peculiarities = {
  namesApiBy: 'resource',
  scopeClaims: ['scope', 'scp'],
  audienceClaim: 'aud',
  hasOpaqueTokens: false,
  revokes: ['access_token', 'refresh_token'],
  offline: { scope: 'offline_access' },
  assertionAudience: 'issuer',
  notes: [],
}

const table: Readonly<Record<ProviderName, Peculiarities>> = {
  unknown: usual,
  ambit: usual,
  auth0: {
    ...usual,
    namesApiBy: 'audience',
    revokes: ['refresh_token'],
    notes: ['Auth0 revokes refresh tokens only: access tokens stay good until they expire'],
  },
  okta: {
    ...usual,
    namesApiBy: 'server',
    scopeClaims: ['scp', 'scope'],
    assertionAudience: 'token_endpoint',
    notes: ['Okta takes the audience from the authorization server: each custom one is an issuer of its own'],
  },
  entra: {
    ...usual,
    namesApiBy: 'scope',
    scopeClaims: ['scp', 'roles'],
    revokes: [],
    assertionAudience: 'token_endpoint',
    notes: [
      'Entra ID has no revocation endpoint: tokens stay good until they expire',
      'Entra ID gives an application all its app roles at once (`.default`), never some of them',
    ],
  },
  google: {
    ...usual,
    namesApiBy: 'server',
    hasOpaqueTokens: true,
    offline: {
      parameters: [
        ['access_type', 'offline'],
        ['prompt', 'consent'],
      ],
    },
    notes: ['Google’s access tokens are for Google’s own APIs, and nobody else can read them'],
  },
  keycloak: {
    ...usual,
    namesApiBy: 'server',
    notes: ['Keycloak decides the audience by its client scopes, and adds its default scopes to every token'],
  },
  cognito: {
    ...usual,
    namesApiBy: 'server',
    audienceClaim: 'client_id',
    revokes: ['refresh_token'],
    notes: [
      'Cognito’s access tokens say `client_id` and no audience; revoking a refresh token kills the access tokens made from it',
    ],
  },
}

/** What is special about a product. */
export function peculiaritiesOf(provider: ProviderName): Peculiarities {
  return table[provider]
}

/** What a request asks for. */
export type Asked = {
  readonly scope: readonly string[]
  readonly resource?: string
  readonly isForClient: boolean
  readonly wantsRefreshToken: boolean
}

/** The parameters by which a request asks for scope of an API, in the words of this product. */
export function askFor(peculiarities: Peculiarities, asked: Asked): readonly Pair[] {
  const { resource, wantsRefreshToken } = asked
  const { offline, namesApiBy } = peculiarities
  const scope = [
    ...scopeOnWire(peculiarities, asked),
    ...(wantsRefreshToken && 'scope' in offline ? [offline.scope] : []),
  ]
  const pairs: Pair[] = []
  if (scope.length > 0) pairs.push(['scope', scope.join(' ')])
  if (resource !== undefined && namesApiBy === 'resource') pairs.push(['resource', resource])
  if (resource !== undefined && namesApiBy === 'audience') pairs.push(['audience', resource])
  if (wantsRefreshToken && 'parameters' in offline) pairs.push(...offline.parameters)
  return pairs
}

function scopeOnWire({ namesApiBy }: Peculiarities, { scope, resource, isForClient }: Asked): readonly string[] {
  if (namesApiBy !== 'scope' || resource === undefined) return scope
  if (isForClient) return [`${resource}/.default`]
  return scope.map(token => (isOfOpenId(token) || token.includes('://') ? token : `${resource}/${token}`))
}

/** The scope of an answer without what the request put before it. */
export function scopeFromWire(
  { namesApiBy }: Peculiarities,
  scope: readonly string[],
  resource: string | undefined,
): readonly string[] {
  if (namesApiBy !== 'scope' || resource === undefined) return scope
  const start = `${resource}/`
  return scope.map(token => (token.startsWith(start) ? token.slice(start.length) : token))
}

/** Whether a scope asks for something of OpenID Connect, and not of an API. @spec OpenID Connect Core §5.4, §11 */
export function isOfOpenId(token: string): boolean {
  return ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'].includes(token)
}
