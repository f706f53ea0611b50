// RFC 6750
import type { Access } from '../access.ts'
import { type AdaptedGuard, accessKeptWith } from '../adapter.ts'
import { admit } from '../node/admit.ts'
import type { NodeRequest, NodeResponse } from '../node/request.ts'

export { answer } from '../node/answer.ts'

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
