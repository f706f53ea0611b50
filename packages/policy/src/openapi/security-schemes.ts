// OpenAPI 3.2 §4.27 to §4.29; Swagger 2.0, Security Scheme Object
import { type DocumentBeingRead, followReferences } from './document.ts'
import { isJsonObject, type JsonObject, memberOf, pointerTo, textOf } from './json-pointer.ts'
import type { SecurityScheme } from './operation.ts'

/** The `Authorization` schemes that carry access tokens. @spec RFC 6750 §2.1, RFC 9449 §7.1 */
const tokenSchemes: ReadonlySet<string> = new Set(['bearer', 'dpop'])

/** Reads the security schemes that a document declares. */
export function readSchemes(document: DocumentBeingRead): ReadonlyMap<string, SecurityScheme> {
  const isSwagger = document.version === '2.0'
  const pointer = isSwagger ? '/securityDefinitions' : '/components/securitySchemes'
  const declared = memberOf(
    isSwagger ? document.root : memberOf(document.root, 'components'),
    isSwagger ? 'securityDefinitions' : 'securitySchemes',
  )
  const schemes = new Map<string, SecurityScheme>()
  if (declared !== undefined && !isJsonObject(declared)) document.report('error', pointer, 'an object is wanted')
  for (const [name, value] of Object.entries(isJsonObject(declared) ? declared : {})) {
    const scheme = readScheme(document, name, { value, pointer: pointerTo(pointer, name) })
    if (scheme !== undefined) schemes.set(name, scheme)
  }
  return schemes
}

/** Reads one security scheme. */
export function readScheme(
  document: DocumentBeingRead,
  name: string,
  place: { readonly value: unknown; readonly pointer: string },
): SecurityScheme | undefined {
  const found = followReferences(document, place.value, place.pointer)
  if (found === undefined) return undefined
  const { value, pointer } = found
  const type = memberOf(value, 'type')
  switch (type) {
    case 'oauth2':
      return { name, kind: type, isToken: true, scopes: declaredScopes(document, value, pointer), pointer }
    case 'openIdConnect':
      return { name, kind: type, isToken: true, pointer }
    case 'http':
      return readHttpScheme(value, name, pointer)
    case 'apiKey':
    case 'basic':
    case 'mutualTLS':
      return { name, kind: type, isToken: false, pointer }
    default:
      return document.report(
        'error',
        pointerTo(pointer, 'type'),
        `unknown type \`${textOf(type)}\` of a security scheme`,
      )
  }
}

function readHttpScheme(value: JsonObject, name: string, pointer: string): SecurityScheme {
  const scheme = textOf(memberOf(value, 'scheme')).toLowerCase()
  return { name, kind: `http ${scheme}`, isToken: tokenSchemes.has(scheme), pointer }
}

/** The scopes of all flows together; Swagger 2.0 has one flow, whose scopes stand in the scheme itself. */
function declaredScopes(document: DocumentBeingRead, scheme: JsonObject, pointer: string): ReadonlyMap<string, string> {
  const flows = memberOf(scheme, 'flows')
  const holders =
    document.version === '2.0'
      ? [{ value: memberOf(scheme, 'scopes'), at: pointerTo(pointer, 'scopes') }]
      : Object.entries(isJsonObject(flows) ? flows : {})
          .filter(([name]) => !name.startsWith('x-'))
          .map(([name, flow]) => ({ value: memberOf(flow, 'scopes'), at: pointerTo(pointer, 'flows', name, 'scopes') }))
  return new Map(holders.flatMap(({ value, at }) => readFlow(document, value, at)))
}

function readFlow(
  document: DocumentBeingRead,
  scopes: unknown,
  pointer: string,
): readonly (readonly [string, string])[] {
  if (scopes !== undefined && !isJsonObject(scopes))
    document.report('error', pointer, 'an object of descriptions by scope is wanted')
  return Object.entries(isJsonObject(scopes) ? scopes : {})
    .filter(([scope]) => !scope.startsWith('x-'))
    .map(([scope, words]) => [scope, textOf(words).trim()])
}
