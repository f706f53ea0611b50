// RFC 6750 §2.2
import type { IncomingMessage } from 'node:http'
import { longestForm } from '../adapter.ts'

/**
 * Reads a small form, and puts it back, so that whoever reads the body later finds all of it.
 * `undefined` where it is longer, of unknown length, or somebody else began to read it, or the client has gone.
 */
export async function peekForm(incoming: IncomingMessage): Promise<string | undefined> {
  const length = Number(incoming.headers['content-length'])
  if (!(length <= longestForm) || incoming.readableDidRead || incoming.destroyed) return undefined
  return peek(incoming, length)
}

function peek(incoming: IncomingMessage, length: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const settle = (text?: string) => {
      incoming.off('readable', look).off('close', leave).off('error', leave)
      // only then is the stream as if nobody had looked
      setImmediate(resolve, text)
    }
    const leave = () => settle()
    const look = () => {
      const bytes: unknown = incoming.read(length)
      if (bytes === null) return
      incoming.unshift(bytes)
      settle(Buffer.isBuffer(bytes) ? bytes.toString() : undefined)
    }
    incoming.on('readable', look).on('close', leave).on('error', leave)
  })
}
