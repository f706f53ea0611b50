import type { Log } from '../observe/log.ts'
import type { CliIo } from './command.ts'

/** A program that hears when it is to stop, from before it begins to start. */
export type Stopping = {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal
  /** Resolves at the first signal. */
  readonly asked: Promise<void>
  /** Hears no more. */
  readonly forget: () => void
}

/** Hears signals from now on: the first lets end in order what was begun, the second does not wait for it. */
export function hearStop(io: CliIo, log: Log): Stopping {
  const stopping = new AbortController()
  const { promise: asked, resolve } = Promise.withResolvers<void>()
  const forget = io.onStop(() => {
    if (stopping.signal.aborted) return io.abort()
    log.say('info', 'stopping: requests that are under way may end')
    stopping.abort()
    resolve()
  })
  return { signal: stopping.signal, asked, forget }
}

/** Waits for a signal, also for one that came while the program started, and closes what runs. */
export async function untilStopped(
  { asked, forget }: Stopping,
  running: { readonly close: () => Promise<void> },
  log: Log,
): Promise<void> {
  await asked
  await running.close()
  forget()
  log.say('info', 'stopped')
}
