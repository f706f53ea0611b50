import type { Severity, Verdict } from '../catalogue/test-case.ts'
import type { ReportFinding, ReportResult } from './report.ts'

/** A run in figures and in one sentence. */
export type Summary = {
  readonly verdicts: Readonly<Record<Verdict, number>>
  readonly severities: Readonly<Record<Severity, number>>
  /** Open findings that are wrong, and those that are only doubtful. */
  readonly wrong: number
  readonly doubtful: number
  readonly accepted: number
  readonly unjudged: number
  readonly untried: number
  /** `3 things are wrong, 2 could not be judged.` */
  readonly sentence: string
}

/** What is counted. */
export type SummarySource = {
  readonly results: readonly Pick<ReportResult, 'verdict'>[]
  readonly findings: readonly Pick<ReportFinding, 'verdict' | 'severity'>[]
  readonly accepted: number
  readonly skips: number
  readonly isCut: boolean
}

/** Counts a run. */
export function summaryOf({ results, findings, accepted, skips, isCut }: SummarySource): Summary {
  const verdicts = { pass: 0, fail: 0, warn: 0, inconclusive: 0, not_applicable: 0 }
  for (const { verdict } of results) verdicts[verdict] += 1
  const severities = { critical: 0, high: 0, medium: 0, low: 0 }
  for (const { severity } of findings) severities[severity] += 1
  const wrong = findings.filter(({ verdict }) => verdict === 'fail').length
  const counts = {
    verdicts,
    severities,
    wrong,
    doubtful: findings.length - wrong,
    accepted,
    unjudged: verdicts.inconclusive,
    untried: skips + verdicts.not_applicable,
  }
  return { ...counts, sentence: sentenceOf(counts, { judged: verdicts.pass + verdicts.fail + verdicts.warn, isCut }) }
}

function sentenceOf(
  { wrong, doubtful, accepted, unjudged }: Pick<Summary, 'wrong' | 'doubtful' | 'accepted' | 'unjudged'>,
  { judged, isCut }: { readonly judged: number; readonly isCut: boolean },
): string {
  if (judged === 0 && wrong + doubtful === 0)
    return `${isCut ? 'The run was stopped. ' : ''}Nothing could be judged, so nothing is known.`
  const parts = [
    wrong + doubtful === 0 ? ['nothing wrong was found'] : [],
    wrong > 0 ? [`${things(wrong)} ${wrong === 1 ? 'is' : 'are'} wrong`] : [],
    doubtful > 0 ? [`${wrong > 0 ? `${doubtful} more` : things(doubtful)} should be looked at`] : [],
    accepted > 0 ? [`${accepted} ${accepted === 1 ? 'is' : 'are'} accepted for now`] : [],
    unjudged > 0 ? [`${unjudged} ${unjudged === 1 ? 'test' : 'tests'} could not be judged`] : [],
  ]
  const text = parts.flat().join(', ')
  return `${isCut ? 'The run was stopped before its end. ' : ''}${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function things(count: number): string {
  return count === 1 ? '1 thing' : `${count} things`
}
