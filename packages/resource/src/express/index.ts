// RFC 6750
import type { Access } from '../access.ts'
import { type AdaptedGuard, accessKeptWith, type DescribedGuard, metadataOf } from '../adapter.ts'
import { admit } from '../node/admit.ts'
import { answer } from '../node/answer.ts'
import { type NodeRequest, type NodeResponse, targetOf } from '../node/request.ts'

export { answer }

/** A middleware of Express 4 and 5, and of whatever else hands on with `next`. */
export type ExpressMiddleware = (
  request: NodeRequest,
  response: NodeResponse,
  next: (error?: unknown) => void,
) => Promise<void>

/**
 * Protects routes of Express: what the guard refuses is answered, and reaches no handler behind it.
 * @example
 * const protect = expressGuard(guard)
 * app.get('/pets', protect('read_pets'), (req, res) => res.json({ subject: accessOf(req).subject }))
 */
export function expressGuard<Wanted>(guard: AdaptedGuard<Wanted>): (needs: Wanted) => ExpressMiddleware {
  return needs => async (incoming, outgoing, next) => {
    let isAdmitted = false
    try {
      isAdmitted = await admit(guard, { incoming, outgoing }, needs)
    } catch (error) {
      return next(error)
    }
    if (isAdmitted) next()
  }
}

/** What the token of a guarded request allows. @throws {TypeError} where the route is not protected */
export function accessOf(request: NodeRequest): Access {
  return accessKeptWith(request)
}

/**
 * A middleware that serves a guard's protected resource metadata at their well-known path, and hands on everything else; use
 * it without a path.
 * @spec RFC 9728 §3.1
 * @example
 * app.use(serveMetadata(guard))
 */
export function serveMetadata(
  guard: DescribedGuard,
): (request: NodeRequest, response: NodeResponse, next: () => void) => void {
  const { serve } = metadataOf(guard)
  return (incoming, outgoing, next) => {
    const response = serve(targetOf(incoming, incoming))
    if (response) answer(outgoing, response)
    else next()
  }
}
