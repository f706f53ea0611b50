// OpenAPI 3.2 §4.14, §4.19; JSON Schema 2020-12 §9.5
import { difficultyOf } from '../../call/encode-body.ts'
import { flattenSchema } from '../../call/flatten-schema.ts'
import { schemaIn } from '../../call/resolve-schema.ts'
import { isGiven, statedValue } from '../../call/stated-value.ts'
import type { Schema } from '../../target/api-operation.ts'
import type { DocumentReader, Placed } from './document-reader.ts'
import { memberOf, membersIn, pointerTo } from './json-value.ts'

/** One media type of a body, an answer or a parameter. */
export type ReadContent = { readonly mediaType: string; readonly schema: Schema; readonly example?: unknown }

/** Reads the media type that is the easiest to write; `undefined` where none stands there. */
export function readContent(reader: DocumentReader, { value, pointer }: Placed<unknown>): ReadContent | undefined {
  const content = memberOf(value, 'content')
  const ordered = membersIn(content).toSorted(([a], [b]) => difficultyOf(a) - difficultyOf(b))
  const [first] = ordered
  if (first === undefined) return undefined
  const [mediaType, described] = first
  const place = reader.follow({ value: described, pointer: pointerTo(pointer, 'content', mediaType) })
  const schema = schemaIn(memberOf(place?.value, 'schema'))
  const example = place === undefined ? undefined : readExample(reader, place)
  return { mediaType, schema, ...(example !== undefined && { example }) }
}

/** The example beside a schema: the one that stands there, or the first of several. */
export function readExample(reader: DocumentReader, { value, pointer }: Placed<unknown>): unknown {
  const single = memberOf(value, 'example')
  if (isGiven(single)) return single
  for (const [name, described] of membersIn(memberOf(value, 'examples'))) {
    const place = reader.follow({ value: described, pointer: pointerTo(pointer, 'examples', name) })
    const example = memberOf(place?.value, 'dataValue') ?? memberOf(place?.value, 'value')
    if (isGiven(example)) return example
  }
  return undefined
}

/** The value that a schema itself gives. */
export function statedIn(schema: Schema): unknown {
  const flat = flattenSchema(schema)
  return flat === false ? undefined : statedValue(flat)?.value
}
