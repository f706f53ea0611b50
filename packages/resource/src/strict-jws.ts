// RFC 7515 §5.2, RFC 8725 §3
import { type Refusal, refuse } from '@ambit/protocol'
import { bytesOfBase64Url, decodeBase64Url, isBase64Url } from './base64url.ts'
import { freezeDeep } from './freeze.ts'
import { RecentValues } from './recent-values.ts'
import { type JsonObject, parseStrictObject } from './strict-json.ts'
import { badToken } from './verification.ts'

/** A compact JWS taken apart; nobody has looked at its signature. */
export type StrictJws = {
  readonly header: JsonObject
  readonly claims: JsonObject
  /** What was signed: header and payload as they were sent. @spec RFC 7515 §5.1 */
  readonly signed: string
  /** The signature, as base64url. */
  readonly signature: string
}

/** Nothing longer is looked at, in characters. */
export const longestToken = 16_384

/**
 * Takes a compact JWS apart whose payload is a set of claims: three parts of base64url without padding, of which the first
 * two are objects in UTF-8 without a member that comes twice.
 * @spec RFC 7515 §5.2, RFC 7519 §7.2, RFC 8725 §3.7
 * @errors invalid_token: longer than `limit`, or not of that form
 */
export function parseStrictJws(token: string, limit: number = longestToken): StrictJws | Refusal<'invalid_token'> {
  if (token.length > limit) return refuse('invalid_token', badToken, `the token is longer than ${limit} characters`)
  const [header = '', payload = '', signature = '', ...more] = token.split('.', 4)
  const parts = [header, payload, signature]
  if (more.length > 0 || parts.includes('') || !parts.every(isBase64Url))
    return refuse('invalid_token', badToken, 'the token is no compact JWS: three parts in base64url are wanted')
  const headerObject = headers.get(header) ?? parseHeader(header)
  if (!headerObject) return refuse('invalid_token', badToken, 'the header is no JSON object whose members come once')
  const claims = parsePart(payload)
  if (!claims) return refuse('invalid_token', badToken, 'the payload is no JSON object whose members come once')
  return { header: headerObject, claims, signed: `${header}.${payload}`, signature }
}

/** Headers that were read before: an issuer sends the same one with each token of a key. */
const headers = new RecentValues<JsonObject>(64)
const longestKeptHeader = 512

function parseHeader(part: string): JsonObject | undefined {
  const header = parsePart(part)
  if (header !== undefined && part.length <= longestKeptHeader) headers.set(part, freezeDeep(header))
  return header
}

const ascii = /^[\0-\x7f]*$/
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function parsePart(part: string): JsonObject | undefined {
  const text = decodeBase64Url(part)
  if (ascii.test(text)) return parseStrictObject(text)
  try {
    return parseStrictObject(utf8.decode(bytesOfBase64Url(part)))
  } catch {
    return undefined
  }
}
