import type { DatabaseSync, StatementSync } from 'node:sqlite'

type Unit = {
  /** Does the work inside the transaction; what it gives back is called once the work is durable. */
  readonly run: () => () => void
  readonly reject: (error: unknown) => void
}

/**
 * Group commit: all writes of one turn of the event loop go into one transaction, so they share one fsync.
 * Each write is whole or not at all. When one throws, nothing of the turn is kept, and each is tried again alone.
 * Work must touch nothing but the database, because it can run twice.
 */
export class WriteQueue {
  readonly #connection: DatabaseSync
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  #units: Unit[] = []

  constructor(connection: DatabaseSync) {
    this.#connection = connection
    this.#begin = connection.prepare('BEGIN IMMEDIATE')
    this.#commit = connection.prepare('COMMIT')
  }

  /** Queues a write; resolves when it is on disk. */
  write<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = () => {
        const result = work()
        return () => resolve(result)
      }
      if (this.#units.push({ run, reject }) === 1) setImmediate(() => this.#flush())
    })
  }

  /** Resolves when everything that is queued now has been tried. */
  async drain(): Promise<void> {
    if (this.#units.length > 0) await this.write(() => undefined)
  }

  #flush(): void {
    const units = this.#units
    this.#units = []
    if (units.length === 1 || !this.#commitTogether(units)) for (const unit of units) this.#commitAlone(unit)
  }

  /** Answers false when a unit threw, so that nothing was kept. */
  #commitTogether(units: readonly Unit[]): boolean {
    const settle: (() => void)[] = []
    try {
      this.#begin.run()
      if (!this.#runAll(units, settle)) return false
      this.#commit.run()
    } catch (error) {
      this.#rollback()
      for (const unit of units) unit.reject(error)
      return true
    }
    for (const resolve of settle) resolve()
    return true
  }

  #runAll(units: readonly Unit[], settle: (() => void)[]): boolean {
    try {
      for (const unit of units) settle.push(unit.run())
      return true
    } catch {
      this.#rollback()
      return false
    }
  }

  #commitAlone(unit: Unit): void {
    try {
      this.#begin.run()
      const resolve = unit.run()
      this.#commit.run()
      resolve()
    } catch (error) {
      this.#rollback()
      unit.reject(error)
    }
  }

  #rollback(): void {
    if (this.#connection.isOpen && this.#connection.isTransaction) this.#connection.exec('ROLLBACK')
  }
}
