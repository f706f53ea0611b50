import { caseIds } from '../catalogue/case-id.ts'
import { faults } from '../catalogue/faults.ts'
import type { CaseText } from '../catalogue/test-case.ts'
import type { Finding, ProbeResult } from '../run/run-record.ts'
import { stableHash } from '../run/stable-hash.ts'
import type { ApiOperation, Place } from '../target/api-operation.ts'
import { guardWide } from './causes.ts'
import { complaintOf, isCrash } from './complaint.ts'
import { type Explanation, explain, type GuardOf, guardsOf, isAmong, mannerOf, rootOf } from './explain.ts'
import { severityOf, worstSeverity } from './severity.ts'

/**
 * Folds bad results into findings, one for each defect: what is bad only because of something else stands under it, and the same
 * case that is bad in the same way is one finding, on however many operations. Each `fail` and `warn` is in exactly one finding,
 * and nothing else is in any. The order of the results does not matter.
 */
export function foldResults(
  results: readonly ProbeResult[],
  cases: readonly CaseText[],
  operations: readonly ApiOperation[],
): readonly Finding[] {
  const ordered = results.toSorted(byPlace)
  const explained = explain(ordered, operations)
  const bad = ordered.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')
  const groups = Map.groupBy(bad, result => defectOf(rootOf(result, explained)))
  const parts = { explained, texts: new Map(cases.map(text => [text.id, text])), guardOf: guardsOf(operations) }
  return [...groups.values()].map(members => findingOf(members, parts)).toSorted(byWeight)
}

type Parts = {
  readonly explained: ReadonlyMap<ProbeResult, Explanation>
  readonly texts: ReadonlyMap<string, CaseText>
  readonly guardOf: GuardOf
}

/** What makes two results that nothing explains the same defect: the case, and what is wrong. */
function defectOf(result: ProbeResult): string {
  return JSON.stringify([result.caseId, kindOf(result)])
}

function kindOf(result: ProbeResult): string {
  return mannerOf(result) ?? complaintOf(result) ?? result.verdict
}

function findingOf(members: readonly ProbeResult[], parts: Parts): Finding {
  const roots = members.filter(result => !parts.explained.has(result))
  const first = roots.find(({ verdict }) => verdict === 'fail') ?? roots[0]
  if (first === undefined) throw new TypeError('a finding without a result of its own')
  const { caseId } = first
  const results = members.filter(result => result.caseId === caseId)
  const folded = members.filter(result => result.caseId !== caseId)
  return {
    fingerprint: fingerprintOf(results, parts),
    caseId,
    verdict: members.some(({ verdict }) => verdict === 'fail') ? 'fail' : 'warn',
    severity: worstSeverity(members.map(result => severityOf(result, parts.texts.get(result.caseId)))),
    title: titleOf(first, parts.texts.get(caseId)),
    reason: [first.reason, ...moreOf(results, first), ...effectsOf(folded, parts.explained)].join('; '),
    operations: [...new Set(results.flatMap(({ operation = [] }) => operation))],
    results,
    folded,
    places: placesOf([...results, ...folded]),
  }
}

/** What is wrong, in a few words; never what was tried alone. */
function titleOf(result: ProbeResult, text: CaseText | undefined): string {
  const tried = text?.title ?? result.caseId
  const complaint = complaintOf(result)
  const manner = mannerOf(result)
  if (complaint === undefined || manner === 'accepted') return faults[result.caseId]
  if (manner === 'refused') return `${tried}: good calls are turned away`
  return isCrash(complaint) ? `${tried}: the server fails instead of refusing` : `${tried}: ${complaint}`
}

/** So many other variants are named. */
const mostNamed = 8

/** Two defects of one case may look alike, so that each variant is named. */
function moreOf(results: readonly ProbeResult[], first: ProbeResult): readonly string[] {
  const { length } = results
  if (length <= 1) return []
  const others = [...new Set(results.flatMap(({ variant = [] }) => variant))].filter(each => each !== first.variant)
  const named = others.slice(0, mostNamed).map(variant => `“${variant}”`)
  const left = others.length - named.length
  const words = [...named, ...(left > 0 ? [`${left} more`] : [])].join(', ')
  const tests = length === 2 ? 'another test shows the same' : `${length - 1} other tests show the same`
  return [words === '' ? tests : `${tests}: ${words}`]
}

function effectsOf(folded: readonly ProbeResult[], explained: Parts['explained']): readonly string[] {
  const reasons = [...new Set(folded.flatMap(result => explained.get(result)?.because ?? []))]
  if (reasons.length === 0) return []
  const tests = folded.length === 1 ? '1 test of another case fails' : `${folded.length} tests of other cases fail`
  return [`${tests} only because of it: ${reasons.join('; ')}`]
}

/**
 * The same defect has the same fingerprint. A defect of the guard is the same on whichever operation it shows; another one is the
 * same only on the same operations, and in the same cells of the matrix, so that a baseline never hides a new one. What is let in
 * must be the same as well.
 */
function fingerprintOf(results: readonly ProbeResult[], { guardOf, texts }: Parts): string {
  const [first] = results
  if (first === undefined) return ''
  const kind = kindOf(first)
  // what is read in a description is wrong at one place, whatever the words
  const isRead = texts.get(first.caseId)?.level === 'S'
  const isOfGuard = isAmong(first.caseId, guardWide) || !(isRead || ['accepted', 'refused', 'fail'].includes(kind))
  const places = results.map(({ operation, cell }) =>
    isOfGuard ? guardOf(operation) : `${operation ?? ''} ${cell?.scope ?? ''}`,
  )
  const variants = isRead || kind === 'accepted' ? results.flatMap(({ variant = [] }) => variant) : []
  return stableHash(JSON.stringify([first.caseId, kind, [...new Set(places)].sort(), [...new Set(variants)].sort()]))
}

function placesOf(results: readonly ProbeResult[]): readonly Place[] {
  return [...new Map(results.flatMap(({ place = [] }) => place).map(place => [JSON.stringify(place), place])).values()]
}

const rank = new Map<string, number>(caseIds.map((id, index) => [id, index]))

function byPlace(a: ProbeResult, b: ProbeResult): number {
  const byRank = (rank.get(a.caseId) ?? 0) - (rank.get(b.caseId) ?? 0)
  return byRank !== 0 ? byRank : compare(keyOf(a), keyOf(b))
}

function keyOf({ name, operation, variant, verdict, reason }: ProbeResult): string {
  return JSON.stringify([operation ?? '', variant ?? '', name, verdict, reason])
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** Failures before warnings, the worst first, then by the catalogue. */
function byWeight(a: Finding, b: Finding): number {
  const weight = (finding: Finding) => (finding.verdict === 'fail' ? 10 : 0) + severityRank[finding.severity]
  const byCase = (rank.get(a.caseId) ?? 0) - (rank.get(b.caseId) ?? 0)
  return weight(b) - weight(a) || byCase || compare(a.fingerprint, b.fingerprint)
}

const severityRank = { critical: 3, high: 2, medium: 1, low: 0 } as const
