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
 * With one node there are never more than the limit and the slack, but for rows that were under way while it counted, as
 * long as others follow them without a pause. Of several nodes each may add a sixteenth of the room before it counts, so up to
 * sixteen keep the limit too, and more go beyond it by as little.
 */
export class RowLimit {
  readonly #rows: LimitedRows
  /** How many may be added before the next count. */
  #room = 0
  /** How many may be replaced before the next count. */
  #replaceable = 0
  /** How many were added since the last count, and how many are being added. */
  #added = 0
  #underWay = 0
  /** How many counts have ended; whether one is under way; whether something was added during one, so that nobody knows whether it was counted. */
  #counts = 0
  #isCounting = false
  #isUncertain = false
  #addedMeanwhile = 0
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(rows: LimitedRows) {
    this.#rows = rows
  }

  /** Adds a row by `insert`, which answers whether it did; resolves when there are not too many, as far as this node must know. */
  async add(insert: () => Promise<boolean>): Promise<boolean> {
    const counts = this.#counts
    this.#underWay++
    let isAdded = true
    try {
      isAdded = await insert()
    } finally {
      this.#underWay--
      if (isAdded) this.#note(counts !== this.#counts)
    }
    if (isAdded && this.#isDue(this.#rows.slack)) await this.#makeRoom()
    return isAdded
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
    if (this.#isDue()) await this.#makeRoom()
  }

  /** What may have been counted is taken for one more while there is room, which only makes the next count earlier. */
  #note(isUncertain: boolean): void {
    if (this.#isCounting) this.#addedMeanwhile++
    else if (isUncertain && this.#room === 0) this.#isUncertain = true
    else this.#added++
  }

  /** Whether there is room is known only once the count has ended. */
  #noteMeanwhile(): void {
    if (this.#room > 0) this.#added += this.#addedMeanwhile
    else if (this.#addedMeanwhile > 0) this.#isUncertain = true
    this.#addedMeanwhile = 0
  }

  #isDue(slack = 0): boolean {
    return this.#added > this.#room + slack || this.#mustCount()
  }

  #mustCount(): boolean {
    return this.#isUncertain && this.#underWay === 0
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
        return this.#isDue() ? this.#makeRoom() : undefined
      })
    return this.#next
  }

  async #removeTooMany(): Promise<void> {
    const added = this.#added
    if (added <= this.#replaceable && !this.#mustCount()) {
      this.#replaceable -= added
      await this.#rows.removeOldest(added)
      this.#added -= added
      return
    }
    const { limit, removeOldest } = this.#rows
    const found = await this.#count()
    this.#added -= added
    this.#room = Math.max(0, Math.floor((limit - found) * shareOfRoom))
    this.#replaceable = found < limit ? 0 : Math.floor(limit * shareOfLimit)
    this.#noteMeanwhile()
    if (found > limit) await removeOldest(found - limit)
  }

  async #count(): Promise<number> {
    this.#isUncertain = false
    this.#isCounting = true
    try {
      return await this.#rows.count()
    } catch (error) {
      this.#isUncertain = true
      this.#noteMeanwhile()
      throw error
    } finally {
      this.#isCounting = false
      this.#counts++
    }
  }
}
