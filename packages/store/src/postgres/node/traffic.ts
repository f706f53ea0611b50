import type { StoreUnavailable } from '@ambit/server'
import { unavailable } from './pool.ts'

/** Counts what is under way, so that it cannot fill the memory while the database is away, and so that it ends before the connections do. */
export class Traffic {
  readonly #most: number
  #underWay = 0
  #isClosed = false
  #whenEmpty: (() => void) | undefined

  constructor(most: number) {
    this.#most = most
  }

  /** Why nothing more is let in; `undefined` where it is. */
  refusal(): StoreUnavailable | undefined {
    if (this.#isClosed) return unavailable('the store is being closed', undefined)
    if (this.#underWay >= this.#most) return unavailable('too many calls wait for the database', undefined)
    return undefined
  }

  begin(): void {
    this.#underWay++
  }

  end(): void {
    this.#underWay--
    if (this.#underWay === 0) this.#whenEmpty?.()
  }

  async track<T>(work: () => Promise<T>): Promise<T> {
    const refusal = this.refusal()
    if (refusal) throw refusal
    this.begin()
    try {
      return await work()
    } finally {
      this.end()
    }
  }

  /** Lets nothing more in; resolves once all that was has ended. */
  close(): Promise<void> {
    this.#isClosed = true
    if (this.#underWay === 0) return Promise.resolve()
    return new Promise(resolve => {
      this.#whenEmpty = resolve
    })
  }
}
