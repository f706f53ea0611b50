// RFC 9110 §15
import { type RunClock, type Send, waitOn } from '@ambit/tester'

/** How long something is waited for. */
export type Patience = {
  readonly send: Send
  readonly clock: RunClock
  /** Milliseconds. */
  readonly most: number
  readonly signal: AbortSignal
}

const pause = 500

/** Waits until an address answers with anything but a failure of its own; says why not where time is up. */
export async function waitFor(address: URL, { send, clock, most, signal }: Patience): Promise<string | undefined> {
  const { origin, pathname, search } = address
  const until = clock.now() + most
  for (;;) {
    const headers = [['Accept', '*/*']] as const
    const exchange = await send({ method: 'GET', origin, target: `${pathname}${search}`, headers }, { signal })
    const isUp = exchange.kind === 'answered' && exchange.response.status < 500
    if (isUp) return undefined
    const last = exchange.kind === 'answered' ? `it answered ${exchange.response.status}` : exchange.failure
    if (signal.aborted) return 'the run was stopped while it waited'
    if (clock.now() + pause > until) return `\`${address.href}\` was not there in time; at last: ${last}`
    await waitOn(clock, pause, signal)
  }
}
