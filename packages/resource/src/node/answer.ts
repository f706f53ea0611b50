// RFC 9110, RFC 9112 §9.3
import type { IncomingMessage } from 'node:http'
import type { HttpResponse } from '@ambit/protocol'
import type { NodeResponse } from './request.ts'

// a body up to this length is read to its end and thrown away, so that the connection can carry the next request
const longestDiscarded = 524_288

/** Answers with a response value, beside the header fields that are set already; does nothing where the client has gone. */
export function answer(outgoing: NodeResponse, { status, headers, body }: HttpResponse): void {
  if (outgoing.destroyed || outgoing.headersSent) return
  outgoing.statusCode = status
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value)
  outgoing.setHeader('content-length', Buffer.byteLength(body))
  if (mustClose(outgoing.req)) outgoing.setHeader('connection', 'close')
  outgoing.end(body)
}

function mustClose({ complete, headers, httpVersionMajor }: IncomingMessage): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = headers
  return !complete && httpVersionMajor < 2 && (coding !== undefined || Number(length) > longestDiscarded)
}
