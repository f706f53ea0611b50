// OpenAPI 3.2 §4.9, §4.10
import { enforcementOf, type OpenApiOperation, valueAt } from '@ambit/policy'
import { isObject, type SchemaObject } from '../../call/resolve-schema.ts'
import type { ApiBody, ApiOperation, ApiParameter, Place } from '../../target/api-operation.ts'
import { basePathOf, ownServers, type ServerChoice } from './choose-server.ts'
import type { DocumentReader, Placed } from './document-reader.ts'
import { memberOf, pointerAbove, textIn } from './json-value.ts'
import { type OwnSettings, settingsOf } from './operation-settings.ts'
import type { ReadApiOptions } from './read-api-options.ts'
import { readBody, readResponses } from './read-body.ts'
import { parametersAt, readParameter } from './read-parameters.ts'
import { readSwaggerBody, readSwaggerParameter } from './swagger-parameters.ts'

/** An operation, and what names it in the configuration. */
export type OperationReading = {
  readonly operation: ApiOperation
  readonly names: readonly string[]
  readonly isPublic: boolean
}

/** What the operations of one document share. */
export type OperationContext = {
  readonly reader: DocumentReader
  readonly options: ReadApiOptions
  readonly server: ServerChoice
  readonly checkedByApi: ReadonlySet<string>
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'])

/** Reads the rest of an operation whose requirement is known; `undefined` where it is served from somewhere else. */
export function readApiOperation(known: OpenApiOperation, context: OperationContext): OperationReading | undefined {
  const { reader, options, server, checkedByApi } = context
  const { item, operation } = placesOf(reader, known)
  const basePath = basePathOf(server, ownServers(reader, [operation, item], options.documentUrl))
  if (basePath === undefined) return undefined
  const path = `${basePath}${known.path}`
  const key = `${known.method} ${path}`
  const { operationId } = known
  const names = [key, `${known.method} ${known.path}`, ...(operationId === undefined ? [] : [operationId])]
  const own = settingsOf(options, names)
  const enforcement = enforcementOf(known.requirement, checkedByApi)
  const read: ApiOperation = {
    key,
    method: known.method,
    path,
    ...(operationId !== undefined && { operationId }),
    ...summaryOf(operation.value, item.value),
    tags: known.tags,
    requirement: known.requirement,
    enforcement,
    schemes: schemesOf(known, checkedByApi),
    ...inputOf(reader, { item, operation }, own),
    responses: readResponses(reader, operation),
    isWrite: own.isWrite ?? !safeMethods.has(known.method),
    ...actionOf(known, own),
    ...resourceOf(options, path),
    ...placesIn(options, known),
  }
  return { operation: withTemplate(reader, read, known.pointer), names, isPublic: own.isPublic }
}

/** The operation and the path item around it, as the document has them. */
function placesOf({ root }: DocumentReader, { pointer }: OpenApiOperation) {
  const isAdditional = /\/(?:additionalOperations|x-oai-additionalOperations)\/[^/]*$/.test(pointer)
  const above = pointerAbove(pointer, isAdditional ? 2 : 1)
  const at = (place: string): Placed<SchemaObject> => {
    const value = valueAt(root, place)
    return { value: isObject(value) ? value : {}, pointer: place }
  }
  return { item: at(above), operation: at(pointer) }
}

function summaryOf(...holders: readonly SchemaObject[]): { readonly summary?: string } {
  const summary = holders.map(holder => textIn(memberOf(holder, 'summary'))).find(text => text !== undefined)
  return summary === undefined ? {} : { summary }
}

/** The schemes of the alternatives that a token can meet. */
function schemesOf({ requirement }: OpenApiOperation, checkedByApi: ReadonlySet<string>): readonly string[] {
  const alternatives = 'anyOf' in requirement ? requirement.anyOf : []
  const met = alternatives.filter(({ alsoNeeds }) => alsoNeeds.every(({ scheme }) => checkedByApi.has(scheme)))
  return [...new Set(met.flatMap(({ schemes }) => schemes))]
}

type Input = { readonly parameters: readonly ApiParameter[]; readonly body?: ApiBody }
type Around = { readonly item: Placed<SchemaObject>; readonly operation: Placed<SchemaObject> }

function inputOf(reader: DocumentReader, { item, operation }: Around, { examples }: OwnSettings): Input {
  const places = parametersAt(reader, [item, operation])
  if (reader.version === '2.0') {
    const parameters = places.flatMap(place => readSwaggerParameter(place, examples.parameters))
    const body = readSwaggerBody(places, consumesOf(reader, operation.value), examples)
    return { parameters, ...(body !== undefined && { body }) }
  }
  const parameters = places.flatMap(place => readParameter(reader, place, examples.parameters))
  const body = readBody(reader, operation, examples.body)
  return { parameters, ...(body !== undefined && { body }) }
}

function consumesOf({ root }: DocumentReader, operation: SchemaObject): readonly string[] {
  const own = memberOf(operation, 'consumes') ?? memberOf(root, 'consumes')
  return Array.isArray(own) ? own.filter(each => typeof each === 'string') : []
}

function actionOf(known: OpenApiOperation, own: OwnSettings): Pick<ApiOperation, 'action' | 'inputs'> {
  const action = own.action ?? known.action
  return { ...(action !== undefined && { action }), ...(own.inputs !== undefined && { inputs: own.inputs }) }
}

/** The resource with the longest path that the operation's path begins with. @spec RFC 8707 §2 */
function resourceOf({ resources = [] }: ReadApiOptions, path: string): { readonly resource?: string } {
  const fitting = resources.filter(each => `${path}/`.startsWith(each.path.endsWith('/') ? each.path : `${each.path}/`))
  const [longest] = fitting.toSorted((a, b) => b.path.length - a.path.length)
  return longest === undefined ? {} : { resource: longest.resource }
}

function placesIn(
  { locate, file }: ReadApiOptions,
  { pointer, requirementPointer }: OpenApiOperation,
): { readonly place?: Place; readonly requirementPlace?: Place } {
  const find = locate ?? (file === undefined ? undefined : (at: string): Place => ({ file, pointer: at }))
  if (find === undefined) return {}
  return {
    place: find(pointer),
    ...(requirementPointer !== undefined && { requirementPlace: find(requirementPointer) }),
  }
}

/** A parameter for each name of the template that nobody described. */
function withTemplate(reader: DocumentReader, operation: ApiOperation, pointer: string): ApiOperation {
  const described = new Set(operation.parameters.filter(each => each.in === 'path').map(({ name }) => name))
  const names = [...operation.path.matchAll(/\{([^{}]+)\}/g)].flatMap(([, name]) => name ?? [])
  const lacking = [...new Set(names)].filter(name => !described.has(name))
  if (lacking.length > 0)
    reader.report('warning', pointer, `no parameter describes \`${lacking.join('`, `')}\` of the path`)
  const added = lacking.map(
    (name): ApiParameter => ({ name, in: 'path', isRequired: true, schema: { type: 'string' } }),
  )
  return { ...operation, parameters: [...operation.parameters, ...added] }
}
