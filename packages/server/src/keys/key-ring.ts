// RFC 7515, RFC 7517 §5
import { after, type EpochSeconds, epochSeconds, isSigningAlgorithm, type SigningAlgorithm } from '@ambit/protocol'
import { calculateJwkThumbprint } from 'jose'
import type { Observe } from '../ports/observe.ts'
import type { KeyRecord } from '../ports/records.ts'
import type { Store } from '../ports/store.ts'
import { StoreUnavailable } from '../ports/store-unavailable.ts'
import type { Clock, Signer } from '../ports/world.ts'
import { failurePause, greatestAge, isPublished, isSuccessorDue, type KeySchedule } from './key-schedule.ts'
import { checkSealingKey, parsePrivateKey, sealPrivateKey } from './key-seal.ts'
import type { KeyTools, SignCompact } from './key-tools.ts'
import { verifyByKeys } from './verify-own.ts'

/** What a key ring is made of. */
export type KeyRingOptions = {
  readonly store: Pick<Store, 'listKeys' | 'addKey' | 'deleteKey'>
  readonly clock: Clock
  readonly tools: KeyTools
  readonly algorithms: readonly SigningAlgorithm[]
  readonly schedule: KeySchedule
  /** Seals private keys at rest: 32 bytes in base64url. */
  readonly sealingKey?: string
  readonly observe?: Observe
}

/** Signs with keys that are kept in the store and change without a restart. */
export type KeyRing = Required<Signer> & {
  /** Reads the keys again, makes what the schedule asks for and removes what has had its time. To be called now and then. */
  readonly tick: () => Promise<void>
  /**
   * Makes the algorithm's next key and answers its `kid`. It signs after the announce period; where the present key is
   * compromised it signs at once, and what the old keys signed is no longer good.
   */
  readonly rotateNow: (algorithm: SigningAlgorithm, because?: 'compromise') => Promise<string>
  /** Reads the keys again: another process may have rotated. */
  readonly refresh: () => Promise<void>
}

/**
 * Opens the key ring; at the first start it makes a key for each algorithm.
 * @throws {Error} where the sealing key is malformed, missing or another than the one the keys were sealed with
 */
export async function createKeyRing(options: KeyRingOptions): Promise<KeyRing> {
  checkSealingKey(options.sealingKey)
  const ring = new StoredKeyRing(options)
  await ring.tick()
  if (options.sealingKey !== undefined) await warnOfClearKeys(options)
  return ring
}

async function warnOfClearKeys({ store, observe }: KeyRingOptions): Promise<void> {
  for (const { kid, privateKey } of await store.listKeys())
    if (!privateKey.sealed) {
      const message = `the private key \`${kid}\` was made without a sealing key and is stored in clear: rotate it`
      observe?.({ kind: 'warning', about: 'sealingKey', message })
    }
}

type LoadedKey = { readonly record: KeyRecord; readonly sign: SignCompact; readonly headers: Map<string, string> }

class StoredKeyRing implements KeyRing {
  readonly algorithms: readonly SigningAlgorithm[]
  readonly #options: KeyRingOptions
  /** Newest first. */
  #keys: readonly LoadedKey[] = []
  /** When the reading of the present keys began, in milliseconds. */
  #readAt = Number.NEGATIVE_INFINITY
  #failedAt = Number.NEGATIVE_INFINITY
  #readings = 0
  #newestReading = 0
  #rereading: Promise<void> | undefined

  constructor(options: KeyRingOptions) {
    this.#options = options
    this.algorithms = [...new Set(options.algorithms)]
  }

  sign(claims: object, { typ, algorithm }: { readonly typ: string; readonly algorithm: SigningAlgorithm }): string {
    const key = this.#active(algorithm)
    let header = key.headers.get(typ)
    if (header === undefined) {
      header = this.#options.tools.encode(JSON.stringify({ alg: algorithm, kid: key.record.kid, typ }))
      key.headers.set(typ, header)
    }
    return key.sign(header, JSON.stringify(claims))
  }

  verifyOwn(jws: string, typ: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    return verifyByKeys(this.jwks(), jws, typ)
  }

