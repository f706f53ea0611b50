import type { Display } from '../../tester/progress-display.ts'
import { type CliIo, exitCodes } from '../command.ts'

/** What Ctrl-C comes to: the first stops and cleans up, the second gives up the cleaning, the third ends the program. */
export type Stops = {
  readonly signal: AbortSignal
  readonly abandon: AbortSignal
  /** Does something with a display, which is closed however it ends. */
  readonly during: <T>(display: Display, work: () => Promise<T>) => Promise<T>
  /** Stops listening. */
  readonly forget: () => void
}

/** Listens for requests to stop. */
export function listenForStops(io: CliIo): Stops {
  const stop = new AbortController()
  const abandon = new AbortController()
  let display: Display | undefined
  const forget = io.onStop(() => {
    if (!stop.signal.aborted) {
      stop.abort()
      display?.say('stopping: tokens are revoked and what was made is removed; once more gives that up')
      return
    }
    if (!abandon.signal.aborted) {
      abandon.abort()
      display?.say('giving up: something may be left behind')
      return
    }
    display?.close()
    // what was found is not known: that is no verdict
    io.abort(exitCodes.usage)
  })
  return {
    signal: stop.signal,
    abandon: abandon.signal,
    during: async (shown, work) => {
      display = shown
      try {
        return await work()
      } finally {
        shown.close()
        display = undefined
      }
    },
    forget,
  }
}
