import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { LockPatience } from './lock-patience.ts'

/** How a read queue deals with trouble. */
export type ReadQueueOptions = {
  /** How long to wait for another process's lock, in milliseconds. */
  readonly busyMillis: number
  /** Makes what a caller is told of what SQLite said. */
  readonly explain: (error: unknown) => unknown
}

type Unit = { readonly run: () => void; readonly reject: (error: unknown) => void }

/**
 * Does all reads of one turn of the event loop together, at its end: they take the file's lock once, and what waits for them
 * goes on together. Each sees everything that was committed before it was asked, by whatever process.
 */
export class ReadQueue {
  readonly #connection: DatabaseSync
  readonly #explain: ReadQueueOptions['explain']
  readonly #begin: StatementSync
  readonly #end: StatementSync
  readonly #dataVersion: StatementSync
  readonly #patience: LockPatience
  #units: Unit[] = []
  #foreignChanges = 0

  /** @param connection one that never waits for a lock by itself: its `busy_timeout` is 0 */
  constructor(connection: DatabaseSync, { busyMillis, explain }: ReadQueueOptions) {
    this.#connection = connection
    this.#explain = explain
    this.#begin = connection.prepare('BEGIN')
    this.#end = connection.prepare('COMMIT')
    this.#dataVersion = connection.prepare('PRAGMA data_version')
    this.#dataVersion.setReturnArrays(true)
    this.#patience = new LockPatience(busyMillis)
  }

  /** Queues a read. The work must be synchronous and must not write. */
  read<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const length = this.#units.push({ run: () => resolve(work()), reject: error => reject(this.#explain(error)) })
      if (length === 1) setImmediate(() => this.#flush())
    })
  }

  /** To be asked inside a read: a number that is another one once another connection has committed anything. */
  foreignChanges(): number {
    return this.#foreignChanges
  }

  /** Resolves when everything that is queued now has been read. */
  async drain(): Promise<void> {
    if (this.#units.length > 0) await this.read(() => undefined)
  }

  #flush(): void {
    try {
      this.#enter()
    } catch (error) {
      this.#leave()
      if (this.#patience.retry(error, () => this.#flush())) return
      for (const { reject } of this.#take()) reject(error)
      return
    }
    for (const unit of this.#take()) runAlone(unit)
    this.#leave()
  }

  /** Begins with a first read, so that the state is fixed, and the lock is had, before any work runs. */
  #enter(): void {
    this.#begin.run()
    const [version] = Object.values(this.#dataVersion.get() ?? {})
    this.#foreignChanges = Number(version)
  }

  #leave(): void {
    if (this.#connection.isOpen && this.#connection.isTransaction) this.#end.run()
  }

  #take(): readonly Unit[] {
    const units = this.#units
    this.#units = []
    this.#patience.end()
    return units
  }
}

function runAlone({ run, reject }: Unit): void {
  try {
    run()
  } catch (error) {
    reject(error)
  }
}
