type Event = { readonly at: number; readonly order: number; readonly act: () => void }

/** Time that passes by what happens in it; in microseconds. Events of one time happen in the order in which they were asked for. */
export class EventQueue {
  readonly #heap: Event[] = []
  #now = 0
  #made = 0

  get now(): number {
    return this.#now
  }

  /** Lets something happen after a span. */
  after(span: number, act: () => void): void {
    this.#heap.push({ at: this.#now + span, order: this.#made++, act })
    this.#rise(this.#heap.length - 1)
  }

  /** Lets time pass. */
  run(until: number): void {
    for (let next = this.#heap[0]; next && next.at <= until; next = this.#heap[0]) {
      this.#removeFirst()
      this.#now = next.at
      next.act()
    }
    this.#now = until
  }

  #rise(start: number): void {
    for (let index = start; index > 0; ) {
      const parent = (index - 1) >> 1
      if (!this.#swapIfLater(parent, index)) return
      index = parent
    }
  }

  #removeFirst(): void {
    const last = this.#heap.pop()
    if (!last || this.#heap.length === 0) return
    this.#heap[0] = last
    for (let index = 0; ; ) {
      const [left, right] = [2 * index + 1, 2 * index + 2]
      const child = this.#isLater(left, right) ? right : left
      if (!this.#swapIfLater(index, child)) return
      index = child
    }
  }

  #swapIfLater(parent: number, child: number): boolean {
    const [above, below] = [this.#heap[parent], this.#heap[child]]
    if (!above || !below || !this.#isLater(parent, child)) return false
    this.#heap[parent] = below
    this.#heap[child] = above
    return true
  }

  #isLater(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]]
    return a !== undefined && b !== undefined && (a.at > b.at || (a.at === b.at && a.order > b.order))
  }
}
