// RFC 9700 §2.3
import { isGuarded, planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, Probe, TestCase } from '../../catalogue/test-case.ts'
import { type ApiOperation, alternativesOf } from '../../target/api-operation.ts'
import type { ApiTarget } from '../../target/target.ts'
import { orSkip } from '../resource/probe-on.ts'
import { isOpenedBy, triedScopes } from '../resource/scope-oracle.ts'
import { at, type Reading, readingProbe, requirementPlaceOf, tellScopes } from './static-probe.ts'

const text: CaseText = {
  id: 'RS-PRV-04',
  title: 'scopes that open more than their name says',
  why: 'People agree to a scope by its name. One that is named for reading and lets write, or one that opens nearly everything, gives a client far more than it needs.',
  remedy: 'Give writing a scope of its own, and divide a scope that opens most of the API.',
  severity: 'medium',
  level: 'S',
  sources: ['RFC 9700 §2.3', 'OWASP API5:2023'],
  tags: ['static', 'document', 'scope'],
}

/** RS-PRV-04: what reads does not write, and no scope opens most of the API by itself. */
export const broadScopes: TestCase = {
  ...text,
  plan: target =>
    planOnApi(text, target, api => {
      const guarded = api.operations.filter(isGuarded)
      const reading = triedScopes(api).filter(isForReading)
      const writes = guarded.filter(({ isWrite }) => isWrite)
      const probes = [
        ...writes.map(operation =>
          readingProbe(text, { operation: operation.key }, () => judgeWriting(api, operation, reading)),
        ),
        ...breadths(api, guarded),
      ]
      return orSkip(text, probes, 'no operation wants a scope')
    }),
}

const readingWord = /^(?:read|reads|reader|readonly|view|views|viewer|list|get|see|show|browse|lookup)$/
const writingWord =
  /^(?:write|writes|writer|rw|readwrite|edit|editor|create|add|update|change|modify|delete|remove|manage|admin|all|full|post|put|patch)$/

/** Whether the name of a scope speaks of reading and of nothing else: `pets:read`, `read_pets`, `user-read-private`. */
export function isForReading(scope: string): boolean {
  const words = scope
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  return words.some(word => readingWord.test(word)) && !words.some(word => writingWord.test(word))
}

function judgeWriting(api: ApiTarget, operation: ApiOperation, reading: readonly string[]): Reading {
  const place = at(requirementPlaceOf(operation))
  const asksForScope = alternativesOf(operation).every(scopes => scopes.length > 0)
  if (!asksForScope) return { verdict: 'not_applicable', reason: 'it asks for no scope at all', ...place }
  const opening = reading.filter(scope => isOpenedBy(api, operation, [scope]))
  if (opening.length === 0) return { verdict: 'pass', reason: 'no scope that is named for reading opens it', ...place }
  const reason = `${operation.key} writes, and ${tellScopes(opening)} opens it, which is named for reading`
  return { verdict: 'warn', reason, complaint: 'a scope named for reading lets write', ...place }
}

/** Only what operations ask for themselves counts: a scope that covers others is broad on purpose, and need not be asked for. */
function breadths(api: ApiTarget, guarded: readonly ApiOperation[]): readonly Probe[] {
  const most = api.mostPerScope ?? Math.max(5, Math.floor(guarded.length / 2))
  const named = guarded.flatMap(operation => {
    const alone = alternativesOf(operation).flatMap(scopes => (scopes.length === 1 ? scopes : []))
    return [...new Set(alone)].map(scope => ({ scope, operation }))
  })
  const byScope = Map.groupBy(named, ({ scope }) => scope)
  return [...byScope].map(([scope, opened]) =>
    readingProbe(text, { variant: scope }, () => {
      const figures = { operations: opened.length }
      const share = `\`${scope}\` alone opens ${opened.length} of ${guarded.length} operations`
      if (opened.length <= most) return { verdict: 'pass', reason: share, figures }
      const reason = `${share}; more than ${most} are too many for one scope`
      const place = at(opened[0] && requirementPlaceOf(opened[0].operation))
      return { verdict: 'warn', reason, complaint: 'one scope opens most of the API', figures, ...place }
    }),
  )
}
