import type { Store } from '@ambit/server'

type Opener = { readonly openStore: (place: string) => Promise<Store> }

/** Opens the store of a place by the module that exports `openStore`. */
export async function openAt(opener: string, place: string): Promise<Store> {
  const { openStore } = parseOpener(await import(opener))
  return openStore(place)
}

function parseOpener(module: unknown): Opener {
  return module as Opener
}
