/** How rows of one sort are counted, and how the oldest of them are removed. */
export type LimitedRows = {
  readonly limit: number
  readonly count: () => Promise<number>
  readonly removeOldest: (count: number) => Promise<void>
}

/** Of the room that a count has found, how much a node fills before it counts again; others fill it too. */
const share = 1 / 16

/**
 * Bounds how many rows of one sort there are, without a counter that all nodes change: a node counts again once it has
 * itself filled a part of the room that it found last, and where there are too many it removes the oldest.
 * With one node there are never more than the limit; with several there may be more by what the others add between two counts,
 * each at most a sixteenth of the room.
 */
export class RowLimit {
  readonly #rows: LimitedRows
  #room = 0
  #added = 0
  #counting: Promise<void> | undefined

  constructor(rows: LimitedRows) {
    this.#rows = rows
  }

  /** A row was added: resolves when there is no row too many, as far as this node must know. */
  async added(): Promise<void> {
    this.#added++
    if (this.#added > this.#room) await this.enforce()
  }

  /** Counts, unless nothing was added since, and removes what is too many. */
  async enforce(): Promise<void> {
    while (this.#counting) await this.#counting
    if (this.#added === 0 || this.#added <= this.#room) return
    this.#counting = this.#count().finally(() => {
      this.#counting = undefined
    })
    await this.#counting
  }

  async #count(): Promise<void> {
    const { limit, count, removeOldest } = this.#rows
    const addedBefore = this.#added
    const found = await count()
    if (found > limit) await removeOldest(found - limit)
    this.#room = Math.max(0, Math.floor((limit - found) * share))
    this.#added -= addedBefore
  }
}
