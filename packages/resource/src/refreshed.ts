import { ageOf, type Moment, momentOf } from './age.ts'
import { type Clock, runtimeTimer, type StartTimer } from './platform.ts'

/** Something that was loaded, and how long it serves from the moment it was asked for; spans in seconds. */
export type Loaded<T> = {
  readonly value: T
  /** How long it serves without being loaded again. */
  readonly freshTtl: number
  /** How long it serves at the longest, while it cannot be loaded. */
  readonly usableTtl: number
}

/** What is loaded, and by what time. */
export type RefreshedOptions<T> = {
  /** What it is, for messages. */
  readonly name: string
  readonly load: () => Promise<Loaded<T>>
  readonly clock: Clock
  readonly startTimer?: StartTimer
}

/** What is needed cannot be loaded, so that nobody can tell. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError'
}

// seconds
const firstBackOff = 2
const longestBackOff = 60
/** The part of its fresh time after which a value is loaded again while it still serves. */
const aheadOf = 0.8
/** Milliseconds for which a request waits when there is an older value to fall back on. */
const patience = 500

/**
 * A value that is fetched when first needed, once for all who wait, and again before it is stale. While it cannot be
 * loaded the old one serves for its time, and tries are further and further apart.
 */
export class Refreshed<T> {
  readonly #options: RefreshedOptions<T>
  #current: (Loaded<T> & { readonly at: Moment }) | undefined
  #pending: Promise<void> | undefined
  #isSlow = false
  #triedAt: Moment | undefined
  #failures = 0
  #failure: UnavailableError | undefined

  constructor(options: RefreshedOptions<T>) {
    this.#options = options
  }

  /** The value. @throws {UnavailableError} when there is none that still serves, and none can be loaded */
  async get(): Promise<T> {
    const usable = this.#usable()
    if (usable === undefined) {
      await this.#refresh()
      return this.#must()
    }
    const { value, freshTtl, at } = usable
    const age = ageOf(this.#options.clock, at)
    if (age < freshTtl * aheadOf) return value
    const refreshing = this.#refresh()
    if (age < freshTtl || this.#failure || this.#isSlow) return value
    await this.#wait(refreshing)
    return this.#must()
  }

  /**
   * The value, loaded anew unless that was done within the last `cooldown` seconds.
   * @throws {UnavailableError} when it cannot be loaded
   */
  async renew(cooldown: number): Promise<T> {
    const isRecent = this.#triedAt !== undefined && ageOf(this.#options.clock, this.#triedAt) < cooldown
    const usable = this.#usable()
    if (isRecent && !this.#failure && !this.#pending && usable) return usable.value
    await this.#refresh()
    if (this.#failure) throw this.#failure
    return this.#must()
  }

  #must(): T {
    const usable = this.#usable()
    if (usable === undefined) throw this.#failure ?? new UnavailableError(`${this.#options.name} is too old`)
    return usable.value
  }

  #usable(): (Loaded<T> & { readonly at: Moment }) | undefined {
    const current = this.#current
    return current && ageOf(this.#options.clock, current.at) < current.usableTtl ? current : undefined
  }

  #refresh(): Promise<void> {
    if (this.#pending) return this.#pending
    if (this.#isBackingOff()) return Promise.resolve()
    this.#triedAt = momentOf(this.#options.clock)
    this.#pending = this.#load(this.#triedAt).finally(() => {
      this.#pending = undefined
      this.#isSlow = false
    })
    return this.#pending
  }

  #isBackingOff(): boolean {
    if (this.#failures === 0 || this.#triedAt === undefined) return false
    const backOff = Math.min(firstBackOff * 2 ** (this.#failures - 1), longestBackOff)
    return ageOf(this.#options.clock, this.#triedAt) < backOff
  }

  async #load(at: Moment): Promise<void> {
    try {
      this.#current = { ...(await this.#options.load()), at }
      this.#failures = 0
      this.#failure = undefined
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : 'unknown error'
      this.#failures++
      this.#failure = new UnavailableError(`${this.#options.name} cannot be used: ${why}`, { cause })
    }
  }

  async #wait(refreshing: Promise<void>): Promise<void> {
    const enough = Promise.withResolvers<void>()
    const stopTimer = (this.#options.startTimer ?? runtimeTimer)(patience, () => {
      this.#isSlow = true
      enough.resolve()
    })
    await Promise.race([refreshing, enough.promise]).finally(stopTimer)
  }
}
