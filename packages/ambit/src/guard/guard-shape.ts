import type { Catalogue, CatalogueDeclaration } from '@ambit/scope'
import {
  type Field,
  field,
  flag,
  isObject,
  listOf,
  object,
  oneOf,
  secretWhere,
  text,
  textWhere,
  type ValueOf,
  whole,
} from '../config/fields.ts'
import { issuer, network, resourceUri } from '../config/values.ts'
import { proxyKinds } from './original-request.ts'

/** An authorization server whose tokens count, and how. */
export type DeclaredIssuer = {
  readonly issuer: string
  /** `none`: also JWTs are asked about. */
  readonly jwt?: 'none'
  /** As whom tokens that are no JWTs are asked about. @spec RFC 7662 §2 */
  readonly introspection?: {
    readonly clientId: string
    readonly clientSecret: string
    /** Seconds for which a good answer is believed again. */
    readonly cacheTtl?: number
  }
  /** Tells the server which scopes its clients used, as the client of `introspection`; servers other than Ambit know nothing of it. */
  readonly reportUsage?: boolean
  /** Takes JWTs of servers that do not follow RFC 9068, such as those of type `JWT`. */
  readonly dangerouslyAcceptPlainJwt?: boolean
}

const introspection = object(
  {
    clientId: text,
    clientSecret: secretWhere('a text that is not empty', value => value !== ''),
    cacheTtl: whole(0, 86_400),
  },
  ['clientId', 'clientSecret'],
)

const issuerObject = object(
  { issuer, jwt: oneOf('none'), introspection, reportUsage: flag, dangerouslyAcceptPlainJwt: flag },
  ['issuer'],
)

/** An issuer of the right shape. */
export type ShapedIssuer = ValueOf<typeof issuerObject>

const anyIssuer: Field<ShapedIssuer> = {
  wanted: 'an issuer',
  parse(value, place) {
    if (typeof value !== 'string') return issuerObject.parse(value, place)
    const read = issuer.parse(value, place)
    return read === undefined ? undefined : { issuer: read }
  },
}

const issuers: Field<readonly ShapedIssuer[]> = {
  wanted: 'a list of issuers',
  parse(value, place) {
    const read = listOf(anyIssuer).parse(value, place)
    if (read?.length === 0 && Array.isArray(value) && value.length === 0)
      place.report(place.path, 'at least one issuer is wanted')
    return read
  },
}

/** Address and port, `127.0.0.1:9000`, `[::1]:9000` or `9000`. */
const listen: Field<{ readonly host: string; readonly port: number }> = {
  wanted: 'an address and port like `127.0.0.1:9000`',
  parse(value, { path, report }) {
    const [, bracketed, plain, digits = ''] = /^(?:(?:\[([^\]]+)\]|([^:\s]+)):)?(\d{1,5})$/.exec(String(value)) ?? []
    const port = Number(digits)
    if (digits !== '' && port <= 65_535) return { host: bracketed ?? plain ?? '127.0.0.1', port }
    report(path, `an address and port like \`127.0.0.1:9000\` is wanted${told(value)}`)
    return undefined
  },
}

const upstream: Field<URL> = {
  wanted: 'the origin of the API',
  parse(value, { path, report }) {
    const url = typeof value === 'string' ? URL.parse(value) : null
    if (url !== null && isOrigin(url)) return url
    report(path, `an http or https URL without path, query and credentials is wanted${told(value)}`)
    return undefined
  },
}

function isOrigin(url: URL): boolean {
  const { protocol, pathname, search, hash, username, password } = url
  return /^https?:$/.test(protocol) && pathname === '/' && `${search}${hash}${username}${password}` === ''
}

const basePath = textWhere(
  'empty, or a path like `/api` without a slash at the end',
  value => value === '' || (/^(?:\/[A-Za-z0-9\-._~]+)+$/.test(value) && !/\/\.\.?(?:\/|$)/.test(value)),
)

const catalogue = field('a catalogue of scopes', (value): value is Catalogue | CatalogueDeclaration => isObject(value))

const log = object({
  level: oneOf('silent', 'error', 'warn', 'info', 'debug'),
  format: oneOf('auto', 'json', 'pretty'),
})

/** The shape of a guard's configuration. */
export const shape = object(
  {
    openapi: text,
    resource: resourceUri,
    issuers,
    listen,
    upstream,
    proxy: oneOf(...proxyKinds),
    trust: listOf(network),
    catalogue,
    basePath,
    checkedByApi: listOf(text),
    preflight: oneOf('pass', 'refuse'),
    keepAuthorization: flag,
    dpop: oneOf('accept', 'required'),
    certificateField: textWhere('the name of a header field', value => /^[A-Za-z0-9-]+$/.test(value)),
    maxBodyLength: whole(0, Number.MAX_SAFE_INTEGER),
    timeout: whole(1, 3600),
    log,
  },
  ['openapi', 'resource', 'issuers'],
)

function told(value: unknown): string {
  return typeof value === 'string' ? `, not \`${value.slice(0, 60)}\`` : ''
}
