// RFC 6750 §3, RFC 9068 §4
import { type ErrorCodeAt, type HttpResponse, isRefusal, type Refusal, refuse } from '@ambit/protocol'
import {
  type Catalogue,
  type Needs,
  nearestAlternative,
  printScope,
  type Requirement,
  requirementOf,
  type ScopeSet,
} from '@ambit/scope'
import { type Access, readAccess } from './access.ts'
import { findAccessToken, type GuardedRequest } from './find-token.ts'
import { askForToken, tellRefusal, tellUnavailable } from './refusal-response.ts'
import { verifierOf } from './trusted-issuers.ts'
import type { TrustedIssuer } from './verification.ts'

/** What a guard is made of. */
export type GuardOptions<Token extends string = string> = {
  /** The authorization servers whose tokens count. */
  readonly issuers: readonly TrustedIssuer[]
  /** This resource server's identifier: what a token's `aud` must hold. @spec RFC 8707 §2 */
  readonly resource: string
  readonly catalogue: Catalogue<Token>
  /** What challenges name as the protected space; the resource's identifier where it is left out. @spec RFC 9110 §11.5 */
  readonly realm?: string
}

/** How a guard decided. `reason` is for the operator's log, `response` for the client. */
export type Guarded =
  | { readonly kind: 'allowed'; readonly access: Access }
  | { readonly kind: 'refused'; readonly response: HttpResponse; readonly reason: string }

/** Decides whether a request may do an operation. */
export type Guard<Token extends string = string> = (request: GuardedRequest, needs: Needs<Token>) => Promise<Guarded>

type Denial = Refusal<ErrorCodeAt<'resource'>>

/**
 * Makes the guard of a resource server: one token, verified for this resource, whose scope covers the requirement.
 * @spec RFC 6750 §3.1
 * @errors invalid_request: not exactly one well-formed token
 * @errors invalid_token: expired, revoked, forged, of another issuer or for another audience
 * @errors insufficient_scope: the token's scope does not cover any alternative of the requirement
 * @example
 * const issuers = [{ issuer: 'https://as.example', jwt: jwtVerifier({ jwksUri: 'https://as.example/jwks' }) }]
 * const guard = createGuard({ issuers, resource: 'https://api.example/pets', catalogue })
 * const guarded = await guard(request, 'read_pets')
 * if (guarded.kind === 'refused') return guarded.response
 */
export function createGuard<Token extends string>(options: GuardOptions<Token>): Guard<Token> {
  const verify = verifierOf(options.issuers, options.resource)
  return async (request, needs) => {
    const requirement = requirementOf(options.catalogue, needs)
    const found = findAccessToken(request)
    if (isRefusal(found)) return tell(options, found, { requirement })
    if (found.kind === 'none') return ask(options, requirement)
    const verified = await verify(found.token)
    if (verified.kind === 'unavailable')
      return { kind: 'refused', response: tellUnavailable(), reason: verified.reason }
    if (verified.kind === 'refusal') return tell(options, verified, { requirement })
    const access = readAccess(options.catalogue, verified)
    if (isRefusal(access)) return tell(options, access, { requirement })
    return cover(options, access, requirement)
  }
}

function cover(options: GuardOptions, access: Access, requirement: Requirement): Guarded {
  const { missing } = nearestAlternative(options.catalogue, access.scope, requirement)
  const words = `the access token lacks the scope \`${printScope(missing)}\``
  if (missing.size > 0) return tell(options, refuse('insufficient_scope', words), { requirement, held: access.scope })
  return { kind: 'allowed', access }
}

function ask(options: GuardOptions, requirement: Requirement): Guarded {
  const response = askForToken(operationOf(options, requirement, options.catalogue.empty))
  return { kind: 'refused', response, reason: 'no access token was sent in the `Authorization` field' }
}

function tell(
  options: GuardOptions,
  refusal: Denial,
  { requirement, held = options.catalogue.empty }: { readonly requirement: Requirement; readonly held?: ScopeSet },
): Guarded {
  const response = tellRefusal(refusal, operationOf(options, requirement, held))
  return { kind: 'refused', response, reason: refusal.reason }
}

function operationOf({ catalogue, realm, resource }: GuardOptions, requirement: Requirement, held: ScopeSet) {
  const { scope, missing } = nearestAlternative(catalogue, held, requirement)
  return { realm: realm ?? resource, needed: scope, missing }
}
