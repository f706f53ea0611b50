// RFC 7519 §2, §4.1.4, §4.1.5, §4.1.6; RFC 9068 §4
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { TokenChange } from '../../node/forge-token.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { type Forging, forgedCall, forgedToken, startForging } from './forged-token.ts'
import { inconclusive, isAccepted, isJudgement } from './guarded-call.ts'
import { caseOnGuards } from './guarded-case.ts'

/** Now, in seconds since the epoch, some seconds later or earlier. */
function secondsAt({ context }: Pick<Forging, 'context'>, difference: number): number {
  return Math.floor(context.now() / 1000) + difference
}

/** A token that ended so many seconds ago, and was a usual one before. */
function expired(forging: Pick<Forging, 'context'>, ago: number): TokenChange {
  const exp = secondsAt(forging, -ago)
  return { claims: { exp, iat: exp - 300, auth_time: exp - 300 } }
}

/** A token after its end. */
export const expiredCase: TestCase = caseOnGuards(
  {
    id: 'RS-CLM-01',
    title: 'a token that expired two minutes ago',
    why: 'The end of its life is what limits the damage of a stolen token. Without it each token is good for ever.',
    remedy: 'Refuse tokens whose `exp` has passed; half a minute is enough for clocks that differ.',
    severity: 'critical',
    level: 'L1',
    sources: ['RFC 7519 §4.1.4', 'RFC 9068 §4', 'OWASP ASVS 5.0 §9.2.1'],
    tags: ['jwt', 'claims', 'time'],
  },
  [forgedToken({ sent: 'a token that expired two minutes ago', change: forging => expired(forging, 120) })],
)

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
  return exchange.kind === 'answered' && exchange.response.status === 401
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

/** A token before its beginning. */
export const notYetCase: TestCase = caseOnGuards(
  {
    id: 'RS-CLM-03',
    title: 'a token that is not good yet',
    why: 'A token that is made for tomorrow, for a booking or a shift, opens the API today.',
    remedy: 'Refuse tokens whose `nbf` lies in the future by more than clocks may differ.',
    severity: 'medium',
    level: 'L1',
    sources: ['RFC 7519 §4.1.5', 'OWASP ASVS 5.0 §9.2.1'],
    tags: ['jwt', 'claims', 'time'],
  },
  [
    forgedToken({
      sent: 'a token that is good only in ten minutes',
      change: forging => ({ claims: { nbf: secondsAt(forging, 600) } }),
    }),
  ],
)

const day = 86_400
/** The first second of the year 9999. */
const year9999 = 253_370_764_800

/** A token from the future, or for ever. */
export const farFutureCase: TestCase = caseOnGuards(
  {
    id: 'RS-CLM-04',
    title: 'a token from tomorrow, and one for thousands of years',
    why: 'No honest issuer writes such times. They show a clock that is wrong or a token that somebody forged, and a token for ever is never taken back.',
    remedy: 'Refuse tokens that were issued in the future, and tokens that live longer than the issuer ever grants.',
    severity: 'low',
    level: 'L1',
    sources: ['RFC 7519 §4.1.6', 'RFC 8725 §3.10'],
    tags: ['jwt', 'claims', 'time'],
  },
  [
    forgedToken({
      variant: 'issued tomorrow',
      sent: 'a token that was issued tomorrow',
      change: forging => ({ claims: { iat: secondsAt(forging, day), exp: secondsAt(forging, day + 300) } }),
      acceptedIs: 'warn',
    }),
    forgedToken({
      variant: 'until the year 9999',
      sent: 'a token that lives until the year 9999',
      change: { claims: { exp: year9999 } },
      acceptedIs: 'warn',
    }),
  ],
)

/** An end that is no time. A fraction of a second is one. @spec RFC 7519 §2 */
const strangeEnds: readonly (readonly [variant: string, exp: (forging: Forging) => unknown])[] = [
  ['missing', () => undefined],
  ['null', () => null],
  ['zero', () => 0],
  ['negative', () => -1],
  ['a text', forging => String(secondsAt(forging, 300))],
  ['a list', forging => [secondsAt(forging, 300)]],
  ['true', () => true],
  ['a fraction that has passed', forging => secondsAt(forging, -120) + 0.5],
  ['a number beyond all times', () => 1e99],
]

/** A token without an end, or with one that is no time. */
export const noExpiryCase: TestCase = caseOnGuards(
  {
    id: 'RS-CLM-08',
    title: 'a token whose end is missing or no time',
    why: 'A check of the form "if there is an end and it has passed" lets each token pass that has none, or one that cannot be compared.',
    remedy: 'Demand `exp`, demand that it is a number, and refuse whatever is not.',
    severity: 'high',
    level: 'L1',
    sources: ['RFC 9068 §2.2', 'RFC 7519 §4.1.4'],
    tags: ['jwt', 'claims', 'time'],
  },
  strangeEnds.map(([variant, exp]) =>
    forgedToken({
      variant,
      sent: `a token whose end is ${variant}`,
      change: forging => ({ claims: { exp: exp(forging) } }),
    }),
  ),
)
