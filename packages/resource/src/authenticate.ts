// RFC 6750 §2, RFC 9068 §4, RFC 9449 §7
import { type ErrorCodeAt, isRefusal, type JwtClaims, type Refusal } from '@ambit/protocol'
import type { Catalogue } from '@ambit/scope'
import { type Access, readAccess } from './access.ts'
import { type ConfirmationRules, confirm } from './confirmation.ts'
import { findAccessToken, type GuardedRequest, type TokenScheme } from './find-token.ts'
import type { VerifiedFrom, VerifyAccessToken } from './trusted-issuers.ts'
import type { TrustedIssuer, Unavailable } from './verification.ts'

/** A request with one good token, whose sender holds what it is bound to. */
type Authenticated = {
  readonly kind: 'authenticated'
  readonly access: Access
  /** What the answer to the request should carry. @spec RFC 9449 §8.2 */
  readonly nextNonce?: string
}

/** A request without a good token. */
export type NotAuthenticated =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'rejected'
      readonly refusal: Refusal<ErrorCodeAt<'resource'>>
      readonly scheme: TokenScheme
      readonly nonce?: string
    }
  | Unavailable

/** Finds out who sends a request, and what the token in it allows. */
export type Authenticate = (request: GuardedRequest) => Promise<Authenticated | NotAuthenticated>

/** What requests are judged by. */
export type AuthenticationRules = ConfirmationRules & {
  readonly schemes: readonly TokenScheme[]
  readonly verify: VerifyAccessToken
  readonly issuers: readonly TrustedIssuer[]
  readonly catalogue: Catalogue
  /** This resource server's identifier. @spec RFC 8707 §2 */
  readonly resource: string
}

/** Makes what authenticates requests: one token, verified, its binding confirmed, its claims read. */
export function authenticator(rules: AuthenticationRules): Authenticate {
  const read = accessReader(rules)
  return async request => {
    const found = findAccessToken(request, rules.schemes)
    if (isRefusal(found)) return { kind: 'rejected', refusal: found, scheme: found.scheme }
    if (found.kind === 'none') return found
    const { scheme, token } = found
    const verified = await rules.verify(token)
    if (verified.kind === 'unavailable') return verified
    if (verified.kind === 'refusal') return { kind: 'rejected', refusal: verified, scheme }
    const confirming = confirm(rules, { request, scheme, token, claims: verified.claims })
    const confirmed = confirming instanceof Promise ? await confirming : confirming
    if (confirmed.kind === 'unavailable') return confirmed
    if (confirmed.kind === 'refusal')
      return { kind: 'rejected', refusal: confirmed, scheme, ...('nonce' in confirmed && { nonce: confirmed.nonce }) }
    const access = read(verified)
    if (isRefusal(access)) return { kind: 'rejected', refusal: access, scheme }
    return {
      kind: 'authenticated',
      access,
      ...(confirmed.nextNonce !== undefined && { nextNonce: confirmed.nextNonce }),
    }
  }
}

/** Other requests with the same token are given the same. */
function frozen(access: Access): Access {
  for (const list of [access.authorizationDetails, access.unknownScope]) Object.freeze(list)
  return Object.freeze(access)
}

/** A token that is believed again gives the same claims, and they are read once. */
function accessReader({ catalogue, resource, issuers }: AuthenticationRules) {
  const byName = new Map(issuers.map(issuer => [issuer.issuer, issuer]))
  const known = new WeakMap<JwtClaims, Access>()
  return (verified: VerifiedFrom): Access | Refusal<'invalid_token'> => {
    const before = known.get(verified.claims)
    if (before?.issuer === verified.issuer) return before
    const issuer = byName.get(verified.issuer) ?? {}
    const access = readAccess({ catalogue, resource, issuer }, verified)
    if (isRefusal(access)) return access
    known.set(verified.claims, frozen(access))
    return access
  }
}
