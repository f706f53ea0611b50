import { fitCost, fittedCounts, shapes } from './fit.ts'
import { type Layout, simulate } from './model.ts'
import type { Measured, Recorded } from './recorded.ts'

/** What was measured beside what the model says. */
export type Agreement = {
  readonly measured: Measured
  readonly perSecond: number
  readonly p50: number
  /** The model's rate divided by the measured one. */
  readonly ratio: number
  /** Whether the model was fitted to the processor time of this measurement, and not only to that of others. */
  readonly isFitted: boolean
}

/** As far as the model's rate may be from what was measured, as a share of it. */
export const tolerance = 0.25

/** How the bench lays things out on two processors of one machine. */
export function benchLayout({ workers }: Pick<Measured, 'workers'>, syncMicros: number): Layout {
  return {
    nodes: workers,
    processors: workers === 1 ? { kind: 'own', ofDatabase: 1 } : { kind: 'shared', count: 2 },
    hasLoadBeside: true,
    connections: 8,
    syncMicros,
    roundTrip: 30,
  }
}

/** Simulates whatever was measured. */
export function compareWithMeasured(recorded: Recorded): readonly Agreement[] {
  return recorded.measured.map(measured => {
    const { work, workers, connections } = measured
    const { perSecond, p50 } = simulate({
      shape: shapes[work],
      cost: fitCost(recorded, work),
      layout: benchLayout(measured, recorded.syncMicros),
      arrivals: { kind: 'clients', count: connections },
      seconds: 1,
    })
    const isFitted = workers === 1 && fittedCounts.some(count => count === connections)
    return { measured, perSecond, p50, ratio: perSecond / measured.perSecond, isFitted }
  })
}
