/** The time of a run. Nothing in a run looks at another clock. */
export type RunClock = {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Rings once after so many milliseconds, unless it is cancelled by what it gives back. */
  readonly after: (milliseconds: number, ring: () => void) => () => void
}

/** What a promise gives while it is awaited at most so long and until a signal. */
export type Waited<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'timeout' | 'aborted' }

/** Limits of waiting. */
export type WaitLimits = { readonly milliseconds?: number | undefined; readonly signal?: AbortSignal | undefined }

/** Waits; ends early, and without a complaint, where the signal is given. */
export function waitOn(clock: RunClock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted === true) return resolve()
    const end = () => {
      cancel()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(milliseconds, end)
    signal?.addEventListener('abort', end, { once: true })
  })
}

/** Awaits something no longer than the limits say. What is left behind goes on unseen, and its rejection with it. */
export function awaitWithin<T>(work: Promise<T>, clock: RunClock, limits: WaitLimits): Promise<Waited<T>> {
  const { milliseconds, signal } = limits
  return new Promise((resolve, reject) => {
    const stop = (kind: 'timeout' | 'aborted') => () => end(() => resolve({ kind }))
    const onAbort = stop('aborted')
    const cancel = milliseconds === undefined ? () => {} : clock.after(milliseconds, stop('timeout'))
    const end = (then: () => void) => {
      cancel()
      signal?.removeEventListener('abort', onAbort)
      then()
    }
    work.then(
      value => end(() => resolve({ kind: 'done', value })),
      (problem: unknown) => end(() => reject(problem)),
    )
    if (signal?.aborted === true) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
  })
}
