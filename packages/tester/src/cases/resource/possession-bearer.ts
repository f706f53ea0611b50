// RFC 9449 §7.2
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { judgeRefusal } from '../../judge/judge-refusal.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import { goodCall, isAccepted, isJudgement, withAuthorization } from './guarded-call.ts'
import { caseOnGuards } from './guarded-case.ts'
import { startBound } from './possession-start.ts'

/** A bound token that is sent like an unbound one. */
export const asBearerCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-01',
    title: 'a token that is bound to a key, sent without its key',
    why: 'A token is bound to a key so that a thief cannot use it. Where it is taken without the key, the binding protects nothing.',
    remedy: 'Look for `cnf` in each token, also in those that come in the scheme Bearer, and refuse them there.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9449 §7.2', 'OWASP ASVS 5.0 §10.3.5'],
    tags: ['dpop', 'possession'],
  },
  [{ run: judgeAsBearer }],
)

async function judgeAsBearer(context: ProbeContext, operation: ApiOperation): Promise<Judgement> {
  const bound = await startBound(context, operation)
  if (isJudgement(bound)) return bound.verdict === 'not_applicable' ? judgeIgnorance(context, operation, bound) : bound
  const request = withAuthorization(bound.call, `Bearer ${bound.token.accessToken.reveal()}`)
  return judgeRefusal(await context.send(request), {
    statuses: [401],
    sent: 'a token bound to a key, sent in the scheme Bearer,',
  })
}

/** An API that knows no binding, at a server that binds: its tokens are as good as unbound. */
async function judgeIgnorance(
  context: ProbeContext,
  operation: ApiOperation,
  otherwise: Judgement,
): Promise<Judgement> {
  const good = await goodCall(context, operation, { binding: 'dpop' })
  if (isJudgement(good) || good.token.dpopKey === undefined || good.token.from !== 'server') return otherwise
  const exchange = await context.send(withAuthorization(good.call, `Bearer ${good.token.accessToken.reveal()}`))
  if (!isAccepted(exchange)) return otherwise
  const reason = 'the API takes tokens that the server bound to a key, and knows nothing of their keys'
  return { verdict: 'warn', reason, complaint: 'binding unknown', evidence: [exchange] }
}
