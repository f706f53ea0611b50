import { unavailable } from './pool.ts'

/** Lets so many in at once, and the others in the order in which they came. Nobody waits for longer than they have patience. */
export class Turnstile {
  readonly #most: number
  readonly #waiting = new Set<() => void>()
  #inside = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Does work, which is told how much patience is left. @throws `StoreUnavailable` where its turn has not come in time */
  async pass<T>(patienceMillis: number, work: (leftMillis: number) => Promise<T>): Promise<T> {
    const since = performance.now()
    if (this.#inside < this.#most) this.#inside++
    else await this.#wait(patienceMillis)
    try {
      return await work(Math.max(1, patienceMillis - (performance.now() - since)))
    } finally {
      this.#leave()
    }
  }

  #wait(patienceMillis: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(enter)
        reject(unavailable('the database is too busy', undefined))
      }, patienceMillis)
      this.#waiting.add(enter)
    })
  }

  /** The first who waits takes the place. */
  #leave(): void {
    const [enter] = this.#waiting
    if (!enter) {
      this.#inside--
      return
    }
    this.#waiting.delete(enter)
    enter()
  }
}
