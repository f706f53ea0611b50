import type { Store } from './ports/store.ts'
import type { Crypto } from './ports/world.ts'

const settled = new WeakMap<Store, Map<string, Promise<string>>>()

/** A random secret that is made once per store, kept there, and the same for every process of the server from then on. */
export function settledSecret(
  world: { readonly store: Store; readonly crypto: Crypto },
  name: string,
): Promise<string> {
  const names = settled.get(world.store) ?? new Map<string, Promise<string>>()
  settled.set(world.store, names)
  const known = names.get(name)
  if (known) return known
  const asked = world.store.settle(name, world.crypto.random(32))
  names.set(name, asked)
  asked.catch(() => names.delete(name))
  return asked
}
