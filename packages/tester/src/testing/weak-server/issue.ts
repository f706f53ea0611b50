// RFC 6749 §5.1, RFC 9068 §2, OpenID Connect Core §2, §3.1.3.6
import { createHash } from 'node:crypto'
import { signJws } from '../../node/forge-jws.ts'
import { bank, shop } from './setting.ts'
import { type Grant, unguessable, type WeakWorld } from './world.ts'

/** What tokens are made of. */
export type IssueWish = {
  readonly grant: Grant
  readonly scope: readonly string[]
  readonly audience?: readonly string[]
  /** The key that they are bound to. */
  readonly jkt?: string
  readonly x5t?: string
  /** A refresh token as well. */
  readonly isRefreshable?: boolean
  /** When that ends; milliseconds since the epoch. */
  readonly refreshUntil?: number
}

const usualTtl = 600
const refreshTtl = 30 * 86_400

/** Makes and remembers tokens; the members of a token response. @spec RFC 6749 §5.1 */
export function issueTokens(world: WeakWorld, wish: IssueWish): Readonly<Record<string, unknown>> {
  const { grant, scope, jkt, isRefreshable = false } = wish
  const { has } = world
  const named = wish.audience ?? (grant.resources.length > 0 ? grant.resources : [shop])
  const audience = has('resource-ignored') ? [shop, bank] : named
  const access = signAccessToken(world, { ...wish, audience })
  remember(world, access, { ...wish, audience }, 'access')
  const refresh = isRefreshable ? unguessable() : undefined
  if (refresh !== undefined) remember(world, refresh, { ...wish, audience }, 'refresh')
  return {
    access_token: access,
    token_type: jkt === undefined ? 'Bearer' : 'DPoP',
    expires_in: has('lifetime-untrue') ? 60 : ttlOf(world),
    ...(has('scope-untold') ? {} : { scope: scope.join(' ') }),
    ...(refresh !== undefined && { refresh_token: refresh }),
    ...(scope.includes('openid') &&
      (grant.sub !== undefined || has('machine-refreshes')) && { id_token: signIdToken(world, grant, access) }),
  }
}

/** Seconds for which access tokens are good. */
function ttlOf({ has }: WeakWorld): number {
  return has('lifetime-days') ? 2 * 86_400 : usualTtl
}

function remember(
  world: WeakWorld,
  text: string,
  { grant, scope, audience = [], jkt, refreshUntil }: IssueWish,
  kind: 'access' | 'refresh',
): void {
  const { state, now } = world
  const ttl = kind === 'access' ? ttlOf(world) : refreshTtl
  state.tokens.set(text, {
    kind,
    grant,
    scope,
    audience,
    issuedAt: now(),
    expiresAt: (kind === 'refresh' ? refreshUntil : undefined) ?? now() + ttl * 1000,
    ...(jkt !== undefined && { jkt }),
    isRevoked: false,
    isSpent: false,
  })
}

function signAccessToken(world: WeakWorld, { grant, scope, audience = [], jkt, x5t }: IssueWish): string {
  const { issuer, now, signingKey } = world
  const issuedAt = Math.floor(now() / 1000)
  const cnf = { ...(jkt !== undefined && { jkt }), ...(x5t !== undefined && { 'x5t#S256': x5t }) }
  const payload = {
    iss: issuer,
    sub: grant.sub ?? grant.clientId,
    aud: audience.length === 1 ? audience[0] : audience,
    client_id: grant.clientId,
    scope: scope.join(' '),
    iat: issuedAt,
    exp: issuedAt + ttlOf(world),
    jti: unguessable(),
    ...(Object.keys(cnf).length > 0 && { cnf }),
  }
  return signJws({ header: { alg: 'ES256', typ: 'at+jwt', kid: 'weak-1' }, payload, key: signingKey })
}

function signIdToken(world: WeakWorld, grant: Grant, access: string): string {
  const { issuer, now, signingKey, has } = world
  const issuedAt = Math.floor(now() / 1000)
  const hashed = has('id-token-hash-wrong') ? 'something else' : access
  const half = createHash('sha256').update(hashed).digest().subarray(0, 16).toString('base64url')
  const payload = {
    iss: issuer,
    sub: grant.sub ?? grant.clientId,
    aud: has('id-token-for-others') ? 'somebody-else' : grant.clientId,
    iat: issuedAt,
    exp: issuedAt + usualTtl,
    auth_time: grant.authTime,
    at_hash: half,
    ...(grant.nonce !== undefined && !has('id-token-nonce-lost') && { nonce: grant.nonce }),
  }
  const alg = has('id-token-unsigned') ? 'none' : 'ES256'
  return signJws({ header: { alg, kid: 'weak-1' }, payload, key: signingKey })
}
