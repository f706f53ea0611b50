// RFC 6750
import type { RequestListener } from 'node:http'
import type { Access } from '../access.ts'
import { type AdaptedGuard, accessKeptWith, type DescribedGuard, metadataOf } from '../adapter.ts'
import { admit } from './admit.ts'
import { answer } from './answer.ts'
import { type NodeRequest, type NodeResponse, targetOf } from './request.ts'

/** Handles a request that the guard let through. */
export type GuardedListener = (incoming: NodeRequest, outgoing: NodeResponse, access: Access) => void | Promise<void>

/** How listeners of `node:http` are protected. */
export type NodeGuardOptions = {
  /**
   * Is told of what a handler throws, or a verifier that breaks; the client gets 500 where no answer has begun. Without it the
   * error is an unhandled rejection, which ends the process, as what a listener throws does.
   */
  readonly onError?: (error: unknown, incoming: NodeRequest) => void
}

/**
 * Protects listeners of `node:http`.
 * @example
 * const protect = nodeGuard(guard)
 * createServer(protect('read_pets', (incoming, outgoing, access) => outgoing.end(access.subject)))
 */
export function nodeGuard<Wanted>(
  guard: AdaptedGuard<Wanted>,
  { onError = throwOn }: NodeGuardOptions = {},
): (needs: Wanted, listener: GuardedListener) => RequestListener {
  return (needs, listener) => {
    const serve = async (incoming: NodeRequest, outgoing: NodeResponse): Promise<void> => {
      if (await admit(guard, { incoming, outgoing }, needs))
        await listener(incoming, outgoing, accessKeptWith(incoming))
    }
    return (incoming, outgoing) =>
      void serve(incoming, outgoing).catch((error: unknown) => {
        answer(outgoing, serverError)
        // half an answer ends here, so that nobody waits for the rest or takes it for the whole
        if (!outgoing.writableEnded) outgoing.destroy()
        onError(error, incoming)
      })
  }
}

/**
 * A listener that serves a guard's protected resource metadata at their well-known path.
 * @returns from the listener: whether that was the request, so that it is answered
 * @spec RFC 9728 §3.1
 * @example
 * const isServed = serveMetadata(guard)
 * createServer((incoming, outgoing) => isServed(incoming, outgoing) || list(incoming, outgoing))
 */
export function serveMetadata(guard: DescribedGuard): (incoming: NodeRequest, outgoing: NodeResponse) => boolean {
  const { serve } = metadataOf(guard)
  return (incoming, outgoing) => {
    const response = serve(targetOf(incoming, incoming))
    if (response) answer(outgoing, response)
    return response !== undefined
  }
}

function throwOn(error: unknown): never {
  throw error
}

const serverError = {
  status: 500,
  headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  body: '{"title":"Internal Server Error","status":500}',
} as const
