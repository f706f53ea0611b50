import type { HttpRequest, HttpResponse, MetadataPart } from '@ambit/protocol'
import type { Mounted } from './mounted.ts'
import type { ServerOptions } from './options.ts'
import type { RequestId } from './ports/ids.ts'

/** What every endpoint and grant is given: the options, and what was computed from them once. */
export type ServerContext = ServerOptions & {
  /** What the features add up to. */
  readonly mounted: Mounted
  /** The issuer's path without a trailing slash; empty for most. Every endpoint stands below it. */
  readonly basePath: string
  /** Whether cookies are `Secure` and carry the `__Host-` prefix. */
  readonly isHttps: boolean
  /** The absolute URL of a path below the issuer. */
  readonly url: (path: string) => string
}

/** One request on its way through the server. */
export type Exchange = { readonly request: HttpRequest; readonly requestId: RequestId }

/** An endpoint: a path below the issuer, its methods, what it does, and what it adds to the metadata. */
export type Endpoint = {
  /** Below the issuer; a path that ends in `/*` serves each name directly below it. */
  readonly path: string
  readonly methods: readonly string[]
  /** Whether this server has it at all; always, when absent. */
  readonly isMounted?: (context: ServerContext) => boolean
  readonly handle: (context: ServerContext, exchange: Exchange) => Promise<HttpResponse>
  readonly metadata?: (context: ServerContext) => MetadataPart
  /** Whether scripts of other origins may read the answer (never at the authorization endpoint). @spec RFC 9700 §2.6 */
  readonly isCrossOrigin?: boolean
  /** Whether people read its answers in a browser, so that errors are pages. */
  readonly isPage?: boolean
  /** Whether the path stands at the host's root and the issuer's path follows it. @spec RFC 8414 §3.1 */
  readonly isRootPath?: boolean
}
