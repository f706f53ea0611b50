import type { Store } from './ports/store.ts'

/** A store with some methods put before its own, whether it is an object of functions or of a class. */
export function overStore(store: Store, methods: Partial<Store>): Store {
  const known = new Map<PropertyKey, unknown>(Object.entries(methods))
  return new Proxy(store, {
    get: (target, name) => {
      if (known.has(name)) return known.get(name)
      const own: unknown = Reflect.get(target, name)
      const bound: unknown = typeof own === 'function' ? own.bind(target) : own
      known.set(name, bound)
      return bound
    },
  })
}
