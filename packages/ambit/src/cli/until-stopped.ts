import type { Log } from '../observe/log.ts'
import type { CliIo } from './command.ts'

/** Waits for a signal; the first lets requests that are under way end, the second does not wait for them. */
export function untilStopped(io: CliIo, running: { readonly close: () => Promise<void> }, log: Log): Promise<void> {
  return new Promise((resolve, reject) => {
    let isStopping = false
    const forget = io.onStop(() => {
      if (isStopping) return io.abort()
      isStopping = true
      log.say('info', 'stopping: requests that are under way may end')
      running.close().then(stopped, reject)
    })
    function stopped(): void {
      forget()
      log.say('info', 'stopped')
      resolve()
    }
  })
}
