/** How rows of one sort are counted, and how the oldest of them are removed. */
export type LimitedRows = {
  readonly limit: number
  /** How many more there may be until somebody looks; 0 by default. */
  readonly slack?: number
  readonly count: () => Promise<number>
  readonly removeOldest: (count: number) => Promise<void>
}

/** Of the room that a count has found, how much a node fills before it counts again; others fill it too. */
const shareOfRoom = 1 / 16
/** Of the limit, how many rows a node replaces, once there is no room, before it counts again. */
const shareOfLimit = 1 / 50

/**
 * Bounds how many rows of one sort there are, without a counter that all nodes would change: a node counts again once it has
 * itself filled a part of the room that it found last. Where there was none it removes as many of the oldest as it adds, and
 * counts only now and then, so that a flood is not made worse by being counted.
 * With one node there are never more than the limit and the slack. Of several nodes each may add a sixteenth of the room
 * before it counts, so up to sixteen keep the limit too, and more go beyond it by as little.
 */
export class RowLimit {
  readonly #rows: LimitedRows
  /** How many may be added before the next count. */
  #room = 0
  /** How many may be replaced before the next count. */
  #replaceable = 0
  #added = 0
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(rows: LimitedRows) {
    this.#rows = rows
  }

  /** A row was added: resolves when there are not too many, as far as this node must know. */
  async added(): Promise<void> {
    this.#added++
    if (this.#added > this.#room + (this.#rows.slack ?? 0)) await this.#makeRoom()
  }

  /** One that was counted is gone. */
  removed(): void {
    this.#added--
  }

  /** An unknown number of those that were counted are gone. */
  reduced(): void {
    this.#replaceable = 0
  }

  /** Resolves when there are no more than the limit, without slack, as far as this node must know. */
  async settled(): Promise<void> {
    if (this.#running) await this.#running
    if (this.#added > this.#room) await this.#makeRoom()
  }

  /** All who ask while it is under way wait for the next time, which sees what they added. */
  #makeRoom(): Promise<void> {
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
        return this.#added > this.#room ? this.#makeRoom() : undefined
      })
    return this.#next
  }

  async #removeTooMany(): Promise<void> {
    const { limit, count, removeOldest } = this.#rows
    const added = this.#added
    if (added <= this.#replaceable) {
      this.#replaceable -= added
      await removeOldest(added)
    } else {
      const found = await count()
      if (found > limit) await removeOldest(found - limit)
      this.#room = Math.max(0, Math.floor((limit - found) * shareOfRoom))
      this.#replaceable = found < limit ? 0 : Math.floor(limit * shareOfLimit)
    }
    this.#added -= added
  }
}
