import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding, ProbeResult } from '../run/run-record.ts'
import { exitCodeOf } from './exit-code.ts'

function finding(severity: Finding['severity'], overrides: Partial<Finding> = {}): Finding {
  return {
    fingerprint: `print of ${severity}`,
    caseId: 'RS-TOK-01',
    verdict: 'fail',
    severity,
    title: '',
    reason: '',
    operations: [],
    results: [],
    folded: [],
    places: [],
    ...overrides,
  }
}

function result(verdict: ProbeResult['verdict'], overrides: Partial<ProbeResult> = {}): ProbeResult {
  return { name: 'x', caseId: 'RS-TOK-01', verdict, reason: '', evidence: [], startedAt: 0, duration: 0, ...overrides }
}

const rules = { failOn: 'medium' } as const
const passed = [result('pass')]

test('0: everything that was tried was judged, and nothing is as bad as the limit', () => {
  assert.equal(exitCodeOf({ results: passed, findings: [], isCut: false }, rules).code, 0)
  assert.equal(exitCodeOf({ results: passed, findings: [finding('low')], isCut: false }, rules).code, 0)
  const inconclusive = [...passed, result('inconclusive'), result('not_applicable')]
  assert.equal(exitCodeOf({ results: inconclusive, findings: [], isCut: false }, rules).code, 0)
})

test('1: a finding at or above the limit, whatever else could not be judged', () => {
  for (const severity of ['medium', 'high', 'critical'] as const) {
    const outcome = exitCodeOf({ results: passed, findings: [finding(severity)], isCut: true }, rules)
    assert.deepEqual(outcome, { code: 1, why: '1 finding at or above `medium`' })
  }
  const two = [finding('high'), finding('critical')]
  assert.match(exitCodeOf({ results: passed, findings: two, isCut: false }, rules).why, /^2 findings/)
  const doubtful = two.map((finding, index) => (index === 0 ? { ...finding, verdict: 'warn' as const } : finding))
  const { why } = exitCodeOf({ results: passed, findings: doubtful, isCut: false }, rules)
  assert.match(why, /^2 findings at or above `\w+`, 1 of them doubtful$/)
})

test('a finding that a baseline accepts does not count, and `never` lets everything pass', () => {
  const record = { results: passed, findings: [finding('critical')], isCut: false }
  assert.equal(exitCodeOf(record, { ...rules, accepted: new Set(['print of critical']) }).code, 0)
  assert.equal(exitCodeOf(record, { ...rules, accepted: new Set(['another']) }).code, 1)
  assert.equal(exitCodeOf(record, { failOn: 'never' }).code, 0)
})

test('2: the run was stopped, or nothing came to a verdict', () => {
  const isStopped = exitCodeOf({ results: passed, findings: [], isCut: true }, { ...rules, mayLack: true })
  assert.deepEqual(isStopped, { code: 2, why: 'the run was stopped before its end' })
  const nothing = { results: [result('inconclusive'), result('not_applicable')], findings: [], isCut: false }
  assert.equal(exitCodeOf(nothing, { ...rules, mayLack: true }).why, 'no test came to a verdict')
  assert.equal(exitCodeOf({ ...nothing, results: [] }, rules).why, 'no test was made')
})

test('2: an operation refused a good token, or a test failed by itself, unless that is allowed', () => {
  const unproven = result('inconclusive', { doubt: 'control', operation: 'GET /pets' })
  const broken = result('inconclusive', { doubt: 'test' })
  for (const [doubtful, why] of [
    [unproven, /^1 operation did not accept a good token/],
    [broken, /^1 test failed/],
  ] as const) {
    const record = { results: [...passed, doubtful, doubtful], findings: [], isCut: false }
    assert.equal(exitCodeOf(record, rules).code, 2)
    assert.match(exitCodeOf({ ...record, results: [...passed, doubtful] }, rules).why, why)
    assert.equal(exitCodeOf(record, { ...rules, mayLack: true }).code, 0)
  }
})
