// RFC 9106 §4
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Passwords } from '../ports/world.ts'

/** What a hash costs; `memory` in KiB. @spec RFC 9106 §4 */
export type Argon2Cost = { readonly memory: number; readonly passes: number; readonly parallelism: number }

/** 19 MiB, two passes, one lane: the least that OWASP's password storage guidance asks of argon2id. */
const defaultArgon2Cost: Argon2Cost = { memory: 19_456, passes: 2, parallelism: 1 }

/** The longest password that is hashed, in bytes of UTF-8; a longer one is never right. */
const maxPasswordBytes = 1024

const tagLength = 32
const phc = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/

/** Passwords as argon2id in PHC strings, computed on the thread pool. @spec RFC 9106 §4 */
export function argon2Passwords(cost: Argon2Cost = defaultArgon2Cost): Passwords {
  return {
    hash: async password => {
      const bytes = encode(password)
      if (bytes.length === 0 || bytes.length > maxPasswordBytes)
        throw new RangeError(`a password of 1 to ${maxPasswordBytes} bytes is wanted`)
      const nonce = randomBytes(16)
      const tag = await derive(bytes, { nonce, cost, tagLength })
      return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(nonce)}$${base64(tag)}`
    },
    verify: async (password, hash) => {
      const parsed = parsePhc(hash)
      const bytes = encode(password)
      if (parsed === undefined) return false
      const isPossible = bytes.length <= maxPasswordBytes
      const tag = await derive(isPossible ? bytes : new Uint8Array(1), { ...parsed, tagLength: parsed.tag.length })
      return timingSafeEqual(tag, parsed.tag) && isPossible
    },
  }
}

type Derivation = { readonly nonce: Uint8Array; readonly cost: Argon2Cost; readonly tagLength: number }

function derive(message: Uint8Array, by: Derivation): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  const parameters = { message, nonce: by.nonce, tagLength: by.tagLength, ...by.cost }
  argon2('argon2id', parameters, (error, tag) => (error ? reject(error) : resolve(tag)))
  return promise
}

function parsePhc(text: string): { cost: Argon2Cost; nonce: Uint8Array; tag: Uint8Array } | undefined {
  const [, memory, passes, parallelism, nonce, tag] = phc.exec(text) ?? []
  if (nonce === undefined || tag === undefined) return undefined
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  const isSane = cost.passes >= 1 && cost.parallelism >= 1 && cost.memory >= 8 * cost.parallelism
  if (!isSane || cost.memory > 2_097_152) return undefined
  return { cost, nonce: Buffer.from(nonce, 'base64'), tag: Buffer.from(tag, 'base64') }
}

function encode(password: string): Uint8Array {
  return new TextEncoder().encode(password.normalize('NFC'))
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}
