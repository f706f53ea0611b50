// OpenAPI 3.2 §4.6, §4.7; Swagger 2.0, Swagger Object
import type { DocumentBeingRead, Placed } from './document.ts'
import { isJsonObject, type JsonObject, memberOf, pointerTo, textOf } from './json-pointer.ts'

const mostServers = 100
const somewhere = 'http://localhost/'

/** What servers put before paths: each path of `servers`, or Swagger 2.0's `basePath`; without a slash at the end. */
export function readBasePaths(document: DocumentBeingRead, documentUrl: string = somewhere): readonly string[] {
  if (document.version === '2.0') return [withoutEnd(textOf(memberOf(document.root, 'basePath')))]
  return readServers(document, { value: memberOf(document.root, 'servers'), pointer: '/servers' }, documentUrl) ?? ['']
}

/** The paths of a `servers` list; `undefined` where there is none, so that the list above it counts. */
export function readServers(
  document: DocumentBeingRead,
  { value, pointer }: Placed<unknown>,
  documentUrl: string = somewhere,
): readonly string[] | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value)) return document.report('error', pointer, 'a list of servers is wanted')
  if (value.length === 0) return undefined
  const paths = value.flatMap((server: unknown, index) =>
    readServer(document, { value: server, pointer: pointerTo(pointer, index) }, documentUrl),
  )
  return [...new Set(paths)]
}

function readServer(
  document: DocumentBeingRead,
  { value, pointer }: Placed<unknown>,
  documentUrl: string,
): readonly string[] {
  const url = memberOf(value, 'url')
  if (!isJsonObject(value) || typeof url !== 'string') {
    document.report('error', pointer, 'a server with a `url` is wanted')
    return []
  }
  return filledUrls(url, value).flatMap(filled => {
    const path = URL.canParse(filled, documentUrl) ? new URL(filled, documentUrl).pathname : undefined
    if (path === undefined) document.report('error', pointerTo(pointer, 'url'), `\`${filled}\` is no URL`)
    return path === undefined ? [] : [withoutEnd(path)]
  })
}

/** The URL with each allowed value of its variables; where the values are not listed, with the default. */
function filledUrls(url: string, server: JsonObject): readonly string[] {
  const variables = memberOf(server, 'variables')
  let urls = [url]
  for (const [variable, name = ''] of url.matchAll(/\{([^}]*)\}/g)) {
    const declared = memberOf(variables, name)
    const listed = memberOf(declared, 'enum')
    const values: readonly unknown[] = Array.isArray(listed) ? listed : [memberOf(declared, 'default')]
    urls = urls.flatMap(each => values.map(value => each.replace(variable, () => textOf(value)))).slice(0, mostServers)
  }
  return urls
}

function withoutEnd(path: string): string {
  const whole = path === '' || path.startsWith('/') ? path : `/${path}`
  return whole.endsWith('/') ? whole.slice(0, -1) : whole
}
