// RFC 7519 §2, §4.1.4, §4.1.5, §4.1.6; RFC 9068 §4
import type { TestCase } from '../../catalogue/test-case.ts'
import type { TokenChange } from '../../node/forge-token.ts'
import { type Forging, forgedToken } from './forged-token.ts'
import { caseOnGuards } from './guarded-case.ts'

/** Now, in seconds since the epoch, some seconds later or earlier. */
function secondsAt({ context }: Pick<Forging, 'context'>, difference: number): number {
  return Math.floor(context.now() / 1000) + difference
}

/** A token that ended so many seconds ago, and was a usual one before. */
export function expired(forging: Pick<Forging, 'context'>, ago: number): TokenChange {
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
    // a number, and so a time, however far away
    forgedToken({
      variant: 'beyond all times',
      sent: 'a token whose end is beyond all times',
      change: { claims: { exp: 1e99 } },
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
