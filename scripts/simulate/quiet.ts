import { cpus } from 'node:os'

/** The processor time that the whole machine has used since it was started, in seconds. */
export function machineSeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000
}

/** Waits until the machine does nothing, or for as long as `patience` says, in milliseconds. */
export async function untilQuiet(patience: number): Promise<void> {
  const endsAt = performance.now() + patience
  while (performance.now() < endsAt) {
    const [used, startedAt] = [machineSeconds(), performance.now()]
    await new Promise(resolve => setTimeout(resolve, 250))
    const busy = (machineSeconds() - used) / ((performance.now() - startedAt) / 1000)
    if (busy < 0.15 * cpus().length) return
  }
}
