import type { Store } from '@ambit/server'

/** One claim of the contract: a name, and a proof that is given a new and empty store. */
export type Claim = (name: string, prove: (store: Store) => Promise<void>) => void
