// RFC 6749 §3.3
import { isGuarded, mayNotWrite, planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import { judgeAcceptance } from '../../judge/judge-refusal.ts'
import { type ApiOperation, alternativesOf } from '../../target/api-operation.ts'
import type { ApiTarget, Target } from '../../target/target.ts'
import type { SentRequest } from '../../wire/exchange.ts'
import { heldToken, named, tryCall } from './attempt.ts'
import { caseOnOperations, type Trial } from './guarded-case.ts'
import { orSkip, probeOn, skipOn } from './probe-on.ts'
import { judgeScopeRefusal } from './scope-judge.ts'
import { expectationOf, isOpenedBy, reaches, triedScopes } from './scope-oracle.ts'

const verbsText: CaseText = {
  id: 'RS-SCP-10',
  title: 'a token to read, on the methods that write',
  why: 'Where the guard looks at the address and not at the method, whoever may look at something may also change or delete it.',
  remedy: 'Give each method of an address its own requirement, and refuse the methods that nobody described.',
  severity: 'critical',
  level: 'L0',
  sources: ['OWASP API5:2023', 'RFC 6750 §3.1'],
  tags: ['scope', 'methods'],
}

/** RS-SCP-10: the scope that reads an address, on its other methods. */
export const readOnWrites: TestCase = {
  ...verbsText,
  plan: target =>
    planOnApi(verbsText, target, api => {
      const reading = api.operations.filter(operation => isGuarded(operation) && operation.method === 'GET')
      const planned = reading.flatMap(operation => planVerbs(operation, api, target))
      return orSkip(verbsText, planned, 'no operation that reads wants a token')
    }),
}

function planVerbs(reading: ApiOperation, api: ApiTarget, target: Target): readonly (Probe | Skip)[] {
  if (!target.mayWrite) return [skipOn(verbsText, mayNotWrite, reading)]
  const held = alternativesOf(reading)[0] ?? []
  return ['POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method): readonly (Probe | Skip)[] => {
    const writing = api.operations.find(each => each.method === method && each.path === reading.path)
    if (writing === undefined) return [undescribed(reading, method, held)]
    if (isOpenedBy(api, writing, held)) return []
    const run: Probe['run'] = context =>
      tryCall(context, { operation: writing, token: heldToken(reading, held) }, exchange =>
        judgeScopeRefusal(exchange, `${method} with ${named(held)}, which reads`),
      )
    return [probeOn(verbsText, writing, { variant: held.join(' ') }, run)]
  })
}

/** A method that the document does not know must not do anything. */
function undescribed(reading: ApiOperation, method: string, held: readonly string[]): Probe {
  const reshape = (request: SentRequest) => ({ ...request, method })
  return probeOn(verbsText, reading, { variant: method, isWrite: true }, context =>
    tryCall(context, { operation: reading, token: heldToken(reading, held), reshape }, exchange =>
      judgeScopeRefusal(exchange, `${method}, which nobody described, with ${named(held)}`, {
        statuses: [405, 400, 403, 404, 415, 422, 501],
      }),
    ),
  )
}

/** RS-SCP-11: what covers opens what is covered, and never the other way round. */
export const hierarchy: TestCase = caseOnOperations(
  {
    id: 'RS-SCP-11',
    title: 'wider and narrower scopes',
    why: 'A hierarchy of scopes leads downwards: where a part opens the whole, the smallest scope is worth as much as the largest.',
    remedy: 'Let the wider scope open what it covers, and nothing open what covers it.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 6749 §3.3', 'OWASP ASVS 5.0 §10.3.2'],
    tags: ['scope', 'hierarchy'],
  },
  (operation, api) => {
    const needed = alternativesOf(operation).filter(({ length }) => length === 1)
    const pairs = needed.flatMap(([scope = '']) =>
      triedScopes(api)
        .filter(each => each !== scope)
        .map(held => ({ scope, held })),
    )
    const trials = pairs.flatMap(({ scope, held }): readonly Trial[] => {
      const isWider = reaches(api.catalogue, [held], [scope])
      const isNarrower = reaches(api.catalogue, [scope], [held])
      if (isWider === isNarrower) return []
      const expectation = expectationOf(api, operation, [held])
      if (isWider) return expectation.expected === 'allowed' ? [widerTrial(operation, held)] : []
      return expectation.expected === 'refused' ? [narrowerTrial(operation, held)] : []
    })
    return trials.length > 0 ? trials : 'no scope covers what this operation needs, or is covered by it'
  },
)

function widerTrial(operation: ApiOperation, held: string): Trial {
  return {
    variant: `${held}, which is wider`,
    run: context =>
      tryCall(context, { operation, token: heldToken(operation, [held]) }, exchange =>
        judgeAcceptance(exchange, `a token with \`${held}\`, which covers what is wanted,`),
      ),
  }
}

function narrowerTrial(operation: ApiOperation, held: string): Trial {
  return {
    variant: `${held}, which is narrower`,
    run: context =>
      tryCall(context, { operation, token: heldToken(operation, [held]) }, exchange =>
        judgeScopeRefusal(exchange, `a token with \`${held}\`, which is only a part of what is wanted,`),
      ),
  }
}
