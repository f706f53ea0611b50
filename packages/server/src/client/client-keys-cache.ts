import type { Outbound } from '../ports/world.ts'
import { PublishedKeySet, type PublishedKeys } from './client-keys-published.ts'

const mostClients = 1000

/** The key sets that clients publish, of those that were in use last. */
export class ClientKeyCache {
  readonly #outbound: Outbound
  /** The least recently used first. */
  readonly #sets = new Map<string, PublishedKeySet>()

  constructor(outbound: Outbound) {
    this.#outbound = outbound
  }

  /** The key set of a client. */
  of(published: PublishedKeys): PublishedKeySet {
    const name = `${published.clientId}\n${published.jwksUri}`
    const set = this.#sets.get(name) ?? new PublishedKeySet(this.#outbound, published)
    this.#sets.delete(name)
    this.#sets.set(name, set)
    const [oldest = ''] = this.#sets.keys()
    if (this.#sets.size > mostClients) this.#sets.delete(oldest)
    return set
  }
}
