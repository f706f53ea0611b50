import { epochSeconds } from '@ambit/protocol'
import type { Store } from '@ambit/server'
import { median } from '../../bench/measure.ts'
import type { Population } from './population.ts'

const batches = 8
const batchSize = 250

/**
 * How many expired rows each store removes in a second: the stores take turns, batch by batch, at a time by which the access
 * tokens of all populations have ended and nothing else has.
 */
export async function measureSweep(
  stores: readonly { readonly store: Store; readonly population: Population }[],
): Promise<readonly number[]> {
  const rates = stores.map((): number[] => [])
  for (let batch = 0; batch < batches; batch++) {
    for (const [index, { store, population }] of stores.entries()) {
      const now = epochSeconds(Math.floor(population.at / 1000) + 2 * 3600)
      const startedAt = performance.now()
      const removed = await store.sweep(now, batchSize)
      if (removed > 0) rates[index]?.push((removed * 1000) / (performance.now() - startedAt))
    }
  }
  return rates.map(median)
}
