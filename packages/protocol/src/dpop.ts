// RFC 9449 §4.2, §4.3; RFC 7638 §3
import { type Refusal, refuse } from './errors.ts'
import { isSigningAlgorithm, type JwtClaims, type SigningAlgorithm } from './jwt.ts'

/** The public key of a proof: the members that make it up, and no others. @spec RFC 7638 §3.2 */
export type DpopKey =
  | { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string }
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }
  | { readonly kty: 'RSA'; readonly e: string; readonly n: string }

/** What a proof says; who signed it is another question. @spec RFC 9449 §4.2 */
export type DpopProof = {
  readonly algorithm: SigningAlgorithm
  readonly key: DpopKey
  readonly jti: string
  readonly htm: string
  readonly htu: string
  /** In seconds since the epoch. */
  readonly iat: number
  readonly ath?: string
  readonly nonce?: string
}

/** The header and the claims of a JWT whose syntax has been read. */
export type ReadJwt = { readonly header: JwtClaims; readonly claims: JwtClaims }

/** What a proof must say to be about this request. Spans are in seconds. */
export type DpopExpectation = {
  readonly method: string
  /** The URI of the request, as `normalizeUri` gives it. */
  readonly uri: string
  /** The SHA-256 of the access token in base64url, where one came with the proof. @spec RFC 9449 §4.3 */
  readonly ath?: string
  readonly now: number
  /** How old a proof may be. @spec RFC 9449 §11.1 */
  readonly maxAge: number
  /** How far a proof may be ahead of our clock. */
  readonly clockSkew: number
}

type BadProof = Refusal<'invalid_dpop_proof'>

const longestIdentifier = 256

/** The words for the public; why exactly is the operator's to know. */
export const badProof = 'the DPoP proof is not good for this request'

/**
 * Reads a proof: its type, a signature algorithm that counts, a public key that fits it, and claims of the right types.
 * @spec RFC 9449 §4.2, §4.3
 * @errors invalid_dpop_proof: anything missing, of the wrong type, or more than a public key
 */
export function readDpopProof(
  { header, claims }: ReadJwt,
  algorithms: readonly SigningAlgorithm[],
): DpopProof | BadProof {
  const { typ, alg, jwk, crit, b64 } = header
  const { jti, htm, htu, iat, ath, nonce } = claims
  if (typ !== 'dpop+jwt') return bad('`typ` is not `dpop+jwt`')
  if (crit !== undefined || b64 !== undefined) return bad('its header has extensions that nobody here understands')
  if (typeof alg !== 'string' || !isSigningAlgorithm(alg) || !algorithms.includes(alg))
    return bad('`alg` is none of the algorithms that count')
  const key = parseDpopKey(jwk, alg)
  if (typeof key === 'string') return bad(key)
  if (typeof jti !== 'string' || jti === '' || jti.length > longestIdentifier)
    return bad(`\`jti\` is not a text of 1 to ${longestIdentifier} characters`)
  if (typeof htm !== 'string') return bad('`htm` is no text')
  if (typeof htu !== 'string') return bad('`htu` is no text')
  if (typeof iat !== 'number' || !Number.isFinite(iat)) return bad('`iat` is no point in time')
  if (ath !== undefined && typeof ath !== 'string') return bad('`ath` is no text')
  if (nonce !== undefined && typeof nonce !== 'string') return bad('`nonce` is no text')
  return {
    algorithm: alg,
    key,
    jti,
    htm,
    htu,
    iat,
    ...(ath !== undefined && { ath }),
    ...(nonce !== undefined && { nonce }),
  }
}

/**
 * Tells why a proof is not about this request, or nothing where it is; its signature, its key, its nonce and whether it
 * came before are the caller's to judge.
 * @spec RFC 9449 §4.3
 * @errors invalid_dpop_proof: another method, URI or access token, too old, or from the future
 */
