import type { CryptoKey } from 'jose'
import { clientKeys } from '../../packages/server/src/testing/keys.ts'

/** The private key of the clients of the test world that sign, as outside clients take it. */
export async function clientSigningKey(): Promise<{ readonly key: CryptoKey; readonly kid: string }> {
  const jwk = clientKeys.privateKey.export({ format: 'jwk' })
  const key = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
  return { key, kid: clientKeys.publicJwk.kid }
}
