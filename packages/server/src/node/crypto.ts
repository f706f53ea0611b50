import { createHmac, hash, randomFillSync, timingSafeEqual } from 'node:crypto'
import type { Crypto } from '../ports/world.ts'
import { secretHash } from '../secret.ts'

const poolLength = 8192

/**
 * The runtime's own randomness, hashes and comparison, synchronous throughout. Random bytes come from a pool that is
 * filled at once: a call to the system for each secret costs more than the rest of making it.
 */
export function nodeCrypto(): Crypto {
  const pool = Buffer.allocUnsafeSlow(poolLength)
  let used = poolLength
  return {
    random(length) {
      if (length > poolLength) throw new RangeError(`at most ${poolLength} random bytes can be had at once`)
      if (used + length > poolLength) {
        randomFillSync(pool)
        used = 0
      }
      const text = pool.toString('base64url', used, used + length)
      pool.fill(0, used, used + length)
      used += length
      return text
    },
    hash: text => secretHash(hash('sha256', text, 'base64url')),
    hmac: (key, text) => createHmac('sha256', key).update(text).digest('base64url'),
    isEqual(a, b) {
      const left = Buffer.from(a)
      const right = Buffer.from(b)
      return left.length === right.length && timingSafeEqual(left, right)
    },
  }
}
