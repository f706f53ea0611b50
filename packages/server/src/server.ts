import type { ServerMetadata } from '@ambit/protocol'
import type { Endpoint, ServerContext } from './context.ts'
import { collectMetadata, metadataEndpoints } from './endpoints/metadata.ts'
import { mountFeatures } from './mounted.ts'
import { mountedEndpoints } from './mounted-endpoints.ts'
import type { ServerOptions } from './options.ts'
import { findConflicts, findShapeProblems } from './options-check.ts'
import { type OptionsProblem, ServerOptionsError } from './options-error.ts'
import { applyProfile } from './profiles/apply.ts'
import { findContradictions, type JudgedRule, judgeProfile, type PlacedClient } from './profiles/judge.ts'
import { createRouter, type Handle } from './router.ts'

/** An authorization server as a function from request to response. */
export type AmbitServer = {
  readonly handle: Handle
  /** What the metadata endpoints say. @spec RFC 8414 §2 */
  readonly metadata: ServerMetadata
  readonly context: ServerContext
}

/** What a server of these options is: what its endpoints are given, which they are, and what it says of itself. */
type Outline = {
  readonly context: ServerContext
  readonly endpoints: readonly Endpoint[]
  readonly metadata: ServerMetadata
}

/**
 * Makes an authorization server.
 * @throws {ServerOptionsError} with everything that is wrong with the options, or that contradicts their profile
 * @example
 * const server = createServer(options)
 * const response = await server.handle(request)
 */
export function createServer(options: ServerOptions): AmbitServer {
  const problems = findServerProblems(options)
  if (problems.length > 0) throw new ServerOptionsError(problems)
  const { context, endpoints, metadata } = outlineServer(applyProfile(options))
  warnOfDangers(context)
  return { handle: createRouter(context, [...endpoints, ...metadataEndpoints(metadata)]), metadata, context }
}

/** Finds everything that is wrong with the options, and with the clients that the server shall have, before there is a server. */
export function findServerProblems(
  given: ServerOptions,
  clients: readonly PlacedClient[] = [],
): readonly OptionsProblem[] {
  const misshapen = findShapeProblems(given)
  if (misshapen.length > 0) return misshapen
  return [...findConflicts(given), ...findContradictions(judgeServer(given, clients))]
}

/** Judges options that are right in themselves, and clients, by each rule of their profile; no profile has no rules. */
export function judgeServer(given: ServerOptions, clients: readonly PlacedClient[] = []): readonly JudgedRule[] {
  if (given.profile === undefined) return []
  const options = applyProfile(given)
  return judgeProfile(given.profile, { options, metadata: outlineServer(options).metadata }, clients)
}

function outlineServer(options: ServerOptions): Outline {
  const context = contextOf(options)
  const endpoints = mountedEndpoints(context)
  return { context, endpoints, metadata: collectMetadata(context, endpoints) }
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
