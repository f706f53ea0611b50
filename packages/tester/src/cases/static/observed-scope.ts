// RFC 9700 §2.3
import { isGuarded, planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, TestCase } from '../../catalogue/test-case.ts'
import { type ApiOperation, alternativesOf } from '../../target/api-operation.ts'
import type { ApiTarget, ObservedClient } from '../../target/target.ts'
import { orSkip } from '../resource/probe-on.ts'
import { reaches } from '../resource/scope-oracle.ts'
import { type Reading, readingProbe, tellScopes } from './static-probe.ts'

const text: CaseText = {
  id: 'RS-PRV-05',
  title: 'clients that ask for more scope than they use',
  why: 'Whoever steals a token gets all its scope. What the client never uses is given away for nothing.',
  remedy: 'Let the client ask for the scopes that its calls need, and for others when it needs them.',
  severity: 'low',
  level: 'S',
  sources: ['OWASP ASVS 5.0 §10.2.3', 'RFC 9700 §2.3'],
  tags: ['static', 'client', 'scope'],
}

/** What belongs to logging in and to the token itself, not to a call. @spec OpenID Connect Core §5.4, §11 */
const ofTheServer: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access'])

/** RS-PRV-05: what clients ask for is what their observed calls need. */
export const observedScope: TestCase = {
  ...text,
  plan: target =>
    planOnApi(text, target, api => {
      if (api.observedCalls === undefined)
        return [{ caseId: text.id, reason: 'no recording or log of real calls is configured' }]
      const probes = api.observedCalls.map(observed =>
        readingProbe(text, { variant: `${observed.client} in ${observed.source}` }, () => judgeClient(api, observed)),
      )
      return orSkip(text, probes, 'the recordings show no call of a client')
    }),
}

function judgeClient(api: ApiTarget, { client, source, scope, calls }: ObservedClient): Reading {
  const place = { file: source }
  const asked = scope.filter(each => !ofTheServer.has(each))
  const called = calledOperations(api.operations, calls)
  if (asked.length === 0) return { verdict: 'not_applicable', reason: `what ${client} asked for is not known`, place }
  if (called.length === 0)
    return { verdict: 'inconclusive', reason: `no call of ${client} is an operation of the API`, place }
  const beyond = called.filter(each => isGuarded(each) && !isOpened(api, each, asked))
  if (beyond.length > 0) {
    const keys = beyond.map(({ key }) => key).join(', ')
    const reason = `${client} was let in to ${keys}, which ${tellScopes(asked)} does not open: the recording does not show all`
    return { verdict: 'inconclusive', reason, place }
  }
  const least = leastOf(api, called, asked)
  const surplus = asked.filter(each => !reaches(api.catalogue, least, [each]))
  const figures = { asked: asked.length, needed: least.length, calls: calls.length }
  if (surplus.length === 0)
    return { verdict: 'pass', reason: `${client} asks for ${tellScopes(asked)}, and uses it all`, place, figures }
  const reason = `${client} asks for ${tellScopes(asked)}; its calls (${calls.length}) need ${tellScopes(least)}: ${tellScopes(surplus)} is too much`
  return { verdict: 'warn', reason, place, figures }
}

function isOpened({ catalogue }: ApiTarget, operation: ApiOperation, held: readonly string[]): boolean {
  return alternativesOf(operation).some(needed => reaches(catalogue, held, needed))
}

/** The operations that were called; a path that fits several is that of the one with the fewest parameters. */
function calledOperations(
  operations: readonly ApiOperation[],
  calls: ObservedClient['calls'],
): readonly ApiOperation[] {
  const ranked = operations
    .map(operation => ({ operation, pattern: patternOf(operation.path) }))
    .toSorted((a, b) => parametersIn(a.operation.path) - parametersIn(b.operation.path))
  const found = calls.flatMap(
    ({ method, path }) =>
      ranked.find(({ operation, pattern }) => operation.method === method.toUpperCase() && pattern.test(path))
        ?.operation ?? [],
  )
  return [...new Set(found)]
}

function parametersIn(path: string): number {
  return path.split('{').length
}

function patternOf(path: string): RegExp {
  const parts = path.split(/\{[^{}]*\}/).map(part => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^/]+')}/?$`)
}

/**
 * The smallest scope of what the operations name: each adds the alternative that adds the least, and of those that the client
 * asked for before others.
 */
function leastOf(
  { catalogue }: ApiTarget,
  called: readonly ApiOperation[],
  asked: readonly string[],
): readonly string[] {
  const certain = called.filter(each => alternativesOf(each).length === 1)
  const others = called.filter(each => alternativesOf(each).length > 1)
  return [...certain, ...others].reduce<readonly string[]>((held, operation) => {
    const costs = alternativesOf(operation).map(needed => {
      const more = needed.filter(scope => !reaches(catalogue, held, [scope]))
      return { more, cost: more.length + (reaches(catalogue, asked, needed) ? 0 : 1000) }
    })
    return [...held, ...(costs.toSorted((a, b) => a.cost - b.cost)[0]?.more ?? [])]
  }, [])
}
