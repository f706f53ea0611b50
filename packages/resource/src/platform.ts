import { type EpochSeconds, epochSeconds } from '@ambit/protocol'

/** Time as an argument. */
export type Clock = { readonly now: () => EpochSeconds }

/** The part of `fetch` that verifiers use. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** The machine's own clock. */
export const systemClock: Clock = { now: () => epochSeconds(Date.now() / 1000) }

/** The runtime's own `fetch`. */
export const runtimeFetch: Fetch = (url, init) => fetch(url, init)
