// RFC 8259, RFC 9110 §8.3
import {
  type HttpRequest,
  type Parameters,
  parseForm,
  printForm,
  type Refusal,
  refuse,
  singleHeader,
} from '@ambit/protocol'

/** The object of a body. In a member of its own: a stranger could write an object that looks like a refusal of ours. */
export type JsonBody = { readonly members: Readonly<Record<string, unknown>> }

/**
 * Reads the JSON object in a request's body.
 * @errors invalid_request: parameters in the URI, another media type, too large, not UTF-8, not JSON, not an object
 */
export function readJsonBody(
  request: HttpRequest,
  mostCharacters = Number.POSITIVE_INFINITY,
): JsonBody | Refusal<'invalid_request'> {
  const type = singleHeader(request.headers, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (request.query !== '') return refuse('invalid_request', 'parameters belong in the body, not in the request URI')
  if (type !== 'application/json') return refuse('invalid_request', 'the body must be application/json')
  if (request.body === undefined || request.body.length > mostCharacters)
    return refuse('invalid_request', 'the body is too large or not UTF-8')
  const value = parseJson(request.body)
  return isObject(value) ? { members: value } : refuse('invalid_request', 'the body must be a JSON object')
}

/**
 * The members of a body that are texts, as the parameters of a form, so that each method of client authentication has its place.
 * @errors invalid_request: half a surrogate pair
 */
export function readCredentials(members: JsonBody['members']): Parameters | Refusal<'invalid_request'> {
  const texts = Object.entries(members).filter(isText)
  if (!texts.flat().every(each => each.isWellFormed()))
    return refuse('invalid_request', 'the body has half a surrogate pair, which is no text')
  return parseForm(printForm(Object.fromEntries(texts)))
}

function isText(member: [string, unknown]): member is [string, string] {
  return typeof member[1] === 'string'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether a value is an object of JSON. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
