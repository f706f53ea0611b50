import type { ProbeContext } from '../run/probe-context.ts'
import type { ApiOperation, Place } from '../target/api-operation.ts'
import type { PowerLevel, Target } from '../target/target.ts'
import type { Exchange } from '../wire/exchange.ts'
import type { CaseId } from './case-id.ts'

/** What a case found. */
export type Verdict = 'pass' | 'fail' | 'warn' | 'inconclusive' | 'not_applicable'

/** How much a finding of a case matters. */
export type Severity = 'critical' | 'high' | 'medium' | 'low'

/** What people read about a case; no word of it needs an RFC to be understood. */
export type CaseText = {
  readonly id: CaseId
  /** What is tried, in a few words: `a token without a signature`. */
  readonly title: string
  /** What goes wrong where it is not refused, in one or two sentences. */
  readonly why: string
  /** What to do about a finding, in one or two sentences. */
  readonly remedy: string
  readonly severity: Severity
  readonly level: PowerLevel
  /** `RFC 8725 §3.2`, `OWASP API2:2023`. */
  readonly sources: readonly [string, ...string[]]
  readonly tags: readonly string[]
}

/** One square of the matrix operations × scopes. */
export type MatrixCell = {
  readonly operation: string
  /** What the token held; one scope, or none. */
  readonly scope: string
  readonly expected: 'allowed' | 'refused' | 'conditional'
  /** `not_issued`: the scope is another API's, and the server gives no token of it for this one. */
  readonly observed: 'allowed' | 'refused' | 'not_issued' | 'unknown'
  /** The sentence of the oracle: `order covers order:items`. */
  readonly rule: string
}

/** What a probe says of itself when it is done. */
export type Judgement = {
  readonly verdict: Verdict
  /** One sentence for people, without secrets: what was sent, what came, what was wanted. */
  readonly reason: string
  /** What is wrong with an answer, in the same words wherever the same is wrong: `401 instead of 403`, `accepted`. */
  readonly complaint?: string
  /**
   * The exchanges that show it, each an element of what the context sent. Absent: all that the probe sent.
   */
  readonly evidence?: readonly Exchange[]
  readonly place?: Place
  readonly cell?: MatrixCell
  /** Measurements for the report: `{ skew: 60 }`, with the unit in the name where it has one. */
  readonly figures?: Readonly<Record<string, number>>
}

/** One thing to try. Making it sends nothing. */
export type Probe = {
  readonly caseId: CaseId
  /** The operation's key; absent where it is about the API or the server as a whole. */
  readonly operation?: string
  /** What tells probes of one case on one operation apart: `alg nOnE`. */
  readonly variant?: string
  /** Whether it may change something at the target where the target is wrong, or is meant to. */
  readonly isWrite: boolean
  /**
   * Whether a pass means something only where the same call with a good token succeeds. Negative cases set it to the
   * operation whose positive control must hold.
   */
  readonly control?: string
  /** Alone: nothing else is sent meanwhile (races, floods, timings). */
  readonly isExclusive?: boolean
  /** Behind everything else: a flood after which the target may answer nobody for a while. */
  readonly isLast?: boolean
  readonly run: (context: ProbeContext) => Promise<Judgement>
}

/** Why a case, or a case on one operation, is not tried. */
export type Skip = {
  readonly caseId: CaseId
  readonly operation?: string
  readonly reason: string
}

/** A case: its words, and what it tries on a target. */
export type TestCase = CaseText & {
  /** Pure: the same target gives the same plan, and nothing is sent. */
  readonly plan: (target: Target) => readonly (Probe | Skip)[]
}

/** Tells a probe from a skip. */
export function isProbe(planned: Probe | Skip): planned is Probe {
  return 'run' in planned
}

/** The name of a probe in reports, `--only` and the file of a resumed run. */
export function nameOfProbe({ caseId, operation, variant }: Pick<Probe, 'caseId' | 'operation' | 'variant'>): string {
  return [caseId, operation, variant].filter(part => part !== undefined).join(' · ')
}

/** An operation by its key. */
export function operationOf({ api }: Target, key: string): ApiOperation | undefined {
  return api?.operations.find(operation => operation.key === key)
}
