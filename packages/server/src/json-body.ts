// RFC 8259, RFC 9110 §8.3
import { type HttpRequest, type Refusal, refuse, singleHeader } from '@ambit/protocol'

const longest = 32_768

/**
 * Reads the JSON object in a request's body.
 * @errors invalid_request: parameters in the URI, another media type, too large, not UTF-8, not JSON, not an object
 */
export function readJsonObject(request: HttpRequest): Readonly<Record<string, unknown>> | Refusal<'invalid_request'> {
  const type = singleHeader(request.headers, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (request.query !== '') return refuse('invalid_request', 'members belong in the body, not in the request URI')
  if (type !== 'application/json') return refuse('invalid_request', 'the body must be application/json')
  if (request.body === undefined || request.body.length > longest)
    return { ...refuse('invalid_request', `the body is longer than ${longest} characters, or not UTF-8`), status: 413 }
  const value = parseJson(request.body)
  return isObject(value) ? value : refuse('invalid_request', 'the body must be a JSON object')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
