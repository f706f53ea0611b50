// RFC 9700 §4.2, RFC 6750 §5.3
import type { TestCase } from '../../catalogue/test-case.ts'
import { foldResults } from '../../judge/fold.ts'
import type { LeakSearch } from '../../report/leak-search.ts'
import type { ProbeResult, RunRecord } from '../../run/run-record.ts'

/** The case against the tester itself. It plans nothing: its result comes from the search when all else is written. */
const secretsInReports: TestCase = {
  id: 'SELF-01',
  title: 'secrets in what the run leaves behind',
  why: 'Reports are sent around and kept. A token or password in one of them opens the API to everybody who reads it.',
  remedy:
    'Do not pass on the reports of this run, and change what leaked. Then tell the makers of the tester, because it should have masked it.',
  severity: 'critical',
  level: 'S',
  sources: ['RFC 6750 §5.3'],
  tags: ['self'],
  plan: () => [],
}

/** The cases against the tester itself. */
export const selfCases: readonly TestCase[] = [secretsInReports]

/** The result of the search of everything that a run has written. */
export function selfResult({ leaks, searched }: LeakSearch, now: number): ProbeResult {
  const where = leaks.map(({ artefact, kind, line }) => `${kind} in ${artefact}, line ${line}`)
  const sought = `${searched.artefacts} files were searched for ${searched.secrets} secrets`
  return {
    name: 'SELF-01',
    caseId: 'SELF-01',
    verdict: leaks.length === 0 ? 'pass' : 'fail',
    reason: leaks.length === 0 ? `${sought}: none was found` : `${sought}: ${where.join('; ')}`,
    evidence: [],
    startedAt: now,
    duration: 0,
  }
}

/** The record with the result of the search, which replaces an earlier one. */
export function withSelfResult(record: RunRecord, search: LeakSearch, now: number): RunRecord {
  const results = [...record.results.filter(({ caseId }) => caseId !== 'SELF-01'), selfResult(search, now)]
  const { id, title, why, remedy, severity, level, sources, tags } = secretsInReports
  const text = { id, title, why, remedy, severity, level, sources, tags }
  const cases = [...record.cases.filter(each => each.id !== id), text]
  const findings = foldResults(results, cases, record.api?.operations ?? [])
  return { ...record, results, cases, findings, notes: [...record.notes, ...search.notes] }
}
