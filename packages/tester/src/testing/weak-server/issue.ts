// RFC 6749 §5.1, RFC 9068 §2, OpenID Connect Core §2, §3.1.3.6
import { createHash } from 'node:crypto'
import { signJws } from '../../node/forge-jws.ts'
import { shop } from './setting.ts'
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
}

/** Seconds for which access tokens are good. */
export const accessTtl = 600
const refreshTtl = 30 * 86_400

/** Makes and remembers tokens; the members of a token response. @spec RFC 6749 §5.1 */
export function issueTokens(world: WeakWorld, wish: IssueWish): Readonly<Record<string, unknown>> {
  const { grant, scope, jkt, isRefreshable = false } = wish
  const audience = wish.audience ?? (grant.resources.length > 0 ? grant.resources : [shop])
  const access = signAccessToken(world, { ...wish, audience })
  remember(world, access, { ...wish, audience }, 'access')
  const refresh = isRefreshable ? unguessable() : undefined
  if (refresh !== undefined) remember(world, refresh, { ...wish, audience }, 'refresh')
  return {
    access_token: access,
    token_type: jkt === undefined ? 'Bearer' : 'DPoP',
    expires_in: accessTtl,
    scope: scope.join(' '),
    ...(refresh !== undefined && { refresh_token: refresh }),
    ...(scope.includes('openid') && grant.sub !== undefined && { id_token: signIdToken(world, grant, access) }),
  }
}

function remember(
  { state, now }: WeakWorld,
  text: string,
  { grant, scope, audience = [], jkt }: IssueWish,
  kind: 'access' | 'refresh',
): void {
  const ttl = kind === 'access' ? accessTtl : refreshTtl
  state.tokens.set(text, {
    kind,
    grant,
    scope,
    audience,
    issuedAt: now(),
    expiresAt: now() + ttl * 1000,
    ...(jkt !== undefined && { jkt }),
    isRevoked: false,
    isSpent: false,
  })
}

function signAccessToken(
  { issuer, now, signingKey }: WeakWorld,
  { grant, scope, audience = [], jkt, x5t }: IssueWish,
): string {
  const issuedAt = Math.floor(now() / 1000)
  const cnf = { ...(jkt !== undefined && { jkt }), ...(x5t !== undefined && { 'x5t#S256': x5t }) }
  const payload = {
    iss: issuer,
    sub: grant.sub ?? grant.clientId,
    aud: audience.length === 1 ? audience[0] : audience,
    client_id: grant.clientId,
    scope: scope.join(' '),
    iat: issuedAt,
    exp: issuedAt + accessTtl,
    jti: unguessable(),
    ...(Object.keys(cnf).length > 0 && { cnf }),
  }
  return signJws({ header: { alg: 'ES256', typ: 'at+jwt', kid: 'weak-1' }, payload, key: signingKey })
}

function signIdToken({ issuer, now, signingKey }: WeakWorld, grant: Grant, access: string): string {
  const issuedAt = Math.floor(now() / 1000)
  const half = createHash('sha256').update(access).digest().subarray(0, 16).toString('base64url')
  const payload = {
    iss: issuer,
    sub: grant.sub,
    aud: grant.clientId,
    iat: issuedAt,
    exp: issuedAt + accessTtl,
    auth_time: grant.authTime,
    at_hash: half,
    ...(grant.nonce !== undefined && { nonce: grant.nonce }),
  }
  return signJws({ header: { alg: 'ES256', kid: 'weak-1' }, payload, key: signingKey })
}
