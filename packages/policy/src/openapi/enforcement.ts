// OpenAPI 3.2 §4.30
import type { AllOf } from '@ambit/scope'
import type { OpenApiRequirement } from './operation.ts'

/** What a guard of access tokens does about an operation. */
export type Enforcement =
  /** Nothing is asked, and a token is not looked at. */
  | { readonly kind: 'public' }
  /** No token is needed; one that is sent must be good. */
  | { readonly kind: 'optional' }
  /** A token that has all scopes of any one of the sets; a set of none is met by any good token. */
  | { readonly kind: 'token'; readonly needs: { readonly anyOf: readonly [AllOf, ...AllOf[]] } }
  /** No token opens it. */
  | { readonly kind: 'refused'; readonly reason: string }

/**
 * Decides how a requirement is enforced by access tokens alone. An alternative that asks for something else as well counts
 * only where `checkedByApi` names that scheme: then the API behind the guard must check it.
 */
export function enforcementOf(requirement: OpenApiRequirement, checkedByApi: ReadonlySet<string>): Enforcement {
  if (requirement.kind === 'public' || requirement.kind === 'optional') return { kind: requirement.kind }
  const ours = requirement.anyOf.filter(({ alsoNeeds }) => alsoNeeds.every(({ scheme }) => checkedByApi.has(scheme)))
  if (ours.some(({ schemes }) => schemes.length === 0)) return { kind: 'optional' }
  const [first, ...others] = ours.map(({ scopes }): AllOf => ({ allOf: scopes }))
  if (first === undefined) return { kind: 'refused', reason: reasonOf(requirement) }
  return { kind: 'token', needs: { anyOf: [first, ...others] } }
}

function reasonOf(requirement: OpenApiRequirement): string {
  return requirement.kind === 'unenforceable' ? requirement.reason : 'no alternative is met by an access token alone'
}
