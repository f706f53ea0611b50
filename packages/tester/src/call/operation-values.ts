// OpenAPI 3.2 §4.12, §4.13
import type { ApiBody, ApiOperation, ApiParameter, Schema } from '../target/api-operation.ts'
import { type Sample, sampleValue } from './sample-value.ts'

/** Whether the positive call has a parameter: the required ones, and those that somebody gave a value. */
export function isSent({ isRequired, example, in: place }: ApiParameter): boolean {
  return isRequired || place === 'path' || example !== undefined
}

/** Whether the positive call has a body; where one is described for a method that is about its body, also an optional one. */
export function sentBody({ method, body }: ApiOperation): ApiBody | undefined {
  if (body === undefined) return undefined
  return body.isRequired || body.example !== undefined || /^(POST|PUT|PATCH|QUERY)$/.test(method) ? body : undefined
}

/** The value of a parameter or body: the one that was given, or one that is made from its schema. */
export function valueOf({ example, schema }: { readonly example?: unknown; readonly schema: Schema }): Sample {
  return example === undefined ? sampleValue(schema) : { kind: 'value', value: example, guesses: [] }
}

/**
 * Names the values of the positive call that were made up: `petId`, `filter.since`, `body.name`. Where the call fails, they are the
 * first to be doubted.
 */
export function guessesOf(operation: ApiOperation): readonly string[] {
  const parameters = operation.parameters.filter(isSent).flatMap(parameter => placesIn(parameter.name, parameter))
  const body = sentBody(operation)
  return [...parameters, ...(body === undefined ? [] : placesIn('body', body))]
}

function placesIn(name: string, holder: { readonly example?: unknown; readonly schema: Schema }): readonly string[] {
  const value = valueOf(holder)
  return value.kind === 'none' ? [] : value.guesses.map(place => `${name}${place}`)
}
