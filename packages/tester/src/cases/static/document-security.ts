// OpenAPI 3.2 §4.10, §4.30
import { isGuarded, planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, TestCase } from '../../catalogue/test-case.ts'
import { type ApiOperation, alternativesOf } from '../../target/api-operation.ts'
import type { ApiTarget } from '../../target/target.ts'
import { orSkip } from '../resource/probe-on.ts'
import { at, type Reading, readingProbe, requirementPlaceOf } from './static-probe.ts'

const silentText: CaseText = {
  id: 'RS-PRV-01',
  title: 'operations of which nobody says who may call them',
  why: 'Where the document says nothing, gateways, guards and clients that are made from it let everybody in, and nobody sees that it was forgotten.',
  remedy:
    'Give the operation its `security`. Where everybody may call it, write `security: []`, or put it on the list of public operations.',
  severity: 'high',
  level: 'S',
  sources: ['OWASP API2:2023', 'OpenAPI 3.2 §4.10'],
  tags: ['static', 'document'],
}

/** RS-PRV-01: each operation says who may call it, or is public on purpose. */
export const silentOperations: TestCase = {
  ...silentText,
  plan: target =>
    planOnApi(silentText, target, api =>
      orSkip(
        silentText,
        api.operations.map(operation =>
          readingProbe(silentText, { operation: operation.key }, () => judgeSecurity(operation, api)),
        ),
        'there is no operation',
      ),
    ),
}

function judgeSecurity(operation: ApiOperation, { publicOperations }: ApiTarget): Reading {
  const place = at(requirementPlaceOf(operation))
  const { key, requirement } = operation
  if (publicOperations.has(key)) return { verdict: 'pass', reason: 'it is on the list of public operations', ...place }
  if (requirement.kind !== 'public') return { verdict: 'pass', reason: 'the document says who may call it', ...place }
  if (operation.requirementPlace !== undefined)
    return { verdict: 'not_applicable', reason: 'the document says itself that everybody may call it', ...place }
  const reason = `the document says nothing about who may call ${key}, and it is not on the list of public operations`
  return { verdict: 'fail', reason, ...place }
}

const scopelessText: CaseText = {
  id: 'RS-PRV-02',
  title: 'operations that write with any token',
  why: 'Where the document wants a token and no scope, a token that somebody gave away only to look at something opens writing too.',
  remedy: 'Name the scope that the operation needs, one that is not needed for reading.',
  severity: 'medium',
  level: 'S',
  sources: ['OWASP ASVS 5.0 §8.1.1', 'RFC 9700 §2.3'],
  tags: ['static', 'document', 'scope'],
}

/** RS-PRV-02: what writes names a scope. */
export const writesWithoutScope: TestCase = {
  ...scopelessText,
  plan: target =>
    planOnApi(scopelessText, target, api => {
      const writing = api.operations.filter(operation => operation.isWrite && isGuarded(operation))
      const probes = writing.map(operation =>
        readingProbe(scopelessText, { operation: operation.key }, () => judgeScope(operation)),
      )
      return orSkip(scopelessText, probes, 'no operation that writes wants a token')
    }),
}

function judgeScope(operation: ApiOperation): Reading {
  const place = at(requirementPlaceOf(operation))
  const isOpen = alternativesOf(operation).some(scopes => scopes.length === 0)
  if (!isOpen) return { verdict: 'pass', reason: 'it names the scope that it needs', ...place }
  return { verdict: 'warn', reason: `${operation.key} writes, and a token of any scope opens it`, ...place }
}
