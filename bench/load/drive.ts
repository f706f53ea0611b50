import { createHistogram } from 'node:perf_hooks'
import { Connection } from './connection.ts'
import type { Step } from './step.ts'

/** What one stretch of load showed; latencies in milliseconds. */
export type Round = { readonly perSecond: number; readonly p50: number; readonly p99: number }

type Lane = { readonly step: Step; readonly connection: Connection }

/** One answer in so many is checked in full. */
const sampling = 64

/** Runs each step again and again on its own connection for `seconds`, and counts what was done. */
export async function drive(origin: string, steps: readonly Step[], seconds: number): Promise<Round> {
  const lanes = await Promise.all(steps.map(async step => ({ step, connection: await Connection.open(origin) })))
  const latencies = createHistogram()
  const startedAt = performance.now()
  const endsAt = startedAt + seconds * 1000
  let done = 0
  const repeat = async ({ step, connection }: Lane) => {
    for (let at = startedAt; at < endsAt; ) {
      await step(connection, done % sampling === 0)
      const now = performance.now()
      latencies.record(Math.max(1, Math.round((now - at) * 1000)))
      done++
      at = now
    }
  }
  try {
    await Promise.all(lanes.map(repeat))
  } finally {
    for (const { connection } of lanes) connection.close()
  }
  const perSecond = (done * 1000) / (performance.now() - startedAt)
  return { perSecond, p50: latencies.percentile(50) / 1000, p99: latencies.percentile(99) / 1000 }
}
