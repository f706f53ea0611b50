import { OutboundError } from './outbound-error.ts'

/** How many requests may be under way at once, and how many more may wait; of all hosts, and of one. */
export type OutboundLimits = {
  readonly running: number
  readonly runningPerHost: number
  readonly waiting: number
  readonly waitingPerHost: number
}

type Waiter = { readonly host: string; readonly begin: () => void }

/** Gives out turns, the longest waiting first whose host is not busy: one host that is slow holds up itself, and a crowd nobody's memory. */
export class OutboundTurns {
  readonly #limits: OutboundLimits
  readonly #running = new Map<string, number>()
  #total = 0
  #waiting: readonly Waiter[] = []

  constructor(limits: OutboundLimits) {
    this.#limits = limits
  }

  /**
   * Waits for a turn and answers how it ends; leaves the queue when `late` rejects.
   * @errors OutboundError `busy`: too many wait already
   */
  async enter(host: string, late: Promise<never>): Promise<() => void> {
    if (!this.#mayRun(host)) await this.#wait(host, late)
    else this.#count(host, 1)
    return () => this.#leave(host)
  }

  #wait(host: string, late: Promise<never>): Promise<void> {
    const ofHost = this.#waiting.filter(waiter => waiter.host === host).length
    if (this.#waiting.length >= this.#limits.waiting || ofHost >= this.#limits.waitingPerHost)
      throw new OutboundError('busy', 'too many requests to addresses of strangers wait already')
    return new Promise((resolve, reject) => {
      const waiter = { host, begin: resolve }
      this.#waiting = [...this.#waiting, waiter]
      late.catch((error: unknown) => {
        this.#waiting = this.#waiting.filter(each => each !== waiter)
        reject(error)
      })
    })
  }

  #leave(host: string): void {
    this.#count(host, -1)
    const next = this.#waiting.find(waiter => this.#mayRun(waiter.host))
    if (next === undefined) return
    this.#waiting = this.#waiting.filter(each => each !== next)
    this.#count(next.host, 1)
    next.begin()
  }

  #mayRun(host: string): boolean {
    return this.#total < this.#limits.running && this.#runningOf(host) < this.#limits.runningPerHost
  }

  #runningOf(host: string): number {
    return this.#running.get(host) ?? 0
  }

  #count(host: string, by: 1 | -1): void {
    this.#total += by
    const now = this.#runningOf(host) + by
    if (now === 0) this.#running.delete(host)
    else this.#running.set(host, now)
  }
}
