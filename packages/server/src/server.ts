import type { ServerMetadata } from '@ambit/protocol'
import type { ServerContext } from './context.ts'
import { endpoints as ownEndpoints } from './endpoints/list.ts'
import { collectMetadata, metadataEndpoints } from './endpoints/metadata.ts'
import { mountFeatures } from './mounted.ts'
import type { ServerOptions } from './options.ts'
import { findOptionsProblems } from './options-check.ts'
import { ServerOptionsError } from './options-error.ts'
import { createRouter, type Handle } from './router.ts'

/** An authorization server as a function from request to response. */
export type AmbitServer = {
  readonly handle: Handle
  /** What the metadata endpoints say. @spec RFC 8414 §2 */
  readonly metadata: ServerMetadata
  readonly context: ServerContext
}

/**
 * Makes an authorization server.
 * @throws {ServerOptionsError} with everything that is wrong with the options
 * @example
 * const server = createServer(options)
 * const response = await server.handle(request)
 */
export function createServer(options: ServerOptions): AmbitServer {
  const problems = findOptionsProblems(options)
  if (problems.length > 0) throw new ServerOptionsError(problems)
  const context = contextOf(options)
  const given = [...ownEndpoints, ...context.mounted.endpoints, ...(options.endpoints ?? [])]
  const endpoints = given.filter(each => each.isMounted?.(context) ?? true)
  const metadata = collectMetadata(context, endpoints)
  warnOfDangers(context)
  return { handle: createRouter(context, [...endpoints, ...metadataEndpoints(metadata)]), metadata, context }
}

/** What endpoints and grants are given. */
export function contextOf(options: ServerOptions): ServerContext {
  const base = options.issuer.endsWith('/') ? options.issuer.slice(0, -1) : options.issuer
  const { protocol, pathname } = new URL(options.issuer)
  const store = (options.features ?? []).reduce(
    (inner, { wrapStore }) => wrapStore?.(inner, options) ?? inner,
    options.store,
  )
  return {
    ...options,
    store,
    mounted: mountFeatures(options),
    basePath: pathname === '/' ? '' : pathname,
    isHttps: protocol === 'https:',
    url: path => base + path,
  }
}

function warnOfDangers({ observe, dangerouslyAllowImplicit, dangerouslyAllowPassword }: ServerContext): void {
  if (dangerouslyAllowImplicit)
    observe({
      kind: 'warning',
      about: 'dangerouslyAllowImplicit',
      message:
        'the implicit grant is on; RFC 9700 §2.1.2 advises against it: tokens in a redirect leak and cannot be bound to the client',
    })
  if (dangerouslyAllowPassword)
    observe({
      kind: 'warning',
      about: 'dangerouslyAllowPassword',
      message:
        'the password grant is on; RFC 9700 §2.4 says that it must not be used: it shows the password to the client',
    })
}
