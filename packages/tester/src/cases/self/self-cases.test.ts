import assert from 'node:assert/strict'
import { test } from 'node:test'
import { searchForSecrets } from '../../report/leak-search.ts'
import type { RunRecord } from '../../run/run-record.ts'
import { createSecretLedger } from '../../secret/secret.ts'
import { selfResult, withSelfResult } from './self-cases.ts'

const secrets = createSecretLedger()
const token = secrets.secret('access token', 'kT9-very-secret-token-51').reveal()
const search = (text: string) => searchForSecrets([{ name: 'report.html', text }], secrets.all())

const record: RunRecord = {
  title: 'x',
  startedAt: 0,
  endedAt: 1,
  seed: '1',
  cases: [],
  results: [],
  skips: [],
  findings: [],
  latencies: [],
  notes: [],
  isCut: false,
}

test('a secret that is found fails the run, by name and line, and is not told again', () => {
  const result = selfResult(search(`one\ntwo ${token}`), 7)
  assert.equal(result.verdict, 'fail')
  assert.match(result.reason, /access token in report\.html, line 2/)
  assert.ok(!result.reason.includes(token))
  const found = withSelfResult(record, search(token), 7)
  assert.deepEqual(
    found.findings.map(({ caseId, severity }) => [caseId, severity]),
    [['SELF-01', 'critical']],
  )
})

test('without one the case passes, and its result stands once', () => {
  const once = withSelfResult(record, search('nothing here'), 7)
  const twice = withSelfResult(once, search('nothing here'), 8)
  assert.deepEqual(
    twice.results.map(({ caseId, verdict }) => [caseId, verdict]),
    [['SELF-01', 'pass']],
  )
  assert.equal(twice.cases.length, 1)
  assert.deepEqual(twice.findings, [])
})
