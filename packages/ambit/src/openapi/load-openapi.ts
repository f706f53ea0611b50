// OpenAPI 3.2 §4.1, §4.9; RFC 6901
import { type OpenApiReading, pointerIn, readOperations, valueAt } from '@ambit/policy'
import { ConfigError } from '../config/config-error.ts'
import { isObject } from '../config/fields.ts'
import { type LinkedDocuments, type LoadOptions, openDocuments } from './linked-documents.ts'

/** A document that was read whole. */
export type LoadedOpenApi = {
  /** The path or URL of the document. */
  readonly location: string
  readonly reading: OpenApiReading
}

type Place = { readonly value: unknown; readonly base: URL }

const longestChain = 10

/**
 * Loads an OpenAPI document, YAML or JSON, from a file or URL. Of the references to other documents only those are followed
 * that a requirement can hang on, path items and security schemes: schemas and examples decide nothing.
 * Errors in the document stand in `reading.problems`; `checkSound` throws them.
 * @throws {ConfigError} when a document cannot be read or parsed
 * @example
 * const { reading } = await loadOpenApi('api.yaml', { folder: process.cwd() })
 */
export async function loadOpenApi(given: string, options: LoadOptions): Promise<LoadedOpenApi> {
  const opened = await openDocuments(given, options)
  const { location } = opened
  const { value: root } = await opened.read(location)
  const document = await fill(opened, root)
  const isWeb = location.protocol !== 'file:'
  return { location: given, reading: readOperations(document, isWeb ? { documentUrl: location.href } : {}) }
}

/**
 * Makes sure that a document can be enforced.
 * @throws {ConfigError} with each error and its place
 */
export function checkSound({ location, reading }: LoadedOpenApi): void {
  const errors = reading.problems.filter(({ severity }) => severity === 'error')
  const problems = errors.map(({ pointer, message }) => ({ path: pointer, message }))
  if (problems.length > 0) throw new ConfigError(problems, `\`${location}\``)
}

/** The members whose own members may stand in another document. */
const holders = [['paths'], ['components', 'pathItems'], ['components', 'securitySchemes'], ['securityDefinitions']]

async function fill(opened: LinkedDocuments, root: unknown): Promise<unknown> {
  let filled = root
  for (const path of holders) filled = await fillMember(opened, filled, path)
  return filled
}

async function fillMember(opened: LinkedDocuments, value: unknown, path: readonly string[]): Promise<unknown> {
  if (!isObject(value)) return value
  const [name, ...deeper] = path
  if (name === undefined) return fillEach(opened, value)
  if (!Object.hasOwn(value, name)) return value
  return { ...value, [name]: await fillMember(opened, value[name], deeper) }
}

async function fillEach(opened: LinkedDocuments, members: Readonly<Record<string, unknown>>): Promise<unknown> {
  const entries: [string, unknown][] = []
  for (const [name, value] of Object.entries(members))
    entries.push([name, await follow(opened, { value, base: opened.location })])
  return Object.fromEntries(entries)
}

/** Follows references as long as they lead through other documents; one within the first document is left to its reader. */
async function follow(opened: LinkedDocuments, from: Place): Promise<unknown> {
  let place = from
  for (let step = 0; step < longestChain; step++) {
    const reference = isObject(place.value) ? place.value['$ref'] : undefined
    if (typeof reference !== 'string') return place.value
    const isFirst = place.base === opened.location
    if (isFirst && reference.startsWith('#')) return place.value
    place = await target(opened, reference, place.base)
  }
  throw new ConfigError(
    [{ path: '', message: `a chain of more than ${longestChain} references` }],
    `\`${from.base.href}\``,
  )
}

async function target(opened: LinkedDocuments, reference: string, base: URL): Promise<Place> {
  const url = URL.parse(reference, base.href)
  if (url === null) throw unresolved(reference, base, 'this is no reference')
  const pointer = pointerIn(url.hash.slice(1))
  if (pointer === undefined) throw unresolved(reference, base, 'the fragment is no JSON pointer')
  url.hash = ''
  const value = valueAt((await opened.read(url)).value, pointer)
  if (value === undefined) throw unresolved(reference, base, 'it points to nothing')
  return { value, base: url }
}

function unresolved(reference: string, base: URL, message: string): ConfigError {
  return new ConfigError([{ path: reference, message }], `\`${base.href}\``)
}