export function judgeDpopProof(proof: DpopProof, expected: DpopExpectation): BadProof | undefined {
  const age = expected.now - proof.iat
  if (proof.htm !== expected.method) return bad('`htm` is another method')
  if (normalizeUri(proof.htu) !== expected.uri) return bad(`\`htu\` is not \`${expected.uri}\``)
  if (!(age <= expected.maxAge)) return bad('it is too old', 'the DPoP proof is too old; a new one is wanted')
  if (!(age >= -expected.clockSkew)) return bad('`iat` is in the future')
  if (expected.ath !== undefined && proof.ath === undefined) return bad('`ath` is missing')
  if (expected.ath !== undefined && proof.ath !== expected.ath) return bad('`ath` is of another access token')
  return undefined
}

/**
 * Writes a key as the text whose SHA-256 is its thumbprint: the required members alone, in lexicographic order.
 * @spec RFC 7638 §3.2, RFC 8037 §2
 */
export function thumbprintInput(key: DpopKey): string {
  if (key.kty === 'RSA') return JSON.stringify({ e: key.e, kty: key.kty, n: key.n })
  if (key.kty === 'OKP') return JSON.stringify({ crv: key.crv, kty: key.kty, x: key.x })
  return JSON.stringify({ crv: key.crv, kty: key.kty, x: key.x, y: key.y })
}

/**
 * Writes an `http` or `https` URI without query and fragment, so that equivalent ones are the same text: scheme and host in
 * lower case, no default port, no dot segments, and no escape where none is needed. `undefined` where it is none.
 * @spec RFC 9449 §4.3, RFC 3986 §6.2.2, §6.2.3
 */
export function normalizeUri(text: string): string | undefined {
  if (!/^https?:\/\/[!-[\]-~]+$/i.test(text) || !URL.canParse(text)) return undefined
  const { protocol, host, pathname, username, password } = new URL(text)
  if (username !== '' || password !== '') return undefined
  return `${protocol}//${host}${pathname.replace(/%[0-9a-f]{2}/gi, normalizeEscape)}`
}

function normalizeEscape(escape: string): string {
  const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16))
  return /[A-Za-z0-9\-._~]/.test(character) ? character : escape.toUpperCase()
}

function bad(reason: string, description = badProof): BadProof {
  return refuse('invalid_dpop_proof', description, `the DPoP proof: ${reason}`)
}

const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const coordinate = /^[A-Za-z0-9_-]{43}$/
// 2048 to 8192 bits, of which the first byte is none
const modulus = /^(?!A[A-P])[A-Za-z0-9_-]{342,1366}$/
const exponent = /^[A-Za-z0-9_-]{1,11}$/

/** The public key, or what is wrong with it. */
function parseDpopKey(value: unknown, algorithm: SigningAlgorithm): DpopKey | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return '`jwk` is no key'
  const jwk = value as JwtClaims
  const { alg, use } = jwk
  if (secretMembers.some(name => jwk[name] !== undefined)) return '`jwk` holds a private or shared key'
  if ((alg !== undefined && alg !== algorithm) || (use !== undefined && use !== 'sig'))
    return '`jwk` is for something else'
  return publicPart(jwk, algorithm) ?? `\`jwk\` is no key for ${algorithm}`
}

function publicPart({ kty, crv, x, y, e, n }: JwtClaims, algorithm: SigningAlgorithm): DpopKey | undefined {
  if (algorithm === 'ES256')
    return kty === 'EC' && crv === 'P-256' && isLike(coordinate, x) && isLike(coordinate, y)
      ? { kty, crv, x, y }
      : undefined
  if (algorithm === 'EdDSA')
    return kty === 'OKP' && crv === 'Ed25519' && isLike(coordinate, x) ? { kty, crv, x } : undefined
  return kty === 'RSA' && isLike(exponent, e) && isLike(modulus, n) ? { kty, e, n } : undefined
}

function isLike(syntax: RegExp, value: unknown): value is string {
  return typeof value === 'string' && syntax.test(value)
}
