import type { Store } from '@ambit/server'
import { type StoreCall, wrapStore } from './wrap-store.ts'

/** Is told how long each call of a store took, in seconds. */
export type StoreMeasure = (method: string, seconds: number) => void

/** The same store; each call but `close` is measured from its begin until its promise settles. */
export function measuredStore(store: Store, measure: StoreMeasure, millis: () => number): Store {
  return wrapStore(store, (name, call) => (name === 'close' ? call : measured(name, call)))

  function measured(name: string, call: StoreCall): StoreCall {
    return (...words) => {
      const begun = millis()
      const result = call(...words)
      if (!(result instanceof Promise)) return result
      const end = () => measure(name, (millis() - begun) / 1000)
      result.then(end, end)
      return result
    }
  }
}
