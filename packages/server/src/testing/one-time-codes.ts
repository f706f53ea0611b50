import { createHmac } from 'node:crypto'
import { timeBasedCodes } from '../node/one-time-codes.ts'
import type { UserRecord } from '../ports/records.ts'
import { users } from './clients.ts'

/** One-time codes of the test world. */
export const oneTimeCodes = timeBasedCodes('A'.repeat(43))

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** What an authenticator app shows at a time, from the secret that it was given. @spec RFC 6238 §4.2 */
function codeOf(secret: string, at: number): string {
  const bits = [...secret].map(each => alphabet.indexOf(each).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map(byte => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeUInt32BE(Math.floor(at / 30), 4)
  const digest = createHmac('sha1', key).update(counter).digest()
  return String((digest.readUInt32BE((digest.at(-1) ?? 0) & 15) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, '0')
}

/** A user with a second factor, and what their app shows at a time. */
type Enrolled = { readonly user: UserRecord; readonly code: (at: number) => string }

/** Gives a user a second factor. */
export function enrolled(user: UserRecord, changes: { readonly isAlways?: boolean } = {}): Enrolled {
  const { sealedSecret, secret } = oneTimeCodes.enrol(user.userId)
  const oneTimeCode = { sealedSecret, enrolledAt: user.createdAt, ...changes }
  return { user: { ...user, oneTimeCode }, code: at => codeOf(secret, at) }
}

/** Alice with a second factor, and what her app shows at a time. */
export function enrolledAlice(changes: { readonly isAlways?: boolean } = {}): Enrolled {
  return enrolled(users.alice, changes)
}
