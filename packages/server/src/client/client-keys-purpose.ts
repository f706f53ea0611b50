// RFC 7517 §4, RFC 7518 §3.1, §4.1, RFC 8037 §3
import type { ClientKey } from '../ports/records.ts'

/** What a key shall do: verify or be encrypted to, by which algorithm. */
export type KeyPurpose = { readonly use: 'sig' | 'enc'; readonly alg?: string }

/** The operations of a public key, by its use. @spec RFC 7517 §4.3 */
const operations = { sig: ['verify'], enc: ['encrypt', 'wrapKey', 'deriveKey', 'deriveBits'] } as const

/** Whether a key is of the kind that the algorithm wants, and says nothing that speaks against this purpose. @spec RFC 7517 §4.1 */
export function canDo(key: ClientKey, { use, alg }: KeyPurpose): boolean {
  const operationsOfKey: unknown = key.key_ops
  if (key.use !== undefined && key.use !== use) return false
  if (Array.isArray(operationsOfKey) && !operations[use].some(each => operationsOfKey.includes(each))) return false
  if (alg === undefined) return true
  return (key.alg === undefined || key.alg === alg) && isOfKind(key, alg)
}

function isOfKind({ kty, crv = '' }: ClientKey, alg: string): boolean {
  if (/^(?:[RP]S\d|RSA-)/.test(alg)) return kty === 'RSA'
  if (alg === 'ES256') return kty === 'EC' && crv === 'P-256'
  if (alg === 'EdDSA') return kty === 'OKP' && crv === 'Ed25519'
  if (!alg.startsWith('ECDH-ES')) return false
  return (kty === 'EC' && ['P-256', 'P-384', 'P-521'].includes(crv)) || (kty === 'OKP' && crv === 'X25519')
}
