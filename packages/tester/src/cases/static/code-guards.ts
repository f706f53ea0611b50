import { findDisagreements } from '@ambit/policy'
import { planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, TestCase } from '../../catalogue/test-case.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { ApiTarget, CodeRoute } from '../../target/target.ts'
import { orSkip } from '../resource/probe-on.ts'
import { matchCode } from './match-code.ts'
import { type Reading, readingProbe, requirementPlaceOf, tellPlace, tellScopes } from './static-probe.ts'

const text: CaseText = {
  id: 'RS-PRV-06',
  title: 'guards in the code that differ from the document',
  why: 'Clients, gateways and reviewers believe the document, and the code decides. Where they differ, an operation is more open than everybody thinks, or good clients are refused.',
  remedy: 'Decide which of the two is right, and change the other.',
  severity: 'high',
  level: 'S',
  sources: ['OWASP ASVS 5.0 §8.1.1'],
  tags: ['static', 'code', 'document'],
}

/** RS-PRV-06: the guard in the code asks for what the document says. */
export const codeGuards: TestCase = {
  ...text,
  plan: target =>
    planOnApi(text, target, api => {
      if (api.routes === undefined) return [{ caseId: text.id, reason: 'no source code is configured' }]
      const probes = matchCode(api).operations.flatMap(({ operation, routes }) =>
        routes.map(route => {
          const variant = routes.length > 1 ? tellPlace(route.place) : undefined
          const traits = { operation: operation.key, ...(variant !== undefined && { variant }) }
          return readingProbe(text, traits, () => judgeRoute(api, operation, route))
        }),
      )
      return orSkip(text, probes, 'no route of the code is an operation of the document')
    }),
}

function judgeRoute(api: ApiTarget, operation: ApiOperation, route: CodeRoute): Reading {
  const { guard } = route
  const places = { document: tellPlace(requirementPlaceOf(operation)), code: tellPlace(placeOfGuard(route)) }
  if (guard.kind === 'unknown') {
    const reason = `\`${guard.name}\` guards it (${places.code}), and what that asks for is not known; the configuration can tell it`
    return { verdict: 'inconclusive', reason, place: guard.place }
  }
  const isSilent = operation.requirement.kind === 'public' && operation.requirementPlace === undefined
  if (isSilent && !api.publicOperations.has(operation.key))
    return { verdict: 'not_applicable', reason: 'the document says nothing about it, which RS-PRV-01 tells' }
  if (operation.requirement.kind === 'unenforceable')
    return { verdict: 'inconclusive', reason: 'the document wants more than a token, which the code does not show' }
  const difference = differenceOf(api, operation, route)
  const place = placeOfGuard(route)
  if (difference === undefined) return { verdict: 'pass', reason: `document and code agree (${places.code})`, place }
  const reason = `${operation.key}: the document ${tellDocument(operation)} (${places.document}), the code ${tellCode(route)} (${places.code})`
  return { verdict: 'fail', reason, complaint: difference, place }
}

function placeOfGuard({ guard, place }: CodeRoute) {
  return guard.kind === 'none' ? place : guard.place
}

const differences = {
  wider: 'the document lets more through than the code',
  narrower: 'the code lets more through than the document',
  other: 'they ask for different scopes',
  unknown_scope: 'the code asks for a scope that nobody declares',
} as const

/** In what they differ, in words; `undefined` where they agree. */
function differenceOf(api: ApiTarget, operation: ApiOperation, { guard, method, path }: CodeRoute): string | undefined {
  const { requirement, key } = operation
  const isOpenInCode = guard.kind !== 'token'
  const isOpenInDocument = requirement.kind === 'public' || requirement.kind === 'optional'
  if (isOpenInCode !== isOpenInDocument)
    return isOpenInCode ? 'the code has no guard' : 'the code has a guard where the document lets everybody in'
  if (isOpenInCode) return undefined
  const [first, ...others] = guard.anyOf.map(allOf => ({ allOf }))
  const place = { method: operation.method, path: operation.path, place: `${method} ${path}` }
  const told = findDisagreements({
    catalogue: api.catalogue,
    operations: [{ ...operation, basePaths: [], tags: [], pointer: key }],
    routes: [{ ...place, needs: first === undefined ? { allOf: [] } : { anyOf: [first, ...others] } }],
  })
  for (const { kind } of told) if (kind in differences) return differences[kindOf(kind)]
  return undefined
}

function kindOf(kind: string): keyof typeof differences {
  return kind === 'wider' || kind === 'narrower' || kind === 'other' ? kind : 'unknown_scope'
}

function tellDocument({ requirement }: ApiOperation): string {
  if (requirement.kind === 'public') return 'lets everybody in'
  const wanted = 'anyOf' in requirement ? tellAlternatives(requirement.anyOf.map(({ scopes }) => scopes)) : ''
  return requirement.kind === 'optional' ? 'serves callers without a token too' : `wants ${wanted}`
}

function tellCode({ guard }: CodeRoute): string {
  return guard.kind === 'token' ? `wants ${tellAlternatives(guard.anyOf)}` : 'shows no guard'
}

function tellAlternatives(anyOf: readonly (readonly string[])[]): string {
  return anyOf.map(scopes => (scopes.length === 0 ? 'a token of any scope' : tellScopes(scopes))).join(', or ')
}
