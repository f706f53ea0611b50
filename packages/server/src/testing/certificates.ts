// RFC 5280 §4.1, §4.2
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** Whoever signs certificates: a name in DER, and a key. */
export type TestAuthority = TestCertificate & { readonly name: Uint8Array; readonly privateKey: KeyObject }

/** A certificate with its key, as `node:tls` and as the core take them. */
export type TestCertificate = {
  readonly cert: string
  readonly key: string
  readonly der: Uint8Array
  readonly publicJwk: JsonWebKey
}

/** What a certificate says; everything can be left out. */
export type CertificateParts = {
  /** Relative names from the root on, each of attributes: `[[['C', 'DE']], [['CN', 'client']]]`. */
  readonly subject?: readonly (readonly (readonly [type: keyof typeof attributes, value: string, tag?: number])[])[]
  readonly dns?: readonly string[]
  readonly uri?: readonly string[]
  readonly email?: readonly string[]
  readonly ip?: readonly (readonly number[])[]
  /** Object identifiers in hexadecimal; of clients, where it is left out. */
  readonly usage?: readonly string[] | 'none'
  /** As `YYMMDDHHMMSSZ`; 2020 to 2049 where they are left out. */
  readonly notBefore?: string
  readonly notAfter?: string
  readonly isAuthority?: boolean
  /** Nobody but its own key, where it is left out. */
  readonly signedBy?: TestAuthority
  readonly keyType?: 'ec' | 'rsa' | 'ed25519'
  /** Extensions that stand behind the others, in DER. */
  readonly extensions?: readonly Uint8Array[]
}

/** Object identifiers of what keys are for, in hexadecimal. @spec RFC 5280 §4.2.1.12 */
export const usages = { client: '2b06010505070302', server: '2b06010505070301', any: '551d2500' } as const

const attributes = {
  CN: '550403',
  C: '550406',
  O: '55040a',
  OU: '55040b',
  orgId: '550461',
  DC: '0992268993f22c640119',
} as const
const utf8String = 0x0c

/** Makes a certificate. */
export function makeCertificate(parts: CertificateParts = {}): TestAuthority {
  const { subject = [[['CN', 'client']]], signedBy, notBefore = '200101000000Z', notAfter = '491231235959Z' } = parts
  const { publicKey, privateKey } = keyPair(parts.keyType ?? 'ec')
  const name = sequence(...subject.map(relative => der(0x31, ...relative.map(attribute))))
  const signer = signedBy?.privateKey ?? privateKey
  const signed = sequence(
    der(0xa0, integer(2)),
    integer(serial++),
    algorithmOf(signer),
    signedBy?.name ?? name,
    sequence(der(0x17, text(notBefore)), der(0x17, text(notAfter))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensionsOf(parts))),
  )
  const signature = sign(signer.asymmetricKeyType === 'ed25519' ? null : 'sha256', signed, signer)
  const certificate = sequence(signed, algorithmOf(signer), der(0x03, Uint8Array.of(0), signature))
  return {
    cert: pemOf(certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    der: certificate,
    publicJwk: publicKey.export({ format: 'jwk' }),
    name,
    privateKey,
  }
}

/** A certificate in DER as PEM. @spec RFC 7468 §5 */
function pemOf(certificate: Uint8Array): string {
  const lines = Buffer.from(certificate)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

let serial = 1

function keyPair(type: NonNullable<CertificateParts['keyType']>) {
  if (type === 'ec') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519')
}

function algorithmOf({ asymmetricKeyType }: KeyObject): Uint8Array {
  if (asymmetricKeyType === 'ed25519') return sequence(oid('2b6570'))
  return asymmetricKeyType === 'rsa'
    ? sequence(oid('2a864886f70d01010b'), der(0x05))
    : sequence(oid('2a8648ce3d040302'))
}

function attribute([type, value, tag = utf8String]: readonly [keyof typeof attributes, string, number?]): Uint8Array {
  const bytes = tag === 0x1e ? Buffer.from(value, 'utf16le').swap16() : text(value)
  return sequence(oid(attributes[type]), der(tag, bytes))
}

function extensionsOf(parts: CertificateParts): readonly Uint8Array[] {
  const { dns = [], uri = [], email = [], ip = [], usage = [usages.client], isAuthority = false } = parts
  const names = [
    ...email.map(each => der(0x81, text(each))),
    ...dns.map(each => der(0x82, text(each))),
    ...uri.map(each => der(0x86, text(each))),
    ...ip.map(each => der(0x87, Uint8Array.from(each))),
  ]
  return [
    ...(isAuthority ? [extension('551d13', sequence(der(0x01, Uint8Array.of(0xff))))] : []),
    ...(names.length > 0 ? [extension('551d11', sequence(...names))] : []),
    ...(usage === 'none' || isAuthority ? [] : [extension('551d25', sequence(...usage.map(oid)))]),
    ...(parts.extensions ?? []),
  ]
}

/** One extension of a certificate: its identifier in hexadecimal, and what it says in DER. @spec RFC 5280 §4.2 */
export function extension(id: string, value: Uint8Array): Uint8Array {
  return sequence(oid(id), der(0x04, value))
}

/** A sequence in DER. */
export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return der(0x30, ...parts)
}

/** A value in DER. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function integer(value: number): Uint8Array {
  return der(0x02, Uint8Array.of(value >> 8, value & 0xff).subarray(value < 128 ? 1 : 0))
}

/** An object identifier in DER, from hexadecimal. */
export function oid(hex: string): Uint8Array {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}
