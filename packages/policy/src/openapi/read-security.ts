// OpenAPI 3.2 §4.30; Swagger 2.0, Security Requirement Object
import { isScopeToken } from '@ambit/scope'
import type { DocumentBeingRead, Placed } from './document.ts'
import { isJsonObject, pointerIn, pointerTo, valueAt } from './json-pointer.ts'
import type { OpenApiAlternative, OpenApiRequirement, OtherCredential, SecurityScheme } from './operation.ts'
import { readScheme } from './security-schemes.ts'

type Schemes = ReadonlyMap<string, SecurityScheme>

const unreadable = 'the requirement cannot be read'

/**
 * Reads a `security` list: any one of its objects, and of that one all. An empty list asks nothing, `{}` is one that asks
 * nothing; whatever cannot be read is never dropped, it makes the operation unenforceable.
 */
export function readSecurity(
  document: DocumentBeingRead,
  place: Placed<unknown>,
  schemes: Schemes,
): OpenApiRequirement {
  if (!Array.isArray(place.value)) {
    document.report('error', place.pointer, 'a list of security requirements is wanted')
    return { kind: 'unenforceable', anyOf: [], reason: unreadable }
  }
  const read = place.value.map((value: unknown, index) =>
    readAlternative(document, { value, pointer: pointerTo(place.pointer, index) }, schemes),
  )
  const known = read.filter(each => each !== undefined)
  if (known.length < read.length) return { kind: 'unenforceable', anyOf: [], reason: unreadable }
  return judge(known)
}

function judge(alternatives: readonly OpenApiAlternative[]): OpenApiRequirement {
  const asking = alternatives.filter(each => each.schemes.length + each.alsoNeeds.length > 0)
  const [first, ...others] = asking
  if (first === undefined) return { kind: 'public' }
  if (asking.length < alternatives.length) return { kind: 'optional', anyOf: asking }
  if (asking.some(each => each.alsoNeeds.length === 0)) return { kind: 'needs', anyOf: [first, ...others] }
  const named = new Set(asking.flatMap(each => each.alsoNeeds.map(({ scheme }) => `\`${scheme}\``)))
  return {
    kind: 'unenforceable',
    anyOf: asking,
    reason: `it needs ${[...named].join(' or ')}, which no access token shows`,
  }
}

function readAlternative(
  document: DocumentBeingRead,
  { value, pointer }: Placed<unknown>,
  schemes: Schemes,
): OpenApiAlternative | undefined {
  if (!isJsonObject(value)) return document.report('error', pointer, 'an object of security schemes is wanted')
  const scopes = new Set<string>()
  const tokens: string[] = []
  const alsoNeeds: OtherCredential[] = []
  for (const [name, wanted] of Object.entries(value)) {
    const at = pointerTo(pointer, name)
    const scheme = schemes.get(name) ?? schemeByReference(document, name)
    const list = readList(document, { value: wanted, pointer: at }, scheme)
    if (scheme === undefined) document.report('error', at, `no security scheme \`${name}\` is declared`)
    if (list === undefined) return undefined
    if (scheme?.isToken !== true) alsoNeeds.push({ scheme: name, kind: scheme?.kind ?? 'unknown', roles: list })
    else tokens.push(name)
    if (scheme?.isToken === true) for (const scope of list) scopes.add(scope)
  }
  return { scopes: [...scopes], schemes: tokens, alsoNeeds }
}

/** Since 3.2 a requirement may name a scheme by a reference; a declared name goes first. */
function schemeByReference(document: DocumentBeingRead, name: string): SecurityScheme | undefined {
  if (document.version !== '3.2' || !name.startsWith('#')) return undefined
  const pointer = pointerIn(name.slice(1))
  const value = pointer === undefined ? undefined : valueAt(document.root, pointer)
  return value === undefined ? undefined : readScheme(document, name, { value, pointer: pointer ?? '' })
}

function readList(
  document: DocumentBeingRead,
  { value, pointer }: Placed<unknown>,
  scheme: SecurityScheme | undefined,
): readonly string[] | undefined {
  if (!Array.isArray(value) || !value.every(each => typeof each === 'string'))
    return document.report('error', pointer, 'a list of scopes is wanted, which may be empty')
  if (scheme?.isToken !== true) return value
  for (const scope of value) checkScope(document, { value: scope, pointer }, scheme)
  return value
}

function checkScope(document: DocumentBeingRead, { value, pointer }: Placed<string>, scheme: SecurityScheme): void {
  if (!isScopeToken(value)) document.report('error', pointer, `\`${value}\` is no scope-token`)
  else if (scheme.scopes !== undefined && !scheme.scopes.has(value))
    document.report('warning', pointer, `no flow of \`${scheme.name}\` declares the scope \`${value}\``)
  else if (scheme.kind.startsWith('http') && (document.version === '2.0' || document.version === '3.0'))
    document.report(
      'warning',
      pointer,
      `OpenAPI ${document.version} has no scopes for \`${scheme.kind}\`; \`${value}\` is wanted all the same`,
    )
}
