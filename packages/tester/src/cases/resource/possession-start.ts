// RFC 9449 §4.2, §7.1, §9
import type { Judgement } from '../../catalogue/test-case.ts'
import { judgeAcceptance, judgeRefusal } from '../../judge/judge-refusal.ts'
import { makeDpopProof, type ProofParts } from '../../node/dpop-proof.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { KeyPair } from '../../target/target.ts'
import { readChallenges } from '../../wire/challenge.ts'
import { type Exchange, fieldValue, type HeaderField, type SentRequest, withField } from '../../wire/exchange.ts'
import { type GoodCall, goodCall, isAccepted, isJudgement, isRedirect, notApplicable } from './guarded-call.ts'
import type { Trial } from './guarded-case.ts'

/** A call whose token is bound to a key that the tester holds. */
export type BoundCall = GoodCall & {
  readonly context: ProbeContext
  readonly key: KeyPair
  /** The nonce that the API last asked for. */
  readonly nonce?: string
}

/** What differs from a good proof. */
export type ProofChange = Partial<Pick<ProofParts, 'key' | 'method' | 'url' | 'nonce' | 'change'>>

/** The text of a proof for the call; good where nothing is changed. */
export function proofFor({ context, call, token, key, nonce }: BoundCall, change: ProofChange = {}): string {
  const parts: ProofParts = {
    key,
    method: call.method,
    url: urlOf(call),
    accessToken: token.accessToken,
    ...(nonce !== undefined && { nonce }),
    now: context.now,
    ...change,
  }
  return makeDpopProof(parts, context.secrets).reveal()
}

/** Where a call goes. */
export function urlOf({ origin, target }: SentRequest): string {
  return `${origin}${target}`
}

/** The call with its token in the scheme `DPoP`, and with these proofs. */
export function withProofs({ call, token }: GoodCall, ...proofs: readonly string[]): SentRequest {
  const fields = proofs.map((proof): HeaderField => ['DPoP', proof])
  return withField(call, ['Authorization', `DPoP ${token.accessToken.reveal()}`], ...fields)
}

/** The nonce that an answer asks for. @spec RFC 9449 §9 */
function wantedNonce(exchange: Exchange): string | undefined {
  if (exchange.kind !== 'answered' || exchange.response.status !== 401) return undefined
  const { challenges } = readChallenges(exchange.response.headers)
  const isAsked = challenges.some(({ parameters }) => parameters.get('error') === 'use_dpop_nonce')
  return isAsked ? fieldValue(exchange.response.headers, 'dpop-nonce') : undefined
}

/**
 * Gets a bound token and finds out whether the API takes it with a good proof; only then a refusal of a bad one means
 * something. Where the API asks for a nonce, it is given one.
 */
export async function startBound(context: ProbeContext, operation: ApiOperation): Promise<BoundCall | Judgement> {
  const good = await goodCall(context, operation, { binding: 'dpop' })
  if (isJudgement(good)) return notApplicable(`no token bound to a key can be had: ${good.reason}`)
  const { dpopKey } = good.token
  if (dpopKey === undefined) return notApplicable('the server issues no tokens that are bound to a key')
  const bound: BoundCall = { ...good, context, key: dpopKey }
  const exchange = await context.send(withProofs(bound, proofFor(bound)))
  const nonce = wantedNonce(exchange)
  if (nonce === undefined) return judgeSupport(bound, exchange)
  const withNonce = { ...bound, nonce }
  return judgeSupport(withNonce, await context.send(withProofs(withNonce, proofFor(withNonce))))
}

function judgeSupport(bound: BoundCall, exchange: Exchange): BoundCall | Judgement {
  if (isAccepted(exchange)) return bound
  const judgement = judgeAcceptance(exchange, 'a token bound to a key, with a good proof,')
  if (judgement.verdict !== 'fail' && !isRedirect(exchange)) return { ...judgement, verdict: 'inconclusive' }
  return {
    ...notApplicable(`the API takes no tokens that are bound to a key: ${judgement.reason}`),
    evidence: [exchange],
  }
}

/** A call of a bound token that must be refused. */
export type BadProof = {
  readonly variant?: string
  readonly sent: string
  readonly request: (bound: BoundCall) => SentRequest
}

/** Sends a bound token without a good proof; the code of the error may be that of a bad token or of a bad proof. */
export function badProof({ variant, sent, request }: BadProof): Trial {
  return {
    ...(variant !== undefined && { variant }),
    run: async (context, operation) => {
      const bound = await startBound(context, operation)
      if (isJudgement(bound)) return bound
      return judgeRefusal(await context.send(request(bound)), { statuses: [401], sent })
    },
  }
}

/** A call with one changed proof that must be refused. */
export function changedProof(variant: string, sent: string, change: (bound: BoundCall) => ProofChange): Trial {
  return badProof({ variant, sent, request: bound => withProofs(bound, proofFor(bound, change(bound))) })
}

/** A call with one changed proof that must be taken. */
export function takenProof(variant: string, sent: string, change: (bound: BoundCall) => ProofChange): Trial {
  return {
    variant,
    run: async (context, operation) => {
      const bound = await startBound(context, operation)
      if (isJudgement(bound)) return bound
      const exchange = await context.send(withProofs(bound, proofFor(bound, change(bound))))
      const judgement = judgeAcceptance(exchange, sent)
      return judgement.verdict === 'fail' ? { ...judgement, verdict: 'warn' } : judgement
    },
  }
}
