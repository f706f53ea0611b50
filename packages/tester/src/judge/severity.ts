import type { CaseText, Severity } from '../catalogue/test-case.ts'
import type { ProbeResult } from '../run/run-record.ts'
import { cachingNotRuledOut, complaintOf, isAboutForm, isCrash } from './complaint.ts'

/** From the least to the worst. */
const severities: readonly Severity[] = ['low', 'medium', 'high', 'critical']

/** Whether one severity is as bad as another, or worse. */
export function isAtLeast(severity: Severity, limit: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(limit)
}

/** The worst of some severities. */
export function worstSeverity(all: readonly Severity[]): Severity {
  return all.reduce((worst, each) => (isAtLeast(each, worst) ? each : worst), 'low')
}

/**
 * How much a bad result matters. The severity of a case is that of letting in what must not come in; a server that fails instead
 * is `medium` at most, a refusal in the wrong form or an answer that does not forbid caches `low`, and any other warning `medium`
 * at most.
 */
export function severityOf(result: ProbeResult, text: CaseText | undefined): Severity {
  const full = text?.severity ?? 'medium'
  const complaint = complaintOf(result)
  if (result.verdict === 'fail' && !isCrash(complaint)) return full
  const isSlight = isAboutForm(complaint) || complaint === cachingNotRuledOut
  const most: Severity = result.verdict === 'warn' && isSlight ? 'low' : 'medium'
  return isAtLeast(full, most) ? most : full
}
