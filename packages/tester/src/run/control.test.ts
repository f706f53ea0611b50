import assert from 'node:assert/strict'
import { test } from 'node:test'
import { underFailedControl } from './control.ts'
import type { ProbeResult } from './run-record.ts'
import { answeredBy } from './testing/sample-target.ts'

const operation = 'GET /orders/{id}'
const refused = (expected: 'allowed' | 'refused', status: number): ProbeResult => ({
  name: `RS-SCP-03 · ${operation} · read_orders`,
  caseId: 'RS-SCP-03',
  operation,
  verdict: expected === 'refused' ? 'pass' : 'fail',
  reason: `a token with \`read_orders\` alone was refused by ${status}`,
  evidence: [answeredBy(status)],
  cell: { operation, scope: 'read_orders', expected, observed: 'refused', rule: '' },
  startedAt: 0,
  duration: 0,
})

test('a square of an operation that a good token does not open says neither refused nor let in', () => {
  for (const result of [refused('refused', 404), refused('allowed', 404)]) {
    const exchange = answeredBy(404)
    const { verdict, cell } = underFailedControl(result, { kind: 'failed', reason: 'was answered by 404', exchange })
    assert.equal(verdict, 'inconclusive')
    assert.equal(cell?.observed, 'unknown')
  }
})
