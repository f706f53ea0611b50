import { type Catalogue, meets, type Needs, type Requirement } from '@ambit/scope'
import type { OpenApiOperation } from '../openapi/operation.ts'

/** Who says what an operation needs. */
export type AgreementSource = 'openapi' | 'policy' | 'code'

/** What code does about one route: a guard that wants scope, one that asks the policy, or nothing. */
export type RouteGuard<Token extends string = string, Action extends string = string> = {
  readonly method: string
  /** `/pets/{petId}` or `/pets/:petId`, with or without what the API's server puts before it. */
  readonly path: string
  /** Where it stands, for people: `routes/pets.ts:12`. */
  readonly place?: string
} & ({ readonly needs: Needs<Token> } | { readonly action: Action } | { readonly isPublic: true })

/** What one source says about one operation. */
export type Statement =
  | { readonly kind: 'public' }
  /** Callers whom nobody knows are served as well. */
  | { readonly kind: 'optional'; readonly requirement: Requirement | undefined }
  | { readonly kind: 'token'; readonly requirement: Requirement }
  /** It names scopes that the catalogue does not have. */
  | { readonly kind: 'unknown_scope'; readonly scopes: readonly string[] }
  /** No token is enough. */
  | { readonly kind: 'more_than_token'; readonly reason: string }

/** How much two requirements let through. */
export type Comparison = 'same' | 'wider' | 'narrower' | 'other'

/**
 * Compares what two requirements let through: `wider` where the first opens for tokens for which the second does not. What a
 * scope covers counts, so a requirement of `order` is narrower than one of `order:items`.
 */
export function compareRequirements(catalogue: Catalogue, a: Requirement, b: Requirement): Comparison {
  const opensAll = (wide: Requirement, narrow: Requirement) => narrow.anyOf.every(held => meets(catalogue, held, wide))
  const [hasAllOfB, hasAllOfA] = [opensAll(a, b), opensAll(b, a)]
  if (hasAllOfB && hasAllOfA) return 'same'
  if (hasAllOfB) return 'wider'
  return hasAllOfA ? 'narrower' : 'other'
}

/** What a document says about an operation; alternatives that want more than a token are left out. */
export function statementOfOperation(catalogue: Catalogue, { requirement }: OpenApiOperation): Statement {
  if (requirement.kind === 'public') return { kind: 'public' }
  if (requirement.kind === 'unenforceable') return { kind: 'more_than_token', reason: requirement.reason }
  const ours = requirement.anyOf.filter(({ alsoNeeds, schemes }) => alsoNeeds.length === 0 && schemes.length > 0)
  const readings = ours.map(({ scopes }) => catalogue.read(scopes))
  const unknown = [...new Set(readings.flatMap(reading => reading.unknown))]
  if (unknown.length > 0) return { kind: 'unknown_scope', scopes: unknown }
  const [first, ...others] = readings.map(({ scope }) => scope)
  const read: Requirement | undefined = first && { anyOf: [first, ...others] }
  if (requirement.kind === 'optional') return { kind: 'optional', requirement: read }
  if (read === undefined) return { kind: 'more_than_token', reason: 'no alternative is met by an access token alone' }
  return { kind: 'token', requirement: read }
}

/** What a guard in code says that wants scope. */
export function statementOfNeeds(catalogue: Catalogue, needs: Needs): Statement {
  const alternatives = typeof needs === 'object' && 'anyOf' in needs ? needs.anyOf : [needs]
  const readings = alternatives.map(each => catalogue.read(typeof each === 'string' ? [each] : each.allOf))
  const unknown = [...new Set(readings.flatMap(reading => reading.unknown))]
  const [first, ...others] = readings.map(({ scope }) => scope)
  if (unknown.length > 0 || first === undefined) return { kind: 'unknown_scope', scopes: unknown }
  return { kind: 'token', requirement: { anyOf: [first, ...others] } }
}

/** A statement in words. */
export function tellStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'public':
      return 'lets everybody in'
    case 'optional':
      return 'also serves callers without a token'
    case 'token':
      return `wants ${tellRequirement(statement.requirement)}`
    case 'unknown_scope':
      return `wants a scope that the catalogue does not have: ${statement.scopes.map(scope => `\`${scope}\``).join(', ')}`
    case 'more_than_token':
      return `wants more than a token: ${statement.reason}`
  }
}

function tellRequirement({ anyOf }: Requirement): string {
  return anyOf
    .map(({ tokens }) => (tokens.length === 0 ? 'a token of any scope' : `\`${tokens.join(' ')}\``))
    .join(' or ')
}
