// RFC 7515 §5.2
import { compactVerify, errors, importJWK, type JWK } from 'jose'
import type { LoadKey } from './signature-algorithms.ts'

/** Checks signatures by WebCrypto, which every runtime has. */
export const joseSignatures: LoadKey = async (jwk, algorithm) => {
  const key = await importJWK(parseJwk(jwk), algorithm)
  return async (signed, signature) => {
    try {
      await compactVerify(`${signed}.${signature}`, key, { algorithms: [algorithm] })
      return true
    } catch (error) {
      if (error instanceof errors.JOSEError) return false
      throw error
    }
  }
}

// `importJWK` itself looks at the members
function parseJwk(jwk: object): JWK {
  return { ...jwk }
}
