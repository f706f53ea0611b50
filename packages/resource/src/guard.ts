// RFC 6750 §3, RFC 9068 §4, RFC 9470 §6
import type { AnyPolicy } from '@ambit/policy'
import type { Catalogue } from '@ambit/scope'
import type { GuardedRequest } from './find-token.ts'
import { GuardCore, type Guarded } from './guard-core.ts'
import { guardOperation } from './guard-operation.ts'
import type { GuardFrame } from './guard-options.ts'
import { operationReader, type Wanted } from './operation.ts'
import { createPolicyGuard, type PolicyGuard, type PolicyGuardOptions } from './policy-guard.ts'
import type { MetadataDocument } from './protected-resource-metadata.ts'

export type { Allowed, Guarded, Refused } from './guard-core.ts'

/** What a guard is made of that decides by scope. */
export type GuardOptions<Token extends string = string> = GuardFrame & { readonly catalogue: Catalogue<Token> }

/** Decides whether a request may do an operation. */
export type Guard<Token extends string = string> = {
  (request: GuardedRequest, wanted: Wanted<Token>): Promise<Guarded>
  /** The protected resource metadata and what serves them, where they are declared. @spec RFC 9728 §3 */
  readonly metadata: MetadataDocument | undefined
}

/**
 * Makes the guard of a resource server: one token, verified for this resource, held by whom it is bound to, whose scope
 * covers the requirement, of a user who logged in as is wanted.
 * @spec RFC 6750 §3.1
 * @errors invalid_request: not exactly one well-formed token
 * @errors invalid_token: expired, revoked, forged, of another issuer or for another audience, or bound to what is not proven
 * @errors invalid_dpop_proof, use_dpop_nonce: the proof of possession is not good
 * @errors insufficient_scope: the token's scope does not cover any alternative of the requirement
 * @errors insufficient_user_authentication: the user's login is too old or too weak
 * @example
 * const issuers = [{ issuer: 'https://as.example', jwt: jwtVerifier({ jwksUri: 'https://as.example/jwks' }) }]
 * const guard = createGuard({ issuers, resource: 'https://api.example/pets', catalogue })
 * const guarded = await guard(request, 'read_pets')
 * if (guarded.kind === 'refused') return guarded.response
 */
export function createGuard<P extends AnyPolicy>(options: PolicyGuardOptions<P>): PolicyGuard<P>
export function createGuard<Token extends string>(options: GuardOptions<Token>): Guard<Token>
export function createGuard<Token extends string, P extends AnyPolicy>(
  options: GuardOptions<Token> | PolicyGuardOptions<P>,
): Guard<Token> | PolicyGuard<P> {
  return 'policy' in options ? createPolicyGuard(options) : createScopeGuard(options)
}

function createScopeGuard<Token extends string>({ catalogue, ...frame }: GuardOptions<Token>): Guard<Token> {
  const core = new GuardCore({ catalogue, frame, detailTypes: [] })
  const read = operationReader(catalogue)
  const guard = async (request: GuardedRequest, wanted: Wanted<Token>): Promise<Guarded> =>
    guardOperation(core, request, read(wanted))
  return Object.assign(guard, { metadata: core.metadata })
}
