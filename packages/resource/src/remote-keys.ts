// RFC 7517 §5, RFC 8414 §2
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey, type LocalJWKSet } from 'jose'
import type { Clock, Fetch } from './platform.ts'

/** Where a key set is fetched, and how long it serves. Spans are in seconds. */
export type RemoteKeysOptions = {
  readonly jwksUri: string
  readonly fetch: Fetch
  readonly clock: Clock
  /** How long a fetched key set serves without being fetched again. */
  readonly cacheTtl: number
  /** How much longer it serves while it cannot be fetched. */
  readonly staleTtl: number
  /** How long after a fetch an unknown `kid` leads to no further one. */
  readonly cooldown: number
}

/** The key set could not be fetched, so nobody can say whether a signature is good. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError'
}

const timeout = 5_000
const failureCooldown = 2

/** Keys of an authorization server: fetched when first needed, once for all who wait, again when a `kid` is unknown. */
export class RemoteKeys {
  readonly #options: RemoteKeysOptions
  #keys: LocalJWKSet | undefined
  #fetchedAt = Number.NEGATIVE_INFINITY
  #triedAt = Number.NEGATIVE_INFINITY
  #failure: KeysUnavailableError | undefined
  #pending: Promise<KeysUnavailableError | undefined> | undefined

  constructor(options: RemoteKeysOptions) {
    this.#options = options
  }

  /**
   * Finds the key for a token's header.
   * @throws {KeysUnavailableError} when the key set is needed and cannot be fetched
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const keys = await this.#current()
    try {
      return await keys(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      const failure = await this.#refresh()
      if (failure) throw failure
      if (this.#keys === undefined || this.#keys === keys) throw error
      return this.#keys(header, token)
    }
  }

  async #current(): Promise<LocalJWKSet> {
    if (this.#keys && this.#age() < this.#options.cacheTtl) return this.#keys
    const failure = await this.#refresh()
    const longest = this.#options.cacheTtl + this.#options.staleTtl
    if (this.#keys && this.#age() < longest) return this.#keys
    throw failure ?? new KeysUnavailableError('the key set is too old')
  }

  #age(): number {
    return this.#options.clock.now() - this.#fetchedAt
  }

  #refresh(): Promise<KeysUnavailableError | undefined> {
    if (this.#pending) return this.#pending
    const { clock, cooldown } = this.#options
    const wait = this.#failure ? failureCooldown : cooldown
    if (clock.now() - this.#triedAt < wait) return Promise.resolve(this.#failure)
    this.#triedAt = clock.now()
    this.#pending = this.#load().finally(() => {
      this.#pending = undefined
    })
    return this.#pending
  }

  async #load(): Promise<KeysUnavailableError | undefined> {
    try {
      this.#keys = createLocalJWKSet(await fetchKeys(this.#options))
      this.#fetchedAt = this.#options.clock.now()
      this.#failure = undefined
    } catch (cause) {
      this.#failure = new KeysUnavailableError(`the key set at \`${this.#options.jwksUri}\` cannot be used`, { cause })
    }
    return this.#failure
  }
}

async function fetchKeys({ fetch, jwksUri }: RemoteKeysOptions): Promise<JSONWebKeySet> {
  const response = await fetch(jwksUri, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeout),
  })
  if (response.status !== 200) throw new Error(`status ${response.status}`)
  return parseKeySet(await response.json())
}

// `createLocalJWKSet` itself looks at the shape
function parseKeySet(value: unknown): JSONWebKeySet {
  return value as JSONWebKeySet
}
