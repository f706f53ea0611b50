import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Histogram, Registry } from 'prom-client'
import { Durations } from './durations.ts'

const described = { name: 'x_seconds', help: 'how long x takes', labelNames: ['place', 'status'], buckets: [0.1, 1] }
const observations: readonly (readonly [readonly string[], number])[] = [
  [['/token', '200'], 0.05],
  [['/token', '200'], 0.1],
  [['/token', '200'], 0.5],
  [['/token', '200'], 7],
  [['/token', '400'], 2],
  [['a "b" \\ c\nd', '200'], 0.25],
]

test('durations are printed as prom-client prints the same histogram', async () => {
  const durations = new Durations(described)
  const registry = new Registry()
  const histogram = new Histogram({ ...described, registers: [registry] })
  for (const [values, seconds] of observations) {
    durations.observe(values, seconds)
    histogram.observe({ place: values[0] ?? '', status: values[1] ?? '' }, seconds)
  }
  assert.equal(durations.print(), await registry.metrics())
})

test('durations of which there are none are only described', () => {
  assert.equal(new Durations(described).print(), '# HELP x_seconds how long x takes\n# TYPE x_seconds histogram\n')
})
