import { isBusy } from './sqlite-error.ts'

/** The pause, in milliseconds, before a locked file is tried again. */
const pause = 1

/** Waits for another process's lock outside SQLite, which would stop the event loop. */
export class LockPatience {
  readonly #busyMillis: number
  #lockedSince: number | undefined

  /** @param busyMillis how long to wait for one lock, in milliseconds */
  constructor(busyMillis: number) {
    this.#busyMillis = busyMillis
  }

  /** Tries again in a moment when the error is a lock that has not lasted too long; answers whether it will. */
  retry(error: unknown, act: () => void): boolean {
    if (!isBusy(error)) return false
    this.#lockedSince ??= performance.now()
    if (performance.now() - this.#lockedSince >= this.#busyMillis) return false
    setTimeout(act, pause)
    return true
  }

  /** The lock was had, or is given up. */
  end(): void {
    this.#lockedSince = undefined
  }
}
