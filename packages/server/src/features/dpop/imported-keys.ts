// RFC 9449 §4.3, RFC 7517 §4
import type { DpopKey, SigningAlgorithm } from '@ambit/protocol'
import { type CryptoKey, importJWK } from 'jose'

/** A public key, made ready to verify with. */
export type ImportedKey = CryptoKey | Uint8Array

/** How many keys are kept ready; the one that was used longest ago makes room. */
const mostKept = 1000

/**
 * Keys of clients that bring proofs again and again, so that reading each is work once: half of what a proof costs. Only
 * public keys are kept, each under its own thumbprint, so a stranger can push keys out but put none in another's place.
 */
export class ImportedKeys {
  readonly #kept = new Map<string, Promise<ImportedKey>>()

  /** The key, ready to verify with. @errors rejects where it is no key of this algorithm */
  find(thumbprint: string, key: DpopKey, algorithm: SigningAlgorithm): Promise<ImportedKey> {
    const name = `${algorithm} ${thumbprint}`
    const imported = this.#kept.get(name) ?? importJWK(key, algorithm)
    this.#kept.delete(name)
    this.#kept.set(name, imported)
    imported.catch(() => this.#kept.delete(name))
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest)
    return imported
  }
}
