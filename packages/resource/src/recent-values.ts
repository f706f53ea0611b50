/** Values by name, of which only so many are kept: what was put in first goes first. */
export class RecentValues<Value> {
  readonly #capacity: number
  readonly #values = new Map<string, Value>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#values.size
  }

  get(name: string): Value | undefined {
    return this.#values.get(name)
  }

  /** Puts in a value, and gives it back. */
  set(name: string, value: Value): Value {
    const [oldest] = this.#values.keys()
    if (this.#values.size >= this.#capacity && oldest !== undefined) this.#values.delete(oldest)
    this.#values.set(name, value)
    return value
  }
}
