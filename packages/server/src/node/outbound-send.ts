// RFC 9110 §7.2, RFC 9112 §9
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { OutboundRequest, OutboundResponse } from '../ports/world.ts'
import { OutboundError } from './outbound-error.ts'

/** A request, the addresses that its host was found to have, and what ends it. */
export type Sending = {
  readonly url: URL
  readonly request: OutboundRequest
  /** The only ones that are connected to. */
  readonly addresses: readonly ResolvedAddress[]
  /** Certificates that are trusted instead of the machine's own. */
  readonly ca?: readonly string[]
  readonly late: Promise<never>
}

/** An address as a name was resolved to it. */
export type ResolvedAddress = { readonly address: string; readonly family: 4 | 6 }

const mostHeaderBytes = 16_384

/**
 * Sends one request on a connection of its own and reads the answer within its limits. A redirect is an answer like others.
 * @errors OutboundError `encoded`, `large`; whatever the connection fails by
 */
export async function sendOutbound(sending: Sending): Promise<OutboundResponse> {
  const client = openRequest(sending)
  try {
    const response = await Promise.race([answerOf(client), sending.late])
    const encoding = response.headers['content-encoding'] ?? 'identity'
    if (encoding !== 'identity') throw new OutboundError('encoded', 'the body is compressed; identity was asked for')
    const body = await Promise.race([readBody(response, sending.request.maxBytes), sending.late])
    return { status: response.statusCode ?? 0, headers: textHeaders(response), body }
  } finally {
    client.destroy()
  }
}

function openRequest({ url, request, addresses, ca }: Sending): ClientRequest {
  const { method = 'GET', headers, body = '' } = request
  const options = {
    method,
    headers: { 'user-agent': 'ambit', ...headers, 'accept-encoding': 'identity', connection: 'close' },
    agent: false,
    lookup: lookupOf(addresses),
    maxHeaderSize: mostHeaderBytes,
    insecureHTTPParser: false,
    rejectUnauthorized: true,
    ...(ca && { ca: [...ca] }),
  }
  const client = url.protocol === 'https:' ? secureRequest(url, options) : plainRequest(url, options)
  return client.end(body)
}

/** Answers the addresses that were judged: what the name would resolve to by now is not asked. */
function lookupOf(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_name, { all }, done) => {
    const [first] = addresses
    if (all) done(null, [...addresses])
    else done(null, first?.address ?? '', first?.family)
  }
}

function answerOf(client: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    client.on('response', resolve)
    // stays on: a request that is destroyed fails once more
    client.on('error', reject)
    // all that tells of an answer that changes the protocol
    client.on('close', () => reject(new Error('the connection was closed')))
  })
}

function readBody(response: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let length = 0
    response.on('data', (chunk: Uint8Array) => {
      length += chunk.length
      if (length <= maxBytes) chunks.push(chunk)
      else reject(new OutboundError('large', `the body is larger than ${maxBytes} bytes`))
    })
    response.on('end', () => resolve(new TextDecoder().decode(Buffer.concat(chunks))))
    response.on('error', reject)
  })
}

function textHeaders({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
