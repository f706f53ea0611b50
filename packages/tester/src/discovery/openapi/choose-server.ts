// OpenAPI 3.2 §4.5, §4.6; Swagger 2.0, Swagger Object
import { isObject } from '../../call/resolve-schema.ts'
import type { DocumentReader, Placed } from './document-reader.ts'
import { memberOf, pointerTo, textIn } from './json-value.ts'

/** A server of the document. */
export type ApiServer = {
  /** Absent where the document says only a path and nobody knows where it was read. */
  readonly origin?: string
  /** What stands before each path, without a slash at the end. */
  readonly basePath: string
}

/** Where operations are called. */
export type ServerChoice = {
  readonly origin: string
  readonly basePath: string
  /** The origin that the document has where another one is called instead. */
  readonly standsFor?: string
}

/** What the choice hangs on beside the document. */
export type ServerWish = {
  /** The base URL of the configuration. */
  readonly baseUrl?: string | undefined
  /** Where the document was read. */
  readonly documentUrl?: string | undefined
}

const noOrigin = 'http://origin.invalid'

/** Reads the servers of the whole document. */
export function documentServers(reader: DocumentReader, { documentUrl }: ServerWish): readonly ApiServer[] {
  const { root, version } = reader
  if (version === '2.0') return swaggerServers(root, documentUrl)
  const servers = readServers(reader, { value: memberOf(root, 'servers'), pointer: '/servers' }, documentUrl)
  return servers ?? readServers(reader, { value: [{ url: '/' }], pointer: '' }, documentUrl) ?? []
}

function swaggerServers(root: unknown, documentUrl: string | undefined): readonly ApiServer[] {
  const from = documentUrl === undefined ? null : URL.parse(documentUrl)
  const listed = memberOf(root, 'schemes')
  const schemes: readonly unknown[] = Array.isArray(listed) ? listed : []
  const scheme = schemes.includes('https') ? 'https' : (textIn(schemes[0]) ?? from?.protocol.slice(0, -1) ?? 'https')
  const host = textIn(memberOf(root, 'host')) ?? from?.host
  const basePath = withoutEnd(textIn(memberOf(root, 'basePath')) ?? '')
  const url = host === undefined ? null : URL.parse(`${scheme}://${host}`)
  return [url === null ? { basePath } : { origin: url.origin, basePath }]
}

/** Reads a `servers` list; `undefined` where there is none, so that the list above it counts. */
function readServers(
  reader: DocumentReader,
  { value, pointer }: Placed<unknown>,
  documentUrl: string | undefined,
): readonly ApiServer[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined
  return value.flatMap((server: unknown, index) => {
    const text = textIn(memberOf(server, 'url'))
    const url = text === undefined ? null : URL.parse(filled(text, server), documentUrl ?? noOrigin)
    // what is no URL at all is told by whoever reads the operations
    if (url === null) return []
    const basePath = withoutEnd(url.pathname)
    if (url.origin === noOrigin) return [{ basePath }]
    if (/^https?:$/.test(url.protocol)) return [{ origin: url.origin, basePath }]
    reader.report('warning', pointerTo(pointer, index, 'url'), `\`${text}\` is no server that HTTP reaches`)
    return []
  })
}

function filled(url: string, server: unknown): string {
  return url.replaceAll(/\{([^{}]*)\}/g, (whole, name: string) => {
    const variable = memberOf(memberOf(server, 'variables'), name)
    const listed = memberOf(variable, 'enum')
    const first: unknown = Array.isArray(listed) ? listed[0] : undefined
    return textIn(memberOf(variable, 'default')) ?? textIn(first) ?? whole
  })
}

/**
 * Chooses where operations are called, and says it. A base URL stands for the document's server that has its origin, else for the
 * first one; where it has a path, be it only a slash, that path counts, otherwise the server's.
 */
export function chooseServer(
  reader: DocumentReader,
  servers: readonly ApiServer[],
  wish: ServerWish,
  note: (text: string) => void,
): ServerChoice {
  if (wish.baseUrl !== undefined) return byWish(reader, servers, wish.baseUrl, note)
  const first = servers.find(({ origin }) => origin !== undefined)
  if (first?.origin === undefined) {
    reader.report('error', '/servers', 'the document names no server; give a base URL')
    return { origin: 'http://localhost', basePath: servers[0]?.basePath ?? '' }
  }
  const others = servers.length - 1
  note(`calls go to \`${first.origin}${first.basePath}\`${others > 0 ? `, the first of ${others + 1} servers` : ''}`)
  return { origin: first.origin, basePath: first.basePath }
}

function byWish(
  reader: DocumentReader,
  servers: readonly ApiServer[],
  baseUrl: string,
  note: (text: string) => void,
): ServerChoice {
  const url = URL.parse(baseUrl)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '') {
    reader.report('error', '', `the base URL \`${baseUrl}\` is no http or https URL with nothing but a path`)
    return { origin: 'http://localhost', basePath: '' }
  }
  const path = /^https?:\/\/[^/]*$/i.test(baseUrl) ? undefined : withoutEnd(url.pathname)
  const same = servers.filter(({ origin }) => origin === url.origin)
  const server = same.find(({ basePath }) => basePath === path) ?? same[0] ?? servers[0]
  const choice = { origin: url.origin, basePath: path ?? server?.basePath ?? '' }
  const standsFor = server?.origin === url.origin ? undefined : server?.origin
  note(`calls go to \`${choice.origin}${choice.basePath}\`${standsFor === undefined ? '' : ` instead of ${standsFor}`}`)
  return { ...choice, ...(standsFor !== undefined && { standsFor }) }
}

/** What stands before an operation's path; `undefined` where it is served from somewhere else. */
export function basePathOf(
  { origin, basePath, standsFor }: ServerChoice,
  own: readonly ApiServer[] | undefined,
): string | undefined {
  if (own === undefined || own.length === 0) return basePath
  return own.find(each => [undefined, origin, standsFor].includes(each.origin))?.basePath
}

/** The servers of an operation itself, or of its path. */
export function ownServers(
  reader: DocumentReader,
  places: readonly Placed<unknown>[],
  documentUrl: string | undefined,
): readonly ApiServer[] | undefined {
  for (const { value, pointer } of places) {
    if (!isObject(value)) continue
    const at = { value: memberOf(value, 'servers'), pointer: pointerTo(pointer, 'servers') }
    const servers = readServers(reader, at, documentUrl)
    if (servers !== undefined) return servers
  }
  return undefined
}

function withoutEnd(path: string): string {
  const whole = path === '' || path.startsWith('/') ? path : `/${path}`
  return whole.endsWith('/') ? whole.slice(0, -1) : whole
}
