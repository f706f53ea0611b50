import type { Seconds } from '@ambit/protocol'

/**
 * The store cannot be reached, is overloaded, or is just changing its leader. What was asked for may or may not have been
 * done; whoever asked is told so honestly (503 with `Retry-After`), and is never told that something was done which is not durable.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  /** After how long it is worth asking again. */
  readonly retryAfter: Seconds

  /** @param message what happened, for the operator; without any secret */
  constructor(message: string, options: ErrorOptions & { readonly retryAfter: Seconds }) {
    super(message, options)
    this.retryAfter = options.retryAfter
  }
}
