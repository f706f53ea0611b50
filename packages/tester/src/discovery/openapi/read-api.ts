// OpenAPI 3.2 §4.1, §4.8 to §4.10; Swagger 2.0
import { catalogueOf, type OpenApiProblem, type OpenApiReading, readOperations } from '@ambit/policy'
import { type Catalogue, CatalogueError, defineScopes } from '@ambit/scope'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { ApiTarget } from '../../target/target.ts'
import { chooseServer, documentServers, type ServerChoice } from './choose-server.ts'
import { type DocumentReader, openReader } from './document-reader.ts'
import { unknownNames } from './operation-settings.ts'
import type { ReadApiOptions } from './read-api-options.ts'
import { type OperationReading, readApiOperation } from './read-operation.ts'
import { schemesInFields } from './schemes-in-fields.ts'

/** An API as its document describes it. */
export type ApiReading = {
  readonly api: Omit<ApiTarget, 'policy' | 'routes'>
  /** What is wrong or strange, each with its JSON pointer. */
  readonly problems: readonly OpenApiProblem[]
  /** What was decided about the document, for people. */
  readonly notes: readonly string[]
}

/**
 * Reads the operations of an API from an OpenAPI document of version 2.0, 3.0, 3.1 or 3.2. Never throws: what is broken stands in
 * `problems`, and whatever else can be read is read.
 * @example
 * const { api, problems } = readApi(document, { file: 'api.yaml', baseUrl: 'http://localhost:8081' })
 */
export function readApi(document: unknown, options: ReadApiOptions = {}): ApiReading {
  const { documentUrl } = options
  const reading = readOperations(document, documentUrl === undefined ? {} : { documentUrl })
  const problems = [...reading.problems, ...(options.loading ?? [])]
  const notes: string[] = []
  const report: DocumentReader['report'] = (severity, pointer, message) => {
    // a path or scheme that leads nowhere is told by whoever reads requirements
    const isTold = problems.some(
      each => each.pointer === pointer && (pointer.endsWith('/$ref') || each.message === message),
    )
    if (!isTold) problems.push({ severity, pointer, message })
  }
  if (reading.version === undefined)
    return { api: describe(reading, { options, operations: [], report, origin: 'http://localhost' }), problems, notes }
  const reader = openReader(document, reading.version, report)
  const server = chooseServer(reader, documentServers(reader, options), options, note => notes.push(note))
  const operations = readAll(reading, { reader, options, server, note: text => notes.push(text) })
  return { api: describe(reading, { options, operations, report, origin: server.origin }), problems, notes }
}

type Reading = {
  readonly reader: DocumentReader
  readonly options: ReadApiOptions
  readonly server: ServerChoice
  readonly note: (text: string) => void
}

function readAll(reading: OpenApiReading, whole: Reading): readonly OperationReading[] {
  const { reader, options, note } = whole
  const checkedByApi = new Set([
    ...(options.checkedByApi ?? []),
    ...schemesInFields(reader, reading.schemes.values(), options.headers ?? []),
  ])
  const found = new Map<string, OperationReading>()
  const known = new Set<string>()
  for (const operation of reading.operations) {
    const read = readApiOperation(operation, { ...whole, checkedByApi })
    if (read === undefined) {
      note(`${operation.method} ${operation.path} is left out: another server has it`)
      continue
    }
    for (const name of read.names) known.add(name)
    if (!found.has(read.operation.key)) found.set(read.operation.key, read)
  }
  for (const name of unknownNames(options, known))
    reader.report('error', `configuration: ${name}`, `no operation is called \`${name}\``)
  return [...found.values()]
}

type Described = {
  readonly options: ReadApiOptions
  readonly operations: readonly OperationReading[]
  readonly report: DocumentReader['report']
  readonly origin: string
}

function describe(reading: OpenApiReading, { options, operations, report, origin }: Described): ApiReading['api'] {
  const { otherResource, plainOrigin } = options
  const all = operations.map(({ operation }): ApiOperation => operation)
  const isPublic = operations.filter(each => each.isPublic).map(({ operation }) => operation.key)
  return {
    title: reading.title,
    origin,
    operations: all,
    publicOperations: new Set(isPublic),
    declaredScopes: new Map([...reading.schemes.values()].flatMap(({ scopes }) => [...(scopes ?? [])])),
    listingSchemes: new Set([...reading.schemes.values()].flatMap(({ name, scopes }) => (scopes ? [name] : []))),
    catalogue: options.catalogue ?? ownCatalogue(reading, report),
    ...(options.catalogue === undefined && { isCatalogueGuessed: true }),
    resources: options.resources ?? [],
    headers: options.headers ?? [],
    olderPaths: options.olderPaths ?? [],
    ...(options.revocationWindow !== undefined && { revocationWindow: options.revocationWindow }),
    ...(otherResource !== undefined && { otherResource }),
    ...(plainOrigin !== undefined && { plainOrigin }),
  }
}

/** The catalogue of the document's scopes; an empty one where one of them is no scope. */
function ownCatalogue(reading: OpenApiReading, report: DocumentReader['report']): Catalogue {
  try {
    return catalogueOf(reading)
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error
    for (const { path, message } of error.problems) report('error', `scope ${path}`, message)
    return defineScopes({ segments: false, scopes: {} })
  }
}
