// Swagger 2.0, Parameter Object, Items Object
import { difficultyOf } from '../../call/encode-body.ts'
import { type SchemaObject, schemaIn } from '../../call/resolve-schema.ts'
import { isGiven } from '../../call/stated-value.ts'
import type { ApiBody, ApiParameter, ParameterStyle } from '../../target/api-operation.ts'
import type { Placed } from './document-reader.ts'
import { memberOf, textIn } from './json-value.ts'
import { statedIn } from './read-content.ts'
import type { GivenValues } from './read-parameters.ts'

/** How Swagger 2.0 writes lists, in the words of today. */
const formats: Readonly<Record<string, { readonly style: ParameterStyle; readonly isExploded: boolean }>> = {
  csv: { style: 'form', isExploded: false },
  ssv: { style: 'spaceDelimited', isExploded: false },
  tsv: { style: 'tabDelimited', isExploded: false },
  pipes: { style: 'pipeDelimited', isExploded: false },
  multi: { style: 'form', isExploded: true },
}

/** Reads a parameter of Swagger 2.0, whose schema is the parameter itself; none for a part of the body. */
export function readSwaggerParameter({ value }: Placed<SchemaObject>, given: GivenValues): readonly ApiParameter[] {
  const { name, in: where } = value
  if (typeof name !== 'string' || (where !== 'path' && where !== 'query' && where !== 'header')) return []
  const isRequired = where === 'path' || value['required'] === true
  const schema = schemaOf(value)
  const example = memberOf(given, name) ?? (isRequired ? exampleOf(value) : undefined)
  const format = textIn(value['collectionFormat']) ?? 'csv'
  return [
    {
      name,
      in: where,
      isRequired,
      schema,
      ...(example !== undefined && { example }),
      ...(where === 'query' && value['type'] === 'array' && Object.hasOwn(formats, format) && formats[format]),
    },
  ]
}

/** The body of a Swagger 2.0 operation: one parameter, or the fields of a form. */
export function readSwaggerBody(
  parameters: readonly Placed<SchemaObject>[],
  consumes: readonly string[],
  given: { readonly body?: unknown; readonly parameters: GivenValues },
): ApiBody | undefined {
  const mediaTypes = consumes.toSorted((a, b) => difficultyOf(a) - difficultyOf(b))
  const whole = parameters.find(({ value }) => value['in'] === 'body')
  if (whole !== undefined) {
    const schema = schemaIn(whole.value['schema'])
    const example = given.body ?? exampleOf(whole.value)
    return {
      mediaType: mediaTypes[0] ?? 'application/json',
      isRequired: whole.value['required'] === true,
      schema,
      ...(example !== undefined && { example }),
    }
  }
  const fields = parameters.filter(({ value }) => value['in'] === 'formData')
  return fields.length === 0 ? undefined : readForm(fields, mediaTypes, given)
}

function readForm(
  fields: readonly Placed<SchemaObject>[],
  mediaTypes: readonly string[],
  given: { readonly body?: unknown; readonly parameters: GivenValues },
): ApiBody {
  const hasFile = fields.some(({ value }) => value['type'] === 'file')
  const mediaType = hasFile ? 'multipart/form-data' : mediaTypes.find(each => /form/.test(each))
  const named = fields.flatMap(({ value }) =>
    typeof value['name'] === 'string' ? [[value['name'], value] as const] : [],
  )
  const required = named.flatMap(([name, { required: isRequired }]) => (isRequired === true ? [name] : []))
  const properties = named.map(([name, value]) => {
    const example = memberOf(given.parameters, name)
    return [name, { ...schemaOf(value), ...(example !== undefined && { example }) }] as const
  })
  return {
    mediaType: mediaType ?? 'application/x-www-form-urlencoded',
    isRequired: required.length > 0,
    schema: { type: 'object', required, properties: Object.fromEntries(properties) },
    ...(given.body !== undefined && { example: given.body }),
  }
}

/** The members of a parameter that are a schema; a file is text of no format. */
function schemaOf(parameter: SchemaObject): SchemaObject {
  const {
    name: _name,
    in: _in,
    required: _required,
    description: _description,
    collectionFormat: _format,
    ...schema
  } = parameter
  return schema['type'] === 'file' ? { ...schema, type: 'string' } : schema
}

/** Many documents write their examples as an extension: the specification has none for parameters. */
function exampleOf(parameter: SchemaObject): unknown {
  const shown = [memberOf(parameter, 'x-example'), memberOf(parameter, 'example')].find(isGiven)
  return shown ?? statedIn(schemaOf(parameter))
}
