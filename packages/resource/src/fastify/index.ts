// RFC 6750
import type { HttpResponse } from '@ambit/protocol'
import type { Access } from '../access.ts'
import { type AdaptedGuard, accessKeptWith, type DescribedGuard, keepAccess, metadataOf } from '../adapter.ts'
import { type NodeRequest, readNodeRequest, targetOf } from '../node/request.ts'

/** The part of a Fastify request that is read here. */
export type FastifyRequestLike = { readonly raw: NodeRequest; readonly originalUrl: string; readonly body?: unknown }

/** The part of a Fastify reply that is written here. */
export type FastifyReplyLike = {
  readonly code: (status: number) => unknown
  readonly header: (name: string, value: string | readonly string[]) => unknown
  readonly send: (body: string) => unknown
}

/** A hook of Fastify, for `onRequest` or `preHandler`. */
export type FastifyHook = (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>

/**
 * Protects routes of Fastify, one by one or, with `addHook`, all that are registered beside it.
 * @example
 * const protect = fastifyGuard(guard)
 * app.get('/pets', { onRequest: protect('read_pets') }, request => ({ subject: accessOf(request).subject }))
 */
export function fastifyGuard<Wanted>(guard: AdaptedGuard<Wanted>): (needs: Wanted) => FastifyHook {
  return needs => async (request, reply) => {
    const guarded = await guard(await readNodeRequest(request.raw, request), needs)
    if (guarded.kind === 'refused') return answer(reply, guarded.response)
    keepAccess(request.raw, guarded.access)
    for (const [name, value] of Object.entries(guarded.headers)) reply.header(name, value)
    return undefined
  }
}

/** Answers with a response value; a hook or handler returns what comes back. */
export function answer(reply: FastifyReplyLike, { status, headers, body }: HttpResponse): unknown {
  reply.code(status)
  for (const [name, value] of Object.entries(headers)) reply.header(name, value)
  reply.send(body)
  return reply
}

/** What the token of a guarded request allows. @throws {TypeError} where the route is not protected */
export function accessOf(request: Pick<FastifyRequestLike, 'raw'>): Access {
  return accessKeptWith(request.raw)
}

/** The part of a Fastify instance that a route is added to. */
export type FastifyLike = {
  readonly get: (
    path: string,
    handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>,
  ) => unknown
}

/**
 * A plugin that serves a guard's protected resource metadata at their well-known path; register it without a prefix.
 * @spec RFC 9728 §3.1
 * @example
 * app.register(serveMetadata(guard))
 */
export function serveMetadata(guard: DescribedGuard): (app: FastifyLike) => Promise<void> {
  const { path, serve } = metadataOf(guard)
  return async app => {
    app.get(path, async (request, reply) => {
      return answer(reply, serve(targetOf(request.raw, request)) ?? { status: 404, headers: {}, body: '' })
    })
  }
}
