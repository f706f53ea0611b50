import { seconds } from '@ambit/protocol'
import type { Store } from '../ports/store.ts'
import { StoreUnavailable } from '../ports/store-unavailable.ts'

/** When a call is cut off: before it was carried out, or behind it, when only the answer is lost. */
export type CutOff = 'before' | 'behind'

/** A store that can be cut off. */
export type FragileStore = {
  readonly store: Store
  /** Cuts off the call that comes after so many others from now, and no further one. */
  readonly cutOffAfter: (calls: number, when: CutOff) => void
  /** How many calls there were since the last word; whether the one to be cut off was among them. */
  readonly count: () => number
  readonly wasCutOff: () => boolean
}

/** Puts a line that can break before a store. */
export function fragileStore(inner: Store): FragileStore {
  let calls = 0
  let breaksAt = Number.POSITIVE_INFINITY
  let when: CutOff = 'before'
  const fail = () => {
    throw new StoreUnavailable('the line was cut', { retryAfter: seconds(1) })
  }
  const store = new Proxy(inner, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      return async (...words: readonly unknown[]) => {
        const isBroken = calls++ === breaksAt
        if (isBroken && when === 'before') fail()
        const answer: unknown = await Reflect.apply(method, target, words)
        if (isBroken) fail()
        return answer
      }
    },
  })
  return {
    store,
    cutOffAfter: (count, given) => {
      calls = 0
      breaksAt = count
      when = given
    },
    count: () => calls,
    wasCutOff: () => calls > breaksAt,
  }
}
