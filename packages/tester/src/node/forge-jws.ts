// RFC 7515 §3, §5.1, §7; RFC 7518 §3.1
import { constants, createHmac, type KeyObject, sign } from 'node:crypto'
import type { KeyPair } from '../target/target.ts'
import { canSign, naturalAlg, privateKeyOf, type SigningKey } from './signing-key.ts'

export { makeKeyPair, publicKeyTexts, type SigningKey } from './signing-key.ts'

/** A JSON object, or the text that stands in its place. */
export type Part = Readonly<Record<string, unknown>> | string

/** What a JWS is made of; nothing of it must make sense. */
export type JwsParts = {
  readonly header: Part
  readonly payload: Part
  readonly key: SigningKey
  /** How it is signed, whatever the header says (default: as the header says). */
  readonly alg?: string
}

/**
 * Signs what no library would. `none`, in any case, makes an empty signature; an algorithm that the key cannot do is replaced by
 * the key's own, so that the header lies. @spec RFC 7515 §5.1
 */
export function signJws({ header, payload, key, alg = algOf(header) }: JwsParts): string {
  const input = `${encodePart(header)}.${encodePart(payload)}`
  return `${input}.${signatureOf(input, key, alg)}`
}

/** The signature over a text, base64url. */
export function signatureOf(input: string, key: SigningKey, alg: string): string {
  if (alg.toLowerCase() === 'none') return ''
  if ('secret' in key) return createHmac(hashOf(alg), key.secret).update(input).digest('base64url')
  return signWithKey(input, key, alg)
}

function signWithKey(input: string, key: KeyPair, wanted: string): string {
  const alg = canSign(key.publicJwk.kty, wanted) ? wanted : naturalAlg(key.publicJwk)
  const data = new TextEncoder().encode(input)
  const privateKey = privateKeyOf(key)
  if (alg.startsWith('Ed')) return sign(null, data, privateKey).toString('base64url')
  return sign(hashOf(alg), data, { key: privateKey, ...signingOptions(alg) }).toString('base64url')
}

function signingOptions(alg: string): Omit<Parameters<typeof sign>[2] & object, keyof KeyObject> {
  if (alg.startsWith('ES')) return { dsaEncoding: 'ieee-p1363' }
  if (!alg.startsWith('PS')) return {}
  return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
}

function hashOf(alg: string): string {
  return `sha${/(256|384|512)/.exec(alg)?.[0] ?? '256'}`
}

function algOf(header: Part): string {
  const alg = typeof header === 'string' ? undefined : header.alg
  return typeof alg === 'string' ? alg : ''
}

/** Joins three parts as they are; objects and texts are encoded, the signature stands as given. */
export function joinJws(header: Part, payload: Part, signature: string): string {
  return `${encodePart(header)}.${encodePart(payload)}.${signature}`
}

/** What stands in a JWS. `header` and `payload` are the empty object where their text is no JSON object. */
export type SplitJws = {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: Readonly<Record<string, unknown>>
  readonly signature: string
  readonly headerText: string
  readonly payloadText: string
}

/** Takes a compact JWS apart without judging it; `undefined` where there are not three parts. */
export function splitJws(text: string): SplitJws | undefined {
  const [header, payload, signature, ...more] = text.split('.')
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) return undefined
  const headerText = decode(header)
  const payloadText = decode(payload)
  return {
    header: readObject(headerText) ?? {},
    payload: readObject(payloadText) ?? {},
    signature,
    headerText,
    payloadText,
  }
}

/** Whether a text looks like a JWT: three parts, of which two are JSON objects. */
export function isJwt(text: string): boolean {
  const parts = splitJws(text)
  return (
    parts !== undefined && readObject(parts.headerText) !== undefined && readObject(parts.payloadText) !== undefined
  )
}

/** The same JWS in JSON, which an access token never is. @spec RFC 7515 §7.2 */
export function jsonSerializations(compact: string): { readonly flattened: string; readonly general: string } {
  const [header = '', payload = '', signature = ''] = compact.split('.')
  return {
    flattened: JSON.stringify({ payload, protected: header, signature }),
    general: JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
  }
}

/** Signatures that hold where a verifier forgets to look at the numbers. */
export const zeroSignatures: readonly { readonly variant: string; readonly signature: string }[] = [
  { variant: 'empty', signature: '' },
  { variant: '64 zero bytes, r = s = 0', signature: 'A'.repeat(86) },
  { variant: '256 zero bytes', signature: 'A'.repeat(342) },
  { variant: 'r = s = 0 in DER', signature: 'MAYCAQACAQA' },
]

function encodePart(part: Part): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
}

function decode(part: string): string {
  return Buffer.from(part, 'base64url').toString()
}

function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
