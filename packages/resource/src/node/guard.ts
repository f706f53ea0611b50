// RFC 6750
import type { RequestListener } from 'node:http'
import type { Access } from '../access.ts'
import { type AdaptedGuard, accessKeptWith } from '../adapter.ts'
import { admit } from './admit.ts'
import { answer } from './answer.ts'
import type { NodeRequest, NodeResponse } from './request.ts'

/** Handles a request that the guard let through. */
export type GuardedListener = (incoming: NodeRequest, outgoing: NodeResponse, access: Access) => void | Promise<void>

/**
 * Protects listeners of `node:http`. The listener that comes back gives a promise, which is rejected with whatever the handler
 * throws, or a verifier that breaks; in the latter case the client gets 500.
 * @example
 * const protect = nodeGuard(guard)
 * createServer(protect('read_pets', (incoming, outgoing, access) => outgoing.end(access.subject)))
 */
export function nodeGuard<Wanted>(guard: AdaptedGuard<Wanted>) {
  return (needs: Wanted, listener: GuardedListener): RequestListener =>
    async (incoming, outgoing) => {
      const isAdmitted = await admit(guard, { incoming, outgoing }, needs).catch((error: unknown) => {
        answer(outgoing, serverError)
        throw error
      })
      if (isAdmitted) await listener(incoming, outgoing, accessKeptWith(incoming))
    }
}

const serverError = {
  status: 500,
  headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  body: '{"title":"Internal Server Error","status":500}',
} as const
