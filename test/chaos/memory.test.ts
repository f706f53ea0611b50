import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MemorySample, trendsOf } from '../../scripts/chaos/memory.ts'
import { seededRandom } from '../../scripts/chaos/random.ts'

/** Ten minutes of a node that begins to grow after a warm-up, under a heap that goes up and down with garbage collection. */
function samples(growth: number): readonly MemorySample[] {
  const random = seededRandom(5)
  return Array.from({ length: 600 }, (_, second) => {
    const kept = 40 + Math.min(second, 120) / 10 + (growth * second) / 60
    return {
      at: second * 1000,
      resident: 120 + kept + random.next() * 3,
      heap: kept + (second % 7) * 4 + random.next(),
    }
  })
}

test('memory that only goes up and down is flat', () => {
  for (const { kind, isFlat, slope } of trendsOf(samples(0))) assert.ok(isFlat, `${kind}: ${slope} MB a minute`)
})

test('half a megabyte a minute is not flat', () => {
  for (const { kind, isFlat, slope } of trendsOf(samples(0.5))) {
    assert.equal(isFlat, false, kind)
    assert.ok(Math.abs(slope - 0.5) < 0.1, `${kind}: ${slope} MB a minute`)
  }
})
