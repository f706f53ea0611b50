// OpenAPI 3.2 §4.28; RFC 6749 §3.3
import { type Catalogue, defineScopes, type ScopeDeclaration } from '@ambit/scope'
import type { OpenApiReading } from './operation.ts'

/**
 * Makes a catalogue of the scopes that a document declares or uses. No scope covers another: hierarchies are not something
 * that OpenAPI can say.
 * @throws {CatalogueError} for a scope that no catalogue can hold
 */
export function catalogueOf({ schemes, operations }: Pick<OpenApiReading, 'schemes' | 'operations'>): Catalogue {
  const scopes: Record<string, ScopeDeclaration> = {}
  for (const { requirement } of operations) {
    const used = 'anyOf' in requirement ? requirement.anyOf.flatMap(each => each.scopes) : []
    for (const scope of used) scopes[scope] = {}
  }
  for (const { scopes: declared } of schemes.values()) {
    for (const [scope, description] of declared ?? []) scopes[scope] = description === '' ? {} : { description }
  }
  return defineScopes({ segments: false, scopes })
}
