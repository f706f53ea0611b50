// RFC 6749 §3.3
import { defineScopes, isScopeToken } from '@ambit/scope'
import type { Judgement, MatrixCell, TestCase } from '../../catalogue/test-case.ts'
import { isSuccess, refusedBy } from '../../judge/complaint.ts'
import { type ApiOperation, alternativesOf } from '../../target/api-operation.ts'
import { readChallenges } from '../../wire/challenge.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { attempt, heldToken, statusOf } from './attempt.ts'
import { notApplicable } from './guarded-call.ts'
import { caseOnOperations, type Trial } from './guarded-case.ts'
import { judgeScopeRefusal } from './scope-judge.ts'
import { type Expectation, expectationOf, reaches, triedScopes } from './scope-oracle.ts'

/** RS-SCP-03: every operation with a token of each single scope, and with one of none. */
export const scopeMatrix: TestCase = caseOnOperations(
  {
    id: 'RS-SCP-03',
    title: 'the matrix: each operation with each scope',
    why: 'Scope is a promise about what a token may do. Each square where the API does something else than its rules say breaks it.',
    remedy:
      'Look at the square: either the guard of this operation asks for the wrong scope, or the document promises the wrong one.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 6749 §3.3', 'OWASP API5:2023', 'OWASP ASVS 5.0 §10.3.2'],
    tags: ['scope', 'matrix'],
  },
  (operation, api) =>
    [undefined, ...triedScopes(api)].map(scope => {
      const held = scope === undefined ? [] : [scope]
      const of = scope === undefined ? undefined : api.catalogue.definition(scope)?.resource
      const isOfAnother = of !== undefined && operation.resource !== undefined && of !== operation.resource
      const mayCover = api.isCatalogueGuessed === true && scope !== undefined && isWiderName(operation, scope)
      return square(operation, {
        held,
        expectation: expectationOf(api, operation, held),
        mayCover,
        ...(isOfAnother && { of }),
      })
    }),
)

type Square = {
  readonly held: readonly string[]
  readonly expectation: Expectation
  /** Whether its name is the beginning of a needed one, and nobody said whether it covers that. */
  readonly mayCover: boolean
  /** The other API to which the scope belongs. */
  readonly of?: string
}

function square(operation: ApiOperation, { held, expectation, mayCover, of }: Square): Trial {
  const [scope = ''] = held
  return {
    variant: scope === '' ? 'no scope' : scope,
    run: async context => {
      const made = await attempt(context, { operation, token: heldToken(operation, held) })
      const cell = (observed: MatrixCell['observed']): MatrixCell => ({
        operation: operation.key,
        scope,
        observed,
        ...expectation,
      })
      if (made.kind === 'not_sent' && of !== undefined && context.call(operation) !== undefined)
        return {
          ...notApplicable(`no such token is given for this API: \`${scope}\` belongs to ${of}`),
          cell: cell('not_issued'),
        }
      if (made.kind === 'not_sent') return { ...made.judgement, cell: cell('unknown') }
      const sent = scope === '' ? 'a token without scope' : `a token with \`${scope}\` alone`
      const { observed, judgement } = judgeSquare(made.exchange, sent, expectation)
      const isDoubtful = mayCover && judgement.verdict === 'fail' && observed === 'allowed'
      if (isDoubtful) return { ...doubted(judgement, scope), cell: cell('unknown') }
      return { ...judgement, cell: cell(observed) }
    },
  }
}

/** Whether a scope covers one that the operation needs where names are read as paths: `order` covers `order:items`. */
function isWiderName(operation: ApiOperation, scope: string): boolean {
  return alternativesOf(operation).some(needed => needed.some(each => isWiderPath(scope, each)))
}

function isWiderPath(scope: string, needed: string): boolean {
  const areNames = [scope, needed].every(each => isScopeToken(each) && !/[{}]/.test(each))
  if (!areNames || !needed.includes(':')) return false
  return reaches(defineScopes({ scopes: { [scope]: {}, [needed]: {} } }), [scope], [needed])
}

/** What the document cannot say is not held against the API. */
function doubted(judgement: Judgement, scope: string): Judgement {
  const reason = `${judgement.reason}; no document can say that \`${scope}\` covers what its name begins: where it is meant to, say so in \`api.catalogue\``
  return { ...judgement, verdict: 'inconclusive', reason }
}

type Judged = { readonly observed: MatrixCell['observed']; readonly judgement: Judgement }

function judgeSquare(exchange: Exchange, sent: string, { expected, rule }: Expectation): Judged {
  const observed = observe(exchange)
  if (expected === 'refused') return { observed, judgement: because(judgeScopeRefusal(exchange, sent), rule) }
  if (observed === 'unknown')
    return {
      observed,
      judgement: {
        verdict: 'inconclusive',
        reason: `${sent} got an answer that says nothing of scope`,
        evidence: [exchange],
      },
    }
  if (observed === 'allowed')
    return { observed, judgement: { verdict: 'pass', reason: `${sent} was accepted: ${rule}`, evidence: [exchange] } }
  if (expected === 'conditional' && !isAboutScope(exchange))
    return {
      observed,
      judgement: {
        verdict: 'pass',
        reason: `${sent} was refused by a condition, not for its scope`,
        evidence: [exchange],
      },
    }
  return {
    observed,
    judgement: {
      verdict: 'fail',
      reason: `${sent} was refused, although ${rule}`,
      evidence: [exchange],
      complaint: refusedBy(statusOf(exchange) ?? 0),
    },
  }
}

function because(judgement: Judgement, rule: string): Judgement {
  return judgement.verdict === 'inconclusive' ? judgement : { ...judgement, reason: `${judgement.reason}; ${rule}` }
}

/** 2xx and 3xx are yes, 401, 403 and 404 are no; whatever else there is tells of the call. */
function observe(exchange: Exchange): MatrixCell['observed'] {
  if (exchange.kind === 'failed') return 'unknown'
  const { status } = exchange.response
  if (isSuccess(status)) return 'allowed'
  return status === 401 || status === 403 || status === 404 ? 'refused' : 'unknown'
}

function isAboutScope(exchange: Exchange): boolean {
  if (exchange.kind === 'failed') return false
  const { challenges } = readChallenges(exchange.response.headers)
  const codes = challenges.flatMap(({ parameters }) => parameters.get('error') ?? [])
  return codes.includes('insufficient_scope') || codes.includes('invalid_token')
}
