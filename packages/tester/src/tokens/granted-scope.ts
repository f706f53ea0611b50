// RFC 6749 §3.3, §5.1, RFC 9068 §2.2.3
import type { Catalogue } from '@ambit/scope'
import { isJwt, splitJws } from '../node/forge-jws.ts'
import type { TestClient } from '../target/target.ts'
import { type JsonObject, numberIn, textsIn } from './json-object.ts'
import { reaches } from './least-scope.ts'
import { isOfOpenId, type Peculiarities, scopeFromWire } from './peculiarities.ts'
import { type IssuedTokens, scopeTokens } from './token-response.ts'

/** What was asked for. */
type Asked = { readonly scope: readonly string[]; readonly resource?: string }

/**
 * What an access token carries: what stands in it, since that is what the API reads; else what the answer said; else what was
 * asked for. @spec RFC 6749 §5.1, RFC 9068 §2.2.3
 */
export function grantedScope(tokens: IssuedTokens, asked: Asked, peculiarities: Peculiarities): readonly string[] {
  const claims = claimsOf(tokens, peculiarities)
  const inside = claims === undefined ? undefined : scopeInClaims(claims, peculiarities)
  const said = tokens.scope === undefined ? undefined : scopeFromWire(peculiarities, tokens.scope, asked.resource)
  return inside ?? said ?? asked.scope
}

/** The claims of an access token that can be read. */
export function claimsOf({ accessToken }: IssuedTokens, { hasOpaqueTokens }: Peculiarities): JsonObject | undefined {
  const text = accessToken.reveal()
  return hasOpaqueTokens || !isJwt(text) ? undefined : splitJws(text)?.payload
}

function scopeInClaims(claims: JsonObject, { scopeClaims }: Peculiarities): readonly string[] | undefined {
  for (const name of scopeClaims) {
    const value = claims[name]
    if (typeof value === 'string') return scopeTokens(value)
    const list = textsIn(claims, name)
    if (list !== undefined) return [...new Set(list)]
  }
  return undefined
}

/**
 * Why a token with this scope is not the one that was wished: a matrix of operations and scopes made with it would lie. Scopes
 * that mean nothing to the API (`openid`, `profile`, those of other APIs) are let pass.
 */
export function problemOfScope(
  granted: readonly string[],
  wished: readonly string[],
  catalogue: Catalogue | undefined,
): string | undefined {
  const missing = wished.filter(token => !isReached(granted, token, catalogue))
  if (missing.length > 0) return `the server did not grant ${quoted(missing)}`
  const matters = granted.filter(token => (catalogue === undefined ? !isOfOpenId(token) : isKnown(catalogue, token)))
  const extra = matters.filter(token => !isReached(wished, token, catalogue))
  return extra.length > 0 ? `the server granted ${quoted(extra)} as well, which nobody asked for` : undefined
}

function isReached(held: readonly string[], token: string, catalogue: Catalogue | undefined): boolean {
  if (held.includes(token) || token === 'openid' || token === 'offline_access') return true
  return catalogue !== undefined && reaches(catalogue, held, [token])
}

function isKnown(catalogue: Catalogue, token: string): boolean {
  return catalogue.read([token]).unknown.length === 0
}

/** Why a token is not for the API or the client that it was wished for, where that can be read. @spec RFC 9068 §3 */
export function problemOfAudience(
  claims: JsonObject,
  { resource, client }: { readonly resource?: string; readonly client: TestClient },
  { audienceClaim, namesApiBy }: Peculiarities,
): string | undefined {
  if (audienceClaim === 'client_id')
    return claims['client_id'] === undefined || claims['client_id'] === client.clientId
      ? undefined
      : 'the server issued the token for another client'
  const audience = [claims['aud']].flat().filter(each => typeof each === 'string')
  if (resource === undefined || audience.length === 0) return undefined
  if (namesApiBy !== 'resource' && namesApiBy !== 'audience') return undefined
  return audience.includes(resource)
    ? undefined
    : `the server issued the token for ${quoted(audience)}, not for \`${resource}\``
}

/** Milliseconds since the epoch; where nobody says when, five minutes from now. @spec RFC 6749 §5.1 */
export function expiryOf(tokens: IssuedTokens, claims: JsonObject | undefined, now: number): number {
  if (tokens.expiresIn !== undefined) return now + tokens.expiresIn * 1000
  const expiresAt = claims === undefined ? undefined : numberIn(claims, 'exp')
  return expiresAt === undefined ? now + 300_000 : expiresAt * 1000
}

function quoted(tokens: readonly string[]): string {
  return tokens.map(token => `\`${token}\``).join(', ')
}
