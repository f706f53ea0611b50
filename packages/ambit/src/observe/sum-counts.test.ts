import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from './metrics.ts'
import { printCounts, sumCounts, withoutGauges } from './sum-counts.ts'

/** A process that has answered, and refused, so many requests. */
function processWith(requests: number, seconds: number) {
  const metrics = createMetrics()
  for (let each = 0; each < requests; each++) {
    metrics.countRequest({ place: '/token', method: 'POST', status: 200, seconds })
    metrics.observe({ kind: 'refresh.repeated', requestId: 'r', clientId: 'c', userId: 'u' } as never)
  }
  metrics.countSwept(requests, 0.001)
  metrics.setReady(true)
  return metrics
}

const value = (body: string, series: string) =>
  Number(
    body
      .split('\n')
      .find(line => line.startsWith(`${series} `))
      ?.slice(series.length + 1),
  )

test('counters and histograms of processes are added up, and readiness is not', async () => {
  const counts = await Promise.all([processWith(2, 0.002), processWith(3, 0.2)].map(each => each.counts()))
  const { body } = await printCounts(counts)
  const place = 'place="/token",method="POST",status="200"'
  assert.equal(value(body, 'ambit_refresh_repeats_total'), 5)
  assert.equal(value(body, 'ambit_swept_rows_total'), 5)
  assert.equal(value(body, 'ambit_sweep_duration_seconds_count'), 2)
  assert.equal(value(body, `ambit_http_request_duration_seconds_count{${place}}`), 5)
  assert.equal(value(body, `ambit_http_request_duration_seconds_bucket{le="0.0025",${place}}`), 2)
  assert.equal(value(body, 'ambit_ready'), 1)
})

test('what a process counted stays when it has ended, also through several ends; what it measured does not', async () => {
  const [first, second, third] = await Promise.all([1, 2, 4].map(each => processWith(each, 0.1).counts()))
  assert.ok(first && second && third)
  const ended = await sumCounts([await sumCounts([withoutGauges(first)]), withoutGauges(second)])
  const { body } = await printCounts([ended, third])
  assert.equal(value(body, 'ambit_refresh_repeats_total'), 7)
  assert.equal(value(body, 'ambit_sweep_duration_seconds_count'), 3)
  assert.equal(value(body, 'ambit_sweep_duration_seconds_bucket{le="+Inf"}'), 3)
  assert.equal(value(body, 'ambit_ready'), 1)
  assert.ok(value(body, 'process_resident_memory_bytes') > 0)
  const { body: alone } = await printCounts([ended])
  assert.ok(!alone.includes('process_resident_memory_bytes '))
})
