// RFC 9449 §8, §8.1
import type { ServerContext } from '../../context.ts'
import { settledSecret } from '../../settled.ts'

type NonceWorld = Pick<ServerContext, 'store' | 'crypto' | 'clock'>

/** How many seconds a nonce is handed out, and again as long counts. */
const nonceTtl = 120

/**
 * The nonce that proofs should hold from now on: an HMAC of the span of time, so that nothing is kept, and that all
 * processes with one store know each other's.
 * @spec RFC 9449 §8
 */
export function currentNonce(world: NonceWorld): Promise<string> {
  return nonceOf(world, spanOf(world))
}

/** Whether a nonce is ours and not old; another process's clock may be a little ahead. @spec RFC 9449 §8.2 */
export async function isGoodNonce(world: NonceWorld, nonce: string): Promise<boolean> {
  const span = spanOf(world)
  const good = await Promise.all([span - 1, span, span + 1].map(each => nonceOf(world, each)))
  return good.some(each => world.crypto.isEqual(each, nonce))
}

function spanOf({ clock }: NonceWorld): number {
  return Math.floor(clock.now() / nonceTtl)
}

async function nonceOf(world: NonceWorld, span: number): Promise<string> {
  return world.crypto.hmac(await settledSecret(world, 'dpop-nonce'), `dpop nonce\n${nonceTtl}\n${span}`)
}
