import { closeSync, fdatasync, openSync } from 'node:fs'

/** Puts what was written to a file on disk: `fdatasync` of Node, or a test's own. */
export type SyncFile = (file: number, done: (error: Error | null) => void) => void

type Waiting = (error: Error | undefined) => void

/**
 * Puts SQLite's write-ahead log on disk without stopping the event loop: a thread of the pool waits for the disk, and
 * the next turn's work goes on meanwhile. One sync is under way at a time; who comes meanwhile shares the next.
 * The log is written in order, so a sync also covers every commit before it, whichever process made it.
 * A sync that failed once is never trusted again: what the disk then holds cannot be known.
 */
export class LogSync {
  readonly #path: string
  readonly #syncFile: SyncFile
  #file: number | undefined
  #waiting: Waiting[] = []
  #isUnderWay = false
  #failure: Error | undefined

  /** @param path the database's file; the log stands beside it */
  constructor(path: string, syncFile: SyncFile = fdatasync) {
    this.#path = `${path}-wal`
    this.#syncFile = syncFile
  }

  /** Calls back when everything that is committed by now is on disk. */
  sync(done: Waiting): void {
    this.#waiting.push(done)
    if (!this.#isUnderWay) this.#next()
  }

  /** Resolves when nothing is waited for. */
  async drain(): Promise<void> {
    if (this.#isUnderWay) await new Promise<void>(resolve => this.sync(() => resolve()))
  }

  /** Lets go of the log; nothing may be under way. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #next(): void {
    const served = this.#waiting
    this.#waiting = []
    this.#isUnderWay = true
    this.#syncOnce(error => {
      if (error) this.#failure ??= this.#explain(error)
      this.#isUnderWay = false
      for (const done of served) done(this.#failure)
      if (this.#waiting.length > 0 && !this.#isUnderWay) this.#next()
    })
  }

  #explain(cause: Error): Error {
    return new Error(`the log \`${this.#path}\` could not be put on disk; look at the disk, then start again`, {
      cause,
    })
  }

  #syncOnce(done: Waiting): void {
    if (this.#failure) return done(undefined)
    try {
      this.#file ??= openSync(this.#path, 'r+')
    } catch (error) {
      return done(error instanceof Error ? error : new Error(String(error)))
    }
    this.#syncFile(this.#file, error => done(error ?? undefined))
  }
}
