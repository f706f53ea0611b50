// RFC 7662 §4, RFC 9068 §4
import { ageOf, type Moment } from './age.ts'
import type { Clock } from './platform.ts'
import type { VerifiedFrom } from './trusted-issuers.ts'

type Kept = { readonly verified: VerifiedFrom; readonly at: Moment; readonly ttl: number }

/**
 * Tokens that were verified, under the hash of their text, each until it has to be verified again. Only good tokens are
 * kept, and of two generations the older goes when the younger is full, so that strangers neither fill nor empty it.
 */
export class VerifiedTokens {
  readonly #clock: Clock
  readonly #half: number
  #young = new Map<string, Kept>()
  #old = new Map<string, Kept>()

  /** @param capacity how many tokens are kept at most; 0 keeps none */
  constructor(clock: Clock, capacity: number) {
    this.#clock = clock
    this.#half = Math.floor(capacity / 2)
  }

  /** The verified token, unless its time is over or the clock went back behind its verification. */
  get(hash: string): VerifiedFrom | undefined {
    const young = this.#young.get(hash)
    const kept = young ?? this.#old.get(hash)
    if (kept === undefined) return undefined
    if (ageOf(this.#clock, kept.at) >= kept.ttl) return this.#drop(hash)
    if (young === undefined) this.#keep(hash, kept)
    return kept.verified
  }

  /** Keeps a token that was verified by what was known at a moment. */
  set(hash: string, verified: VerifiedFrom, at: Moment): void {
    const ttl = verified.until - at.now
    if (ttl > 0 && this.#half > 0) this.#keep(hash, { verified, at, ttl })
  }

  #keep(hash: string, kept: Kept): void {
    if (this.#young.size >= this.#half) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(hash, kept)
  }

  #drop(hash: string): undefined {
    this.#young.delete(hash)
    this.#old.delete(hash)
  }
}
