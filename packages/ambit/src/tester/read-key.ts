// RFC 7517 §4, RFC 7468 §10
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { KeyPair, Secret, SecretLedger } from '@ambit/tester'
import { isObject } from '../config/fields.ts'

/** What a key is called where it does not say so itself. */
export type KeyNames = { readonly kid?: string | undefined; readonly alg?: string | undefined }

/** Reads a private key, a JWK or PEM; `undefined` where the text is none. */
export function readKeyPair(text: Secret, { kid, alg }: KeyNames, secrets: SecretLedger): KeyPair | undefined {
  const jwk = parseJwk(text.reveal())
  const key = importKey(text.reveal(), jwk)
  if (key === undefined) return undefined
  const names = { ...namesOf(jwk), ...(kid !== undefined && { kid }), ...(alg !== undefined && { alg }) }
  const privateJwk = JSON.stringify({ ...key.export({ format: 'jwk' }), ...names })
  return {
    publicJwk: { ...createPublicKey(key).export({ format: 'jwk' }), ...names },
    privateJwk: secrets.secret('private key', privateJwk),
  }
}

type Jwk = Readonly<Record<string, unknown>>

function importKey(text: string, jwk: Jwk | undefined): KeyObject | undefined {
  try {
    return jwk === undefined ? createPrivateKey(text) : createPrivateKey({ key: { ...jwk }, format: 'jwk' })
  } catch {
    return undefined
  }
}

function parseJwk(text: string): Jwk | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function namesOf(jwk: Jwk | undefined): { readonly kid?: string; readonly alg?: string } {
  const { kid, alg } = jwk ?? {}
  return { ...(typeof kid === 'string' && { kid }), ...(typeof alg === 'string' && { alg }) }
}
