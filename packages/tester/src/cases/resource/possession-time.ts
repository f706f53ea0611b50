// RFC 9449 §4.3, §11.1
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { judgeRefusal } from '../../judge/judge-refusal.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import { inconclusive, isAccepted, isJudgement } from './guarded-call.ts'
import { caseOnGuards } from './guarded-case.ts'
import {
  type BoundCall,
  changedProof,
  type ProofChange,
  proofFor,
  startBound,
  takenProof,
  withProofs,
} from './possession-start.ts'

const hour = 3600

/** A proof of another time. */
export const proofAgeCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-06',
    title: 'a proof that is too old or from the future',
    why: 'A proof that holds for hours can be collected and used later, or be made in advance while somebody has access to the key.',
    remedy: 'Take proofs whose `iat` is at most a minute or two away from now, so that clocks may differ a little.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 9449 §4.3', 'RFC 9449 §11.1'],
    tags: ['dpop', 'possession', 'time'],
  },
  [
    changedProof('an hour old', 'a proof that is an hour old', issued(-hour)),
    changedProof('from in an hour', 'a proof that was made an hour in the future', issued(hour)),
    takenProof('ten seconds old', 'a proof that is ten seconds old', issued(-10)),
    takenProof('ten seconds early', 'a proof by a clock that is ten seconds ahead', issued(10)),
  ],
)

function issued(difference: number): (bound: BoundCall) => ProofChange {
  return ({ context }) => ({ change: { claims: { iat: Math.floor(context.now() / 1000) + difference } } })
}

/** A proof that was used before. */
export const replayCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-07',
    title: 'the same proof twice',
    why: 'Whoever sees a call can send it again as long as its proof holds: the same order, the same payment.',
    remedy:
      'Remember the `jti` of each proof as long as the proof would be taken, or demand nonces that are used once.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 9449 §11.1'],
    tags: ['dpop', 'possession'],
  },
  [{ run: judgeReplay }],
)

async function judgeReplay(context: ProbeContext, operation: ApiOperation): Promise<Judgement> {
  const bound = await startBound(context, operation)
  if (isJudgement(bound)) return bound
  const request = withProofs(bound, proofFor(bound))
  const first = await context.send(request)
  if (!isAccepted(first)) return inconclusive('a good proof was refused the first time', first)
  const second = await context.send(request)
  const judgement = judgeRefusal(second, { statuses: [401], sent: 'a proof that was used a moment before' })
  const isShortLived = bound.nonce !== undefined && isAccepted(second)
  return isShortLived ? { ...judgement, verdict: 'warn' } : judgement
}
