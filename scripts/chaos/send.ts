// RFC 9112 §9
import { type Agent, type IncomingHttpHeaders, request as sendRequest } from 'node:http'
import { text } from 'node:stream/consumers'

/** A request, as the load makes it. */
export type LoadRequest = {
  readonly method: 'GET' | 'POST'
  /** Path and query. */
  readonly target: string
  readonly form?: Readonly<Record<string, string>>
  readonly cookies?: string
}

/** Why no answer came. After `refused` nothing was sent; after the others it may have been done or not. */
export type SilenceCause = 'refused' | 'reset' | 'timeout'

/** What came of a request at a node: an answer, or none. */
export type Outcome = { readonly node: string; readonly sentAt: number; readonly endedAt: number } & (
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: IncomingHttpHeaders
      readonly body: string
    }
  | { readonly kind: 'silence'; readonly cause: SilenceCause }
)

/** Where a node is reached: its connections are kept alive. */
export type NodeAddress = { readonly name: string; readonly port: number; readonly agent: Agent }

/** Sends one request to one node; every failure is an outcome. */
export async function send(
  { name, port, agent }: NodeAddress,
  { method, target, form, cookies }: LoadRequest,
  timeout: number,
): Promise<Outcome> {
  const sentAt = performance.now()
  const body = form && new URLSearchParams(form).toString()
  const headers = {
    accept: '*/*',
    ...(cookies !== undefined && { cookie: cookies }),
    ...(body !== undefined && {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body)),
    }),
  }
  const signal = AbortSignal.timeout(timeout)
  return new Promise(resolve => {
    const end = (error: NodeJS.ErrnoException) =>
      resolve({ kind: 'silence', cause: causeOf(error), node: name, sentAt, endedAt: performance.now() })
    const sent = sendRequest({ host: '127.0.0.1', port, agent, method, path: target, headers, signal }, response => {
      const { statusCode = 0, headers: fields } = response
      text(response).then(
        read =>
          resolve({
            kind: 'answer',
            status: statusCode,
            headers: fields,
            body: read,
            node: name,
            sentAt,
            endedAt: performance.now(),
          }),
        end,
      )
    })
    sent.on('error', end)
    sent.end(body)
  })
}

function causeOf({ name, code }: NodeJS.ErrnoException): SilenceCause {
  if (name === 'AbortError' || name === 'TimeoutError' || code === 'ABORT_ERR') return 'timeout'
  return code === 'ECONNREFUSED' ? 'refused' : 'reset'
}
