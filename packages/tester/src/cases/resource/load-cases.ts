// RFC 6585 §4; RFC 9110 §10.2.3
import { planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { ApiTarget } from '../../target/target.ts'
import { type Exchange, fieldValue, withField } from '../../wire/exchange.ts'
import { percentile } from './answers-timing.ts'
import { attempt, heldToken, statusOf } from './attempt.ts'
import { inconclusive, isAccepted } from './guarded-call.ts'
import { caseOnGuards } from './guarded-case.ts'

const floodText: CaseText = {
  id: 'RS-RAT-01',
  title: 'thirty bad tokens, and then a good one',
  why: 'An API that never slows down can be asked until a guess fits. One that locks everybody out can be stopped by anybody.',
  remedy: 'Slow down whoever sends bad tokens, say so with 429 and `Retry-After`, and keep serving good tokens.',
  severity: 'medium',
  level: 'L0',
  sources: ['RFC 6585 §4', 'OWASP API4:2023'],
  tags: ['load'],
}

const flood = 30

/** RS-RAT-01: a flood of bad tokens. */
export const badTokens: TestCase = caseOnGuards(floodText, operation => [
  { isExclusive: true, run: context => tryFlood(context, operation) },
])

async function tryFlood(context: ProbeContext, operation: ApiOperation): Promise<Judgement> {
  const call = context.call(operation)
  if (call === undefined) return inconclusive('the call cannot be made: a value that it needs is known to nobody')
  const good = heldToken(operation, context.leastScope(operation))
  const before = await attempt(context, { operation, token: good })
  if (before.kind === 'not_sent') return before.judgement
  if (!isAccepted(before.exchange)) return inconclusive('a good token was not accepted before', before.exchange)
  const bad: Exchange[] = []
  for (let index = 0; index < flood; index++)
    bad.push(
      await context.send(withField(call, ['Authorization', `Bearer tester-bad-token-${index}`]), { isRaw: true }),
    )
  const after = await attempt(context, { operation, token: good })
  return after.kind === 'not_sent' ? after.judgement : judgeFlood(bad, after.exchange)
}

function judgeFlood(bad: readonly Exchange[], after: Exchange): Judgement {
  const limited = bad.filter(each => statusOf(each) === 429)
  const figures = { badTokens: bad.length, limited: limited.length }
  const failed = bad.find(each => isAccepted(each) || isCrash(each))
  if (failed !== undefined) {
    const reason = `one of ${bad.length} bad tokens was answered by ${statusOf(failed)}`
    return { verdict: 'fail', reason, evidence: [failed], figures }
  }
  const status = statusOf(after)
  if (status === 401 || status === 403 || status === 423)
    return {
      verdict: 'fail',
      reason: `after ${bad.length} bad tokens a good one was refused by ${status}`,
      evidence: [after],
      figures,
      complaint: 'locked out',
    }
  if (!isAccepted(after))
    return {
      ...inconclusive(`after ${bad.length} bad tokens a good one was answered by ${status ?? 'nothing'}`, after),
      figures,
    }
  const silent = limited.find(
    each => each.kind === 'answered' && fieldValue(each.response.headers, 'retry-after') === undefined,
  )
  if (silent !== undefined)
    return {
      verdict: 'warn',
      reason: '429 came without `Retry-After`',
      evidence: [silent],
      figures,
      complaint: 'no Retry-After',
    }
  const how = limited.length > 0 ? `${limited.length} were told to wait` : 'all were refused alike'
  return {
    verdict: 'pass',
    reason: `of ${bad.length} bad tokens ${how}, and a good one was accepted afterwards`,
    evidence: [after],
    figures,
  }
}

function isCrash(exchange: Exchange): boolean {
  const status = statusOf(exchange) ?? 0
  return status >= 500 && status !== 503
}

const speedText: CaseText = {
  id: 'RS-PRF-01',
  title: 'how long guarded and public calls take',
  why: 'A guard that costs much is a guard that somebody takes away. The first call after a start, which fetches keys, is the slowest.',
  remedy: 'Keep keys and answers about tokens for a while, and fetch keys before the first call.',
  severity: 'low',
  level: 'L0',
  sources: ['RFC 7662 §4'],
  tags: ['load', 'timing'],
}

const calls = 40

/** RS-PRF-01: percentiles, for people to look at. */
export const callTimes: TestCase = {
  ...speedText,
  plan: target => {
    const guarded = caseOnGuards(speedText, (operation, api) => [
      { isExclusive: true, run: context => measure(context, operation, publicOperation(api)) },
    ])
    return planOnApi(speedText, target, () => guarded.plan(target))
  },
}

function publicOperation({ operations, publicOperations }: ApiTarget): ApiOperation | undefined {
  return operations.find(
    each => !each.isWrite && (publicOperations.has(each.key) || each.enforcement.kind === 'public'),
  )
}

async function measure(
  context: ProbeContext,
  operation: ApiOperation,
  open: ApiOperation | undefined,
): Promise<Judgement> {
  const token = heldToken(operation, context.leastScope(operation))
  const guarded: number[] = []
  for (let index = 0; index < calls; index++) {
    const made = await attempt(context, { operation, token })
    if (made.kind === 'not_sent') return made.judgement
    if (!isAccepted(made.exchange))
      return inconclusive('a good token was not accepted, so that there is nothing to measure', made.exchange)
    guarded.push(made.exchange.duration)
  }
  const plain: number[] = []
  for (let index = 0; index < (open === undefined ? 0 : calls); index++) {
    const call = open === undefined ? undefined : context.call(open)
    if (call !== undefined) plain.push((await context.send(call)).duration)
  }
  const [cold = 0, ...warm] = guarded
  const figures = {
    coldMilliseconds: cold,
    ...percentiles('guarded', warm),
    ...(plain.length > 0 && percentiles('public', plain)),
  }
  const parts = Object.entries(figures).map(
    ([name, value]) => `${name.replace('Milliseconds', '')} ${Math.round(value * 10) / 10} ms`,
  )
  return { verdict: 'pass', reason: `measured only: ${parts.join(', ')}`, figures, evidence: [] }
}

function percentiles(name: string, values: readonly number[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [50, 95, 99].map(percent => [`${name}P${percent}Milliseconds`, percentile(values, percent)]),
  )
}

/** RS-RAT-01 and RS-PRF-01: many calls. */
export const loadCases: readonly TestCase[] = [badTokens, callTimes]
