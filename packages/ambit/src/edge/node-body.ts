// RFC 9112 §6
import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'

/** A body that was read, or a client that went away. */
export type NodeBody =
  | {
      readonly kind: 'read'
      /** `undefined`: longer than allowed, or not UTF-8. */
      readonly text: string | undefined
      /** Whether all of it came, so that the connection can carry another request. */
      readonly isComplete: boolean
    }
  | { readonly kind: 'aborted' }

const empty: NodeBody = { kind: 'read', text: '', isComplete: true }
const cut: NodeBody = { kind: 'read', text: undefined, isComplete: false }

// a client that sends a little too much reads its answer only when it has sent everything; so much is thrown away for it
const discardFactor = 8

/** Reads a body of at most `maxLength` bytes; keeps nothing of a longer one, and stops reading one that is far longer. */
export async function readNodeBody(incoming: IncomingMessage, maxLength: number): Promise<NodeBody> {
  const { 'content-length': announced, 'transfer-encoding': coding } = incoming.headers
  if (announced === undefined && coding === undefined) return empty
  if (Number(announced ?? 0) > maxLength * discardFactor) return cut
  return new Promise(resolve => collect(incoming, maxLength, resolve))
}

function collect(incoming: IncomingMessage, maxLength: number, resolve: (body: NodeBody) => void): void {
  let chunks: Buffer[] = []
  let length = 0
  incoming.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length <= maxLength) return void chunks.push(chunk)
    chunks = []
    if (length <= maxLength * discardFactor) return
    incoming.pause()
    resolve(cut)
  })
  incoming.on('end', () =>
    resolve({ kind: 'read', text: length <= maxLength ? decode(chunks) : undefined, isComplete: true }),
  )
  incoming.on('error', () => resolve({ kind: 'aborted' }))
  incoming.on('close', () => resolve({ kind: 'aborted' }))
}

function decode(chunks: readonly Buffer[]): string | undefined {
  const [first] = chunks
  const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}
