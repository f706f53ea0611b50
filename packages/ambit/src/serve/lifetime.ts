/** What was opened for a server, closed again in the opposite order. */
export type Lifetime = {
  readonly isClosing: () => boolean
  /** Adds a step to the closing; the last one that was added is done first. */
  readonly onClose: (step: () => Promise<void>) => void
  /** Does the steps, each once; a second call waits for the first. */
  readonly close: () => Promise<void>
}

/** Begins a lifetime that holds nothing. */
export function createLifetime(): Lifetime {
  const steps: (() => Promise<void>)[] = []
  let isClosing = false
  let closing: Promise<void> | undefined
  return {
    isClosing: () => isClosing,
    onClose: step => void steps.unshift(step),
    close: () => {
      isClosing = true
      closing ??= closeAll(steps)
      return closing
    },
  }
}

/** A step that fails does not keep the others from being done. */
async function closeAll(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = []
  for (const step of steps) await step().catch((error: unknown) => errors.push(error))
  if (errors.length > 0) throw new AggregateError(errors, `the server could not be closed: ${String(errors[0])}`)
}
