import { availableParallelism } from 'node:os'
import type { Config } from './config.ts'
import type { Report } from './fields.ts'

/** How many processes are wanted; `auto` is as many as this machine does work at once. */
export function completeWorkers(declared: number | 'auto'): number {
  return declared === 'auto' ? availableParallelism() : declared
}

/** Reports workers that could not see what the others store, nor what the one before stored. */
export function checkWorkers({ workers, store }: Pick<Config, 'workers' | 'store'>, report: Report): void {
  if (workers === undefined || store !== 'memory') return
  report(
    'workers',
    'the store `memory` is seen by one process and ends with it; name a SQLite file or a PostgreSQL database as `store`, or leave out `workers`',
  )
}
