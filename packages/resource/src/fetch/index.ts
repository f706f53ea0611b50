// RFC 6750, Fetch §5.4
import { fetchHeaders, fetchResponse, type HttpRequest, splitTarget } from '@ambit/protocol'
import type { Access } from '../access.ts'
import { type AdaptedGuard, type DescribedGuard, longestForm, metadataOf, type Peer } from '../adapter.ts'
import { readAll } from '../bounded-fetch.ts'

/** Handles a request that the guard let through; `platform` is what the runtime passes beside the request. */
export type GuardedHandler<Platform extends readonly unknown[]> = (
  request: Request,
  access: Access,
  ...platform: Platform
) => Response | Promise<Response>

/** What the platform knows and `Request` does not tell. */
export type FetchGuardOptions<Platform extends readonly unknown[]> = {
  /** Who sent the request. Without it no certificate is known, and a proxy is never a trusted one. */
  readonly peer?: (request: Request, ...platform: Platform) => Peer
}

/**
 * Protects handlers that are `Request → Response`: Deno, Bun, Workers, and routers of any kind.
 * @example
 * const protect = fetchGuard(guard)
 * Deno.serve(protect('read_pets', (request, access) => Response.json({ subject: access.subject })))
 */
export function fetchGuard<Wanted, Platform extends readonly unknown[] = []>(
  guard: AdaptedGuard<Wanted>,
  { peer }: FetchGuardOptions<Platform> = {},
) {
  return (needs: Wanted, handler: GuardedHandler<Platform>) =>
    async (request: Request, ...platform: Platform): Promise<Response> => {
      const guarded = await guard(await readFetchRequest(request, peer?.(request, ...platform)), needs)
      if (guarded.kind === 'refused') return fetchResponse(guarded.response, request.method)
      return withHeaders(await handler(request, guarded.access, ...platform), guarded.headers)
    }
}

/**
 * Serves a guard's protected resource metadata at their well-known path; `undefined` for all other requests.
 * @spec RFC 9728 §3.1
 * @example
 * const metadata = serveMetadata(guard)
 * Deno.serve(request => metadata(request) ?? listPets(request))
 */
export function serveMetadata(guard: DescribedGuard): (request: Request) => Response | undefined {
  const { serve } = metadataOf(guard)
  return ({ method, url }) => {
    const response = serve({ method, ...splitTarget(url) })
    return response && fetchResponse(response, method)
  }
}

// the header fields of a response that came from elsewhere cannot be changed in place
function withHeaders(response: Response, fields: Readonly<Record<string, string>>): Response {
  const entries = Object.entries(fields)
  if (entries.length === 0) return response
  const changed = new Response(response.body, response)
  for (const [name, value] of entries) changed.headers.set(name, value)
  return changed
}

/** A fetch request as a value; its body stays where it is. */
export async function readFetchRequest(request: Request, peer: Peer = { remoteAddress: '' }): Promise<HttpRequest> {
  const { method, url, headers } = request
  const body = mayHoldToken(request) ? await readForm(request) : undefined
  return { method, ...splitTarget(url), headers: fetchHeaders(headers), body, ...peer }
}

/** A body that is longer than it says, breaks off or is being read is for the handler to find out about. */
async function readForm(request: Request): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await readAll(request.clone().body, longestForm))
  } catch {
    return undefined
  }
}

function mayHoldToken({ headers, bodyUsed }: Request): boolean {
  const isForm = /^application\/x-www-form-urlencoded *(?:;|$)/i.test(headers.get('content-type') ?? '')
  const length = Number(headers.get('content-length') ?? 0)
  return isForm && length > 0 && length <= longestForm && !bodyUsed && headers.has('authorization')
}
