// RFC 5280 §4.1.2.7, RFC 7518 §6, RFC 8037 §2
import type { ClientKey } from '../../ports/records.ts'
import type { Certificate } from './certificate.ts'
import { contentOf, derTag, objectIdentifier, readDer, readDerList } from './der.ts'
import { base64url } from './thumbprint.ts'

/** Whether a JWK is the public key of a certificate; never, of a kind of key that is not known here. @spec RFC 7517 §4 */
export function isKeyOf(certificate: Certificate, key: ClientKey): boolean {
  const own = publicJwkOf(certificate)
  return own !== undefined && Object.entries(own).every(([name, value]) => Reflect.get(key, name) === value)
}

/** @spec RFC 5480 §2.1.1.1 */
const curves: ReadonlyMap<string, { readonly crv: string; readonly size: number }> = new Map([
  ['1.2.840.10045.3.1.7', { crv: 'P-256', size: 32 }],
  ['1.3.132.0.34', { crv: 'P-384', size: 48 }],
  ['1.3.132.0.35', { crv: 'P-521', size: 66 }],
])

/** The members that make a public JWK, of the key of a certificate. */
function publicJwkOf({ publicKeyInfo: [algorithm, key] }: Certificate): Readonly<Record<string, string>> | undefined {
  try {
    const [id, parameters] = readDerList(contentOf(algorithm, derTag.sequence))
    const [unused, ...octets] = contentOf(key, derTag.bitString)
    if (unused !== 0) return undefined
    const bits = Uint8Array.from(octets)
    switch (objectIdentifier(contentOf(id, derTag.objectIdentifier))) {
      case '1.2.840.113549.1.1.1':
        return rsaKey(bits)
      case '1.2.840.10045.2.1':
        return pointOf(bits, objectIdentifier(contentOf(parameters, derTag.objectIdentifier)))
      case '1.3.101.112':
        return { kty: 'OKP', crv: 'Ed25519', x: base64url(bits) }
      default:
        return undefined
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** @spec RFC 8017 App. A.1.1, RFC 7518 §6.3.1 */
function rsaKey(bits: Uint8Array): Readonly<Record<string, string>> {
  const [modulus, exponent] = readDerList(readDer(bits, derTag.sequence))
  const n = unsigned(contentOf(modulus, derTag.integer))
  return { kty: 'RSA', n, e: unsigned(contentOf(exponent, derTag.integer)) }
}

/** @spec RFC 5480 §2.2, RFC 7518 §6.2.1 */
function pointOf(bits: Uint8Array, curveId: string): Readonly<Record<string, string>> | undefined {
  const curve = curves.get(curveId)
  const isUncompressed = bits[0] === 0x04
  if (curve === undefined || !isUncompressed || bits.length !== 1 + 2 * curve.size) return undefined
  const [x, y] = [bits.subarray(1, 1 + curve.size), bits.subarray(1 + curve.size)]
  return { kty: 'EC', crv: curve.crv, x: base64url(x), y: base64url(y) }
}

function unsigned(integer: Uint8Array): string {
  return base64url(integer[0] === 0 ? integer.subarray(1) : integer)
}
