// RFC 6238 §4, §5.2, RFC 4226 §5.3
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { OneTimeCodes } from '../ports/world.ts'
import { nodeKeyTools } from './key-tools.ts'

/** What all authenticator apps do without being told. @spec RFC 6238 §4.1, §5.2 */
const stepTtl = 30
const digits = 6
const secretLength = 20

/** Codes whose secrets are sealed by a key that is made from the sealing key of the signing keys, so that neither opens the other. */
export function timeBasedCodes(sealingKey: string): OneTimeCodes {
  const tools = nodeKeyTools()
  const key = createHmac('sha256', Buffer.from(sealingKey, 'base64url')).update('one-time codes').digest('base64url')
  return {
    enrol(userId) {
      const secret = randomBytes(secretLength)
      return { sealedSecret: tools.seal(secret.toString('base64url'), key, userId), secret: base32(secret) }
    },
    findStep({ userId, sealedSecret }, code, at) {
      const secret = tools.unseal(sealedSecret, key, userId)
      if (secret === undefined)
        throw new Error(
          `the one-time codes of user \`${userId}\` were sealed with another sealing key than the one given`,
        )
      const present = Math.floor(at / stepTtl)
      const given = Buffer.from(code)
      let found: number | undefined
      for (const step of [present - 1, present + 1, present]) {
        const right = Buffer.from(codeAt(Buffer.from(secret, 'base64url'), step))
        if (given.length === right.length && timingSafeEqual(given, right)) found = step
      }
      return found
    },
  }
}

/** The code of a time step. @spec RFC 4226 §5.3 */
function codeAt(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.max(0, step)))
  const digest = createHmac('sha1', secret).update(counter).digest()
  const offset = digest.readUInt8(digest.length - 1) & 0xf
  const number = digest.readUInt32BE(offset) & 0x7f_ff_ff_ff
  return String(number % 10 ** digits).padStart(digits, '0')
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** @spec RFC 4648 §6; a secret of 20 bytes needs no padding */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{5}/g) ?? []).map(five => alphabet[Number.parseInt(five, 2)] ?? '').join('')
}
