/** How many works may run at once, and how many more may wait for their turn. */
export type TurnLimits = { readonly running: number; readonly waiting: number }

/** Lets only a few slow works run at once and only some more wait, so that a crowd can take neither memory nor threads. */
export class Turns {
  readonly #limits: TurnLimits
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(limits: TurnLimits) {
    this.#limits = limits
  }

  /** Does the work when its turn has come; gives `undefined`, and does nothing, where too many wait already. */
  async take<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#running < this.#limits.running) this.#running++
    else if (this.#waiting.length < this.#limits.waiting) await this.#wait()
    else return undefined
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  /** Resolves when another's turn was handed on. */
  #wait(): Promise<void> {
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  #leave(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#running--
  }
}
