// OpenAPI 3.2 §4.1; Swagger 2.0, Swagger Object
import { isJsonObject, type JsonObject, memberOf, pointerIn, pointerTo, textOf, valueAt } from './json-pointer.ts'
import type { OpenApiProblem, OpenApiVersion } from './operation.ts'

/** A document that is being read, and the place where problems are noted. */
export type DocumentBeingRead = {
  readonly root: JsonObject
  readonly version: OpenApiVersion
  readonly report: (severity: OpenApiProblem['severity'], pointer: string, message: string) => undefined
}

/** A value of the document and where it stands. */
export type Placed<T> = { readonly value: T; readonly pointer: string }

const longestChain = 10

/** Finds which version of the specification a document is written in. */
export function versionOf(root: JsonObject): OpenApiVersion | undefined {
  const swagger = memberOf(root, 'swagger')
  if (swagger === '2.0' || swagger === 2) return '2.0'
  const [, version] = /^(3\.[012])\.\d/.exec(textOf(memberOf(root, 'openapi'))) ?? []
  return version === '3.0' || version === '3.1' || version === '3.2' ? version : undefined
}

/** Follows references within the document to an object; whatever else is found is an error, and `undefined`. */
export function followReferences(
  document: DocumentBeingRead,
  value: unknown,
  pointer: string,
): Placed<JsonObject> | undefined {
  let place: Placed<unknown> = { value, pointer }
  for (let step = 0; step < longestChain; step++) {
    if (!isJsonObject(place.value)) return document.report('error', place.pointer, 'an object is wanted')
    const reference = memberOf(place.value, '$ref')
    if (reference === undefined) return { value: place.value, pointer: place.pointer }
    const next = target(document, reference, place.pointer)
    if (next === undefined) return undefined
    place = next
  }
  return document.report('error', pointer, `a chain of more than ${longestChain} references`)
}

function target(document: DocumentBeingRead, reference: unknown, pointer: string): Placed<unknown> | undefined {
  const at = pointerTo(pointer, '$ref')
  const text = typeof reference === 'string' ? reference : ''
  if (!text.startsWith('#'))
    return document.report('error', at, `\`${text}\` was not resolved; a reference into this document is wanted`)
  const found = pointerIn(text.slice(1))
  if (found === undefined) return document.report('error', at, `\`${text}\` holds no JSON pointer`)
  const value = valueAt(document.root, found)
  if (value === undefined) return document.report('error', at, `\`${text}\` points to nothing`)
  return { value, pointer: found }
}

/** Reports members that the specification does not know: what is misspelt here is not enforced, and nobody would see it. */
export function reportUnknownMembers(
  document: DocumentBeingRead,
  { value, pointer }: Placed<JsonObject>,
  known: ReadonlySet<string>,
): void {
  for (const name of Object.keys(value)) {
    if (known.has(name) || name.startsWith('x-')) continue
    document.report(
      'error',
      pointerTo(pointer, name),
      `unknown member \`${name}\`; OpenAPI ${document.version} has none`,
    )
  }
}

/** A list of texts; what is no text is left out. */
export function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(each => typeof each === 'string') : []
}
