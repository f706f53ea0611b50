// RFC 9110 §15, RFC 8414 §3.2
import { type Fetch, runtimeFetch, runtimeTimer, type StartTimer } from './platform.ts'

/** What fetches for a verifier; the runtime's own where it is left out. */
export type FetchOptions = {
  readonly fetch?: Fetch
  readonly startTimer?: StartTimer
}

/** An answer whose body was small enough to be read. */
export type BoundedAnswer = { readonly status: number; readonly mediaType: string; readonly body: Uint8Array }

/** What is asked, and how large an answer may be, in bytes. */
export type BoundedRequest = Omit<RequestInit, 'redirect' | 'signal'> & { readonly url: string; readonly limit: number }

const timeout = 5_000

/**
 * Fetches within five seconds and a size, and follows no redirect: what is asked for keys and verdicts answers itself.
 * @throws {Error} without an answer in time, for a redirect and for an answer that is too large
 */
export async function fetchBounded(
  { url, limit, ...init }: BoundedRequest,
  { fetch = runtimeFetch, startTimer = runtimeTimer }: FetchOptions,
): Promise<BoundedAnswer> {
  const controller = new AbortController()
  const late = Promise.withResolvers<never>()
  const stopTimer = startTimer(timeout, () => {
    const error = new Error(`no answer within ${timeout / 1000} seconds`)
    controller.abort(error)
    late.reject(error)
  })
  const answering = (async () =>
    readBounded(await fetch(url, { ...init, redirect: 'manual', signal: controller.signal }), limit))()
  // a `fetch` that does not heed its signal is not waited for either
  return Promise.race([answering, late.promise]).finally(stopTimer)
}

async function readBounded(response: Response, limit: number): Promise<BoundedAnswer> {
  // `manual` and not `error`, which not every runtime has; a `fetch` may still have followed
  if (response.redirected || response.type === 'opaqueredirect') throw new Error('it redirects elsewhere')
  const [mediaType = ''] = (response.headers.get('content-type') ?? '').split(';')
  return {
    status: response.status,
    mediaType: mediaType.trim().toLowerCase(),
    body: await readAll(response.body, limit),
  }
}

/** Reads a stream to its end. @throws {Error} when it holds more than `limit` bytes, and reads no further */
export async function readAll(stream: ReadableStream<Uint8Array> | null, limit: number): Promise<Uint8Array> {
  if (stream === null) return new Uint8Array()
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length
    if (length > limit) return giveUp(reader, limit)
    chunks.push(part.value)
  }
  return join(chunks, length)
}

/** Nobody waits for the end of a stream that is given up: that of a copy comes only with the original's. */
function giveUp(reader: ReadableStreamDefaultReader, limit: number): never {
  reader.cancel().catch(() => undefined)
  throw new Error(`larger than ${limit} bytes`)
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const joined = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    joined.set(chunk, at)
    at += chunk.length
  }
  return joined
}
