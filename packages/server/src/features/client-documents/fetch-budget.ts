// OAuth Client ID Metadata Document §8.6
import type { Clock } from '../../ports/world.ts'

/** How many documents are asked for within a minute, because strangers named them. */
export type FetchLimits = { readonly perHost: number; readonly overall: number }

const window = 60

/** Counts what strangers make the server ask for, so that it is no tool against others, nor against itself. */
export class FetchBudget {
  readonly #limits: FetchLimits
  readonly #clock: Clock
  readonly #tellExhausted: () => void
  #isExhausted = false
  readonly #ofHosts = new Map<string, number>()
  #total = 0
  #endsAt = 0

  /** @param tellExhausted is called once within each minute in which something was refused */
  constructor(limits: FetchLimits, clock: Clock, tellExhausted: () => void) {
    this.#limits = limits
    this.#clock = clock
    this.#tellExhausted = tellExhausted
  }

  /** Whether one more may be asked for at a host. */
  take(host: string): boolean {
    const now = this.#clock.now()
    if (now >= this.#endsAt || now < this.#endsAt - window) this.#begin(now)
    const ofHost = this.#ofHosts.get(host) ?? 0
    if (ofHost >= this.#limits.perHost || this.#total >= this.#limits.overall) return this.#refuse()
    this.#ofHosts.set(host, ofHost + 1)
    this.#total++
    return true
  }

  #refuse(): false {
    if (!this.#isExhausted) this.#tellExhausted()
    this.#isExhausted = true
    return false
  }

  #begin(now: number): void {
    this.#endsAt = now + window
    this.#isExhausted = false
    this.#ofHosts.clear()
    this.#total = 0
  }
}
