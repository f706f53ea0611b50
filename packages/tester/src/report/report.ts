import type { CaseText, Severity, Skip } from '../catalogue/test-case.ts'
import type { Finding, ProbeResult, RunRecord } from '../run/run-record.ts'
import type { ApiOperation, Place } from '../target/api-operation.ts'
import {
  type AcceptedOutcome,
  applyBaseline,
  type Baseline,
  emptyBaseline,
  notesOnBaseline,
} from './baseline/baseline.ts'
import { type LatencyReport, latencyReport } from './latency.ts'
import type { Mask, MaskedExchange } from './mask/mask.ts'
import { matrixOf, type RowSource, type ScopeMatrix } from './matrix.ts'
import { type Summary, summaryOf } from './summary.ts'

/** A result that may be shown: whatever it quotes is masked. */
export type ReportResult = Omit<ProbeResult, 'evidence'> & {
  /** `r12`: the same in every report of a run. */
  readonly id: string
  readonly evidence: readonly MaskedExchange[]
}

/** A finding that may be shown. */
export type ReportFinding = Omit<Finding, 'results' | 'folded'> & {
  /** `f1`: the same in every report of a run. */
  readonly id: string
  readonly results: readonly ReportResult[]
  readonly folded: readonly ReportResult[]
}

/** What the target's operations are called and where they stand. */
type ReportOperation = RowSource & Pick<ApiOperation, 'place' | 'requirementPlace'>

/**
 * A run, fit to be read by anybody: the one thing that reports are made from. An exchange that still holds secrets does not fit
 * into it.
 */
export type Report = {
  readonly title: string
  readonly startedAt: number
  readonly endedAt: number
  readonly seed: string
  readonly api?: { readonly title: string; readonly origin: string; readonly operations: readonly ReportOperation[] }
  readonly issuer?: string
  readonly cases: readonly CaseText[]
  readonly results: readonly ReportResult[]
  readonly skips: readonly Skip[]
  /** What counts, the worst first. */
  readonly findings: readonly ReportFinding[]
  readonly accepted: readonly AcceptedOutcome<ReportFinding>[]
  readonly matrix: ScopeMatrix
  readonly latency: LatencyReport
  readonly notes: readonly string[]
  readonly isCut: boolean
  readonly summary: Summary
  /** How dates and numbers are written: a BCP 47 language tag and an IANA time zone. */
  readonly locale: string
  readonly timeZone: string
}

/** What a report needs beside the run. */
export type ReportOptions = {
  readonly mask: Mask
  readonly baseline?: Baseline
  /** Whether only a part was tried, so that what was not found may be there all the same. */
  readonly isPartial?: boolean
  readonly locale?: string
  readonly timeZone?: string
}

const severity = { critical: 3, high: 2, medium: 1, low: 0 } as const satisfies Record<Severity, number>

/** Makes a run fit to be read; locale and zone are those of the user where none are given. */
export function createReport(
  run: RunRecord,
  { mask, baseline = emptyBaseline, isPartial = false, ...user }: ReportOptions,
): Report {
  const own = Intl.DateTimeFormat().resolvedOptions()
  const { locale = own.locale, timeZone = own.timeZone } = user
  const results = run.results.map((result, index) => maskResult(result, `r${index + 1}`, mask))
  const findings = maskFindings(run, results, mask)
  const { open, accepted, expired, stale } = applyBaseline(findings, baseline, run.endedAt)
  const { title, startedAt, endedAt, seed, api, issuer, cases, skips, isCut } = run
  return {
    title,
    startedAt,
    endedAt,
    seed,
    ...(api === undefined ? {} : { api: { title: api.title, origin: api.origin, operations: api.operations } }),
    ...(issuer === undefined ? {} : { issuer }),
    cases,
    results,
    skips: skips.map(skip => ({ ...skip, reason: mask.text(skip.reason) })),
    findings: open,
    accepted,
    matrix: matrixOf(results, api?.operations ?? []),
    latency: latencyReport(run.latencies, timeZone),
    notes: [
      ...new Set([
        ...run.notes.map(mask.text),
        ...notesOnBaseline({ expired, stale: isPartial || run.isCut ? [] : stale }),
      ]),
    ],
    isCut,
    summary: summaryOf({ results, findings: open, accepted: accepted.length, skips: skips.length, isCut }),
    locale,
    timeZone,
  }
}

function maskResult(result: ProbeResult, id: string, mask: Mask): ReportResult {
  const { evidence, reason, complaint, cell, place } = result
  return {
    ...result,
    id,
    reason: mask.text(reason),
    ...(complaint === undefined ? {} : { complaint: mask.text(complaint) }),
    ...(place === undefined ? {} : { place: maskPlace(place, mask) }),
    ...(cell === undefined ? {} : { cell: { ...cell, rule: mask.text(cell.rule) } }),
    evidence: evidence.map(exchange => mask.exchange(exchange, result.operation)),
  }
}

// the results of a finding are those of the run; after a resumed run they may be copies
function maskFindings(run: RunRecord, masked: readonly ReportResult[], mask: Mask): readonly ReportFinding[] {
  const byIdentity = new Map(run.results.map((result, index) => [result, masked[index]]))
  const byName = new Map(masked.map(result => [result.name, result]))
  let strangers = 0
  const find = (result: ProbeResult) => {
    const known = byIdentity.get(result) ?? byName.get(result.name)
    if (known !== undefined) return known
    strangers += 1
    return maskResult(result, `x${strangers}`, mask)
  }
  return run.findings
    .toSorted(
      (a, b) =>
        severity[b.severity] - severity[a.severity] || Number(b.verdict === 'fail') - Number(a.verdict === 'fail'),
    )
    .map((finding, index) => ({
      ...finding,
      id: `f${index + 1}`,
      // both may quote what the target said
      title: shortened(mask.text(finding.title)),
      reason: mask.text(finding.reason),
      results: finding.results.map(find),
      folded: finding.folded.map(find),
      places: placesOf(finding, run.api?.operations ?? []).map(place => maskPlace(place, mask)),
    }))
}

const longestTitle = 300

function shortened(title: string): string {
  return title.length <= longestTitle ? title : `${title.slice(0, longestTitle)}…`
}

// a document may have been read from a URL whose query opens it
function maskPlace(place: Place, mask: Mask): Place {
  return { ...place, file: mask.text(place.file) }
}

// what has no place of its own stands where its operations say who may call them
function placesOf({ places, operations }: Finding, known: readonly ApiOperation[]): readonly Place[] {
  if (places.length > 0) return places
  return known
    .filter(({ key }) => operations.includes(key))
    .flatMap(({ requirementPlace, place }) => requirementPlace ?? place ?? [])
}

/** The words of a case; an unknown one is called by its id. */
export function textOf(
  { cases }: Pick<Report, 'cases'>,
  id: CaseText['id'],
): Pick<CaseText, 'title' | 'why' | 'remedy' | 'sources'> {
  return cases.find(each => each.id === id) ?? { title: id, why: '', remedy: '', sources: ['Ambit'] }
}
