// RFC 9112 §9
import type { Socket } from 'node:net'
import type { ReadOutcome, ResponseReader } from '../wire/response-reader.ts'
import { breakTrouble, type Trouble, troubleOf } from './connect.ts'

/** What one request on one connection came to. */
export type Talk =
  | (ReadOutcome & { readonly kind: 'response' })
  | Trouble
  /** The connection broke before a byte of the answer came. */
  | { readonly kind: 'unheard'; readonly trouble: Trouble }

/** Sends bytes and reads one answer. The connection is the caller's again afterwards, without listeners of this one. */
export function talk(socket: Socket, bytes: Uint8Array, reader: ResponseReader, signal: AbortSignal): Promise<Talk> {
  const { promise, resolve } = Promise.withResolvers<Talk>()
  const listeners = {
    data: (chunk: Uint8Array) => {
      const outcome = reader.push(chunk)
      if (outcome !== undefined) settle(talkOf(outcome))
    },
    end: () => settle(reader.hasBegun ? talkOf(reader.end()) : unheard(talkOf(reader.end()))),
    close: () => settle(reader.hasBegun ? talkOf(reader.end()) : unheard(talkOf(reader.end()))),
    error: (error: Error) => settle(reader.hasBegun ? breakTrouble(error) : unheard(breakTrouble(error))),
  }
  const onAbort = () => {
    const trouble = troubleOf(signal.reason)
    const outcome = trouble.failure === 'timeout' ? reader.cut() : undefined
    settle(outcome === undefined ? trouble : talkOf(outcome))
  }
  const settle = (result: Talk) => {
    signal.removeEventListener('abort', onAbort)
    for (const [event, listener] of Object.entries(listeners)) socket.removeListener(event, listener)
    resolve(result)
  }
  for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener)
  if (signal.aborted) onAbort()
  else if (socket.destroyed) listeners.close()
  else signal.addEventListener('abort', onAbort)
  socket.write(bytes)
  return promise
}

function talkOf(outcome: ReadOutcome): Exclude<Talk, { kind: 'unheard' }> {
  if (outcome.kind === 'response') return outcome
  return { kind: 'failed', failure: outcome.kind === 'malformed' ? 'malformed' : 'reset', detail: outcome.detail }
}

function unheard(result: Exclude<Talk, { kind: 'unheard' }>): Talk {
  return result.kind === 'failed' ? { kind: 'unheard', trouble: result } : result
}
