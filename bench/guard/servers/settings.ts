import type { JSONWebKeySet } from 'jose'

/** What each guarded server answers where it lets a call through. */
export const payload = JSON.stringify({ pets: [{ id: 1, name: 'Bello' }] })

/** The path that is guarded. */
export const guardedPath = '/pets'
/** The path at which a server shows the issuer's keys to guards that insist on fetching them. */
export const jwksPath = '/jwks'

/** Reads the issuer's public keys from the command line. */
export function readKeys(): JSONWebKeySet {
  const [text] = process.argv.slice(2)
  const keys: unknown = JSON.parse(text ?? '')
  if (isKeySet(keys)) return keys
  throw new Error('a key set is wanted as first argument')
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)
}
