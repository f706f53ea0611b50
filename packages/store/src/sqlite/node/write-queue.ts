import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { LockPatience } from './lock-patience.ts'
import type { LogSync } from './log-sync.ts'

type Unit = {
  /** Does the work inside the transaction; what it gives back is called once the work is durable. */
  readonly run: () => () => void
  readonly reject: (error: unknown) => void
}

/**
 * Group commit: all writes of one turn of the event loop go into one transaction, and each resolves when the log that holds
 * it is on disk; meanwhile the event loop goes on with the next turn.
 * Each write is whole or not at all. When one throws, nothing of the turn is kept, and each is tried again alone.
 * Work must touch nothing but the database, because it can run twice. While another process writes, the event loop goes
 * on: the transaction is begun in a later turn, with what has come in by then.
 */
export class WriteQueue {
  readonly #connection: DatabaseSync
  readonly #busyMillis: number
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  readonly #patience: LockPatience
  readonly #log: Pick<LogSync, 'sync'>
  #units: Unit[] = []
  #isScheduled = false

  /** @param connection one that never waits for a lock by itself: its `busy_timeout` is 0 */
  constructor(
    connection: DatabaseSync,
    { busyMillis, log }: { readonly busyMillis: number; readonly log: Pick<LogSync, 'sync'> },
  ) {
    this.#connection = connection
    this.#log = log
    this.#busyMillis = busyMillis
    this.#begin = connection.prepare('BEGIN IMMEDIATE')
    this.#commit = connection.prepare('COMMIT')
    this.#patience = new LockPatience(busyMillis)
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
      this.#begin.run()
    } catch (error) {
      if (!this.#patience.retry(error, () => this.#flush())) this.#rejectAll(this.#take(), error)
      return
    }
    const units = this.#take()
    if (!this.#commitTogether(units)) this.#commitEach(units)
  }

  #take(): readonly Unit[] {
    const units = this.#units
    this.#units = []
    this.#isScheduled = false
    this.#patience.end()
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
    this.#log.sync(error => {
      if (error) this.#rejectAll(units, error)
      else for (const resolve of settle) resolve()
    })
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

  /** This is rare, so here another process's lock is waited for where it is met. */
  #commitEach(units: readonly Unit[]): void {
    this.#connection.exec(`PRAGMA busy_timeout = ${this.#busyMillis}`)
    for (const unit of units) this.#commitAlone(unit)
    this.#connection.exec('PRAGMA busy_timeout = 0')
  }

  #commitAlone(unit: Unit): void {
    try {
      this.#begin.run()
      const resolve = unit.run()
      this.#commit.run()
      this.#log.sync(error => (error ? unit.reject(error) : resolve()))
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
