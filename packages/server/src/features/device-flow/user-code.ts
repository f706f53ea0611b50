// RFC 8628 §6.1
import type { ServerContext } from '../../context.ts'
import type { SecretRef } from '../../ports/ids.ts'
import { secretHash } from '../../secret.ts'
import { settledSecret } from '../../settled.ts'

/** Letters that form no words, and of which none is taken for another. @spec RFC 8628 §6.1 */
const letters = 'BCDFGHJKLMNPQRSTVWXZ'
/** What base64url counts up to; from here on a character gives no letter, so that each is as likely as the others. */
const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const usable = Math.floor(base64url.length / letters.length) * letters.length

/** A user code as it is compared: letters only. */
export type UserCode = string & { readonly userCode: true }

/** How many letters a user code has: more of them are harder to guess, and to type. */
export const userCodeLengths = { least: 8, most: 16 } as const

/** Makes a user code. @spec RFC 8628 §5.1, §6.1 */
export function makeUserCode({ crypto }: Pick<ServerContext, 'crypto'>, length: number): UserCode {
  let code = ''
  while (code.length < length) {
    const values = [...crypto.random(32)].map(each => base64url.indexOf(each)).filter(value => value < usable)
    code += values.map(value => letters[value % letters.length]).join('')
  }
  return code.slice(0, length) as UserCode
}

/** How people read a user code: in groups of four. @spec RFC 8628 §6.1 */
export function printUserCode(code: UserCode): string {
  return code.replaceAll(/(.{4})(?=.)/g, '$1-')
}

/** What people type, in any case and with anything between the letters; `undefined` where it can be no user code. @spec RFC 8628 §6.1 */
export function parseUserCode(text: string | undefined, length: number): UserCode | undefined {
  const typed = (text ?? '')
    .slice(0, 64)
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
  const isCode = typed.length === length && [...typed].every(letter => letters.includes(letter))
  return isCode ? (typed as UserCode) : undefined
}

/**
 * Where a user code is kept: by its HMAC, since so few letters could be found again from a hash.
 * @spec RFC 8628 §5.1
 */
export async function locateUserCode(
  context: Pick<ServerContext, 'store' | 'crypto'>,
  code: UserCode,
): Promise<SecretRef> {
  const key = await settledSecret(context, 'user-code-key')
  return { locator: 0, hash: secretHash(context.crypto.hmac(key, code)) }
}
