import type { Connection } from './connection.ts'
import { ConnectionLost, type Failure, parseFailure } from './failure.ts'
import { type Pool, unavailable } from './pool.ts'

/** What a step of work needs around it. */
export type Attempts = {
  readonly pool: Pool
  readonly random: () => number
}

/** How a step of work may be tried again. */
export type Repeatable = {
  /** How long it may wait for a connection, in milliseconds. */
  readonly patienceMillis: number
  /** Whether it may be done again although nobody knows whether it was done: it reads, or nothing of it is committed yet. */
  readonly mayRepeat: () => boolean
}

const mostConflicts = 10
const mostMoves = 3
const firstPauseMillis = 2
const longestPauseMillis = 200

/**
 * Does work on a connection of its own, and again where that is safe: where the database says that nothing was done, or
 * where it does no harm. What might have been done is never done twice.
 * @throws `StoreUnavailable`, or what is no fault of the database
 */
export async function attempt<T>(
  { pool, random }: Attempts,
  { patienceMillis, mayRepeat }: Repeatable,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  let conflicts = 0
  for (let moves = 0; ; ) {
    const connection = await pool.acquire(patienceMillis)
    try {
      const result = await work(connection)
      pool.release(connection)
      return result
    } catch (error) {
      const failure = parseFailure(error)
      if (isWellAfter(failure)) pool.release(connection)
      else pool.discard(connection)
      if (failure.kind === 'row' || failure.kind === 'fault') throw error
      if (failure.kind === 'again' && conflicts++ < mostConflicts) await pauseFor(conflicts, random)
      else if (!mayMove(error, failure, mayRepeat) || moves++ >= mostMoves) throw unavailable(failure.reason, error)
    }
  }
}

function isWellAfter({ kind }: Failure): boolean {
  return kind !== 'lost' && kind !== 'elsewhere'
}

function mayMove(error: unknown, { kind }: Failure, mayRepeat: () => boolean): boolean {
  if (kind === 'elsewhere') return true
  const isTimeout = error instanceof ConnectionLost && error.isTimeout
  return kind === 'lost' && !isTimeout && mayRepeat()
}

function pauseFor(conflicts: number, random: () => number): Promise<void> {
  const longest = Math.min(longestPauseMillis, firstPauseMillis * 2 ** conflicts)
  return new Promise(resolve => setTimeout(resolve, longest * random()))
}
