/**
 * Why an address that a stranger named gave nothing. `refused`: it is none that may be called; `busy`: too many are called
 * already; `late`, `large`: over a limit; `encoded`: the body is compressed; `unreachable`: no name, no connection, or no
 * trust in it.
 */
export type OutboundFailure = 'refused' | 'busy' | 'late' | 'large' | 'encoded' | 'unreachable'

/** A request to an address that a stranger named has failed. The reason is for the operator: told to the stranger, it maps our network. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError'
  readonly failure: OutboundFailure
  readonly reason: string

  constructor(failure: OutboundFailure, reason: string) {
    super(reason)
    this.failure = failure
    this.reason = reason
  }
}
