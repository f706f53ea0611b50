// OpenAPI 3.2 §4.8 to §4.10; Swagger 2.0, Paths Object
import { readBasePaths, readServers } from './base-paths.ts'
import {
  type DocumentBeingRead,
  followReferences,
  type Placed,
  reportUnknownMembers,
  textsIn,
  versionOf,
} from './document.ts'
import { isJsonObject, type JsonObject, memberOf, pointerTo, textOf } from './json-pointer.ts'
import { documentMembers, methodsOf, operationMembers, pathItemMembers } from './members.ts'
import type {
  OpenApiOperation,
  OpenApiProblem,
  OpenApiReading,
  OpenApiRequirement,
  SecurityScheme,
} from './operation.ts'
import { parsePathTemplate } from './path-template.ts'
import { readSecurity } from './read-security.ts'
import { reportStrange } from './report-strange.ts'
import { readSchemes } from './security-schemes.ts'

/** What a document does not say of itself. */
export type ReadOptions = {
  /** Where it was read from: relative URLs of servers begin there. */
  readonly documentUrl?: string
}

type Context = {
  readonly document: DocumentBeingRead
  readonly schemes: ReadonlyMap<string, SecurityScheme>
  readonly documentUrl: string | undefined
  readonly basePaths: readonly string[]
  readonly requirement: OpenApiRequirement
  readonly requirementPointer?: string
}

/**
 * Reads each operation of an OpenAPI document (2.0, 3.0, 3.1 or 3.2) with what its `security` asks.
 * Never throws: what is wrong stands in `problems`, and nothing is to be enforced while one of them is an error.
 * References are followed within the document only; whoever loads it puts what stands elsewhere in its place.
 * @example
 * const { operations, problems } = readOperations(JSON.parse(text))
 */
export function readOperations(document: unknown, options: ReadOptions = {}): OpenApiReading {
  const problems: OpenApiProblem[] = []
  const report: DocumentBeingRead['report'] = (severity, pointer, message) => {
    problems.push({ severity, pointer, message })
    return undefined
  }
  const root = isJsonObject(document) ? document : {}
  const title = textOf(memberOf(memberOf(root, 'info'), 'title'))
  const version = versionOf(root)
  if (version === undefined) {
    report('error', '', 'this is no OpenAPI document of version 2.0, 3.0, 3.1 or 3.2')
    return { title, operations: [], schemes: new Map(), problems }
  }
  const context = openDocument({ root, version, report }, options)
  const operations = readPaths(context)
  reportStrange(context.document, context.schemes, operations)
  return { version, title, operations, schemes: context.schemes, problems }
}

function openDocument(document: DocumentBeingRead, { documentUrl }: ReadOptions): Context {
  const { root, version } = document
  reportUnknownMembers(document, { value: root, pointer: '' }, documentMembers[version])
  const schemes = readSchemes(document)
  const stated = memberOf(root, 'security')
  const base = { document, schemes, documentUrl, basePaths: readBasePaths(document, documentUrl) }
  if (stated === undefined) return { ...base, requirement: { kind: 'public' } }
  const pointer = '/security'
  return {
    ...base,
    requirement: readSecurity(document, { value: stated, pointer }, schemes),
    requirementPointer: pointer,
  }
}

function readPaths(context: Context): readonly OpenApiOperation[] {
  const { document } = context
  const paths = memberOf(document.root, 'paths')
  if (paths !== undefined && !isJsonObject(paths)) document.report('error', '/paths', 'an object is wanted')
  return Object.entries(isJsonObject(paths) ? paths : {}).flatMap(([path, value]) => {
    if (path.startsWith('x-')) return []
    const pointer = pointerTo('/paths', path)
    const template = parsePathTemplate(path)
    if (!template.ok) document.report('error', pointer, template.error)
    const item = readPathItem(document, value, pointer)
    return item === undefined ? [] : readPathOperations(context, path, item)
  })
}

/** With a reference nothing else may stand: which of both counts is not defined. */
function readPathItem(document: DocumentBeingRead, value: unknown, pointer: string): Placed<JsonObject> | undefined {
  const item = followReferences(document, value, pointer)
  const isMixed = memberOf(value, '$ref') !== undefined && Object.keys(value ?? {}).some(isOperationMember)
  if (isMixed) document.report('error', pointer, 'operations beside a `$ref`: it is not defined which of both counts')
  if (item !== undefined) reportUnknownMembers(document, item, pathItemMembers[document.version])
  return item
}

function isOperationMember(name: string): boolean {
  return methodsOf['3.2'].has(name) || name.toLowerCase().endsWith('additionaloperations')
}

function readPathOperations(context: Context, path: string, item: Placed<JsonObject>): readonly OpenApiOperation[] {
  const { document, documentUrl } = context
  const servers = { value: memberOf(item.value, 'servers'), pointer: pointerTo(item.pointer, 'servers') }
  const basePaths = readServers(document, servers, documentUrl) ?? context.basePaths
  return listOperations(document, item).flatMap(({ method, value, pointer }) => {
    if (isJsonObject(value)) return [readOperation({ ...context, basePaths }, { path, method }, { value, pointer })]
    document.report('error', pointer, 'an operation is wanted')
    return []
  })
}

function listOperations(
  { version, report }: DocumentBeingRead,
  { value, pointer }: Placed<JsonObject>,
): readonly (Placed<unknown> & { readonly method: string })[] {
  const fixed = Object.keys(value)
    .filter(name => methodsOf[version].has(name))
    .map(name => ({ method: name.toUpperCase(), value: value[name], pointer: pointerTo(pointer, name) }))
  const member = version === '3.2' ? 'additionalOperations' : 'x-oai-additionalOperations'
  const more = memberOf(value, member)
  if (more !== undefined && !isJsonObject(more)) report('error', pointerTo(pointer, member), 'an object is wanted')
  const additional = Object.entries(isJsonObject(more) ? more : {}).map(([method, operation]) => {
    const at = pointerTo(pointer, member, method)
    const isFixed = methodsOf[version].has(method.toLowerCase())
    if (isFixed) report('error', at, `\`${method}\` has a member of its own in a path item`)
    else if (!/^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/.test(method)) report('error', at, `\`${method}\` is no method`)
    return { method, value: operation, pointer: at }
  })
  return [...fixed, ...additional]
}

function readOperation(
  context: Context,
  { path, method }: { readonly path: string; readonly method: string },
  { value, pointer }: Placed<JsonObject>,
): OpenApiOperation {
  const { document, schemes, documentUrl } = context
  reportUnknownMembers(document, { value, pointer }, operationMembers[document.version])
  if (method === 'TRACE')
    document.report('warning', pointer, 'TRACE shows a request with its token; a guard refuses it')
  const servers = { value: memberOf(value, 'servers'), pointer: pointerTo(pointer, 'servers') }
  const stated = memberOf(value, 'security')
  const own = { value: stated, pointer: pointerTo(pointer, 'security') }
  const [operationId, action] = [memberOf(value, 'operationId'), memberOf(value, 'x-ambit-action')]
  const requirementPointer = stated === undefined ? context.requirementPointer : own.pointer
  return {
    ...(typeof operationId === 'string' && { operationId }),
    method,
    path,
    basePaths: readServers(document, servers, documentUrl) ?? context.basePaths,
    tags: textsIn(memberOf(value, 'tags')),
    ...(typeof action === 'string' && { action }),
    requirement: stated === undefined ? context.requirement : readSecurity(document, own, schemes),
    pointer,
    ...(requirementPointer !== undefined && { requirementPointer }),
  }
}
