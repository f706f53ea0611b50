import type { Severity, Verdict } from '../catalogue/test-case.ts'
import type { Place } from '../target/api-operation.ts'
import type { AcceptedFinding } from './baseline/baseline.ts'
import type { LatencyReport } from './latency.ts'
import type { MaskedExchange } from './mask/mask.ts'
import { type Report, type ReportFinding, type ReportResult, textOf } from './report.ts'
import type { Summary } from './summary.ts'

/**
 * The JSON report. Members are added in later versions of the program without a new `version`; one is never removed, renamed or
 * given another meaning without it. Times are ISO 8601 in UTC, durations milliseconds.
 */
export type JsonReport = {
  readonly version: 1
  readonly title: string
  readonly startedAt: string
  readonly endedAt: string
  readonly seed: string
  readonly isCut: boolean
  readonly origin?: string
  readonly issuer?: string
  readonly summary: Summary
  readonly findings: readonly JsonFinding[]
  readonly accepted: readonly (AcceptedFinding & { readonly finding: JsonFinding })[]
  readonly matrix: {
    readonly scopes: readonly string[]
    readonly cells: readonly {
      readonly operation: string
      readonly scope: string
      readonly expected: string
      readonly observed: string
      readonly rule: string
      readonly result: string
    }[]
  }
  readonly results: readonly JsonResult[]
  readonly skips: readonly { readonly case: string; readonly operation?: string; readonly reason: string }[]
  readonly cases: readonly {
    readonly id: string
    readonly title: string
    readonly severity: Severity
    readonly level: string
    readonly sources: readonly string[]
  }[]
  readonly latency: LatencyReport
  readonly notes: readonly string[]
}

/** A finding; `results` and `folded` are ids of results. */
export type JsonFinding = {
  readonly id: string
  readonly fingerprint: string
  readonly case: string
  readonly verdict: 'fail' | 'warn'
  readonly severity: Severity
  readonly title: string
  readonly reason: string
  readonly why: string
  readonly remedy: string
  readonly sources: readonly string[]
  readonly operations: readonly string[]
  readonly places: readonly Place[]
  readonly results: readonly string[]
  readonly folded: readonly string[]
}

/** A result with its evidence, masked. */
export type JsonResult = {
  readonly id: string
  readonly name: string
  readonly case: string
  readonly operation?: string
  readonly variant?: string
  readonly verdict: Verdict
  readonly reason: string
  readonly startedAt: string
  readonly duration: number
  readonly place?: Place
  readonly figures?: Readonly<Record<string, number>>
  readonly evidence: readonly MaskedExchange[]
}

/** Makes the value of the JSON report. */
export function jsonReport(report: Report): JsonReport {
  const { title, startedAt, endedAt, seed, isCut, api, issuer, summary, matrix, skips, cases, latency, notes } = report
  return {
    version: 1,
    title,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: new Date(endedAt).toISOString(),
    seed,
    isCut,
    ...(api === undefined ? {} : { origin: api.origin }),
    ...(issuer === undefined ? {} : { issuer }),
    summary,
    findings: report.findings.map(finding => jsonFinding(finding, report)),
    accepted: report.accepted.map(({ finding, entry }) => ({ ...entry, finding: jsonFinding(finding, report) })),
    matrix: { scopes: matrix.scopes, cells: cellsOf(report) },
    results: report.results.map(jsonResult),
    skips: skips.map(({ caseId, ...skip }) => ({ case: caseId, ...skip })),
    cases: cases.map(({ id, title: words, severity, level, sources }) => ({
      id,
      title: words,
      severity,
      level,
      sources,
    })),
    latency,
    notes,
  }
}

/** The text of the JSON report. */
export function printJson(report: Report): string {
  return `${JSON.stringify(jsonReport(report), undefined, 2)}\n`
}

function cellsOf({ matrix }: Report): JsonReport['matrix']['cells'] {
  return matrix.groups
    .flatMap(({ rows }) => rows.flatMap(({ cells }) => cells))
    .flatMap(cell => {
      if (cell === undefined) return []
      const { operation, scope, expected, observed, rule, result } = cell
      return [{ operation, scope, expected, observed, rule, result }]
    })
}

function jsonFinding(finding: ReportFinding, report: Report): JsonFinding {
  const { why, remedy, sources } = textOf(report, finding.caseId)
  const { id, fingerprint, caseId, verdict, severity, title, reason, operations, places } = finding
  const ids = (results: readonly ReportResult[]) => results.map(result => result.id)
  const words = { title, reason, why, remedy, sources, operations, places }
  return {
    id,
    fingerprint,
    case: caseId,
    verdict,
    severity,
    ...words,
    results: ids(finding.results),
    folded: ids(finding.folded),
  }
}

function jsonResult(result: ReportResult): JsonResult {
  const { id, name, caseId, operation, variant, verdict, reason, startedAt, duration, place, figures, evidence } =
    result
  return {
    id,
    name,
    case: caseId,
    ...(operation === undefined ? {} : { operation }),
    ...(variant === undefined ? {} : { variant }),
    verdict,
    reason,
    startedAt: new Date(startedAt).toISOString(),
    duration,
    ...(place === undefined ? {} : { place }),
    ...(figures === undefined ? {} : { figures }),
    evidence,
  }
}
