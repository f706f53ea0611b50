// RFC 7517 §4, §5
import type { ClientKey } from '../ports/records.ts'

/** The most bytes and keys that a client's key set may have. */
export const keySetLimits = { bytes: 65_536, keys: 50 } as const

/**
 * Reads a key set that a client published.
 * @spec RFC 7517 §5
 * @throws {Error} for what is none, has too many keys, or a key that should not be public
 */
export function parseKeySet(text: string): readonly ClientKey[] {
  const keys = membersOf(parseJson(text))['keys']
  if (!Array.isArray(keys)) throw new Error('it is no key set: an object with the list `keys` is wanted')
  if (keys.length > keySetLimits.keys) throw new Error(`it has more than ${keySetLimits.keys} keys`)
  const known = keys.map(membersOf)
  if (known.some(isSecret)) throw new Error('it publishes a private or symmetric key; whoever read it can sign')
  return known.filter(isPublicKey)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('it is not JSON')
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

/** @spec RFC 7518 §6.2.2, §6.3.2, §6.4 */
function isSecret(key: Readonly<Record<string, unknown>>): boolean {
  return key['kty'] === 'oct' || ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'].some(name => name in key)
}

/** Keys of kinds that we do not know, and those that say something of the wrong type, are left out. @spec RFC 7517 §5 */
function isPublicKey(key: object): key is ClientKey {
  const members = membersOf(key)
  const isTextOrAbsent = (name: string) => members[name] === undefined || typeof members[name] === 'string'
  return typeof members['kty'] === 'string' && ['kid', 'use', 'alg', 'crv', 'x', 'y', 'n', 'e'].every(isTextOrAbsent)
}
