// RFC 9449 §11.1
import type { Clock } from './platform.ts'

/**
 * Remembers which proofs came. Several nodes of one API need a common one, such as a table or Redis with a unique key.
 * Where it cannot tell it must reject: then nothing is let through.
 */
export type ReplayMemory = {
  /** Takes in a key until a point in time, seconds since the epoch: true where it is new, false where it was there. */
  readonly remember: (key: string, until: number) => Promise<boolean>
}

/** How a process remembers by itself. */
export type LocalReplayMemoryOptions = {
  readonly clock: Clock
  /** How many proofs it holds at once: 100,000 where it is left out. */
  readonly capacity?: number
}

/** No room is left for another proof, so nobody can say whether it came before. */
export class ReplayMemoryFullError extends Error {
  override readonly name = 'ReplayMemoryFullError'
}

/**
 * Remembers in this process alone. Where it is full nothing more is taken in: to forget a proof early would let it in
 * twice. And where the clock went back, what it may have forgotten counts as seen.
 */
export class LocalReplayMemory implements ReplayMemory {
  readonly #clock: Clock
  readonly #capacity: number
  readonly #untils = new Map<string, number>()
  /** What ended by then may be forgotten. */
  #forgottenUntil = Number.NEGATIVE_INFINITY

  constructor({ clock, capacity = 100_000 }: LocalReplayMemoryOptions) {
    this.#clock = clock
    this.#capacity = capacity
  }

  /** How many proofs are held. */
  get size(): number {
    return this.#untils.size
  }

  /** @throws {ReplayMemoryFullError} where there is no room */
  async remember(key: string, until: number): Promise<boolean> {
    this.#forget()
    if (until <= this.#forgottenUntil || this.#untils.has(key)) return false
    if (this.#untils.size >= this.#capacity) throw new ReplayMemoryFullError('no proof can be remembered any more')
    this.#untils.set(key, until)
    return true
  }

  /** Two of the oldest at most, so that each call costs as little as the other and nothing piles up. */
  #forget(): void {
    const now = this.#clock.now()
    let left = 2
    for (const [key, until] of this.#untils) {
      if (until > now || left-- === 0) return
      this.#untils.delete(key)
      this.#forgottenUntil = Math.max(this.#forgottenUntil, until)
    }
  }
}
