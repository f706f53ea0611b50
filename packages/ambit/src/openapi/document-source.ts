// RFC 3986 §5, RFC 9110 §15.4

import { isUtf8 } from 'node:buffer'
import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ConfigError } from '../config/config-error.ts'
import { isLoopback } from '../config/values.ts'

/** The part of `fetch` that documents are fetched with. */
export type FetchDocument = (url: string, init: RequestInit) => Promise<Response>

/** Reads documents: the first one, and those that it refers to as far as they belong to it. */
export type DocumentSource = {
  /** Where the first document is. */
  readonly location: URL
  /** Reads the text of a document. @throws {ConfigError} where it may not or cannot be read */
  readonly read: (location: URL) => Promise<string>
}

const largest = 10_000_000
const timeout = 10_000

/**
 * Opens a document by its path or URL. What it refers to is read only below its own folder, symbolic links followed, or from
 * its own origin: a description of an API is no licence to read this machine or its network.
 * @throws {ConfigError} for a URL that is neither https nor loopback http, and for a file that is not there
 */
export async function openDocument(
  given: string,
  { folder, fetch }: { readonly folder: string; readonly fetch: FetchDocument },
): Promise<DocumentSource> {
  if (/^https?:/i.test(given)) return webSource(given, fetch)
  const path = await realpath(resolve(folder, given)).catch(() => undefined)
  if (path === undefined) throw problem(given, 'there is no such file')
  return fileSource(path)
}

function fileSource(path: string): DocumentSource {
  const root = dirname(path)
  const below = root.endsWith(sep) ? root : `${root}${sep}`
  return {
    location: pathToFileURL(path),
    read: async location => {
      const wanted = pathOf(location)
      // judged by its text first: what is elsewhere is not even asked whether it exists
      if (wanted?.startsWith(below) !== true)
        throw problem(wanted ?? location.href, `only files below \`${root}\` are read`)
      const real = await realpath(wanted).catch(() => undefined)
      if (real === undefined) throw problem(wanted, 'there is no such file')
      if (!real.startsWith(below)) throw problem(wanted, `only files below \`${root}\` are read`)
      return readText(real)
    },
  }
}

/** The path of a file on this machine; a host, an encoded slash or a stray percent sign names none. */
function pathOf(location: URL): string | undefined {
  if (location.protocol !== 'file:') return undefined
  try {
    return fileURLToPath(location)
  } catch {
    return undefined
  }
}

async function readText(path: string): Promise<string> {
  const facts = await stat(path)
  if (!facts.isFile()) throw problem(path, 'this is no file')
  if (facts.size > largest) throw problem(path, `it is larger than ${largest} bytes`)
  return decode(await readFile(path), path)
}

function webSource(given: string, fetch: FetchDocument): DocumentSource {
  const location = URL.parse(given)
  if (location === null || location.username !== '' || location.password !== '')
    throw problem(given, 'this is no URL without credentials')
  if (location.protocol !== 'https:' && !isLoopback(location.hostname))
    throw problem(given, 'https is wanted; http only on this machine')
  return {
    location,
    read: wanted => {
      if (wanted.origin !== location.origin)
        throw problem(wanted.href, `only documents of \`${location.origin}\` are read`)
      return download(wanted.href, fetch)
    },
  }
}

async function download(url: string, fetch: FetchDocument): Promise<string> {
  try {
    const headers = { accept: 'application/yaml, application/json, text/yaml, */*;q=0.1' }
    const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(timeout) })
    if (response.status !== 200) throw new Error(`the answer's status is ${response.status}`)
    return decode(await collect(response), url)
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw problem(url, `it cannot be fetched: ${wordsOf(error)}`)
  }
}

/** `fetch` says only that it failed; why it did stands behind it. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  const { cause, message } = error
  if (!(cause instanceof Error)) return message
  const why = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
  return why === '' ? message : `${message}, ${why}`
}

async function collect(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > largest) throw new Error(`it is larger than ${largest} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function decode(bytes: Buffer, location: string): string {
  if (!isUtf8(bytes)) throw problem(location, 'it is no UTF-8')
  return bytes.toString('utf8')
}

function problem(location: string, message: string): ConfigError {
  return new ConfigError([{ path: '', message }], `\`${location}\``)
}
