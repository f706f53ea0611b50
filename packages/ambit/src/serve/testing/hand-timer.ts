import type { Timer } from '../background.ts'

/** A timer that a test fires by hand. */
export type HandTimer = {
  readonly timer: Timer
  /** The spans that wait, in milliseconds. */
  readonly due: () => readonly number[]
  /** Does what waits now, and lets it end as far as it can. */
  readonly fire: () => Promise<void>
}

/** Makes a timer that never fires by itself. */
export function handTimer(): HandTimer {
  const waiting = new Map<symbol, { readonly milliseconds: number; readonly work: () => void }>()
  return {
    timer: (milliseconds, work) => {
      const key = Symbol('timer')
      waiting.set(key, { milliseconds, work })
      return () => void waiting.delete(key)
    },
    due: () => [...waiting.values()].map(each => each.milliseconds),
    fire: async () => {
      const works = [...waiting.values()]
      waiting.clear()
      for (const { work } of works) work()
      await new Promise(setImmediate)
    },
  }
}
