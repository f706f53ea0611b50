// RFC 9112 §9.5
import type { ServerOptions } from 'node:http'

/**
 * Options for `createServer` of `node:http` that end slow and idle connections: headers within 10 s, the whole request within
 * 20 s, and idle connections after 65 s, which is longer than the proxies in front usually keep theirs.
 */
export const nodeServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16_384,
} as const satisfies ServerOptions
