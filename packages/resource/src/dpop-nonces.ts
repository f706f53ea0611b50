// RFC 9449 §8, §9
import { hmacWith } from './digest.ts'
import { type Clock, systemClock } from './platform.ts'
import { isEqualText } from './text-equality.ts'

/** Makes the nonces that proofs must hold, and knows them again. */
export type DpopNonces = {
  /** The nonce that clients should use from now on. */
  readonly current: () => Promise<string>
  /** Whether a nonce counts, and whether it is time to hand out the next one. */
  readonly judge: (nonce: string) => Promise<'current' | 'ageing' | 'unknown'>
}

/** How nonces are made. */
export type StatelessNonceOptions = {
  /** At least 32 characters that nobody outside knows; the same at every node of one API. */
  readonly secret: string
  /** How many seconds a nonce is handed out, and again as long counts: 120 where it is left out. */
  readonly ttl?: number
  readonly clock?: Clock
}

const shortestSecret = 32

/**
 * Makes nonces that need no memory: an HMAC of the slot of time. So all nodes that share the secret know each other's.
 * @spec RFC 9449 §8, §9
 * @throws {RangeError} for a short secret, or a span that is none
 */
export function statelessNonces({ secret, ttl = 120, clock = systemClock }: StatelessNonceOptions): DpopNonces {
  if (secret.length < shortestSecret)
    throw new RangeError(`the secret of nonces is too short; at least ${shortestSecret} characters are wanted`)
  if (!(ttl >= 1)) throw new RangeError(`\`ttl\` is ${ttl}; one second or more is wanted`)
  const hmac = hmacWith(secret)
  const made = new Map<number, Promise<string>>()
  const slot = () => Math.floor(clock.now() / ttl)
  const nonceOf = (at: number): Promise<string> => {
    const nonce = made.get(at) ?? hmac.then(make => make(`ambit dpop nonce of a resource server\n${ttl}\n${at}`))
    if (!made.has(at)) keepFew(made.set(at, nonce))
    return nonce
  }
  return {
    current: () => nonceOf(slot()),
    async judge(nonce) {
      const now = slot()
      const [before, current, next] = await Promise.all([nonceOf(now - 1), nonceOf(now), nonceOf(now + 1)])
      // another node's clock may be a little ahead
      if (isEqualText(nonce, current) || isEqualText(nonce, next)) return 'current'
      return isEqualText(nonce, before) ? 'ageing' : 'unknown'
    },
  }
}

function keepFew(made: Map<number, unknown>): void {
  const [oldest] = made.keys()
  if (made.size > 4 && oldest !== undefined) made.delete(oldest)
}
