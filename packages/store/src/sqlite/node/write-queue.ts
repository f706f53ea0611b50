import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { isBusy } from './sqlite-error.ts'

type Unit = {
  /** Does the work inside the transaction; what it gives back is called once the work is durable. */
  readonly run: () => () => void
  readonly reject: (error: unknown) => void
}

/** The pause, in milliseconds, before a locked file is tried again. */
const pause = 1

/**
 * Group commit: all writes of one turn of the event loop go into one transaction, so they share one fsync.
 * Each write is whole or not at all. When one throws, nothing of the turn is kept, and each is tried again alone.
 * Work must touch nothing but the database, because it can run twice. While another process writes, the event loop goes
 * on: the transaction is begun in a later turn, with what has come in by then.
 */
export class WriteQueue {
  readonly #connection: DatabaseSync
  readonly #busyMillis: number
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  #units: Unit[] = []
  #isScheduled = false
  #lockedSince: number | undefined

  constructor(connection: DatabaseSync, busyMillis: number) {
    this.#connection = connection
    this.#busyMillis = busyMillis
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
      this.#units.push({ run, reject })
      if (this.#isScheduled) return
      this.#isScheduled = true
      setImmediate(() => this.#flush())
    })
  }

  /** Resolves when everything that is queued now has been tried. */
  async drain(): Promise<void> {
    if (this.#units.length > 0) await this.write(() => undefined)
  }

  #flush(): void {
    try {
      this.#beginAtOnce()
    } catch (error) {
      if (isBusy(error) && this.#mayWait()) setTimeout(() => this.#flush(), pause)
      else this.#rejectAll(this.#take(), error)
      return
    }
    const units = this.#take()
    if (!this.#commitTogether(units)) for (const unit of units) this.#commitAlone(unit)
  }

  /** Begins without waiting for a lock inside SQLite, where it would stop the event loop. */
  #beginAtOnce(): void {
    this.#connection.exec('PRAGMA busy_timeout = 0')
    try {
      this.#begin.run()
    } finally {
      this.#connection.exec(`PRAGMA busy_timeout = ${this.#busyMillis}`)
    }
  }

  #mayWait(): boolean {
    this.#lockedSince ??= performance.now()
    return performance.now() - this.#lockedSince < this.#busyMillis
  }

  #take(): readonly Unit[] {
    const units = this.#units
    this.#units = []
    this.#isScheduled = false
    this.#lockedSince = undefined
    return units
  }

  /** Runs all in the open transaction. Answers false when a unit threw, so that nothing was kept. */
  #commitTogether(units: readonly Unit[]): boolean {
    const settle: (() => void)[] = []
    if (!this.#runAll(units, settle)) return false
    try {
      this.#commit.run()
    } catch (error) {
      this.#rollback()
      this.#rejectAll(units, error)
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

  #rejectAll(units: readonly Unit[], error: unknown): void {
    for (const unit of units) unit.reject(error)
  }

  #rollback(): void {
    if (this.#connection.isOpen && this.#connection.isTransaction) this.#connection.exec('ROLLBACK')
  }
}
