/** How often a client used a scope, and when last, in seconds since the epoch. */
export type ScopeUsage = {
  readonly clientId: string
  readonly scope: string
  readonly count: number
  readonly lastUsedAt: number
}

/** What a report holds beside the names, in characters. */
const overhead = 100

/** Counts the use of scopes by clients, so many pairs of them at most. */
export class UsageCounts {
  readonly #max: number
  readonly #byPair = new Map<string, ScopeUsage>()

  constructor(max: number) {
    this.#max = max
  }

  /** How many pairs of client and scope wait to be reported. */
  get size(): number {
    return this.#byPair.size
  }

  /** Adds to a pair; a new one is dropped where there are too many. */
  add(usage: ScopeUsage): void {
    // no scope-token holds a space
    const pair = `${usage.scope} ${usage.clientId}`
    const before = this.#byPair.get(pair)
    if (before === undefined && this.#byPair.size >= this.#max) return
    const count = usage.count + (before?.count ?? 0)
    this.#byPair.set(pair, { ...usage, count, lastUsedAt: Math.max(usage.lastUsedAt, before?.lastUsedAt ?? 0) })
  }

  /** Takes out the first pairs: at least one, as many as fit into a number of characters, and at most so many. */
  take(most: number, characters: number): readonly ScopeUsage[] {
    const taken: ScopeUsage[] = []
    let left = characters
    for (const [pair, usage] of this.#byPair) {
      left -= pair.length + overhead
      if (taken.length > 0 && (left < 0 || taken.length === most)) break
      taken.push(usage)
      this.#byPair.delete(pair)
    }
    return taken
  }
}
