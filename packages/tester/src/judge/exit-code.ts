import type { Severity } from '../catalogue/test-case.ts'
import type { Finding, RunRecord } from '../run/run-record.ts'
import { isAtLeast } from './severity.ts'

/** When a run fails. */
export type ExitRules = {
  /** Findings of this severity and worse fail the run; `never`: none does. */
  readonly failOn: Severity | 'never'
  /** Findings that a baseline accepts; they do not fail the run. */
  readonly accepted?: ReadonlySet<string>
  /** What could not be judged on some operations does not fail the run, as long as something was. */
  readonly mayLack?: boolean
}

/** What a process ends with, and the sentence that says why. */
export type ExitOutcome = { readonly code: 0 | 1 | 2; readonly why: string }

/**
 * The exit code of a run.
 *
 * `1`: at least one finding that no baseline accepts is as bad as `failOn` or worse.
 * `2`, where it is not 1: the run could not judge. It was stopped before its end; or no probe came to a verdict; or, unless
 * `mayLack`, the call of some operation with a good token did not succeed, so that its refusals prove nothing, or a test failed
 * by itself. A case that is inconclusive for another reason (no second user, 429 to the end) does not count.
 * `0`: everything else.
 */
export function exitCodeOf(record: Pick<RunRecord, 'results' | 'findings' | 'isCut'>, rules: ExitRules): ExitOutcome {
  const bad = record.findings.filter(finding => failsRun(finding, rules))
  if (bad.length > 0) {
    const doubtful = bad.filter(({ verdict }) => verdict === 'warn').length
    const more = doubtful === 0 ? '' : doubtful === bad.length ? ', only doubtful' : `, ${doubtful} of them doubtful`
    return { code: 1, why: `${count(bad.length, 'finding')} at or above \`${rules.failOn}\`${more}` }
  }
  if (record.isCut) return { code: 2, why: 'the run was stopped before its end' }
  const { results } = record
  if (!results.some(({ verdict }) => verdict === 'pass' || verdict === 'fail' || verdict === 'warn'))
    return { code: 2, why: results.length === 0 ? 'no test was made' : 'no test came to a verdict' }
  if (rules.mayLack === true) return { code: 0, why: 'nothing to complain about in what could be judged' }
  const unproven = results.filter(({ doubt }) => doubt === 'control')
  const operations = new Set(unproven.map(({ operation, name }) => operation ?? name)).size
  if (operations > 0)
    return {
      code: 2,
      why: `${count(operations, 'operation')} did not accept a good token, so refusals there prove nothing`,
    }
  const broken = results.filter(({ doubt }) => doubt === 'test').length
  if (broken > 0) return { code: 2, why: `${count(broken, 'test')} failed by themselves` }
  return { code: 0, why: 'nothing to complain about' }
}

function failsRun({ fingerprint, severity }: Finding, { failOn, accepted }: ExitRules): boolean {
  return failOn !== 'never' && accepted?.has(fingerprint) !== true && isAtLeast(severity, failOn)
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
