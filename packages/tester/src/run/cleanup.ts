import { awaitWithin, type RunClock } from './clock.ts'
import { messageOf } from './message.ts'
import type { RunEvent } from './run-record.ts'

/** What is to be undone when a run ends, however it ends. */
export type Cleanup = {
  /** `times`: so many limits of time it gets, where it is more than one request. */
  readonly add: (what: string, undo: () => Promise<void>, times?: number) => void
  /** Undoes everything, the last first, and says what could not be undone. Given the signal, it waits for nothing more. */
  readonly run: (signal?: AbortSignal) => Promise<readonly string[]>
}

/** What a cleanup works with. */
export type CleanupParts = {
  readonly clock: RunClock
  /** Milliseconds for each undoing. */
  readonly timeLimit: number
  readonly onEvent: (event: RunEvent) => void
  /** Makes a text safe to be shown. */
  readonly conceal: (text: string) => string
}

/** Makes an empty cleanup. What is added while it runs is undone as well. */
export function createCleanup({ clock, timeLimit, onEvent, conceal }: CleanupParts): Cleanup {
  const undos: { readonly what: string; readonly undo: () => Promise<void>; readonly times: number }[] = []
  return {
    add: (what, undo, times = 1) => void undos.push({ what, undo, times }),
    run: async signal => {
      const problems: string[] = []
      for (let last = undos.pop(); last !== undefined; last = undos.pop()) {
        const { what, undo, times } = last
        onEvent({ kind: 'cleaning', what, isDone: false })
        const problem = await tryTo(undo, { clock, timeLimit: times * timeLimit, signal, conceal })
        onEvent({ kind: 'cleaning', what, isDone: true, ...(problem === undefined ? {} : { problem }) })
        if (problem !== undefined) problems.push(`${what}: ${problem}`)
      }
      return problems
    },
  }
}

type Limits = Pick<CleanupParts, 'clock' | 'timeLimit' | 'conceal'> & { readonly signal: AbortSignal | undefined }

async function tryTo(undo: () => Promise<void>, limits: Limits): Promise<string | undefined> {
  const { clock, timeLimit, signal, conceal } = limits
  if (signal?.aborted === true) return 'left alone, because the run was stopped a second time'
  try {
    const outcome = await awaitWithin(undo(), clock, { milliseconds: timeLimit, signal })
    if (outcome.kind === 'timeout') return `not done within ${Math.round(timeLimit / 1000)} s`
    return outcome.kind === 'aborted' ? 'perhaps not done, because the run was stopped a second time' : undefined
  } catch (problem) {
    return conceal(messageOf(problem))
  }
}
