// OpenID Connect Core §3.1.3.6, §3.2.2.9, §3.3.2.11
import type { SigningAlgorithm } from '@ambit/protocol'
import type { Crypto } from '../ports/world.ts'

/**
 * The value of `at_hash` and `c_hash`: the left half of the hash that belongs to the ID token's algorithm.
 * @spec OpenID Connect Core §3.1.3.6, §3.3.2.11
 */
export async function tokenHash(crypto: Crypto, algorithm: SigningAlgorithm, text: string): Promise<string> {
  if (algorithm !== 'EdDSA') return leftHalf(crypto.hash(text))
  const digest = await globalThis.crypto.subtle.digest('SHA-512', new TextEncoder().encode(text))
  return base64url(new Uint8Array(digest, 0, 32))
}

/** The first 16 bytes of a SHA-256, both as base64url: 21 characters, and the two high bits of the 22nd. */
function leftHalf(hash: string): string {
  const last = alphabet.indexOf(hash[21] ?? 'A')
  return hash.slice(0, 21) + (alphabet[last & 0b110000] ?? 'A')
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
