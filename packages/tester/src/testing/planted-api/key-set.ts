// RFC 7517 §5
import type { IssuerKey, ServedKeySet } from '../../target/target.ts'
import type { Has } from './defects.ts'
import type { IssuerKeys } from './keys.ts'

/** A key as the API knows it. */
export type PublishedKey = Pick<IssuerKey, 'kid' | 'alg' | 'role'> & { readonly publicJwk: JsonWebKey }

/** The keys of an issuer as the API has them in its memory, and what the issuer shows of them. */
export type KeySet = {
  readonly all: () => readonly PublishedKey[]
  /** Looks for a key, and once in half a minute asks the issuer again where there is none. */
  readonly find: (kid: unknown) => PublishedKey | undefined
  readonly served: ServedKeySet
}

const longestWait = 30_000

/** Makes the key set of an issuer; a retired key stands in none. */
export function createKeySet(keys: IssuerKeys, now: () => number, has: Has): KeySet {
  const shown: PublishedKey[] = keys
    .filter(({ role }) => role !== 'retired' || has('retired-key'))
    .map(({ kid, alg, role, key }) => ({ kid, alg, role, publicJwk: key.publicJwk }))
  let known: readonly PublishedKey[] = []
  let fetchedAt = Number.NEGATIVE_INFINITY
  let fetches = 0
  const fetchAgain = () => {
    known = [...shown]
    fetchedAt = now()
    fetches += 1
  }
  fetchAgain()
  return {
    all: () => known,
    find: kid => {
      const found = known.find(key => key.kid === kid)
      const mayAsk = has('key-fetched-each-time') || (now() - fetchedAt >= longestWait && !has('keys-kept'))
      if (found !== undefined || !mayAsk) return found
      fetchAgain()
      return known.find(key => key.kid === kid)
    },
    served: {
      fetches: () => fetches,
      add: ({ kid, alg, publicJwk }) => void shown.push({ kid, alg, publicJwk, role: 'signing' }),
    },
  }
}
