// RFC 9068 §2.2, RFC 7662 §2.2, RFC 9449 §6.1

import { thumbprintOf } from '../../node/dpop-proof.ts'
import { signJws } from '../../node/forge-jws.ts'
import { forgeToken } from '../../node/forge-token.ts'
import type { KeyPair } from '../../target/target.ts'
import type { HeldToken, Holder, TokenOutcome, TokenSource, TokenWish } from '../../tokens/token.ts'
import type { Has } from './defects.ts'
import { bindingKey } from './keys.ts'
import { clients, plantedIssuer } from './names.ts'
import type { PlantedApi } from './planted-api.ts'
import { claimsOf, goodClaims } from './target.ts'

/** What tokens are given out with. */
export type TokenSourceParts = { readonly api: PlantedApi; readonly now: () => number; readonly has: Has }

const lifetime = 300

/** Gives out the tokens that a real server would: JWTs for the pet store, opaque ones for all else. */
export function plantedTokens(parts: TokenSourceParts): TokenSource {
  const cached = new Map<string, HeldToken>()
  const grants = new Map<string, string>()
  return {
    token: async wish => {
      const key = JSON.stringify([wish.holder, wish.scope, wish.resource, wish.binding, wish.alsoWants])
      const before = wish.isFresh === true ? undefined : cached.get(key)
      const isOver = before !== undefined && before.expiresAt <= parts.now()
      if (before !== undefined && !isOver) return { kind: 'token', token: before }
      const outcome = issue(parts, wish)
      if (outcome.kind === 'unavailable') return outcome
      const { accessToken: access, refreshToken: refresh } = outcome.token
      if (refresh !== undefined) grants.set(refresh.reveal(), access.reveal())
      if (wish.isFresh !== true) cached.set(key, outcome.token)
      return outcome
    },
    revoke: async token => {
      parts.api.authority.revoke(token.reveal())
      const granted = grants.get(token.reveal())
      if (granted !== undefined && !parts.has('grant-survives')) parts.api.authority.revoke(granted)
      return 'revoked'
    },
  }
}

function issue(parts: TokenSourceParts, wish: TokenWish): TokenOutcome {
  const { api, now } = parts
  const { holder = { kind: 'user', user: 'first' }, scope, resource, binding, alsoWants = [] } = wish
  if (binding === 'mtls') return { kind: 'unavailable', reason: 'the server binds no tokens to certificates' }
  const key = binding === 'dpop' ? bindingKey(api.secrets) : undefined
  const issued: Issued = { holder, scope, ...(resource !== undefined && { resource }), ...(key && { key }) }
  const token: HeldToken = {
    accessToken: accessToken(parts, issued),
    tokenType: key === undefined ? 'Bearer' : 'DPoP',
    scope,
    holder,
    ...(resource !== undefined && { resource }),
    expiresAt: now() + lifetime * 1000,
    ...(key && { dpopKey: key }),
    ...(alsoWants.includes('refresh_token') && { refreshToken: refreshToken(parts, issued) }),
    ...(alsoWants.includes('id_token') && holder.kind === 'user' && { idToken: idToken(parts, holder) }),
    from: 'server',
  }
  return { kind: 'token', token }
}

type Issued = {
  readonly holder: Holder
  readonly scope: readonly string[]
  readonly resource?: string
  readonly key?: KeyPair
}

function accessToken(parts: TokenSourceParts, issued: Issued) {
  const { api, now, has } = parts
  const { resource = `${originOf(api)}/petstore`, scope, holder } = issued
  const claims = recordOf(parts, issued, 'access_token')
  if (resource.endsWith('/inventory')) return api.secrets.secret('access token', api.issueOpaque(claims))
  const { testIssuer } = api.target
  const weak = has('weak-secret') ? { header: { alg: 'HS256', kid: 'hs' }, key: { secret: 'secret' } } : {}
  const context = { secrets: api.secrets, now, ...(testIssuer && { testIssuer }) }
  const cnf = claims['cnf']
  const change = { holder, scope, claims: cnf === undefined ? {} : { cnf }, ...weak }
  const token = forgeToken(context, { resource }, change)
  // the server knows its JWTs as well as its opaque tokens
  api.authority.register(token.reveal(), claims)
  return token
}

function refreshToken(parts: TokenSourceParts, issued: Issued) {
  const { api } = parts
  return api.secrets.secret('refresh token', api.issueOpaque(recordOf(parts, issued, 'refresh_token')))
}

function idToken({ api, now }: TokenSourceParts, holder: Holder) {
  const seconds = Math.floor(now() / 1000)
  const key = api.target.testIssuer?.keys[0]
  if (key === undefined) throw new TypeError('the issuer has a key')
  const header = { typ: 'JWT', alg: key.alg, kid: key.kid }
  const { sub } = claimsOf(holder)
  const times = { iat: seconds, exp: seconds + lifetime, auth_time: seconds }
  const payload = { iss: plantedIssuer, sub, aud: clients.first, nonce: 'n-0S6_WzA2Mj', ...times }
  return api.secrets.secret('ID token', signJws({ header, payload, key: key.key }))
}

/** What introspection says of a token. */
function recordOf({ api, now }: TokenSourceParts, { holder, scope, resource, key }: Issued, use: string) {
  const seconds = Math.floor(now() / 1000)
  return {
    iss: plantedIssuer,
    ...claimsOf(holder),
    ...goodClaims(originOf(api)),
    ...(holder.kind === 'user' && { auth_time: seconds }),
    aud: resource,
    scope: scope.join(' '),
    iat: seconds,
    exp: seconds + lifetime,
    token_use: use,
    ...(key && { cnf: { jkt: thumbprintOf(key.publicJwk) } }),
  }
}

function originOf({ target }: PlantedApi): string {
  return target.api?.origin ?? ''
}
