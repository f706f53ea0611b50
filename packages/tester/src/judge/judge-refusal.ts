// RFC 6750 §3, §3.1; RFC 9110 §15
import type { Judgement, Verdict } from '../catalogue/test-case.ts'
import { readChallenges } from '../wire/challenge.ts'
import type { Exchange, ReceivedResponse } from '../wire/exchange.ts'
import { accepted, crashedBy, isSuccess, refusedBy } from './complaint.ts'

/** What a refusal must look like. */
export type WantedRefusal = {
  /** The statuses that are right; the first is named in messages. */
  readonly statuses: readonly [number, ...number[]]
  /** The error code of the challenge; `none` where there must be no code. Absent: not looked at. */
  readonly error?: string
  /** What was sent, to begin the sentence: `a token without a signature`. */
  readonly sent: string
  /** Whether it is a refusal as well where the server closes the connection without an answer. */
  readonly mayClose?: boolean
  /** What an acceptance is called in the report (default: `was accepted`). */
  readonly accepted?: string
}

/** Wanted statuses of a bad token: 401 with a challenge. @spec RFC 6750 §3.1 */
export const unauthorized = { statuses: [401], error: 'invalid_token' } as const

/** What a token of too little scope gets. @spec RFC 6750 §3.1 */
export const insufficientScope = { statuses: [403], error: 'insufficient_scope' } as const

/**
 * Judges an answer that should have been a refusal. 2xx and 5xx fail, 429 and 503 say nothing, another status or a missing
 * challenge is a warning.
 */
export function judgeRefusal(exchange: Exchange, wanted: WantedRefusal): Judgement {
  if (exchange.kind === 'failed') return judgeSilence(exchange, wanted)
  const { status } = exchange.response
  const made: Maker = (verdict, what, complaint) => ({
    verdict,
    reason: `${wanted.sent} ${what}`,
    ...(complaint === undefined ? {} : { complaint }),
    evidence: [exchange],
  })
  if (!wanted.statuses.includes(status)) return judgeWrongStatus(status, wanted, made)
  const problem = problemOfChallenge(exchange.response, wanted)
  if (problem !== undefined) return made('warn', `was refused by ${status}, but ${problem}`, problem)
  return made('pass', `was refused by ${status}`)
}

type Maker = (verdict: Verdict, what: string, complaint?: string) => Judgement

function judgeWrongStatus(
  status: number,
  { statuses: [first], accepted: words }: WantedRefusal,
  made: Maker,
): Judgement {
  if (status === 429 || status === 503) return made('inconclusive', `was answered by ${status}, which says nothing`)
  if (isSuccess(status))
    return made('fail', `${words ?? 'was accepted'}: the answer is ${status}, ${first} is wanted`, accepted)
  if (status >= 500)
    return made('fail', `made the API fail: the answer is ${status}, ${first} is wanted`, crashedBy(status))
  return made('warn', `was refused by ${status}; ${first} is wanted`, `${status} instead of ${first}`)
}

function judgeSilence(exchange: Exchange & { readonly kind: 'failed' }, wanted: WantedRefusal): Judgement {
  const isClosed = exchange.failure === 'reset' || exchange.failure === 'refused'
  if (wanted.mayClose === true && isClosed)
    return { verdict: 'pass', reason: `${wanted.sent} was refused: the connection was closed`, evidence: [exchange] }
  return unanswered(exchange, wanted.sent)
}

function unanswered(exchange: Exchange & { readonly kind: 'failed' }, sent: string): Judgement {
  const reason = `${sent} got no answer: ${exchange.failure}, ${exchange.detail}`
  return { verdict: 'inconclusive', reason, evidence: [exchange] }
}

/** What is wrong with the challenge of a 401 or 403, in words that follow `but`. */
function problemOfChallenge({ status, headers }: ReceivedResponse, { error }: WantedRefusal): string | undefined {
  const { challenges } = readChallenges(headers)
  const ours = challenges.filter(({ scheme }) => /^(bearer|dpop)$/i.test(scheme))
  const isChallengeWanted = status === 401 || (status === 403 && error !== undefined && error !== 'none')
  if (isChallengeWanted && ours.length === 0) return 'no `WWW-Authenticate` challenge for Bearer or DPoP came with it'
  if (error === undefined || (status !== 401 && status !== 403)) return undefined
  const codes = ours.flatMap(({ parameters }) => parameters.get('error') ?? [])
  if (error === 'none')
    return codes.length === 0 ? undefined : `its challenge says \`error="${codes[0]}"\` where nothing was sent`
  if (codes.includes(error)) return undefined
  return codes.length === 0
    ? `its challenge lacks \`error="${error}"\``
    : `its challenge says \`${codes[0]}\` instead of \`${error}\``
}

/** Judges an answer that should have been a success. */
export function judgeAcceptance(exchange: Exchange, sent: string): Judgement {
  if (exchange.kind === 'failed') return unanswered(exchange, sent)
  const { status } = exchange.response
  const evidence = [exchange]
  if (isSuccess(status)) return { verdict: 'pass', reason: `${sent} was accepted by ${status}`, evidence }
  if (status === 401 || status === 403)
    return { verdict: 'fail', reason: `${sent} was refused by ${status}`, complaint: refusedBy(status), evidence }
  const reason = `${sent} was answered by ${status}, which says nothing about the token`
  return { verdict: 'inconclusive', reason, evidence }
}

const weight = { fail: 4, warn: 3, inconclusive: 2, pass: 1, not_applicable: 0 } as const satisfies Record<
  Verdict,
  number
>

/** The judgement of several tries of one probe: the worst one, with the evidence of all that are as bad. */
export function worstOf(first: Judgement, ...others: readonly Judgement[]): Judgement {
  const all = [first, ...others]
  const worst = all.reduce((a, b) => (weight[b.verdict] > weight[a.verdict] ? b : a))
  const same = all.filter(({ verdict }) => verdict === worst.verdict)
  return { ...worst, evidence: same.flatMap(({ evidence = [] }) => evidence) }
}
