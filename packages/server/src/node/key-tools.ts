// RFC 7518 §3.3, §3.4, §3.5; RFC 8037 §3.1
import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { SigningAlgorithm } from '@ambit/protocol'
import type { KeyTools } from '../keys/key-tools.ts'
import { concatOfDer } from './der-signature.ts'

const generate = promisify(generateKeyPair)
const nonceLength = 12
const tagLength = 16

/** Keys, signatures and sealing by the runtime's own crypto; synchronous where a request waits for it. */
export function nodeKeyTools(): KeyTools {
  return {
    async generate(algorithm) {
      const { publicKey, privateKey } = await generatePair(algorithm)
      return { publicJwk: publicKey.export({ format: 'jwk' }), privateJwk: privateKey.export({ format: 'jwk' }) }
    },
    load(algorithm, privateJwk) {
      const signBytes = signerOf(algorithm, createPrivateKey({ key: { ...privateJwk }, format: 'jwk' }))
      return (encodedHeader, payload) => {
        const input = `${encodedHeader}.${Buffer.from(payload).toString('base64url')}`
        return `${input}.${signBytes(Buffer.from(input, 'latin1')).toString('base64url')}`
      }
    },
    encode: text => Buffer.from(text).toString('base64url'),
    seal(text, key, about) {
      const nonce = randomBytes(nonceLength)
      const cipher = createCipheriv('aes-256-gcm', Buffer.from(key, 'base64url'), nonce).setAAD(Buffer.from(about))
      return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64url')
    },
    unseal(text, key, about) {
      const bytes = Buffer.from(text, 'base64url')
      if (bytes.length < nonceLength + tagLength) return undefined
      const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key, 'base64url'), bytes.subarray(0, nonceLength))
      decipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(-tagLength))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()]).toString()
      } catch {
        return undefined
      }
    },
  }
}

type ObjectPair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject }

function generatePair(algorithm: SigningAlgorithm): Promise<ObjectPair> {
  switch (algorithm) {
    case 'ES256':
      return generate('ec', { namedCurve: 'P-256' })
    case 'EdDSA':
      return generate('ed25519', {})
    case 'RS256':
    case 'PS256':
      return generate('rsa', { modulusLength: 2048 })
  }
}

/** ES256 signs to DER and converts: asking Node 24 for `ieee-p1363` makes a signature take twice as long. */
function signerOf(algorithm: SigningAlgorithm, key: KeyObject): (input: Buffer) => Buffer {
  switch (algorithm) {
    case 'ES256':
      return input => concatOfDer(sign('sha256', input, key))
    case 'EdDSA':
      return input => sign(null, input, key)
    case 'RS256':
      return input => sign('sha256', input, key)
    case 'PS256': {
      const options = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
      return input => sign('sha256', input, options)
    }
  }
}
