import { type Catalogue, type CatalogueDeclaration, CatalogueError, defineScopes } from '@ambit/scope'
import { ConfigError, type ConfigProblem } from '../config/config-error.ts'
import type { LogConfig } from '../config/declaration.ts'
import type { Report } from '../config/fields.ts'
import { type DeclaredIssuer, type ShapedIssuer, shape } from './guard-shape.ts'
import type { ProxyKind } from './original-request.ts'

/** The configuration of a guard in front of an API, as it is written. */
export type GuardDeclaration = {
  /** The OpenAPI document whose `security` is enforced: a path, or a URL. */
  readonly openapi: string
  /** The API's identifier: what a token's `aud` must hold. @spec RFC 8707 §2 */
  readonly resource: string
  /** The authorization servers whose tokens count. */
  readonly issuers: readonly (string | DeclaredIssuer)[]
  /** Address and port to listen on; `127.0.0.1:9000` where it is left out. */
  readonly listen?: string
  /** The API, where requests go that pass; without it the guard answers the questions of another proxy. */
  readonly upstream?: string
  /** The proxy that asks; `nginx` where it is left out. */
  readonly proxy?: ProxyKind
  /** Addresses and networks of the proxy in front; this machine where a proxy asks, none where there is an upstream. */
  readonly trust?: readonly string[]
  /** The scopes of the API, where some cover others; without it each covers itself alone. */
  readonly catalogue?: Catalogue | CatalogueDeclaration
  /** What stands before each path, instead of what the document's servers say. */
  readonly basePath?: string
  /** Security schemes, such as API keys, that the API behind the guard checks itself. */
  readonly checkedByApi?: readonly string[]
  /** Whether browsers may ask which requests they may send; `pass` where it is left out. */
  readonly preflight?: 'pass' | 'refuse'
  /** Whether tokens go on to the API. */
  readonly keepAuthorization?: boolean
  /** Takes in tokens that are bound to a key: beside others, or only such. @spec RFC 9449 §7 */
  readonly dpop?: 'accept' | 'required'
  /** The field in which the proxy in front sends the client's certificate. @spec RFC 8705 §3 */
  readonly certificateField?: string
  /** The longest body of a request in bytes; 10 MiB where it is left out. */
  readonly maxBodyLength?: number
  /** Seconds in which the API must do something; 30 where it is left out. */
  readonly timeout?: number
  readonly log?: LogConfig
}

/** A configuration that is checked, all defaults filled in. */
export type GuardConfig = {
  readonly openapi: string
  readonly resource: string
  readonly issuers: readonly ShapedIssuer[]
  readonly host: string
  readonly port: number
  readonly upstream: URL | undefined
  readonly proxy: ProxyKind
  readonly trust: readonly string[]
  readonly catalogue: Catalogue | undefined
  readonly basePath: string | undefined
  readonly checkedByApi: ReadonlySet<string>
  readonly preflight: 'pass' | 'refuse'
  readonly keepAuthorization: boolean
  readonly dpop: 'accept' | 'required' | undefined
  readonly certificateField: string | undefined
  readonly maxBodyLength: number
  readonly timeout: number
  readonly log: Required<LogConfig>
}

/**
 * Declares the configuration of a guard; it is checked when the guard starts.
 * @example
 * export default defineGuard({
 *   openapi: 'api.yaml',
 *   resource: 'https://api.example',
 *   issuers: ['https://as.example'],
 *   upstream: 'http://127.0.0.1:3000',
 * })
 */
export function defineGuard(declaration: GuardDeclaration): GuardDeclaration {
  return declaration
}

const thisMachine = ['127.0.0.0/8', '::1']
const defaultPlace = { host: '127.0.0.1', port: 9000 }

/**
 * Checks a whole configuration.
 * @throws {ConfigError} with all problems at once
 */
export function checkGuardConfig(raw: unknown): GuardConfig {
  const problems: ConfigProblem[] = []
  const report: Report = (path, message) => void problems.push({ path, message })
  const shaped = shape.parse(raw, { path: '', report })
  const catalogue = shaped?.catalogue && readCatalogue(shaped.catalogue, report)
  for (const [at, { reportUsage, introspection }] of (shaped?.issuers ?? []).entries())
    if (reportUsage === true && introspection === undefined)
      report(`issuers[${at}].reportUsage`, 'reports are sent as the client of `introspection`, which is wanted too')
  if (shaped === undefined || problems.length > 0) throw new ConfigError(problems, 'the configuration of the guard')
  const { upstream, log = {} } = shaped
  return {
    openapi: shaped.openapi,
    resource: shaped.resource,
    issuers: shaped.issuers,
    ...(shaped.listen ?? defaultPlace),
    upstream,
    proxy: shaped.proxy ?? 'nginx',
    trust: shaped.trust ?? (upstream === undefined ? thisMachine : []),
    catalogue,
    basePath: shaped.basePath,
    checkedByApi: new Set(shaped.checkedByApi),
    preflight: shaped.preflight ?? 'pass',
    keepAuthorization: shaped.keepAuthorization ?? false,
    dpop: shaped.dpop,
    certificateField: shaped.certificateField,
    maxBodyLength: shaped.maxBodyLength ?? 10_485_760,
    timeout: shaped.timeout ?? 30,
    log: { level: 'info', format: 'auto', ...log },
  }
}

/** Reads a catalogue that may still be a declaration, and reports what is wrong with it. */
export function readCatalogue(declared: Catalogue | CatalogueDeclaration, report: Report): Catalogue | undefined {
  if ('names' in declared) return declared
  try {
    return defineScopes(declared)
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error
    for (const { path, message } of error.problems) report(`catalogue.${path}`, message)
    return undefined
  }
}
