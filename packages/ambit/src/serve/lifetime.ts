/** What was opened for a server, closed again in the opposite order. */
export type Lifetime = {
  readonly isClosing: () => boolean
  /** Whether it closes because another has taken over, which goes on with what is asked. */
  readonly isHandedOver: () => boolean
  /** Adds a step to the closing; the last one that was added is done first. */
  readonly onClose: (step: ClosingStep) => void
  /**
   * Does the steps, each once; a second call waits for the first. Where another has taken over, connections may stay silent for
   * `linger` milliseconds, so that none is closed while its next request is under way.
   */
  readonly close: (linger?: number) => Promise<void>
}

/** Closes something; is told how long connections may linger, in milliseconds. */
type ClosingStep = (linger: number) => Promise<void>

/** Begins a lifetime that holds nothing. */
export function createLifetime(): Lifetime {
  const steps: ClosingStep[] = []
  let isClosing = false
  let isHandedOver = false
  let closing: Promise<void> | undefined
  return {
    isClosing: () => isClosing,
    isHandedOver: () => isHandedOver,
    onClose: step => void steps.unshift(step),
    close: (linger = 0) => {
      if (!isClosing) isHandedOver = linger > 0
      isClosing = true
      closing ??= closeAll(steps, linger)
      return closing
    },
  }
}

/** A step that fails does not keep the others from being done. */
async function closeAll(steps: readonly ClosingStep[], linger: number): Promise<void> {
  const errors: unknown[] = []
  for (const step of steps) await step(linger).catch((error: unknown) => errors.push(error))
  if (errors.length > 0) throw new AggregateError(errors, `the server could not be closed: ${String(errors[0])}`)
}
