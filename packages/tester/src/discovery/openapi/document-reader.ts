// OpenAPI 3.2 §4.1, §4.23
import { type OpenApiProblem, type OpenApiVersion, pointerIn, valueAt } from '@ambit/policy'
import { bindReference, isObject, type SchemaObject, schemaIn } from '../../call/resolve-schema.ts'
import { pointerTo } from './json-value.ts'
import { type FoundReference, referencesIn } from './references.ts'

/** A value of the document and where it stands. */
export type Placed<T> = { readonly value: T; readonly pointer: string }

/** A document that is being read. */
export type DocumentReader = {
  readonly root: unknown
  readonly version: OpenApiVersion
  /** Notes a problem; it changes nothing about what is read. */
  readonly report: (severity: OpenApiProblem['severity'], pointer: string, message: string) => void
  /** Follows references to an object; what is none is a problem, and `undefined`. */
  readonly follow: (place: Placed<unknown>) => Placed<SchemaObject> | undefined
}

const longestChain = 10

/**
 * Opens a document for reading. Each `$ref` in it is bound to what it means, and looked up only when somebody asks: rings of
 * schemas are fine. A reference that leads nowhere is a problem.
 */
export function openReader(root: unknown, version: OpenApiVersion, report: DocumentReader['report']): DocumentReader {
  const known = new Map<object, string>()
  for (const found of referencesIn(root)) bind(root, found, known, report)
  return { root, version, report, follow: place => follow(place, known, root, report) }
}

function bind(
  root: unknown,
  { holder, pointer, reference }: FoundReference,
  known: Map<object, string>,
  report: DocumentReader['report'],
): void {
  const at = pointerTo(pointer, '$ref')
  if (!reference.startsWith('#')) return report('warning', at, `\`${reference}\` was not resolved`)
  const target = pointerIn(reference.slice(1))
  if (target === undefined) return report('warning', at, `\`${reference}\` holds no JSON pointer`)
  if (valueAt(root, target) === undefined) return report('warning', at, `\`${reference}\` points to nothing`)
  known.set(holder, target)
  bindReference(holder, () => schemaIn(valueAt(root, target)))
}

function follow(
  from: Placed<unknown>,
  known: ReadonlyMap<object, string>,
  root: unknown,
  report: DocumentReader['report'],
): Placed<SchemaObject> | undefined {
  let place = from
  for (let step = 0; step < longestChain; step++) {
    const { value, pointer } = place
    if (!isObject(value)) {
      report('warning', pointer, 'an object is wanted')
      return undefined
    }
    if (typeof value['$ref'] !== 'string') return { value, pointer }
    const target = known.get(value)
    // what leads nowhere was told when the document was opened
    if (target === undefined) return undefined
    place = { value: valueAt(root, target), pointer: target }
  }
  report('warning', from.pointer, `a chain of more than ${longestChain} references`)
  return undefined
}
