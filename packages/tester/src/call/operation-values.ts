// OpenAPI 3.2 §4.12, §4.13
import type { ApiBody, ApiOperation, ApiParameter, Schema } from '../target/api-operation.ts'
import { encodeBody } from './encode-body.ts'
import { type Sample, sampleValue } from './sample-value.ts'

/** Whether the positive call has a parameter: the required ones, and those that somebody gave a value. */
export function isSent({ isRequired, example, in: place }: ApiParameter): boolean {
  return isRequired || place === 'path' || example !== undefined
}

/** The value of a parameter or body: the one that was given, or one that is made from its schema. */
export function valueOf({ example, schema }: { readonly example?: unknown; readonly schema: Schema }): Sample {
  return example === undefined ? sampleValue(schema) : { kind: 'value', value: example, guesses: [] }
}

/** The body that the positive call has: the required one, one that somebody gave, one that its method is about. */
function sentBody({ method, body }: ApiOperation): ApiBody | undefined {
  if (body === undefined) return undefined
  return body.isRequired || body.example !== undefined || /^(POST|PUT|PATCH|QUERY)$/.test(method) ? body : undefined
}

/** The body of the positive call as it is written, with what was made up in it; `undefined` where it has none. */
export type CalledBody =
  | { readonly kind: 'body'; readonly contentType: string; readonly text: string; readonly guesses: readonly string[] }
  | { readonly kind: 'none'; readonly reason: string }

/** Writes the body of the positive call; an optional one is left out where it cannot be made. */
export function calledBody(operation: ApiOperation): CalledBody | undefined {
  const body = sentBody(operation)
  if (body === undefined) return undefined
  const value = valueOf(body)
  const written = value.kind === 'none' ? value : encodeBody(body.mediaType, value.value)
  if (written.kind === 'none') return body.isRequired ? written : undefined
  return { ...written, guesses: value.kind === 'none' ? [] : value.guesses }
}

/**
 * Names the values of the positive call that were made up: `petId`, `filter.since`, `body.name`. Where the call fails, they are the
 * first to be doubted.
 */
export function guessesOf(operation: ApiOperation): readonly string[] {
  const guesses = operation.parameters.filter(isSent).flatMap(parameter => {
    const value = valueOf(parameter)
    return value.kind === 'none' ? [] : value.guesses.map(place => `${parameter.name}${place}`)
  })
  const body = calledBody(operation)
  return body?.kind === 'body' ? [...guesses, ...body.guesses.map(place => `body${place}`)] : guesses
}
