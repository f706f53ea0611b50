/** A call that waits for its turn. */
type Waiting = { readonly keys: readonly string[]; readonly begin: () => void; blockers: number }

/**
 * Keeps calls that share a key in the order in which they came: each begins once those before it that share a key with it
 * have ended. Whoever waits, waits for calls that came earlier, so nobody waits for each other.
 */
export class CallOrder {
  readonly #queues = new Map<string, Waiting[]>()

  /** Calls `begin` once nothing that came before it shares a key with it, which may be at once; answers how to say that it has ended. */
  enter(keys: readonly string[], begin: () => void): () => void {
    const waiting: Waiting = { keys: [...new Set(keys)], begin, blockers: 0 }
    for (const key of waiting.keys) if (this.#join(key, waiting)) waiting.blockers++
    if (waiting.blockers === 0) begin()
    return () => this.#leave(waiting)
  }

  /** Answers whether somebody is before it. */
  #join(key: string, waiting: Waiting): boolean {
    const queue = this.#queues.get(key)
    if (queue) return queue.push(waiting) > 1
    this.#queues.set(key, [waiting])
    return false
  }

  #leave(waiting: Waiting): void {
    for (const key of waiting.keys) {
      const queue = this.#queues.get(key)
      queue?.shift()
      const [next] = queue ?? []
      if (!next) this.#queues.delete(key)
      else if (--next.blockers === 0) next.begin()
    }
  }
}
