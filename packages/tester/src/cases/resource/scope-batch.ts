// OWASP API5:2023

import { isGuarded, mayNotWrite, planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import { accepted } from '../../judge/complaint.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { Target } from '../../target/target.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { heldToken, jsonOf, statusOf, tryCall } from './attempt.ts'
import { bodyOf, leavesOf, withValueAt } from './call-values.ts'
import { inconclusive, isAccepted } from './guarded-call.ts'
import { foreignIdOf } from './objects-known.ts'
import { orSkip, probeOn, skipOn } from './probe-on.ts'

const text: CaseText = {
  id: 'RS-SCP-14',
  title: 'a call of several parts, of which one is not allowed',
  why: 'Where the guard looks at the first part of a batch, or at the batch as a whole, the other parts are done unseen.',
  remedy: 'Decide each part for itself: refuse the whole call, or tell for each part what became of it.',
  severity: 'high',
  level: 'L0',
  sources: ['OWASP API5:2023', 'OWASP ASVS 5.0 §8.2.1'],
  tags: ['scope', 'batch'],
}

/** RS-SCP-14: own and foreign parts in one body. */
export const batches: TestCase = {
  ...text,
  plan: target =>
    planOnApi(text, target, api => {
      const lists = api.operations.filter(operation => isGuarded(operation) && partsOf(operation).length > 0)
      const planned = lists.flatMap((operation): readonly (Probe | Skip)[] => {
        if (!target.mayWrite && operation.isWrite) return [skipOn(text, mayNotWrite, operation)]
        const mixed = mixedBody(operation, target)
        if (mixed === undefined)
          return [skipOn(text, 'nobody says which part of its list belongs to the second user', operation)]
        return [
          probeOn(text, operation, { variant: 'own and foreign parts' }, context => {
            const token = heldToken(operation, context.leastScope(operation), {
              holder: { kind: 'user', user: 'first' },
            })
            return tryCall(context, { operation, token, change: { body: mixed } }, judgeMixed)
          }),
        ]
      })
      return orSkip(text, planned, 'no operation takes a list of parts as its body')
    }),
}

/** The parts of the body in the positive call; none where it is no list. */
function partsOf(operation: ApiOperation): readonly unknown[] {
  const body = bodyOf(operation)
  return Array.isArray(body) ? Object.values<unknown>(body) : []
}

/** The list of the example, and behind it its first part with what belongs to the second user. */
function mixedBody(operation: ApiOperation, target: Target): readonly unknown[] | undefined {
  const body = partsOf(operation)
  const [first] = body
  for (const { path, value } of leavesOf(first)) {
    const foreign = foreignIdOf(target, value)
    if (foreign !== undefined) return [...body, withValueAt(first, path, foreign)]
  }
  return undefined
}

function judgeMixed(exchange: Exchange): Judgement {
  const sent = 'a list with a part of somebody else'
  const status = statusOf(exchange)
  const evidence = [exchange]
  if (status === 403 || status === 404) return { verdict: 'pass', reason: `${sent} was refused by ${status}`, evidence }
  if (!isAccepted(exchange))
    return inconclusive(`${sent} was answered by ${status ?? 'nothing'}, which does not tell`, exchange)
  const refusals = leavesOf(jsonOf(exchange)).filter(
    ({ value }) => value === 403 || value === 404 || value === 'forbidden',
  )
  if (refusals.length > 0) return { verdict: 'pass', reason: `${sent} was refused in that part alone`, evidence }
  const reason = `${sent} was accepted as a whole by ${status}, and no part was refused`
  return { verdict: 'fail', reason, evidence, complaint: accepted }
}
