import { provesNothing } from '../run/control.ts'
import type { ReportResult } from './report.ts'

/** Tests that could not be judged for the same reason. */
export type Unjudged = { readonly reason: string; readonly results: readonly ReportResult[] }

/**
 * What could not be judged, the most frequent reason first. Where an operation does not let a good token in, that is the one
 * reason for all that was refused there.
 */
export function unjudgedOf(results: readonly ReportResult[]): readonly Unjudged[] {
  const doubtful = results.filter(({ verdict }) => verdict === 'inconclusive')
  return [...Map.groupBy(doubtful, reasonOf)]
    .map(([reason, same]) => ({ reason, results: same }))
    .toSorted((a, b) => b.results.length - a.results.length)
}

function reasonOf({ doubt, operation, reason }: ReportResult): string {
  const at = reason.indexOf(provesNothing)
  if (doubt !== 'control' || operation === undefined || at < 0) return reason
  return `nothing that \`${operation}\` refuses proves anything: ${reason.slice(at + provesNothing.length)}`
}
