/** How long a worker must live, in milliseconds, for its end to be an accident and no fault that comes again. */
const longLife = 10_000
const first = 100
const longest = 10_000

/** Says how long to wait before a worker is replaced: not at all after an accident, ever longer while it ends again and again. */
export class Backoff {
  #early = 0

  /** The pause in milliseconds after a worker that lived so long. */
  after(life: number): number {
    this.#early = life < longLife ? this.#early + 1 : 0
    return this.#early < 2 ? 0 : Math.min(first * 2 ** (this.#early - 2), longest)
  }
}
