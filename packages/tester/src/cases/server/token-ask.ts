// RFC 6749 §3.3, RFC 8707 §2, OpenID Connect Core §11
import type { ServerTarget, Target, TestClient } from '../../target/target.ts'
import type { Pair } from '../../tokens/endpoint-request.ts'
import { textsIn } from '../../tokens/json-object.ts'
import { askFor, isOfOpenId, peculiaritiesOf } from '../../tokens/peculiarities.ts'

/** Whether a client can send users to the server and redeem codes. */
export function isOfUsers({ grantTypes, redirectUris }: TestClient): boolean {
  return grantTypes.includes('authorization_code') && redirectUris.length > 0
}

/** Whether a client can show who it is. */
export function isConfidential({ credential }: TestClient): boolean {
  return credential.method !== 'none'
}

/** Whether a client can get tokens for itself. */
export function isMachine(client: TestClient): boolean {
  return isConfidential(client) && client.grantTypes.includes('client_credentials')
}

/** Whether a client has a secret that it sends. */
export function hasSecret({ credential }: TestClient): boolean {
  return credential.method === 'client_secret_basic' || credential.method === 'client_secret_post'
}

/** Whether a client shows with each request that it holds a key that nobody else has. @spec RFC 9449 §5, RFC 8705 §4 */
export function isAuthenticatedByKey({ credential }: TestClient): boolean {
  return 'key' in credential || 'certificate' in credential
}

/** Whether a client can get refresh tokens. */
export function isRefreshing(client: TestClient): boolean {
  return isOfUsers(client) && client.grantTypes.includes('refresh_token')
}

/** Whether a client is registered for a grant and the server does not say that it lacks it. */
export function hasGrant(grantType: string, client: TestClient): boolean {
  return client.grantTypes.includes(grantType)
}

/** The scopes of an API that a client may ask for, as far as anybody said. */
export function apiScopesOf(client: TestClient, { api }: Target): readonly string[] {
  const known = client.scope ?? [...(api?.declaredScopes.keys() ?? [])]
  return known.filter(token => !isOfOpenId(token))
}

/** The identifiers of protected resources that are known. */
export function resourcesOf({ api }: Target): readonly string[] {
  const named = api?.resources.map(({ resource }) => resource) ?? []
  const called = api?.operations.flatMap(({ resource = [] }) => resource) ?? []
  return [...new Set([...named, ...called])]
}

/** Whether a client may ask for a scope, as far as anybody said. */
export function mayAsk(token: string, client: TestClient, { metadata }: ServerTarget): boolean {
  const known = textsIn(metadata, 'scopes_supported')
  return (client.scope?.includes(token) ?? true) && (known?.includes(token) ?? true)
}

/** What a flow is to come to. */
export type Ask = {
  /** Of the API; absent: the first that the client may have. */
  readonly scope?: readonly string[]
  readonly wantsRefreshToken?: boolean
  readonly wantsIdToken?: boolean
}

/** The parameters by which a user's client asks for something, in the server's words. */
export function askedByUser(client: TestClient, target: Target, server: ServerTarget, ask: Ask = {}): readonly Pair[] {
  const { wantsRefreshToken = false, wantsIdToken = false } = ask
  const scope = ask.scope ?? apiScopesOf(client, target).slice(0, 1)
  const may = (token: string) => mayAsk(token, client, server)
  const isOffline = wantsRefreshToken && may('offline_access')
  // a server of OpenID Connect may give nothing where nothing is asked for
  const isOpenId = (wantsIdToken || isOffline || scope.length === 0) && may('openid')
  const pairs = askFor(peculiaritiesOf(server.provider), {
    scope: isOpenId ? ['openid', ...scope] : scope,
    isForClient: false,
    wantsRefreshToken: isOffline,
    ...resourceFor(scope, target),
  })
  // OpenID Connect Core §11: without it the server must ignore `offline_access`
  return isOffline && isOpenId && !pairs.some(([name]) => name === 'prompt') ? [...pairs, ['prompt', 'consent']] : pairs
}

/** The parameters by which a client asks for itself. */
export function askedByMachine(
  client: TestClient,
  target: Target,
  server: ServerTarget,
  scope: readonly string[] = apiScopesOf(client, target).slice(0, 1),
): readonly Pair[] {
  return askFor(peculiaritiesOf(server.provider), {
    scope,
    isForClient: true,
    wantsRefreshToken: false,
    ...resourceFor(scope, target),
  })
}

function resourceFor(scope: readonly string[], target: Target): { readonly resource?: string } {
  const [resource] = resourcesOf(target)
  const isOfApi = target.api !== undefined && scope.some(token => target.api?.declaredScopes.has(token) === true)
  return isOfApi && resource !== undefined ? { resource } : {}
}

/** Parameters with some replaced, added, or left out where their value is `undefined`. */
export function withPairs(
  pairs: readonly Pair[],
  change: Readonly<Record<string, string | readonly string[] | undefined>>,
): readonly Pair[] {
  const added = Object.entries(change).flatMap(([name, value]): Pair[] =>
    value === undefined ? [] : [value].flat().map((each): Pair => [name, each]),
  )
  return [...pairs.filter(([name]) => !Object.hasOwn(change, name)), ...added]
}

/** The first value of a parameter. */
export function valueOf(pairs: readonly Pair[], name: string): string | undefined {
  return pairs.find(([each]) => each === name)?.[1]
}
