// RFC 9068 §4, RFC 8725 §3
import { isRefusal, refuse, signingAlgorithms } from '@ambit/protocol'
import { type ClaimRules, judgeClaims, requiredClaims } from './access-token-claims.ts'
import { holdingUntil, momentOf } from './age.ts'
import type { FetchOptions } from './bounded-fetch.ts'
import { chooseKey, type FindKey } from './find-key.ts'
import { isPlainType, judgeKind, withClientId } from './plain-jwt.ts'
import { type Clock, systemClock } from './platform.ts'
import { remoteKeys } from './remote-keys.ts'
import { runtimeSignatures } from './runtime-crypto.ts'
import type { LoadKey, SignatureAlgorithm } from './signature-algorithms.ts'
import { parseKeySet } from './signature-keys.ts'
import { type CheckStatus, type StatusListContext, type StatusListOptions, statusChecker } from './status-list.ts'
import { parseStrictJws } from './strict-jws.ts'
import { badToken, type Expectation, type Verification, type VerifyToken } from './verification.ts'
import { type JwsRules, verifyJws } from './verify-jws.ts'

/** How JWT access tokens are judged. Spans are in seconds. */
export type JwtRules = {
  /** The signature algorithms that count; all of this house where it is left out. `none` and shared secrets never do. */
  readonly algorithms?: readonly SignatureAlgorithm[]
  /** How far the clocks of issuer and resource server may differ: 0 to 60, 5 where it is left out. */
  readonly clockSkew?: number
  /** The longest time from `iat` to `exp` that is believed; 31 days where it is left out. */
  readonly maxLifetime?: number
  /** How revocation is seen without asking about each token; `ignore` lets revoked tokens live until they expire. */
  readonly statusList?: StatusListOptions | 'ignore'
  /**
   * Takes tokens of servers that do not follow RFC 9068: `typ` may be `JWT` or missing, `client_id`, `iat` and `jti` too, and
   * `azp`, `cid` or `appid` names the client. Then an ID token is told apart by its claims and its audience alone.
   */
  readonly dangerouslyAcceptPlainJwt?: true
  readonly clock?: Clock
  /** How signatures are checked: by `node:crypto` where the runtime has it, by WebCrypto elsewhere. */
  readonly signatures?: LoadKey
}

/** How JWT access tokens are verified, and by which keys. */
export type JwtVerifierOptions = JwtRules & FetchOptions & (RemoteKeySet | { readonly jwks: KeySet })

/** A key set that is fetched. */
export type RemoteKeySet = {
  /** Where the authorization server's metadata says that its keys are. @spec RFC 8414 §2 */
  readonly jwksUri: string
  /** How long fetched keys serve without being fetched again; 600 where it is left out. */
  readonly cacheTtl?: number
  /** How much longer they serve while they cannot be fetched; 3600 where it is left out. */
  readonly staleTtl?: number
}

/** A key set that is known beforehand. @spec RFC 7517 §5 */
export type KeySet = { readonly keys: readonly object[] }

const greatestSkew = 60
const month = 2_678_400

/**
 * Verifies JWT access tokens without asking anybody but for keys and status lists.
 * @spec RFC 9068 §4
 * @throws {RangeError} for a skew, algorithm, address or key set that cannot be
 * @errors invalid_token: not `at+jwt`, another issuer or audience, expired, a missing claim, no good signature, revoked
 * @example
 * jwtVerifier({ jwksUri: 'https://as.example/jwks', algorithms: ['ES256'] })
 */
export function jwtVerifier(options: JwtVerifierOptions): VerifyToken {
  return verifierBy(keysOf(options), options)
}

/** Verifies JWT access tokens by keys that are found elsewhere. */
export function verifierBy(findKey: FindKey, options: JwtRules & FetchOptions): VerifyToken {
  const { clockSkew = 5, maxLifetime = month, clock = systemClock, dangerouslyAcceptPlainJwt: isPlain } = options
  checkSkew(clockSkew)
  const algorithms: ReadonlySet<SignatureAlgorithm> = new Set(options.algorithms ?? signingAlgorithms)
  const jwsRules = { algorithms, findKey, isType: isPlain ? isPlainType : isAccessTokenType }
  const required = isPlain ? [] : requiredClaims
  const checkStatus = statusOf(options.statusList, { ...options, ...jwsRules, clock, clockSkew })
  return async (token, expected) => {
    const at = momentOf(clock)
    const rules = { now: at.now, clockSkew, maxLifetime, required }
    const verification = await judge(token, expected, { ...rules, jwsRules, isPlain })
    if (verification.kind !== 'verified') return verification
    const status = await checkStatus(expected.issuer, verification.claims)
    if (status.kind !== 'alive') return status
    const until = Math.min(verification.until, status.until)
    return { ...verification, until, stillHolds: holdingUntil(until, clock, at) }
  }
}

type Rules = ClaimRules & { readonly jwsRules: JwsRules; readonly isPlain: true | undefined }

async function judge(token: string, expected: Expectation, rules: Rules): Promise<Verification> {
  const jws = parseStrictJws(token)
  if (isRefusal(jws)) return jws
  // before the key is looked for: another issuer's token is no reason to fetch this one's keys
  if (jws.claims['iss'] !== expected.issuer) return refuse('invalid_token', badToken, 'the token is of another issuer')
  const signed = await verifyJws(jws, rules.jwsRules)
  if (signed.kind !== 'signed') return signed
  const otherKind = rules.isPlain && judgeKind(jws.claims)
  if (otherKind) return otherKind
  const judged = judgeClaims(rules.isPlain ? withClientId(jws.claims) : jws.claims, expected, rules)
  // a key that the issuer takes back does not vouch for a remembered token until that expires
  return judged.kind === 'verified' ? { ...judged, until: Math.min(judged.until, rules.now + signed.ttl) } : judged
}

function isAccessTokenType(typ: string | undefined): boolean {
  return typ === 'at+jwt'
}

function statusOf(statusList: JwtRules['statusList'] = {}, context: StatusListContext): CheckStatus {
  if (statusList === 'ignore') return async () => ({ kind: 'alive', until: Number.POSITIVE_INFINITY })
  return statusChecker(statusList, context)
}

function checkSkew(clockSkew: number): void {
  if (!(clockSkew >= 0 && clockSkew <= greatestSkew))
    throw new RangeError(`\`clockSkew\` is ${clockSkew}; 0 to ${greatestSkew} seconds are wanted`)
}

function keysOf(options: JwtVerifierOptions): FindKey {
  const { clock = systemClock, signatures = runtimeSignatures } = options
  if (!('jwks' in options)) return remoteKeys({ ...options, clock, load: signatures })
  const keys = parseKeySet(options.jwks, signatures)
  if (keys === undefined || keys.length === 0) throw new RangeError('`jwks` has no public key that can be used')
  return wanted => chooseKey(keys, wanted)
}
