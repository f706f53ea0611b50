import type { Finding } from '../../run/run-record.ts'

/** A finding that somebody has looked at and lives with for a while. */
export type AcceptedFinding = {
  /** Which one: the same defect has the same fingerprint in each run. */
  readonly fingerprint: string
  /** The case that found it, for readers of the file. */
  readonly case: string
  readonly reason: string
  readonly acceptedBy: string
  /** `2026-12-31`: the last day (UTC) on which it does not count, at most a year ahead. */
  readonly expires: string
}

/** The accepted findings of a project, as its baseline file has them. */
export type Baseline = { readonly version: 1; readonly accepted: readonly AcceptedFinding[] }

/** A finding and why it does not count. */
export type AcceptedOutcome<Found> = { readonly finding: Found; readonly entry: AcceptedFinding }

/** What a baseline comes to for the findings of a run. */
export type BaselineOutcome<Found> = {
  /** What counts. */
  readonly open: readonly Found[]
  readonly accepted: readonly AcceptedOutcome<Found>[]
  /** Accepted once, and counting again since their day has passed. */
  readonly expired: readonly AcceptedOutcome<Found>[]
  /** Entries that no finding of this run answers to: repaired, or not tried. */
  readonly stale: readonly AcceptedFinding[]
}

/** The baseline of a project that accepts nothing. */
export const emptyBaseline: Baseline = { version: 1, accepted: [] }

/** Sorts the findings of a run by a baseline; `now` in milliseconds since the epoch. */
export function applyBaseline<Found extends Pick<Finding, 'fingerprint'>>(
  findings: readonly Found[],
  { accepted: entries }: Baseline,
  now: number,
): BaselineOutcome<Found> {
  const today = dayOf(now)
  const byFingerprint = new Map(entries.map(entry => [entry.fingerprint, entry]))
  const known = findings.flatMap(finding => {
    const entry = byFingerprint.get(finding.fingerprint)
    return entry === undefined ? [] : [{ finding, entry }]
  })
  const accepted = known.filter(({ entry }) => entry.expires >= today)
  const found = new Set(findings.map(({ fingerprint }) => fingerprint))
  const isAccepted = new Set(accepted.map(({ finding }) => finding))
  return {
    open: findings.filter(finding => !isAccepted.has(finding)),
    accepted,
    expired: known.filter(({ entry }) => entry.expires < today),
    stale: entries.filter(({ fingerprint }) => !found.has(fingerprint)),
  }
}

/** Why and until when findings are accepted. */
export type Acceptance = Pick<AcceptedFinding, 'reason' | 'acceptedBy' | 'expires'>

/** A baseline that accepts all findings of a run, and what changed. */
export type BaselineUpdate = {
  readonly baseline: Baseline
  readonly added: readonly AcceptedFinding[]
  /** Their day had passed. */
  readonly renewed: readonly AcceptedFinding[]
  /** Entries that no finding answers to any more. */
  readonly dropped: readonly AcceptedFinding[]
}

/**
 * Accepts what is open, for one reason. Entries that still hold keep theirs; those of findings that the run did not have are
 * dropped only where `isComplete`: a run of a part of the cases proves nothing about the rest.
 */
export function updateBaseline(
  before: Baseline,
  findings: readonly Finding[],
  { now, isComplete, ...acceptance }: Acceptance & { readonly now: number; readonly isComplete: boolean },
): BaselineUpdate {
  const { open, accepted, expired, stale } = applyBaseline(findings, before, now)
  const made = open.map(({ fingerprint, caseId }) => ({ fingerprint, case: caseId, ...acceptance }))
  const wasKnown = new Set(expired.map(({ entry }) => entry.fingerprint))
  const kept = [...accepted.map(({ entry }) => entry), ...(isComplete ? [] : stale)]
  const all = [...kept, ...made].sort((a, b) => compare(a.case, b.case) || compare(a.fingerprint, b.fingerprint))
  return {
    baseline: { version: 1, accepted: all },
    added: made.filter(({ fingerprint }) => !wasKnown.has(fingerprint)),
    renewed: made.filter(({ fingerprint }) => wasKnown.has(fingerprint)),
    dropped: isComplete ? stale : [],
  }
}

/** What people must be told of a baseline: what counts again, and what nobody needs any more. */
export function notesOnBaseline({
  expired,
  stale,
}: Pick<BaselineOutcome<unknown>, 'expired' | 'stale'>): readonly string[] {
  return [
    ...expired.map(
      ({ entry }) => `${entry.case} was accepted by ${entry.acceptedBy} until ${entry.expires}; it counts again`,
    ),
    ...stale.map(
      ({ case: id, fingerprint }) =>
        `the baseline accepts \`${fingerprint}\` of ${id}, which was not found; remove it if it is repaired`,
    ),
  ]
}

/** The text of the file. */
export function printBaseline({ version, accepted }: Baseline): string {
  return `${JSON.stringify({ version, accepted }, undefined, 2)}\n`
}

/** `2026-12-31` of a point in time, in UTC. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
