// RFC 9112
import { connect } from 'node:net'

/** A request, line by line, so that a field can come twice. */
export type RawRequest = {
  readonly method?: string
  readonly target?: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: string
}

/** What came back. */
export type RawResponse = { readonly status: number; readonly headers: Headers; readonly body: string }

/** Sends requests one after the other on one connection, the last of which closes it, and reads all answers. */
export async function sendRaw(port: number, ...requests: readonly RawRequest[]): Promise<readonly RawResponse[]> {
  const bytes = requests.map((request, index) => printRequest(request, index === requests.length - 1)).join('')
  return parseResponses(await exchangeBytes(port, bytes), requests)
}

/** Sends text and reads until the server closes. */
export async function exchangeBytes(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', chunk => void chunks.push(chunk))
  // a server may close while the rest of a long request is on its way
  socket.on('error', () => {})
  socket.write(text)
  await new Promise(resolve => socket.once('close', resolve))
  // one character a byte, as lengths are counted
  return Buffer.concat(chunks).toString('latin1')
}

function printRequest({ method = 'GET', target = '/', headers = [], body }: RawRequest, isLast: boolean): string {
  const lines = [
    ['host', 'api.example'],
    ['connection', isLast ? 'close' : 'keep-alive'],
    ...(body === undefined ? [] : [['content-length', String(Buffer.byteLength(body))]]),
    ...headers,
  ].map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`
}

/** @spec RFC 9112 §6.3: the answer to HEAD ends with its header section */
function parseResponses(text: string, requests: readonly RawRequest[]): readonly RawResponse[] {
  const responses: RawResponse[] = []
  let rest = text
  for (const { method } of requests) {
    const end = rest.indexOf('\r\n\r\n') + 4
    const [status = '', ...lines] = rest.slice(0, end - 4).split('\r\n')
    const headers = new Headers()
    for (const line of lines) headers.append(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim())
    const { body: bytes, length } = parseContent(rest.slice(end), method === 'HEAD' ? new Headers() : headers)
    const body = Buffer.from(bytes, 'latin1').toString()
    responses.push({ status: Number(status.split(' ')[1]), headers, body })
    rest = rest.slice(end + length)
  }
  return responses
}

function parseContent(text: string, headers: Headers): { readonly body: string; readonly length: number } {
  if (headers.get('transfer-encoding') === 'chunked') return parseChunks(text)
  const length = Number(headers.get('content-length') ?? 0)
  return { body: text.slice(0, length), length }
}

function parseChunks(text: string): { readonly body: string; readonly length: number } {
  let body = ''
  let at = 0
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at)
    const size = Number.parseInt(text.slice(at, lineEnd), 16)
    body += text.slice(lineEnd + 2, lineEnd + 2 + size)
    at = lineEnd + 2 + size + 2
    if (!(size > 0)) return { body, length: at }
  }
}
