// RFC 7515 §5.2, RFC 8725 §3.11
import { isSigningAlgorithm, signingAlgorithms } from '@ambit/protocol'
import { type CryptoKey, compactVerify, importJWK, type JWK } from 'jose'

type Claims = Readonly<Record<string, unknown>>

const imported = new WeakMap<JsonWebKey, Promise<CryptoKey | Uint8Array>>()

/**
 * The claims of a compact JWS that one of these keys signed as this type of token; the expiry is not looked at.
 * @spec RFC 7515 §5.2, RFC 8725 §3.11
 */
export async function verifyByKeys(
  jwks: { readonly keys: readonly JsonWebKey[] },
  jws: string,
  typ: string,
): Promise<Claims | undefined> {
  try {
    const { payload, protectedHeader } = await compactVerify(jws, header => keyFor(jwks.keys, header), {
      algorithms: [...signingAlgorithms],
    })
    return protectedHeader.typ === typ ? parseClaims(new TextDecoder().decode(payload)) : undefined
  } catch {
    return undefined
  }
}

function keyFor(
  keys: readonly JsonWebKey[],
  header: { readonly kid?: string; readonly alg?: string },
): Promise<CryptoKey | Uint8Array> {
  const jwk = keys.find(key => kidOf(key) === header.kid && key.alg === header.alg)
  if (jwk === undefined || !isSigningAlgorithm(jwk.alg ?? '')) throw new Error('no key of ours has this kid')
  const known = imported.get(jwk) ?? importJWK(jwk, jwk.alg)
  imported.set(jwk, known)
  return known
}

function kidOf(jwk: JWK): string | undefined {
  return jwk.kid
}

function parseClaims(text: string): Claims | undefined {
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Claims) : undefined
}
