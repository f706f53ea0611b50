/** How rows of one sort are counted, and how the oldest of them are removed. */
export type LimitedRows = {
  readonly limit: number
  /** How many more there may be until somebody looks; 0 by default. */
  readonly slack?: number
  readonly count: () => Promise<number>
  readonly removeOldest: (count: number) => Promise<void>
}

/** Of the room that a count has found, how much a node fills before it counts again; others fill it too. */
const share = 1 / 16

/**
 * Bounds how many rows of one sort there are, without a counter that all nodes would change: a node counts again once it has
 * itself filled a part of the room that it found last, and where there are too many it removes the oldest.
 * With one node there are never more than the limit and the slack. Of several nodes each may add a sixteenth of the room
 * before it counts, so up to sixteen keep the limit too, and more go beyond it by as little.
 */
export class RowLimit {
  readonly #rows: LimitedRows
  #room = 0
  #added = 0
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(rows: LimitedRows) {
    this.#rows = rows
  }

  /** A row was added: resolves when there are not too many, as far as this node must know. */
  async added(): Promise<void> {
    this.#added++
    if (this.#added > this.#room + (this.#rows.slack ?? 0)) await this.#count()
  }

  /** Resolves when there are no more than the limit, without slack, as far as this node must know. */
  async settled(): Promise<void> {
    if (this.#running) await this.#running
    if (this.#added > this.#room) await this.#count()
  }

  /** All who ask while one count is under way wait for the next one, which sees what they added. */
  #count(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#removeTooMany().finally(() => {
        this.#running = undefined
      })
      return this.#running
    }
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined
        return this.#added > this.#room ? this.#count() : undefined
      })
    return this.#next
  }

  async #removeTooMany(): Promise<void> {
    const { limit, count, removeOldest } = this.#rows
    const before = this.#added
    const found = await count()
    if (found > limit) await removeOldest(found - limit)
    this.#added -= before
    this.#room = Math.max(0, Math.floor((limit - found) * share))
  }
}
