import { request } from 'node:https'

/** What a client brings to a handshake. */
export type TlsClient = { readonly ca: string; readonly cert?: string; readonly key?: string }

/** `fetch` with a certificate of the client's; it follows nothing, and each request has a connection of its own. */
export function tlsFetch(client: TlsClient): (url: string | URL | Request, init?: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const asked = new Request(url, init)
    const body = Buffer.from(await asked.arrayBuffer())
    const { method } = asked
    const headers = { ...Object.fromEntries(asked.headers), 'content-length': body.length }
    return new Promise((resolve, reject) => {
      const sent = request(asked.url, { ...client, method, headers, agent: false }, incoming => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('end', () => resolve(responseOf(incoming.statusCode ?? 0, incoming.rawHeaders, chunks)))
      })
      sent.on('error', reject).end(body)
    })
  }
}

function responseOf(status: number, rawHeaders: readonly string[], chunks: readonly Buffer[]): Response {
  const headers = new Headers()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '')
  const body = [204, 304].includes(status) ? null : Buffer.concat(chunks)
  return new Response(body, { status, headers })
}
