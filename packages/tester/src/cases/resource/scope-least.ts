// RFC 6750 §3.1; RFC 6749 §3.3
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { insufficientScope, judgeAcceptance } from '../../judge/judge-refusal.ts'
import { type ApiOperation, alternativesOf } from '../../target/api-operation.ts'
import { readChallenges } from '../../wire/challenge.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { forgedToken, heldToken, named, type Supply, tryCall } from './attempt.ts'
import { inconclusive } from './guarded-call.ts'
import { caseOnOperations, type Trial } from './guarded-case.ts'
import { judgeScopeRefusal } from './scope-judge.ts'
import { allThatDoNotOpen, asksForScope, expectationOf, isOpenedBy, type OracleApi } from './scope-oracle.ts'

const wantsNoScope = 'any good token opens this operation, whatever its scope'

/** RS-SCP-01: each alternative that the operation names is enough. */
export const leastScope: TestCase = caseOnOperations(
  {
    id: 'RS-SCP-01',
    title: 'a token with exactly the scope that the operation asks for',
    why: 'Where less is not enough, people hand out tokens that may do more than is needed, and a stolen one does more harm.',
    remedy: 'Let the guard ask for exactly the scopes that the document names.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 6749 §3.3', 'OWASP ASVS 5.0 §10.3.2'],
    tags: ['scope', 'least privilege'],
  },
  (operation, api) =>
    alternativesOf(operation).map(
      (scopes, index): Trial => ({
        ...(index > 0 && { variant: scopes.join(' ') }),
        run: context =>
          tryCall(context, { operation, token: heldToken(operation, scopes) }, exchange =>
            judgeLeast(exchange, { scopes, isConditional: isConditional(api, operation, scopes) }),
          ),
      }),
    ),
)

function isConditional(api: OracleApi, operation: ApiOperation, scopes: readonly string[]): boolean {
  return expectationOf(api, operation, scopes).expected === 'conditional'
}

type Least = { readonly scopes: readonly string[]; readonly isConditional: boolean }

function judgeLeast(exchange: Exchange, { scopes, isConditional }: Least): Judgement {
  const judgement = judgeAcceptance(exchange, `a token with ${named(scopes)}`)
  if (judgement.verdict !== 'fail' || !isConditional || errorOf(exchange) === 'insufficient_scope') return judgement
  return inconclusive(`${judgement.reason}, and a condition of the policy may be why`, exchange)
}

function errorOf(exchange: Exchange): string | undefined {
  if (exchange.kind === 'failed') return undefined
  return readChallenges(exchange.response.headers).challenges.flatMap(each => each.parameters.get('error') ?? [])[0]
}

/** RS-SCP-02: a token without scope, which is told what it lacks. */
export const withoutScope: TestCase = caseOnOperations(
  {
    id: 'RS-SCP-02',
    title: 'a token without any scope',
    why: 'Where a token without scope opens an operation, every application that anybody ever logged in to can use it.',
    remedy:
      'Refuse with 403, `error="insufficient_scope"` and a `scope` that names what this operation needs, so that a client knows what to ask for.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 6750 §3.1', 'OWASP API5:2023'],
    tags: ['scope'],
  },
  (operation, _api, target) => {
    if (!asksForScope(operation)) return wantsNoScope
    const plain: Trial = noScope(operation, heldToken(operation, []))
    const absent = noScope(operation, forgedToken(operation, { claims: { scope: undefined } }))
    const empty = noScope(operation, forgedToken(operation, { claims: { scope: '' } }))
    const forged = [
      { ...absent, variant: 'the claim is absent' },
      { ...empty, variant: 'the claim is empty' },
    ]
    return [plain, ...(target.levels.has('L1') ? forged : [])]
  },
)

function noScope(operation: ApiOperation, token: Supply): Trial {
  return { run: context => tryCall(context, { operation, token }, exchange => judgeNaming(exchange, operation)) }
}

function judgeNaming(exchange: Exchange, operation: ApiOperation): Judgement {
  const judgement = judgeScopeRefusal(exchange, 'a token without scope', insufficientScope)
  if (judgement.verdict !== 'pass' || exchange.kind === 'failed') return judgement
  const { challenges } = readChallenges(exchange.response.headers)
  const told = challenges.flatMap(({ parameters }) => parameters.get('scope')?.split(' ') ?? [])
  if (told.length === 0)
    return warn('was refused by 403, but the challenge does not say which scope is wanted', exchange, 'no scope named')
  if (alternativesOf(operation).some(scopes => scopes.every(scope => told.includes(scope)))) return judgement
  const reason = `was refused by 403, but the challenge names ${named(told)}, which does not open the operation`
  return warn(reason, exchange, 'wrong scope named')
}

function warn(what: string, exchange: Exchange, complaint: string): Judgement {
  return { verdict: 'warn', reason: `a token without scope ${what}`, evidence: [exchange], complaint }
}

/** RS-SCP-04: of several scopes that are wanted together, each is missed. */
export const minusOne: TestCase = caseOnOperations(
  {
    id: 'RS-SCP-04',
    title: 'all wanted scopes but one',
    why: 'Where several scopes are wanted together and one of them is enough, the operation is open to tokens that were never meant for it.',
    remedy: 'Ask for all scopes of the requirement, not for any of them.',
    severity: 'high',
    level: 'L0',
    sources: ['OpenAPI 3.1 §4.8.30', 'OWASP ASVS 5.0 §10.3.2'],
    tags: ['scope'],
  },
  (operation, api) => {
    const trials = alternativesOf(operation).flatMap(scopes => oneMissing(operation, api, scopes))
    return trials.length > 0 ? trials : 'no two scopes are wanted together, of which one could be missing'
  },
)

function oneMissing(operation: ApiOperation, api: OracleApi, scopes: readonly string[]): readonly Trial[] {
  if (scopes.length < 2) return []
  return scopes.flatMap((missing): readonly Trial[] => {
    const held = scopes.filter(scope => scope !== missing)
    if (isOpenedBy(api, operation, held)) return []
    return [tooLittleTrial(operation, { held, variant: `without ${missing}`, sent: `a token without \`${missing}\`` })]
  })
}

/** RS-SCP-07: everything that there is, but not what is wanted. */
export const allOthers: TestCase = caseOnOperations(
  {
    id: 'RS-SCP-07',
    title: 'all other scopes together',
    why: 'An operation that opens to a token of many other scopes counts scopes instead of reading them, or joins rules that it should keep apart.',
    remedy: 'Compare the scopes of the token with those of this operation, one by one.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9700 §2.3', 'RFC 6749 §3.3'],
    tags: ['scope'],
  },
  (operation, api) => {
    if (!asksForScope(operation)) return wantsNoScope
    const held = allThatDoNotOpen(api, operation)
    if (held.length === 0) return 'the API declares no other scope'
    return [tooLittleTrial(operation, { held, sent: 'a token with every scope but what is wanted' })]
  },
)

type TooLittle = { readonly held: readonly string[]; readonly variant?: string; readonly sent: string }

function tooLittleTrial(operation: ApiOperation, { held, variant, sent }: TooLittle): Trial {
  return {
    ...(variant !== undefined && { variant }),
    run: context =>
      tryCall(context, { operation, token: heldToken(operation, held) }, exchange => judgeScopeRefusal(exchange, sent)),
  }
}
