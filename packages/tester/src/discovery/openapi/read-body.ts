// OpenAPI 3.2 §4.13, §4.16; Swagger 2.0, Operation Object
import { type SchemaObject, schemaIn } from '../../call/resolve-schema.ts'
import type { ApiBody, Schema } from '../../target/api-operation.ts'
import type { DocumentReader, Placed } from './document-reader.ts'
import { memberOf, membersIn, pointerTo } from './json-value.ts'
import { readContent } from './read-content.ts'

/** Reads what an operation of OpenAPI 3 takes in its body. */
export function readBody(
  reader: DocumentReader,
  { value, pointer }: Placed<SchemaObject>,
  given: unknown,
): ApiBody | undefined {
  const described = memberOf(value, 'requestBody')
  if (described === undefined) return undefined
  const place = reader.follow({ value: described, pointer: pointerTo(pointer, 'requestBody') })
  const content = place === undefined ? undefined : readContent(reader, place)
  if (place === undefined || content === undefined) return undefined
  const example = given ?? content.example
  const { mediaType, schema } = content
  return { mediaType, schema, isRequired: place.value['required'] === true, ...(example !== undefined && { example }) }
}

/** Reads the schema of each answer by its status. */
export function readResponses(
  reader: DocumentReader,
  { value, pointer }: Placed<SchemaObject>,
): Readonly<Record<string, Schema | undefined>> {
  const at = pointerTo(pointer, 'responses')
  const schemas: [string, Schema | undefined][] = []
  for (const [status, described] of membersIn(memberOf(value, 'responses'))) {
    const place = reader.follow({ value: described, pointer: pointerTo(at, status) })
    if (place !== undefined) schemas.push([status, responseSchema(reader, place)])
  }
  return Object.fromEntries(schemas)
}

function responseSchema(reader: DocumentReader, place: Placed<SchemaObject>): Schema | undefined {
  if (reader.version !== '2.0') return readContent(reader, place)?.schema
  const schema = memberOf(place.value, 'schema')
  return schema === undefined ? undefined : schemaIn(schema)
}
