// RFC 7518 §3.3, §3.4, §3.5; RFC 8037 §3.1
import type * as NodeCrypto from 'node:crypto'
import { algorithmRow, type LoadKey, type SignatureAlgorithm } from '../signature-algorithms.ts'
import { derOfConcat } from './der-of-concat.ts'

/** Checks signatures by `node:crypto`, at once and without a promise: about twice as fast as WebCrypto. */
export function nodeSignatures(crypto: typeof NodeCrypto): LoadKey {
  return (jwk, algorithm) => {
    const key = crypto.createPublicKey({ key: { ...jwk }, format: 'jwk' })
    const isGood = verifierOf(crypto, key, algorithm)
    return (signed, signature) => isGood(Buffer.from(signed, 'latin1'), Buffer.from(signature, 'base64url'))
  }
}

type Verify = (signed: Buffer, signature: Buffer) => boolean

function verifierOf(
  { constants, verify }: typeof NodeCrypto,
  key: NodeCrypto.KeyObject,
  algorithm: SignatureAlgorithm,
): Verify {
  const { kty, hash = null, padding } = algorithmRow(algorithm)
  if (kty === 'EC') return ellipticVerifier(verify, key, algorithm)
  if (padding !== 'pss') return (signed, signature) => verify(hash, signed, key, signature)
  const salted = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  return (signed, signature) => verify(hash, signed, salted, signature)
}

const signatureLengths: Readonly<Record<string, number>> = { 'P-256': 64, 'P-384': 96, 'P-521': 132 }

/** Converts to DER: asking Node 24 for `ieee-p1363` makes a check take half as long again. */
function ellipticVerifier(
  verify: (typeof NodeCrypto)['verify'],
  key: NodeCrypto.KeyObject,
  algorithm: SignatureAlgorithm,
): Verify {
  const { crv = '', hash } = algorithmRow(algorithm)
  const length = signatureLengths[crv]
  return (signed, signature) => signature.length === length && verify(hash, signed, key, derOfConcat(signature))
}