  jwks(): { readonly keys: readonly JsonWebKey[] } {
    const now = this.#options.clock.now()
    return { keys: this.#keys.filter(key => isPublished(key.record, now)).map(key => key.record.publicJwk) }
  }

  /** A clock that was set back makes keys look as if they were read in the future; they may be of any age. */
  reread(olderThan: number = greatestAge): Promise<void> | undefined {
    const now = this.#options.clock.millis()
    const isYoung = Math.abs(now - this.#readAt) < olderThan
    if (isYoung || Math.abs(now - this.#failedAt) < failurePause) return undefined
    this.#rereading ??= this.refresh()
      .catch((error: unknown) => this.#noteUnread(error))
      .finally(() => {
        this.#rereading = undefined
      })
    return this.#rereading
  }

  /** Of an outage each request that meets it tells. */
  #noteUnread(error: unknown): void {
    this.#failedAt = this.#options.clock.millis()
    if (error instanceof StoreUnavailable) return
    const message = `the signing keys could not be read again, those of before serve on: ${String(error)}`
    this.#options.observe?.({ kind: 'warning', about: 'signing keys', message })
  }

  /** Of readings that overlap, the one that began last counts. */
  async refresh(): Promise<void> {
    const reading = ++this.#readings
    const readAt = this.#options.clock.millis()
    const records = await this.#options.store.listKeys()
    if (reading < this.#newestReading) return
    this.#newestReading = reading
    this.#readAt = readAt
    const loaded = records.map(record => this.#keys.find(key => key.record.kid === record.kid) ?? this.#load(record))
    const current = loaded.map((key, index) => ({ ...key, record: records[index] ?? key.record }))
    this.#keys = current.toSorted((a, b) => b.record.activeAt - a.record.activeAt)
  }

  async tick(): Promise<void> {
    await this.refresh()
    const now = this.#options.clock.now()
    for (const { record } of this.#keys) if (!isPublished(record, now)) await this.#options.store.deleteKey(record.kid)
    for (const algorithm of this.algorithms) {
      const newest = this.#newest(algorithm)
      if (newest === undefined) await this.#add(algorithm, now)
      else if (isSuccessorDue(newest, this.#options.schedule, now)) await this.#announce(algorithm)
    }
    await this.refresh()
  }

  async rotateNow(algorithm: SigningAlgorithm, because?: 'compromise'): Promise<string> {
    if (!isSigningAlgorithm(algorithm)) throw new TypeError(`\`${String(algorithm)}\` is no signature algorithm`)
    await this.refresh()
    const old = this.#keys.filter(key => key.record.algorithm === algorithm)
    if (because === 'compromise' || old.length === 0) await this.#add(algorithm, this.#options.clock.now())
    else await this.#announce(algorithm)
    if (because === 'compromise') for (const { record } of old) await this.#options.store.deleteKey(record.kid)
    await this.refresh()
    return this.#newest(algorithm)?.kid ?? ''
  }

  /** The newest key that signs by now; where this clock is behind that of the key's maker, the next one that will. */
  #active(algorithm: SigningAlgorithm): LoadedKey {
    const now = this.#options.clock.now()
    let next: LoadedKey | undefined
    for (const key of this.#keys) {
      if (key.record.algorithm !== algorithm || !isPublished(key.record, now)) continue
      if (key.record.activeAt <= now) return key
      next = key
    }
    if (next === undefined) throw new Error(`there is no key to sign with by ${algorithm}`)
    return next
  }

  #newest(algorithm: SigningAlgorithm): KeyRecord | undefined {
    return this.#keys.find(key => key.record.algorithm === algorithm)?.record
  }

  #announce(algorithm: SigningAlgorithm): Promise<void> {
    return this.#add(algorithm, after(this.#options.clock.now(), this.#options.schedule.announceFor))
  }

  /** Another process may have been first: then the store adds nothing, and the next reading finds that one's key. */
  async #add(algorithm: SigningAlgorithm, activeAt: EpochSeconds): Promise<void> {
    const { store, schedule, observe } = this.#options
    const known = this.#keys.filter(({ record }) => record.algorithm === algorithm)
    const unlessCreatedAfter = epochSeconds(Math.max(-1, ...known.map(({ record }) => record.createdAt)))
    const key = await this.#make(algorithm, activeAt)
    const removeOthersAt = after(activeAt, schedule.overlapFor)
    const isAdded = await store.addKey(key, { unlessCreatedAfter, retireOthersAt: activeAt, removeOthersAt })
    if (isAdded) observe?.({ kind: 'key.created', kid: key.kid, algorithm, activeAt })
  }

  async #make(algorithm: SigningAlgorithm, activeAt: EpochSeconds): Promise<KeyRecord> {
    const { tools, clock, sealingKey } = this.#options
    const { publicJwk, privateJwk } = await tools.generate(algorithm)
    const kid = await calculateJwkThumbprint({ ...publicJwk })
    const published = { ...publicJwk, kid, alg: algorithm, use: 'sig' }
    return {
      kid,
      algorithm,
      publicJwk: published,
      privateKey: sealPrivateKey(tools, privateJwk, { kid, sealingKey }),
      createdAt: clock.now(),
      activeAt,
    }
  }

  #load(record: KeyRecord): LoadedKey {
    const { tools, sealingKey } = this.#options
    const privateJwk = parsePrivateKey(tools, record, sealingKey)
    return { record, sign: tools.load(record.algorithm, privateJwk), headers: new Map() }
  }
}
