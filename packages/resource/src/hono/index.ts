// RFC 6750
import { fetchResponse } from '@ambit/protocol'
import type { Access } from '../access.ts'
import { type AdaptedGuard, accessKeptWith, type DescribedGuard, keepAccess, type Peer } from '../adapter.ts'
import { readFetchRequest, serveMetadata as serveFetchMetadata } from '../fetch/index.ts'

/** The part of a Hono context that is read here. */
export type HonoContextLike = {
  readonly req: { readonly raw: Request }
  readonly header: (name: string, value: string) => void
}

/** A middleware of Hono. */
export type HonoMiddleware<Context extends HonoContextLike> = (
  context: Context,
  next: () => Promise<void>,
) => Promise<Response | undefined>

/** What the platform knows and `Request` does not tell. */
export type HonoGuardOptions<Context> = {
  /** Who sent the request. Without it no certificate is known, and a proxy is never a trusted one. */
  readonly peer?: (context: Context) => Peer
}

/**
 * Protects routes of Hono.
 * @example
 * const protect = honoGuard(guard)
 * app.get('/pets', protect('read_pets'), context => context.json({ subject: accessOf(context).subject }))
 */
export function honoGuard<Wanted, Context extends HonoContextLike = HonoContextLike>(
  guard: AdaptedGuard<Wanted>,
  { peer }: HonoGuardOptions<Context> = {},
): (needs: Wanted) => HonoMiddleware<Context> {
  return needs => async (context, next) => {
    const { raw } = context.req
    const guarded = await guard(await readFetchRequest(raw, peer?.(context)), needs)
    if (guarded.kind === 'refused') return fetchResponse(guarded.response, raw.method)
    keepAccess(context, guarded.access)
    await next()
    for (const [name, value] of Object.entries(guarded.headers)) context.header(name, value)
    return undefined
  }
}

/** What the token of a guarded request allows. @throws {TypeError} where the route is not protected */
export function accessOf(context: HonoContextLike): Access {
  return accessKeptWith(context)
}

/**
 * A middleware that serves a guard's protected resource metadata at their well-known path, and hands on everything else.
 * @spec RFC 9728 §3.1
 * @example
 * app.use(serveMetadata(guard))
 */
export function serveMetadata(guard: DescribedGuard): HonoMiddleware<HonoContextLike> {
  const serve = serveFetchMetadata(guard)
  return async (context, next) => {
    const response = serve(context.req.raw)
    if (response === undefined) await next()
    return response
  }
}
