// OpenAPI 3.2 §4.1, §4.23; RFC 3986 §5; RFC 6901
import { dirname, join } from 'node:path'
import { type OpenApiProblem, pointerIn, valueAt } from '@ambit/policy'
import { type FoundReference, referencesIn } from '@ambit/tester'
import { ConfigError } from '../config/config-error.ts'
import { isObject } from '../config/fields.ts'
import { type LinkedDocuments, type LoadOptions, openDocuments } from './linked-documents.ts'
import { createLocator, type Locate } from './locate.ts'

/** A document in which each reference leads into the document itself. */
export type ApiDocument = {
  /** The path or URL of the document. */
  readonly location: string
  readonly document: unknown
  /** Where it was read, for servers that are relative to it; absent for a file. */
  readonly documentUrl?: string
  /** Finds a pointer's place in the text that it comes from, be it another document's. */
  readonly locate: Locate
  /** References that could not be followed; they stand as they were. */
  readonly problems: readonly OpenApiProblem[]
}

/** The member under which other documents stand: their references become references into it. */
const otherDocuments = 'x-ambit-documents'

/** A document that belongs to the first one. */
type Part = {
  readonly location: URL
  /** What stands before its pointers; empty for the first document. */
  readonly prefix: string
  readonly value: unknown
  readonly locate: Locate
  /** What was searched for references. */
  readonly seen: Set<object>
}

type Bundle = {
  readonly documents: LinkedDocuments
  /** What the user called the first document. */
  readonly given: string
  readonly parts: Map<string, Part>
  /** What references lead to, and where they may stand again. */
  readonly searches: { readonly part: Part; readonly from: string }[]
  readonly problems: OpenApiProblem[]
}

/**
 * Loads an OpenAPI document, YAML or JSON, with everything that it refers to, rings included. Read is only what `loadOpenApi`
 * would read: below the document's own folder, or from its own origin.
 * @throws {ConfigError} when the document itself cannot be read or parsed
 * @example
 * const { document, locate, problems } = await loadApiDocument('api.yaml', { folder: process.cwd() })
 * const { api } = readApi(document, { locate, loading: problems })
 */
export async function loadApiDocument(given: string, options: LoadOptions): Promise<ApiDocument> {
  const documents = await openDocuments(given, options)
  const bundle: Bundle = { documents, given, parts: new Map(), searches: [], problems: [] }
  const first = await partAt(bundle, documents.location)
  bundle.searches.push({ part: first, from: '' })
  for (let next = bundle.searches.shift(); next !== undefined; next = bundle.searches.shift()) {
    const { part, from } = next
    for (const found of referencesIn(part.value, { from, seen: part.seen })) await redirect(bundle, part, found)
  }
  const others = [...bundle.parts.values()].filter(part => part !== first)
  const isWeb = documents.location.protocol !== 'file:'
  return {
    location: given,
    document: others.length === 0 ? first.value : withOthers(first.value, others),
    ...(isWeb && { documentUrl: documents.location.href }),
    locate: pointer => locateIn(first, others, pointer),
    problems: bundle.problems,
  }
}

async function partAt({ documents, given, parts }: Bundle, location: URL): Promise<Part> {
  const known = parts.get(location.href)
  if (known !== undefined) return known
  const { text, value } = await documents.read(location)
  const isFirst = location.href === documents.location.href
  const name = nameOf(location, documents.location)
  const isWeb = location.protocol !== 'file:'
  const file = isFirst ? given : isWeb ? location.href : join(dirname(given), name)
  const prefix = isFirst ? '' : `/${otherDocuments}/${escaped(name)}`
  const part: Part = { location, prefix, value, locate: createLocator(text, file), seen: new Set() }
  parts.set(location.href, part)
  return part
}

/** The name of a document as seen from the first one. */
function nameOf(location: URL, first: URL): string {
  const folder = new URL('.', first).href
  const name = location.href.startsWith(folder) ? location.href.slice(folder.length) : location.href
  return pointerIn(`/${name}`)?.slice(1) ?? name
}

/** Lets a reference lead to the same place in the bundle. The values were parsed for this call alone, so they may be changed. */
async function redirect(bundle: Bundle, part: Part, { holder, pointer, reference }: FoundReference): Promise<void> {
  if (reference.startsWith('#') && part.prefix === '') return
  const target = await targetOf(bundle, part, reference).catch((error: unknown) => {
    if (error instanceof ConfigError) return { problem: error.problems[0]?.message ?? error.message }
    throw error
  })
  if ('problem' in target) {
    const place = `${part.prefix}${pointer}/$ref`
    bundle.problems.push({ severity: 'warning', pointer: place, message: `\`${reference}\`: ${target.problem}` })
  } else Reflect.set(holder, '$ref', `#${encodeURI(target.pointer.toWellFormed())}`)
}

async function targetOf(
  bundle: Bundle,
  part: Part,
  reference: string,
): Promise<{ readonly pointer: string } | { readonly problem: string }> {
  const url = URL.parse(reference, part.location.href)
  if (url === null) return { problem: 'this is no reference' }
  const pointer = pointerIn(url.hash.slice(1))
  if (pointer === undefined) return { problem: 'the fragment is no JSON pointer' }
  url.hash = ''
  const target = await partAt(bundle, url)
  if (valueAt(target.value, pointer) === undefined) return { problem: 'it points to nothing' }
  bundle.searches.push({ part: target, from: pointer })
  return { pointer: `${target.prefix}${pointer}` }
}

function withOthers(first: unknown, others: readonly Part[]): unknown {
  if (!isObject(first)) return first
  const named = others.map(({ prefix, value }) => [unescaped(prefix.slice(otherDocuments.length + 2)), value] as const)
  return { ...first, [otherDocuments]: Object.fromEntries(named) }
}

function locateIn(first: Part, others: readonly Part[], pointer: string) {
  const other = others.find(({ prefix }) => pointer === prefix || pointer.startsWith(`${prefix}/`))
  return other === undefined ? first.locate(pointer) : other.locate(pointer.slice(other.prefix.length))
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

function unescaped(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~')
}
