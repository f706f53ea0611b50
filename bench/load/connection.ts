// RFC 9112
import { connect, type Socket } from 'node:net'

/** An answer as far as the load needs it. */
export type Answer = { readonly status: number; readonly head: string; readonly body: string }

const headEnd = Buffer.from('\r\n\r\n')

/**
 * One kept-alive HTTP/1.1 connection, one request at a time.
 * Written on the bare socket, because a general client costs more than many of the servers that it measures.
 */
export class Connection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #waiting: PromiseWithResolvers<Answer> | undefined
  #failure: Error | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', chunk => this.#receive(chunk))
    socket.on('error', error => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the server closed the connection')))
  }

  /** Connects to the origin. */
  static open(origin: string): Promise<Connection> {
    const { hostname, port } = new URL(origin)
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname)
      socket.once('error', reject)
      socket.once('connect', () => resolve(new Connection(socket)))
    })
  }

  /** Sends a whole request and gives its answer; throws where the connection fails. */
  send(request: string): Promise<Answer> {
    if (this.#failure) return Promise.reject(this.#failure)
    this.#waiting = Promise.withResolvers<Answer>()
    this.#socket.write(request, 'latin1')
    return this.#waiting.promise
  }

  /** Closes the connection. */
  close(): void {
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const answer = parseAnswer(this.#received)
    if (!answer) return
    this.#received = Buffer.alloc(0)
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve(answer)
  }

  #fail(error: Error): void {
    this.#failure = error
    this.#waiting?.reject(error)
    this.#waiting = undefined
  }
}

/** Reads an answer; undefined while it is not complete. */
export function parseAnswer(received: Buffer): Answer | undefined {
  const end = received.indexOf(headEnd)
  if (end < 0) return undefined
  const head = received.toString('latin1', 0, end)
  const body = received.subarray(end + 4)
  const status = Number(head.slice(9, 12))
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length) return body.length < Number(length) ? undefined : { status, head, body: body.toString() }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return { status, head, body: '' }
  const whole = joinChunks(body)
  return whole && { status, head, body: whole.toString() }
}

/** Joins the chunks of a body (RFC 9112 §7.1); undefined while the last one is missing. */
function joinChunks(body: Buffer): Buffer | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const line = body.indexOf('\r\n', at)
    if (line < 0) return undefined
    const size = Number.parseInt(body.toString('latin1', at, line), 16)
    const next = line + 2 + size + 2
    if (body.length < next) return undefined
    if (size === 0) return Buffer.concat(chunks)
    chunks.push(body.subarray(line + 2, next - 2))
    at = next
  }
}
