// RFC 9111 §3.5, §5.2.2; RFC 6750 §5.3

import { isGuarded, planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import { accepted, cachingNotRuledOut } from '../../judge/complaint.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import { type Exchange, fieldValue } from '../../wire/exchange.ts'
import { attempt, heldToken, statusOf } from './attempt.ts'
import { inconclusive, isAccepted } from './guarded-call.ts'
import { orSkip, probeOn } from './probe-on.ts'

const text: CaseText = {
  id: 'RS-ERR-03',
  title: 'whether caches may keep what a token opened',
  why: 'What a cache on the way keeps, it gives to the next who asks, without a token.',
  remedy: 'Send `Cache-Control: no-store`, or `private` where the user’s own browser may keep it.',
  severity: 'medium',
  level: 'L0',
  sources: ['RFC 6750 §5.3', 'RFC 9111 §3.5'],
  tags: ['answers', 'caching'],
}

/** RS-ERR-03: what an authorized answer says about caching, and what a second fetch without a token gets. */
export const cachedAnswers: TestCase = {
  ...text,
  plan: target =>
    planOnApi(text, target, api => {
      const reading = api.operations.filter(each => isGuarded(each) && each.method === 'GET')
      const planned = reading.map(operation => probeOn(text, operation, {}, context => tryCaching(context, operation)))
      return orSkip(text, planned, 'no operation that reads wants a token')
    }),
}

async function tryCaching(context: ProbeContext, operation: ApiOperation): Promise<Judgement> {
  const token = heldToken(operation, context.leastScope(operation))
  const authorized = await attempt(context, { operation, token })
  if (authorized.kind === 'not_sent') return authorized.judgement
  if (!isAccepted(authorized.exchange))
    return inconclusive('the call with a good token was not accepted', authorized.exchange)
  const without = await attempt(context, { operation })
  if (without.kind === 'not_sent') return without.judgement
  const evidence = [authorized.exchange, without.exchange]
  if (isAccepted(without.exchange))
    return {
      verdict: 'fail',
      reason: 'the same call without a token got an answer after one with a token',
      evidence,
      complaint: accepted,
    }
  if (statusOf(without.exchange) === undefined)
    return inconclusive('the call without a token got no answer', without.exchange)
  return { ...judgeCaching(authorized.exchange), evidence }
}

function judgeCaching(exchange: Exchange): Judgement {
  const said = exchange.kind === 'failed' ? undefined : fieldValue(exchange.response.headers, 'cache-control')
  const directives = (said ?? '').toLowerCase().split(/\s*,\s*/)
  const has = (name: string) => directives.some(each => each === name || each.startsWith(`${name}=`))
  if (has('no-store') || has('private')) return { verdict: 'pass', reason: `the answer says \`${said}\`` }
  const isForAll = has('public') || has('s-maxage') || has('must-revalidate')
  // what is old at once is asked for again, and then the guard is asked as well
  const isOldAtOnce = has('no-cache') || directives.includes('max-age=0')
  if (isForAll && (!isOldAtOnce || directives.some(each => /^s-maxage=0*[1-9]/.test(each))))
    return {
      verdict: 'fail',
      reason: `the answer says \`${said}\`: caches that many share may keep it`,
      complaint: 'shared caches',
    }
  const reason =
    said === undefined
      ? 'the answer does not say whether it may be kept'
      : `the answer says \`${said}\`, which is not \`no-store\` or \`private\``
  return { verdict: 'warn', reason, complaint: cachingNotRuledOut }
}
