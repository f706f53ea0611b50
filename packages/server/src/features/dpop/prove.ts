// RFC 9449 §4.3, §5, §7.1, §8, §11.1
import {
  badProof,
  type DpopProof,
  epochSeconds,
  isRefusal,
  judgeDpopProof,
  type Refusal,
  readDpopProof,
  refuse,
  thumbprintInput,
} from '@ambit/protocol'
import { compactVerify, decodeJwt, decodeProtectedHeader } from 'jose'
import type { Exchange, ServerContext } from '../../context.ts'
import type { Possession, PossessionQuestion } from '../../feature.ts'
import { ImportedKeys } from './imported-keys.ts'
import { currentNonce, isGoodNonce } from './nonces.ts'
import type { DpopRules } from './options.ts'
import { proofUri } from './proof-uri.ts'

/** A request whose proof is judged. */
export type ProofCase = {
  readonly context: ServerContext
  readonly exchange: Exchange
  readonly question: PossessionQuestion
}

type ProofRefusal = Refusal<'invalid_dpop_proof' | 'use_dpop_nonce'>

const longestProof = 8_192

/**
 * Finds out which key a request proves to hold: by exactly one proof of the right form, about this request and the access
 * token that came with it, with a nonce where one is wanted, signed by the key that it names, and not seen before. Without
 * a proof a client proves nothing; at a resource one is wanted.
 * @spec RFC 9449 §4.3
 * @errors invalid_dpop_proof: any of that does not hold; use_dpop_nonce: no nonce of ours, or an old one
 */
export async function proveKey(rules: DpopRules, asked: ProofCase): Promise<Possession | ProofRefusal> {
  const judged = await judgeProof(rules, asked)
  const isAtResource = asked.question.place === 'resource'
  return isRefusal(judged) ? { ...judged, status: isAtResource ? 401 : 400 } : judged
}

async function judgeProof(rules: DpopRules, asked: ProofCase): Promise<Possession | ProofRefusal> {
  const { context, exchange, question } = asked
  const field = exchange.request.headers['dpop']
  if (field === undefined && question.place !== 'resource') return {}
  if (typeof field !== 'string') return bad('none or several were sent', 'one proof in one field `DPoP` is wanted')
  const proof = readProof(rules, field)
  if (isRefusal(proof)) return proof
  const misfit = judgeDpopProof(proof, expectationOf(rules, asked, proof))
  if (misfit) return misfit
  const nonce = rules.nonce === 'always' ? await judgeNonce(context, proof) : {}
  if (isRefusal(nonce)) return nonce
  const jkt = context.crypto.hash(thumbprintInput(proof.key))
  // a proof of another key proves nothing about this token, and is not remembered
  if (question.place === 'resource' && question.confirmation.jkt !== jkt) return {}
  if (!(await isSigned(proof, jkt, field))) return bad('no good signature of the key that it names')
  if (!(await rememberProof(rules, context, { proof, jkt }))) return bad('it was used before')
  return { confirmation: { jkt }, ...nonce }
}

function readProof({ algorithms }: DpopRules, field: string): DpopProof | Refusal<'invalid_dpop_proof'> {
  if (field.length > longestProof) return bad(`it is longer than ${longestProof} characters`)
  try {
    return readDpopProof({ header: { ...decodeProtectedHeader(field) }, claims: decodeJwt(field) }, algorithms)
  } catch {
    return bad('it is no JWT')
  }
}

function expectationOf({ maxAge, clockSkew }: DpopRules, { context, exchange, question }: ProofCase, proof: DpopProof) {
  const { method, path } = exchange.request
  const uri = proofUri(context, path, proof.htu)
  const ath = question.place === 'resource' ? { ath: context.crypto.hash(question.accessToken) } : {}
  return { method, uri, now: context.clock.now(), maxAge, clockSkew, ...ath }
}

/** Each good answer brings the nonce of now, so that a client is never asked again. @spec RFC 9449 §8.2 */
async function judgeNonce(
  context: ServerContext,
  { nonce }: DpopProof,
): Promise<Pick<Possession, 'headers'> | Refusal<'use_dpop_nonce'>> {
  const headers = { 'dpop-nonce': await currentNonce(context) }
  if (nonce !== undefined && (await isGoodNonce(context, nonce))) return { headers }
  return { ...refuse('use_dpop_nonce', 'a DPoP proof with the nonce of this answer is wanted'), headers }
}

const importedKeys = new ImportedKeys()

async function isSigned({ key, algorithm }: DpopProof, jkt: string, text: string): Promise<boolean> {
  try {
    await compactVerify(text, await importedKeys.find(jkt, key, algorithm), { algorithms: [algorithm] })
    return true
  } catch {
    return false
  }
}

/** Remembers a proof for as long as any process would take it, whose clock may be behind; false where it is not new. */
function rememberProof(
  { maxAge, clockSkew }: DpopRules,
  { store, crypto }: ServerContext,
  { proof, jkt }: { readonly proof: DpopProof; readonly jkt: string },
): Promise<boolean> {
  const until = epochSeconds(Math.floor(proof.iat) + maxAge + clockSkew + 1)
  return store.remember(crypto.hash(`dpop proof\n${jkt}\n${proof.jti}`), until)
}

function bad(reason: string, description = badProof): Refusal<'invalid_dpop_proof'> {
  return refuse('invalid_dpop_proof', description, `the DPoP proof: ${reason}`)
}
