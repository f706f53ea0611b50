import type { CaseId } from '../catalogue/case-id.ts'
import type { CaseText, MatrixCell, Severity, Skip, Verdict } from '../catalogue/test-case.ts'
import type { ApiOperation, Place } from '../target/api-operation.ts'
import type { Exchange } from '../wire/exchange.ts'

/** What became of one probe. */
export type ProbeResult = {
  readonly name: string
  readonly caseId: CaseId
  readonly operation?: string
  readonly variant?: string
  readonly verdict: Verdict
  readonly reason: string
  /** As the judgement has it: the same words wherever the same is wrong. */
  readonly complaint?: string
  /** Of an inconclusive one that says more about the run than about the API: its control failed, or the test itself did. */
  readonly doubt?: 'control' | 'test'
  readonly evidence: readonly Exchange[]
  readonly place?: Place
  readonly cell?: MatrixCell
  readonly figures?: Readonly<Record<string, number>>
  /** Milliseconds since the epoch, and of work. */
  readonly startedAt: number
  readonly duration: number
}

/** Something that is wrong, told once. */
export type Finding = {
  /** The same defect has the same fingerprint in the next run: what a baseline names. */
  readonly fingerprint: string
  readonly caseId: CaseId
  readonly verdict: 'fail' | 'warn'
  readonly severity: Severity
  readonly title: string
  readonly reason: string
  /** The operations that show it. */
  readonly operations: readonly string[]
  /** The results that show it under its own id. */
  readonly results: readonly ProbeResult[]
  /** What failed only because of it. */
  readonly folded: readonly ProbeResult[]
  readonly places: readonly Place[]
}

/** Milliseconds of calls of one kind. */
export type LatencySample = {
  readonly kind: 'token_endpoint' | 'guarded' | 'public'
  readonly operation?: string
  readonly at: number
  readonly duration: number
}

/** A whole run, as reports read it. Exchanges in it still hold secrets: only masked ones are written. */
export type RunRecord = {
  readonly title: string
  readonly startedAt: number
  readonly endedAt: number
  readonly seed: string
  readonly api?: { readonly title: string; readonly origin: string; readonly operations: readonly ApiOperation[] }
  readonly issuer?: string
  /** The words of every case that was planned or skipped. */
  readonly cases: readonly CaseText[]
  readonly results: readonly ProbeResult[]
  readonly skips: readonly Skip[]
  readonly findings: readonly Finding[]
  readonly latencies: readonly LatencySample[]
  /** What the run could not have or do, for people: `no second user, so 3 cases were not tried`. */
  readonly notes: readonly string[]
  /** Whether it was stopped before its end. */
  readonly isCut: boolean
}

/** What happens in a run, as it happens: progress displays and logs read the same. */
export type RunEvent =
  | { readonly kind: 'planned'; readonly probes: number; readonly skips: number }
  | { readonly kind: 'started'; readonly name: string }
  | { readonly kind: 'finished'; readonly result: ProbeResult }
  | { readonly kind: 'slowed'; readonly perSecond: number; readonly why: string }
  | { readonly kind: 'cleaning'; readonly what: string; readonly isDone: boolean; readonly problem?: string }
