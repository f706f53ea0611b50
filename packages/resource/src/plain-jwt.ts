// RFC 8725 §3.11, §3.12; RFC 9068 §5; OpenID Connect Core §2
import { type JwtClaims, type Refusal, refuse } from '@ambit/protocol'
import { badToken } from './verification.ts'

/** The types of access tokens by servers that do not follow RFC 9068; other types never pass for one. */
const plainTypes: readonly (string | undefined)[] = ['at+jwt', 'jwt', undefined]

/** Whether a `typ` may be that of an access token where servers do not say so. */
export function isPlainType(typ: string | undefined): boolean {
  return plainTypes.includes(typ)
}

/** Claims that only other kinds of token have: ID tokens, logout tokens and security events. */
const foreignClaims = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events', 'htm', 'htu']

/** What servers put into a payload to tell their kinds of token apart, and how they call an access token there. */
const accessTokenMarks: Readonly<Record<string, readonly string[]>> = {
  typ: ['bearer', 'dpop', 'at+jwt', 'jwt'],
  token_use: ['access'],
}

/** Where servers put the client, if not into `client_id`. */
const clientClaims = ['azp', 'cid', 'appid']

/**
 * Judges a token by a server that does not follow RFC 9068: whether it says of itself that it is of another kind.
 * @spec RFC 8725 §3.12
 * @errors invalid_token: it does
 */
export function judgeKind(claims: JwtClaims): Refusal<'invalid_token'> | undefined {
  const foreign = foreignClaims.find(name => claims[name] !== undefined)
  if (foreign !== undefined) return refuse('invalid_token', badToken, `access tokens have no claim \`${foreign}\``)
  const marked = Object.keys(accessTokenMarks).find(name => !isMarkedWell(claims[name], accessTokenMarks[name]))
  if (marked === undefined) return undefined
  return refuse('invalid_token', badToken, `the claim \`${marked}\` says that this is no access token`)
}

/** The claims of such a token, with the client's name as `client_id`. */
export function withClientId(claims: JwtClaims): JwtClaims {
  const client = clientClaims.map(name => claims[name]).find(value => typeof value === 'string')
  return claims['client_id'] === undefined && client !== undefined ? { ...claims, client_id: client } : claims
}

function isMarkedWell(value: unknown, wanted: readonly string[] = []): boolean {
  return value === undefined || (typeof value === 'string' && wanted.includes(value.toLowerCase()))
}
