import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { LatencySample } from '../run/run-record.ts'
import { latencyReport, percentilesOf } from './latency.ts'

describe('latency', () => {
  test('percentiles by the nearest rank are times of calls that were made', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
    assert.deepEqual(percentilesOf(hundred), { count: 100, p50: 50, p95: 95, p99: 99, max: 100 })
    assert.deepEqual(percentilesOf([15, 20, 35, 40, 50]), { count: 5, p50: 35, p95: 50, p99: 50, max: 50 })
    assert.deepEqual(percentilesOf([7]), { count: 1, p50: 7, p95: 7, p99: 7, max: 7 })
    assert.equal(percentilesOf([]), undefined)
  })

  const at = Date.UTC(2026, 2, 3, 23, 30)
  const samples: readonly LatencySample[] = [
    { kind: 'guarded', operation: 'GET /a', at, duration: 10 },
    { kind: 'guarded', operation: 'GET /b', at: at + 3_600_000, duration: 30 },
    { kind: 'token_endpoint', at, duration: 50 },
  ]

  test('by kind and by operation, the slowest first; a kind without calls is left out', () => {
    const { kinds, operations } = latencyReport(samples, 'UTC')
    assert.deepEqual(
      kinds.map(({ kind, count }) => [kind, count]),
      [
        ['token_endpoint', 1],
        ['guarded', 2],
      ],
    )
    assert.deepEqual(
      operations.map(({ operation }) => operation),
      ['GET /b', 'GET /a'],
    )
  })

  test('an hour of the day is one of the reader’s zone', () => {
    const hoursIn = (zone: string) =>
      latencyReport(samples, zone).hours.map(({ kind, hours }) => [kind, hours.map(({ hour }) => hour)])
    assert.deepEqual(hoursIn('UTC'), [
      ['token_endpoint', [23]],
      ['guarded', [0, 23]],
    ])
    assert.deepEqual(hoursIn('Asia/Kolkata'), [
      ['token_endpoint', [5]],
      ['guarded', [5, 6]],
    ])
  })
})
