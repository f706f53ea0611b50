// RFC 7517 §4
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { SecretLedger } from '../../secret/secret.ts'
import type { IssuerKey, KeyPair } from '../../target/target.ts'

/** The keys of an issuer: what it signs by, what stands beside it in its key set, and what it took back. */
export type IssuerKeys = readonly [IssuerKey, ...IssuerKey[]]

type RawKey = {
  readonly kid: string
  readonly alg: string
  readonly use: 'sig' | 'enc'
  readonly role: IssuerKey['role']
} & {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

let made: readonly RawKey[] | undefined
let madeSecond: readonly RawKey[] | undefined

/** The keys of the test issuer; made once, since RSA takes its time. */
export function issuerKeys(secrets: SecretLedger): IssuerKeys {
  made ??= [
    { kid: 'es', alg: 'ES256', use: 'sig', role: 'signing', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
    { kid: 'rs', alg: 'RS256', use: 'sig', role: 'signing', ...generateKeyPairSync('rsa', { modulusLength: 2048 }) },
    {
      kid: 'enc',
      alg: 'ECDH-ES',
      use: 'enc',
      role: 'encryption',
      ...generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    },
    {
      kid: 'es384',
      alg: 'ES384',
      use: 'sig',
      role: 'other_alg',
      ...generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    },
    { kid: 'old', alg: 'ES256', use: 'sig', role: 'retired', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
  ]
  return printKeys(made, secrets)
}

/** The key of the second issuer. */
export function secondIssuerKeys(secrets: SecretLedger): IssuerKeys {
  madeSecond ??= [
    { kid: 'es-2', alg: 'ES256', use: 'sig', role: 'signing', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
  ]
  return printKeys(madeSecond, secrets)
}

/** A key to which a token can be bound. */
export function bindingKey(secrets: SecretLedger): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    publicJwk: publicKey.export({ format: 'jwk' }),
    privateJwk: secrets.secret('private key', JSON.stringify(privateKey.export({ format: 'jwk' }))),
  }
}

const printed = new Map<RawKey, { readonly publicJwk: JsonWebKey; readonly privateText: string }>()

function printKeys(keys: readonly RawKey[], secrets: SecretLedger): IssuerKeys {
  const [first, ...others] = keys.map(key => printKey(key, secrets))
  if (first === undefined) throw new TypeError('an issuer has a key')
  return [first, ...others]
}

function printKey(raw: RawKey, secrets: SecretLedger): IssuerKey {
  const { kid, alg, use, role, privateKey, publicKey } = raw
  const members = { kid, alg, use }
  const texts = printed.get(raw) ?? {
    publicJwk: { ...publicKey.export({ format: 'jwk' }), ...members },
    privateText: JSON.stringify({ ...privateKey.export({ format: 'jwk' }), ...members }),
  }
  printed.set(raw, texts)
  const { publicJwk, privateText } = texts
  return { kid, alg, role, key: { publicJwk, privateJwk: secrets.secret('private key', privateText) } }
}
