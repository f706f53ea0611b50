// RFC 9101 §4
import { isRefusal, type Parameters, type Refusal, refuse } from '@ambit/protocol'
import { isAuthorizationParameter, parseParameters } from '../../authorize/parameters.ts'
import type { ObjectClaims } from './open.ts'

/** Parameters whose values are JSON in a plain request too, and what they are there. */
const structured: Readonly<Record<string, 'object' | 'list'>> = {
  claims: 'object',
  registration: 'object',
  authorization_details: 'list',
}

/**
 * The parameters that an object holds; claims that mean nothing at the authorization endpoint are left out.
 * @spec RFC 9101 §4, §6.3
 * @errors invalid_request_object: a value of the wrong type, or too many
 */
export function parametersOfObject(claims: ObjectClaims): Parameters | Refusal<'invalid_request_object'> {
  const pairs: (readonly [string, string])[] = []
  for (const [name, value] of Object.entries(claims).filter(([each]) => isAuthorizationParameter(each))) {
    const texts = textsOf(name, value)
    if (texts === undefined)
      return refuse('invalid_request_object', `\`${name}\` of the request object is of the wrong type`)
    pairs.push(...texts.map(text => [name, text] as const))
  }
  const printed = new URLSearchParams(pairs.map(([name, text]) => [name, text])).toString()
  const parameters = parseParameters(printed)
  return isRefusal(parameters) ? refuse('invalid_request_object', parameters.description) : parameters
}

/** The values that a parameter would have in a plain request. @spec RFC 9101 §4, RFC 8707 §2, RFC 9396 §2 */
function textsOf(name: string, value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number' && Number.isFinite(value)) return [String(value)]
  if (name === 'resource' && isTexts(value)) return value
  const kind = Array.isArray(value) ? 'list' : typeof value === 'object' && value !== null ? 'object' : undefined
  return kind !== undefined && structured[name] === kind ? [JSON.stringify(value)] : undefined
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(each => typeof each === 'string')
}
