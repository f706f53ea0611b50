// OpenAPI 3.2 §4.12
import { flattenSchema } from '../../call/flatten-schema.ts'
import { isObject, type SchemaObject, schemaIn } from '../../call/resolve-schema.ts'
import type { ApiParameter, ParameterStyle, Schema } from '../../target/api-operation.ts'
import type { DocumentReader, Placed } from './document-reader.ts'
import { memberOf, pointerTo, textIn } from './json-value.ts'
import { readContent, readExample, statedIn } from './read-content.ts'

/** The values that the configuration gives to parameters, by name. */
export type GivenValues = Readonly<Record<string, unknown>>

const places: ReadonlySet<string> = new Set(['path', 'query', 'header', 'cookie'])
const styles: Readonly<Record<ParameterStyle, true>> = {
  simple: true,
  label: true,
  matrix: true,
  form: true,
  cookie: true,
  spaceDelimited: true,
  pipeDelimited: true,
  tabDelimited: true,
  deepObject: true,
}
/** What the specification takes from elsewhere. */
const notParameters: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization'])

/** The parameters of a path and of its operation, those of the operation in the place of those of the path. */
export function parametersAt(
  reader: DocumentReader,
  holders: readonly Placed<unknown>[],
): readonly Placed<SchemaObject>[] {
  const found = new Map<string, Placed<SchemaObject>>()
  for (const { value, pointer } of holders) {
    const listed = memberOf(value, 'parameters')
    if (listed === undefined) continue
    const at = pointerTo(pointer, 'parameters')
    if (!Array.isArray(listed)) reader.report('warning', at, 'a list of parameters is wanted')
    const parameters: readonly unknown[] = Array.isArray(listed) ? listed : []
    for (const [index, parameter] of parameters.entries()) {
      const place = reader.follow({ value: parameter, pointer: pointerTo(at, index) })
      if (place !== undefined) found.set(nameOf(reader, place, index), place)
    }
  }
  return [...found.values()]
}

/** What a parameter is known by; one without a name is a problem and hides no other. */
function nameOf({ report }: DocumentReader, { value, pointer }: Placed<SchemaObject>, index: number): string {
  const { name, in: where } = value
  if (typeof name === 'string' && typeof where === 'string')
    return `${where} ${where === 'header' ? name.toLowerCase() : name}`
  report('warning', pointer, 'a parameter with `name` and `in` is wanted')
  return `${pointer} ${index}`
}

/** Reads one parameter; none where it is no parameter of a request, several where a whole query is described. */
export function readParameter(
  reader: DocumentReader,
  place: Placed<SchemaObject>,
  given: GivenValues,
): readonly ApiParameter[] {
  const { value, pointer } = place
  const { name, in: where } = value
  if (typeof name !== 'string' || typeof where !== 'string') return []
  if (where === 'querystring') return readWholeQuery(reader, place, given)
  if (!isPlace(where)) {
    reader.report('warning', pointerTo(pointer, 'in'), `\`${where}\` is no place of a parameter`)
    return []
  }
  if (where === 'header' && notParameters.has(name.toLowerCase())) return []
  const content = readContent(reader, place)
  const schema = content?.schema ?? schemaIn(value['schema'])
  const isRequired = where === 'path' || value['required'] === true
  const example = exampleOf({
    reader,
    place,
    schema,
    given: memberOf(given, name),
    content: content?.example,
    isRequired,
  })
  return [
    {
      name,
      in: where,
      isRequired,
      schema,
      ...(example !== undefined && { example }),
      ...(content === undefined ? styleOf(reader, place) : { mediaType: content.mediaType }),
    },
  ]
}

type Exampled = {
  readonly reader: DocumentReader
  readonly place: Placed<SchemaObject>
  readonly schema: Schema
  readonly given: unknown
  readonly content: unknown
  readonly isRequired: boolean
}

/** An optional parameter is sent only for the sake of whoever gave it a value: what the document shows is left out. */
function exampleOf({ reader, place, schema, given, content, isRequired }: Exampled): unknown {
  if (given !== undefined || !isRequired) return given
  return readExample(reader, place) ?? content ?? statedIn(schema)
}

function isPlace(text: string): text is ApiParameter['in'] {
  return places.has(text)
}

function styleOf(reader: DocumentReader, { value, pointer }: Placed<SchemaObject>) {
  const { style, explode } = value
  const text = textIn(style)
  if (style !== undefined && (text === undefined || !isStyle(text)))
    reader.report('warning', pointerTo(pointer, 'style'), 'this is no style of a parameter')
  return {
    ...(text !== undefined && isStyle(text) && { style: text }),
    ...(typeof explode === 'boolean' && { isExploded: explode }),
  }
}

function isStyle(text: string): text is ParameterStyle {
  return Object.hasOwn(styles, text)
}

/** A query that is described as one form: each of its members is a parameter. @spec OpenAPI 3.2 §4.12 */
function readWholeQuery(
  reader: DocumentReader,
  place: Placed<SchemaObject>,
  given: GivenValues,
): readonly ApiParameter[] {
  const content = readContent(reader, place)
  const flat = flattenSchema(content?.schema ?? true)
  const properties = flat === false ? undefined : flat['properties']
  if (content?.mediaType !== 'application/x-www-form-urlencoded' || !isObject(properties) || flat === false) {
    reader.report('warning', place.pointer, 'only a query that is described as a form with members is read')
    return []
  }
  const required: readonly unknown[] = Array.isArray(flat['required']) ? flat['required'] : []
  return Object.entries(properties).map(([name, property]) => {
    const schema = schemaIn(property)
    const isRequired = place.value['required'] === true && required.includes(name)
    const shown = isRequired ? (memberOf(content.example, name) ?? statedIn(schema)) : undefined
    const example = memberOf(given, name) ?? shown
    return { name, in: 'query', isRequired, schema, ...(example !== undefined && { example }) }
  })
}
