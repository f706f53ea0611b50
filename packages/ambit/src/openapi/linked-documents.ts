// RFC 3986 §5
import { ConfigError } from '../config/config-error.ts'
import { type FetchDocument, openDocument } from './document-source.ts'
import { parseDocument } from './parse-document.ts'

/** A document as it was read. */
type ReadDocument = { readonly text: string; readonly value: unknown }

/** A document and those that it refers to, each read once. */
export type LinkedDocuments = {
  /** Where the first document is. */
  readonly location: URL
  /** Reads a document, with what it says. @throws {ConfigError} where it may not or cannot be read or parsed */
  readonly read: (location: URL) => Promise<ReadDocument>
}

/** Where documents are found. */
export type LoadOptions = {
  /** The folder in which a relative path begins. */
  readonly folder: string
  readonly fetch?: FetchDocument
}

const mostDocuments = 200

/**
 * Opens a document and the way to those beside it.
 * @throws {ConfigError} when it may not be opened
 */
export async function openDocuments(
  given: string,
  { folder, fetch = globalThis.fetch }: LoadOptions,
): Promise<LinkedDocuments> {
  const source = await openDocument(given, { folder, fetch })
  const documents = new Map<string, Promise<ReadDocument>>()
  const read = (location: URL) => {
    const known = documents.get(location.href)
    if (known !== undefined) return known
    if (documents.size >= mostDocuments) throw tooMany(source.location)
    const reading = source.read(location).then(text => ({ text, value: parseDocument(text, location.href) }))
    documents.set(location.href, reading)
    return reading
  }
  return { location: source.location, read: async location => read(location) }
}

function tooMany(location: URL): ConfigError {
  return new ConfigError([{ path: '', message: `more than ${mostDocuments} documents` }], `\`${location.href}\``)
}
