import { type EpochSeconds, epochSeconds } from '@ambit/protocol'
import type { RequestId } from './ports/ids.ts'
import type { Clock, Crypto } from './ports/world.ts'

const requestIdSyntax = /^([0-9a-z]{8,9})-[A-Za-z0-9_-]{12}$/

/** Makes the id of a request: its time in base 36, so that lookups know where to look, and 72 random bits. */
export function makeRequestId(world: { readonly clock: Clock; readonly crypto: Crypto }): RequestId {
  return `${timeText(world.clock.millis())}-${world.crypto.random(9)}` as RequestId
}

/** Requests of one millisecond share the text of their time, which is dear to print. */
let last = { millis: 0, text: '0' }

function timeText(millis: number): string {
  if (last.millis !== millis) last = { millis, text: millis.toString(36) }
  return last.text
}

/** A request id from text that an operator pasted; `undefined` when it is none. */
export function parseRequestId(text: string): { readonly requestId: RequestId; readonly at: EpochSeconds } | undefined {
  const time = requestIdSyntax.exec(text)?.[1]
  if (time === undefined) return undefined
  return { requestId: text as RequestId, at: epochSeconds(Number.parseInt(time, 36) / 1000) }
}
