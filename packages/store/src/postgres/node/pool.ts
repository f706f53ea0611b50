import { seconds } from '@ambit/protocol'
import { StoreUnavailable } from '@ambit/server'
import { Unreachable } from './connect-failure.ts'
import type { Connection } from './connection.ts'
import { ConnectionLost } from './failure.ts'

/** How a pool gets its connections. */
export type PoolOptions = {
  readonly size: number
  readonly open: () => Promise<Connection>
  /** A number from 0 to 1, to spread the attempts of many nodes. */
  readonly random: () => number
}

type Waiter = {
  readonly resolve: (connection: Connection) => void
  readonly reject: (error: unknown) => void
  readonly timer: NodeJS.Timeout
}

const firstPauseMillis = 20
const longestPauseMillis = 500

/**
 * Connections that are opened as they are needed, given out in the order in which they were asked for. While the database
 * cannot be reached, one attempt after the other is made for as long as somebody waits.
 */
export class Pool {
  readonly #options: PoolOptions
  readonly #idle: Connection[] = []
  readonly #all = new Set<Connection>()
  readonly #waiters: Waiter[] = []
  #opening = 0
  #failures = 0
  #lastFailure: Unreachable | undefined
  #hasConnected = false
  #isClosed = false
  #pause: NodeJS.Timeout | undefined

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /** A connection of one's own, until it is given back. @throws `StoreUnavailable` after `patienceMillis` */
  acquire(patienceMillis: number): Promise<Connection> {
    if (this.#isClosed) return Promise.reject(unavailable('the store is being closed', undefined))
    const idle = this.#idle.pop()
    if (idle) return Promise.resolve(idle)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(waiter), Math.max(0, patienceMillis))
      const waiter: Waiter = { resolve, reject, timer }
      this.#waiters.push(waiter)
      this.#grow()
    })
  }

  /** Gives a connection back. */
  release(connection: Connection): void {
    if (connection.isLost) return
    const next = this.#waiters.shift()
    if (next) this.#hand(connection, next)
    else if (this.#isClosed) void this.#drop(connection)
    else this.#idle.push(connection)
  }

  /** Gives a connection back that must not be used again. */
  discard(connection: Connection): void {
    connection.destroy(new ConnectionLost('the connection was given up'))
  }

  /** Gives a connection back in good order, to be ended. */
  async retire(connection: Connection): Promise<void> {
    await this.#drop(connection)
    this.#grow()
  }

  /** Ends the connections; those in use as they come back. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#pause)
    for (const waiter of this.#waiters.splice(0))
      this.#refuse(waiter, unavailable('the store is being closed', undefined))
    await Promise.all(this.#idle.splice(0).map(connection => this.#drop(connection)))
  }

  /** While the last attempt failed, one at a time is enough to find out that it works again. */
  #grow(): void {
    const most = this.#failures > 0 ? 1 : Math.min(this.#waiters.length, this.#options.size - this.#all.size)
    if (this.#isClosed || this.#pause || this.#all.size >= this.#options.size) return
    while (this.#opening < most) void this.#open()
  }

  async #open(): Promise<void> {
    this.#opening++
    try {
      this.#welcome(await this.#options.open())
    } catch (error) {
      this.#fail(error)
    }
  }

  #welcome(connection: Connection): void {
    this.#opening--
    this.#failures = 0
    this.#lastFailure = undefined
    this.#hasConnected = true
    this.#all.add(connection)
    connection.whenLost(() => this.#remove(connection))
    this.release(connection)
    this.#grow()
  }

  #fail(error: unknown): void {
    this.#opening--
    this.#failures++
    this.#lastFailure = error instanceof Unreachable ? error : undefined
    if (!(error instanceof Unreachable) || error.isLasting)
      for (const waiter of this.#waiters.splice(0)) this.#refuse(waiter, this.#explain(error))
    if (this.#waiters.length > 0) this.#growAfterPause()
  }

  #growAfterPause(): void {
    if (this.#pause || this.#isClosed) return
    const pause = Math.min(longestPauseMillis, firstPauseMillis * 2 ** Math.min(this.#failures, 10))
    this.#pause = setTimeout(
      () => {
        this.#pause = undefined
        this.#grow()
      },
      pause * (0.5 + this.#options.random() / 2),
    )
  }

  /** Whoever has never reached the database is told what is wrong with the address, not that it is away for a while. */
  #explain(error: unknown): unknown {
    if (!(error instanceof Unreachable)) return error
    return error.isLasting && !this.#hasConnected ? error : unavailable(error.message, error)
  }

  #giveUp(waiter: Waiter): void {
    this.#waiters.splice(this.#waiters.indexOf(waiter), 1)
    const reason = this.#lastFailure?.message ?? `no connection was free; all ${this.#all.size} are busy`
    this.#refuse(waiter, unavailable(reason, this.#lastFailure))
  }

  #hand(connection: Connection, waiter: Waiter): void {
    clearTimeout(waiter.timer)
    waiter.resolve(connection)
  }

  #refuse(waiter: Waiter, error: unknown): void {
    clearTimeout(waiter.timer)
    waiter.reject(error)
  }

  #remove(connection: Connection): void {
    this.#all.delete(connection)
    const place = this.#idle.indexOf(connection)
    if (place >= 0) this.#idle.splice(place, 1)
    if (this.#waiters.length > 0) this.#grow()
  }

  async #drop(connection: Connection): Promise<void> {
    this.#all.delete(connection)
    await connection.end().catch(() => undefined)
  }
}

const soon = seconds(1)

/** The database could not do it, and may be asked again soon. */
export function unavailable(message: string, cause: unknown): StoreUnavailable {
  return new StoreUnavailable(message, { retryAfter: soon, ...(cause !== undefined && { cause }) })
}
