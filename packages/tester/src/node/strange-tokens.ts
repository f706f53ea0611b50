// RFC 7516 §4.1.3, §7.1; RFC 7518 §4.6, §4.8
import { randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'

/** What a token for decryption is made of. */
type JweParts = {
  readonly header: Readonly<Record<string, unknown>>
  readonly encryptedKey?: Uint8Array
  readonly ciphertext?: Uint8Array
}

/** A JWE by its looks: whoever wants to know better has to decrypt it. */
function joinJwe({ header, encryptedKey = Buffer.of(), ciphertext = randomBytes(64) }: JweParts): string {
  const parts = [
    JSON.stringify({ typ: 'at+jwt', cty: 'JWT', ...header }),
    encryptedKey,
    randomBytes(12),
    ciphertext,
    randomBytes(16),
  ]
  return parts.map(part => Buffer.from(part).toString('base64url')).join('.')
}

/**
 * A JWE whose plaintext would be a thousand times its size: `megabytes` of zero bytes behind `zip`. It is a bomb for those who
 * decompress before they verify. @spec RFC 7516 §4.1.3
 */
export function deflateBomb(megabytes = 10): string {
  const ciphertext = deflateRawSync(new Uint8Array(megabytes * 1_048_576), { level: 9 })
  return joinJwe({ header: { alg: 'dir', enc: 'A128GCM', zip: 'DEF' }, ciphertext })
}

/** A JWE whose key wants `rounds` of PBKDF2, by default a billion: minutes of work. @spec RFC 7518 §4.8.1.2 */
export function slowPassword(rounds = 1_000_000_000): string {
  const header = { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2s: randomBytes(16).toString('base64url'), p2c: rounds }
  return joinJwe({ header, encryptedKey: randomBytes(24) })
}

/** A JWE whose ephemeral key is no point of P-256. @spec RFC 7518 §4.6.1.1; RFC 8725 §2.5 */
export function invalidCurvePoint(): string {
  const one = Buffer.alloc(32)
  one[31] = 1
  const coordinate = one.toString('base64url')
  return joinJwe({
    header: ephemeral({ kty: 'EC', crv: 'P-256', x: coordinate, y: coordinate }),
    encryptedKey: randomBytes(24),
  })
}

/** A JWE whose ephemeral key on X25519 is the point zero, of tiny order: whatever is agreed upon with it is zero. */
export function tinyOrderPoint(): string {
  const x = Buffer.alloc(32).toString('base64url')
  return joinJwe({ header: ephemeral({ kty: 'OKP', crv: 'X25519', x }), encryptedKey: randomBytes(24) })
}

function ephemeral(epk: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  return { alg: 'ECDH-ES+A128KW', enc: 'A128GCM', epk }
}
