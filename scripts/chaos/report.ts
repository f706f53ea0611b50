import type { MemoryTrend } from './memory.ts'
import type { Report } from './run-scenario.ts'

const mostShown = 12

/** A report in lines for people. */
export function printReport(report: Report): string {
  const { counts, audit, tallies, blames, errors } = report
  const { refused, reset, timeout } = counts.silences
  const { good, ended, open } = audit.tokens
  const first = report.firstGoodAfterStrike
  const lines = [
    `${report.isPassed ? 'passed' : 'FAILED'}  ${report.id}: ${report.title} (seed ${report.seed})`,
    `  requests    ${counts.requests}: ${counts.answered} served, ${counts.unavailable} answered 503 with Retry-After, ${reset} cut off, ${timeout} not answered within the client’s patience, ${refused} refused and sent to the other node`,
    `  service     first good answer ${first === undefined ? 'never' : seconds(first)} after the strike; all good ${seconds(report.lastTroubleAfterRecovery)} after everything was there again (bound ${seconds(report.bound)}); longest time without a good answer ${seconds(counts.longestGap)}`,
    `  tokens      ${good + ended + open} looked at on each node: ${good} must be good, ${audit.lostTokens} lost; ${ended} must be dead, ${audit.undeadTokens} alive; ${open} open, as what might have ended them was not answered; ${audit.signatures} signatures verified by each node’s keys`,
    `  refresh     ${audit.families} authorizations gone on with, ${audit.lostFamilies} lost; sessions ${audit.sessions}, ${audit.lostSessions} lost`,
    `  codes       ${audit.keptCodes} kept and redeemed afterwards, ${audit.lostCodes} lost; ${audit.spentCodes} spent ones presented again, ${audit.codesGoodTwice} good twice`,
    ...Object.entries(tallies).map(([what, count]) => `  ${String(count).padStart(9)}   ${what}`),
    ...report.memory.map(printTrend),
    ...shown('must not be', blames),
    ...shown('said by nodes', [...new Set(errors)]),
  ]
  return `${lines.join('\n')}\n`
}

function printTrend({ node, kind, floors, slope, error, isFlat }: MemoryTrend): string {
  const [first = 0] = floors
  const last = floors.at(-1) ?? 0
  const trend = `${slope.toFixed(2)} ± ${error.toFixed(2)} MB a minute`
  return `  memory      ${node}, ${kind}: ${first} to ${last} MB, ${trend}, ${isFlat ? 'flat' : 'GROWS'}`
}

function shown(title: string, sentences: readonly string[]): readonly string[] {
  if (sentences.length === 0) return []
  const rest = sentences.length - mostShown
  return [
    `  ${title}: ${sentences.length}`,
    ...sentences.slice(0, mostShown).map(sentence => `    - ${sentence.slice(0, 300)}`),
    ...(rest > 0 ? [`    - and ${rest} more`] : []),
  ]
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`
}
