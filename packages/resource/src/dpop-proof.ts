// RFC 9449 §4.3, §7.1, §9
import {
  badProof,
  type DpopKey,
  type DpopProof,
  isRefusal,
  judgeDpopProof,
  type Refusal,
  readDpopProof,
  refuse,
  type SigningAlgorithm,
  thumbprintInput,
} from '@ambit/protocol'
import { sha256 } from './digest.ts'
import type { DpopRules } from './dpop-options.ts'
import type { GuardedRequest } from './find-token.ts'
import { RecentValues } from './recent-values.ts'
import { runtimeSignatures } from './runtime-crypto.ts'
import type { CheckSignature } from './signature-algorithms.ts'
import { parseStrictJws, type StrictJws } from './strict-jws.ts'
import { isEqualText } from './text-equality.ts'
import { badToken, type Unavailable } from './verification.ts'

/** The request proves to hold the key. */
type ProvenKey = {
  readonly kind: 'proven'
  /** The nonce that the client should use from now on, where its own grows old. @spec RFC 9449 §8.2 */
  readonly nextNonce?: string
}

/** A refusal, and the nonce that the next proof must hold. @spec RFC 9449 §9 */
export type NonceWanted = Refusal<'use_dpop_nonce'> & { readonly nonce: string }

/** What became of a proof. */
type ProofVerdict = ProvenKey | Refusal<'invalid_dpop_proof' | 'invalid_token'> | NonceWanted | Unavailable

/** An access token, and the thumbprint of the key that it is bound to. @spec RFC 9449 §6.1 */
type BoundToken = { readonly token: string; readonly jkt: string }

/** Finds out whether a request proves to hold the key that its access token is bound to. */
export type ProveKey = (request: GuardedRequest, bound: BoundToken) => Promise<ProofVerdict>

const longestProof = 8_192

/**
 * Makes what checks the proof of a request: exactly one, of the right form, about this request and this token, with a nonce
 * where one is wanted, signed by the key that it names and the token is bound to, and not seen before. Whoever has a token
 * without its key costs no signature check, and no room where proofs are remembered.
 * @spec RFC 9449 §4.3
 * @errors invalid_dpop_proof: any of that does not hold
 * @errors invalid_token: the proof is of another key than the token is bound to
 * @errors use_dpop_nonce: the proof holds no nonce of ours, or an old one
 */
export function proofChecker(rules: DpopRules): ProveKey {
  const keys = new RecentValues<Promise<CheckSignature>>(1_000)
  return async (request, { token, jkt }) => {
    const jws = findProof(request)
    if (isRefusal(jws)) return jws
    const proof = readDpopProof(jws, rules.algorithms)
    if (isRefusal(proof)) return proof
    const expected = expectationOf(rules, request)
    const uri = rules.uriOf(request)
    if (uri === undefined) return bad('the path of the request is none that a proof could name')
    const misfit = judgeDpopProof(proof, { ...expected, uri, ath: await sha256(token) })
    if (misfit !== undefined) return misfit
    const nonce = await judgeNonce(rules, proof)
    if (isRefusal(nonce)) return nonce
    if (!isEqualText(await sha256(thumbprintInput(proof.key)), jkt))
      return refuse('invalid_token', badToken, 'the proof is of another key than the token is bound to')
    if (!(await isSignedBy(await keyOf(keys, proof, jkt), jws)))
      return bad('no good signature of the key that it names')
    return (await judgeReplay(rules, { proof, jkt })) ?? { kind: 'proven', ...nonce }
  }
}

function findProof({ headers }: GuardedRequest): StrictJws | Refusal<'invalid_dpop_proof'> {
  const field = headers['dpop']
  if (field === undefined) return bad('none was sent', 'a DPoP proof in the field `DPoP` is wanted')
  if (typeof field !== 'string') return bad('several were sent', 'one field `DPoP` is wanted, several were sent')
  const jws = parseStrictJws(field.trim(), longestProof)
  return isRefusal(jws) ? bad(jws.reason) : jws
}

function expectationOf({ clock, maxAge, clockSkew }: DpopRules, { method, path }: GuardedRequest) {
  if (method === undefined || path === undefined)
    throw new TypeError('a DPoP proof is about a method and a path, and the request value lacks one of them')
  return { method, now: clock.now(), maxAge, clockSkew }
}

async function judgeNonce(
  { nonces }: DpopRules,
  { nonce }: DpopProof,
): Promise<NonceWanted | { readonly nextNonce?: string }> {
  if (nonces === undefined) return {}
  const found = nonce === undefined ? 'unknown' : await nonces.judge(nonce)
  if (found === 'current') return {}
  const current = await nonces.current()
  if (found === 'ageing') return { nextNonce: current }
  return { ...refuse('use_dpop_nonce', 'a DPoP proof with the nonce of this answer is wanted'), nonce: current }
}

function keyOf(
  keys: RecentValues<Promise<CheckSignature>>,
  { key, algorithm }: DpopProof,
  jkt: string,
): Promise<CheckSignature> {
  const name = `${algorithm} ${jkt}`
  return keys.get(name) ?? keys.set(name, loadKey(key, algorithm))
}

async function loadKey(key: DpopKey, algorithm: SigningAlgorithm): Promise<CheckSignature> {
  try {
    return await runtimeSignatures(key, algorithm)
  } catch {
    return () => false
  }
}

async function isSignedBy(check: CheckSignature, { signed, signature }: StrictJws): Promise<boolean> {
  try {
    return await check(signed, signature)
  } catch {
    return false
  }
}

async function judgeReplay(
  { replay, maxAge }: DpopRules,
  { proof, jkt }: { readonly proof: DpopProof; readonly jkt: string },
): Promise<Refusal<'invalid_dpop_proof'> | Unavailable | undefined> {
  try {
    const isNew = await replay.remember(await sha256(`${jkt}\n${proof.jti}`), Math.floor(proof.iat) + maxAge + 1)
    return isNew ? undefined : bad('it was used before')
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error'
    return { kind: 'unavailable', reason: `the memory of DPoP proofs failed: ${reason}` }
  }
}

function bad(reason: string, description = badProof): Refusal<'invalid_dpop_proof'> {
  return refuse('invalid_dpop_proof', description, `the DPoP proof: ${reason}`)
}
