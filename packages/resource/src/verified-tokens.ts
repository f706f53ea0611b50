// RFC 7662 §4, RFC 9068 §4
import type { VerifiedFrom } from './trusted-issuers.ts'

/**
 * Tokens that were verified, under the hash of their text, each while its verification holds. Only good tokens are kept, and
 * of two generations the older goes when the younger is full, so that strangers neither fill nor empty it.
 */
export class VerifiedTokens {
  readonly #half: number
  #young = new Map<string, VerifiedFrom>()
  #old = new Map<string, VerifiedFrom>()

  /** @param capacity how many tokens are kept at most; fewer than 2 keep none */
  constructor(capacity: number) {
    this.#half = Math.floor(capacity / 2)
  }

  /** The verified token, unless its verification holds no longer. */
  get(hash: string): VerifiedFrom | undefined {
    const young = this.#young.get(hash)
    const verified = young ?? this.#old.get(hash)
    if (verified === undefined) return undefined
    if (!verified.stillHolds?.()) return this.#drop(hash)
    if (young === undefined) this.#keep(hash, verified)
    return verified
  }

  /** Keeps a token while its verification holds. */
  set(hash: string, verified: VerifiedFrom): void {
    if (this.#half > 0 && verified.stillHolds?.()) this.#keep(hash, verified)
  }

  #keep(hash: string, verified: VerifiedFrom): void {
    if (this.#young.size >= this.#half) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(hash, verified)
  }

  #drop(hash: string): undefined {
    this.#young.delete(hash)
    this.#old.delete(hash)
  }
}
