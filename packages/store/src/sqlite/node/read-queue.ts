import type { DatabaseSync, StatementSync } from 'node:sqlite'

/**
 * Does all reads of one turn of the event loop together, at its end: they take the file's lock once, and what waits for them
 * goes on together. Each sees everything that was committed before it was asked, by whatever process.
 */
export class ReadQueue {
  readonly #connection: DatabaseSync
  readonly #explain: (error: unknown) => unknown
  readonly #begin: StatementSync
  readonly #end: StatementSync
  readonly #dataVersion: StatementSync
  #units: (() => void)[] = []
  #foreignChanges: number | undefined

  /** @param explain makes what a caller is told of what SQLite said */
  constructor(connection: DatabaseSync, explain: (error: unknown) => unknown) {
    this.#connection = connection
    this.#explain = explain
    this.#begin = connection.prepare('BEGIN')
    this.#end = connection.prepare('COMMIT')
    this.#dataVersion = connection.prepare('PRAGMA data_version')
  }

  /** Queues a read. The work must be synchronous and must not write. */
  read<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const length = this.#units.push(() => {
        try {
          resolve(work())
        } catch (error) {
          reject(this.#explain(error))
        }
      })
      if (length === 1) setImmediate(() => this.#flush())
    })
  }

  /** To be asked inside a read: a number that is another one once another connection has committed anything. */
  foreignChanges(): number {
    this.#foreignChanges ??= Number(this.#dataVersion.get()?.['data_version'])
    return this.#foreignChanges
  }

  /** Resolves when everything that is queued now has been read. */
  async drain(): Promise<void> {
    if (this.#units.length > 0) await this.read(() => undefined)
  }

  #flush(): void {
    const units = this.#units
    this.#units = []
    this.#foreignChanges = undefined
    // closed: each read fails by itself
    if (this.#connection.isOpen) this.#begin.run()
    for (const unit of units) unit()
    if (this.#connection.isOpen && this.#connection.isTransaction) this.#end.run()
  }
}
