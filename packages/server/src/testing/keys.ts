import { generateKeyPairSync } from 'node:crypto'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** The key pair of the client that authenticates by signed assertions. */
export const clientKeys = {
  publicJwk: { ...publicKey.export({ format: 'jwk' }), kid: 'client-key', alg: 'ES256' },
  privateKey,
}
