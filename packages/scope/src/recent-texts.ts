/**
 * Remembers values by text, at least the last `capacity` of them and at most twice as many, in two generations: when
 * the young one is full it becomes the old one, and the old one is forgotten.
 */
export class RecentTexts<T> {
  #young = new Map<string, T>()
  #old: ReadonlyMap<string, T> = new Map()
  readonly #capacity: number

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get(text: string): T | undefined {
    const young = this.#young.get(text)
    if (young !== undefined) return young
    const old = this.#old.get(text)
    if (old !== undefined) this.set(text, old)
    return old
  }

  set(text: string, value: T): void {
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(text, value)
  }
}
