/** Does work once after a span of milliseconds; answers how to call it off. */
export type Timer = (milliseconds: number, work: () => void) => () => void

/** Work that is repeated; it answers after how many milliseconds it wants to be done again. */
export type BackgroundTask = { readonly name: string; readonly first: number; readonly run: () => Promise<number> }

/** What background work is done with. */
export type BackgroundOptions = {
  readonly timer: Timer
  readonly onError: (name: string, error: unknown) => void
}

const afterFailure = 30_000

/** A timer that does not keep the process alive. */
export const unrefTimer: Timer = (milliseconds, work) => {
  const timeout = setTimeout(work, milliseconds).unref()
  return () => clearTimeout(timeout)
}

/** Begins the tasks; answers how to stop them, which waits for the work that is under way. */
export function startBackground(tasks: readonly BackgroundTask[], options: BackgroundOptions): () => Promise<void> {
  const stops = tasks.map(task => repeat(task, options))
  return async () => {
    await Promise.all(stops.map(stop => stop()))
  }
}

function repeat(task: BackgroundTask, { timer, onError }: BackgroundOptions): () => Promise<void> {
  let isStopped = false
  let underWay: Promise<void> = Promise.resolve()
  let cancel = timer(task.first, work)
  function work(): void {
    underWay = once()
  }
  async function once(): Promise<void> {
    let next = afterFailure
    try {
      next = await task.run()
    } catch (error) {
      onError(task.name, error)
    }
    if (!isStopped) cancel = timer(next, work)
  }
  return async () => {
    isStopped = true
    cancel()
    await underWay
  }
}
