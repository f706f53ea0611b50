import type { StartTimer } from '../platform.ts'

/** Timers that end when the test says so. */
export function testTimers() {
  const waiting = new Map<() => void, number>()
  const startTimer: StartTimer = (milliseconds, expire) => {
    waiting.set(expire, milliseconds)
    return () => void waiting.delete(expire)
  }
  return {
    startTimer,
    /** The milliseconds of those that run. */
    running: () => [...waiting.values()],
    /** Ends those that run, or those of one length. */
    expire: (milliseconds?: number) => {
      for (const [expire, each] of waiting)
        if (milliseconds === undefined || each === milliseconds) {
          waiting.delete(expire)
          expire()
        }
    },
  }
}

/** Lets everything run that waits for nothing but its turn. */
export function settled(): Promise<void> {
  return new Promise(resolve => {
    setImmediate(resolve)
  })
}
