// RFC 7519 §4.1.4
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { expired } from './claims-time.ts'
import { forgedCall, startForging } from './forged-token.ts'
import { inconclusive, isAccepted, isJudgement, isRedirect } from './guarded-call.ts'
import { caseOnGuards } from './guarded-case.ts'

const farthest = 120
/** Seconds for which a token may be taken after its end. */
const largestSkew = 60

/** How long after its end a token is taken. */
export const skewCase: TestCase = caseOnGuards(
  {
    id: 'RS-CLM-02',
    title: 'how long after its end a token is still taken',
    why: 'Clocks differ a little, and so APIs take tokens a little longer. Each second more is a second more for a thief.',
    remedy: 'Allow for clocks that differ by at most a minute; a few seconds are enough where clocks are kept right.',
    severity: 'low',
    level: 'L1',
    sources: ['RFC 7519 §4.1.4'],
    tags: ['jwt', 'claims', 'time', 'measurement'],
  },
  [{ run: measureSkew }],
)

async function measureSkew(context: ProbeContext, operation: ApiOperation): Promise<Judgement> {
  const forging = await startForging(context, operation)
  if (isJudgement(forging)) return forging
  const good = await context.send(forgedCall(forging))
  if (!isAccepted(good))
    return inconclusive('a good token of the test issuer is refused, so nothing can be measured', good)
  const tried: Exchange[] = []
  const isTaken = async (ago: number): Promise<boolean | Judgement> => {
    const exchange = await context.send(forgedCall(forging, expired(forging, ago)))
    tried.push(exchange)
    if (isAccepted(exchange)) return true
    if (isRefused(exchange)) return false
    return inconclusive('an expired token was neither taken nor refused', exchange)
  }
  const skewSeconds = await bisect(isTaken)
  return typeof skewSeconds === 'number' ? judgeSkew(skewSeconds, tried) : skewSeconds
}

function isRefused(exchange: Exchange): boolean {
  const isRefusal = exchange.kind === 'answered' && [401, 403].includes(exchange.response.status)
  return isRefusal || isRedirect(exchange)
}

/** The greatest number of seconds after which a token is taken; 0 where none is. */
async function bisect(isTaken: (ago: number) => Promise<boolean | Judgement>): Promise<number | Judgement> {
  const last = await isTaken(farthest)
  if (last === true) return farthest
  if (last !== false) return last
  let [taken, refused] = [0, farthest]
  while (refused - taken > 1) {
    const middle = Math.floor((taken + refused) / 2)
    const answer = await isTaken(middle)
    if (answer === true) taken = middle
    else if (answer === false) refused = middle
    else return answer
  }
  return taken
}

function judgeSkew(skewSeconds: number, evidence: readonly Exchange[]): Judgement {
  const figures = { skewSeconds }
  if (skewSeconds >= farthest)
    return {
      verdict: 'fail',
      reason: `a token is still taken ${farthest} seconds after its end`,
      complaint: 'accepted',
      evidence,
      figures,
    }
  const reason = `a token is taken until ${skewSeconds} seconds after its end`
  if (skewSeconds <= largestSkew) return { verdict: 'pass', reason, evidence, figures }
  return {
    verdict: 'warn',
    reason: `${reason}; at most ${largestSkew} are wanted`,
    complaint: 'large skew',
    evidence,
    figures,
  }
}
