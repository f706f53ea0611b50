// RFC 5280 §4.1
import { createPublicKey, sign } from 'node:crypto'
import type { SecretLedger } from '../secret/secret.ts'
import type { KeyPair } from '../target/target.ts'
import type { ShownCertificate } from '../wire/exchange.ts'
import { makeKeyPair, privateKeyOf } from './signing-key.ts'

/** What may differ from the usual certificate. */
export type CertificateWish = {
  readonly commonName: string
  /** DNS name that it is for, where it is a server's. */
  readonly dnsName?: string
  /** By default good from 2020 to 2049; `expired`: until 2021. */
  readonly isExpired?: boolean
}

/** A certificate for an EC or RSA key that nobody but the key itself signed, in DER. @spec RFC 5280 §4.1.1 */
export function selfSigned(key: KeyPair, { commonName, dnsName, isExpired = false }: CertificateWish): Uint8Array {
  const isRsa = key.publicJwk.kty === 'RSA'
  const name = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))))
  const algorithm = isRsa
    ? sequence(oid('2a864886f70d01010b'), der(0x05, Buffer.of()))
    : sequence(oid('2a8648ce3d040302'))
  const validity = sequence(utcTime('200101000000Z'), utcTime(isExpired ? '210101000000Z' : '491231235959Z'))
  const version = der(0xa0, der(0x02, Buffer.of(2)))
  const serial = der(0x02, Buffer.of(1))
  const subjectKey = createPublicKey({ key: { ...key.publicJwk }, format: 'jwk' }).export({
    type: 'spki',
    format: 'der',
  })
  const extensions = dnsName === undefined ? [] : [alternativeName(dnsName)]
  const signed = sequence(version, serial, algorithm, name, validity, name, subjectKey, ...extensions)
  const signature = der(0x03, Buffer.concat([Buffer.of(0), sign('sha256', signed, privateKeyOf(key))]))
  return new Uint8Array(sequence(signed, algorithm, signature))
}

/** The value of `x5c`: base64, not base64url. @spec RFC 7515 §4.1.6 */
export function x5cOf(certificate: Uint8Array): readonly [string] {
  return [Buffer.from(certificate).toString('base64')]
}

/** A new key with a certificate of its own, ready to be shown in a handshake. @spec RFC 8705 §2.2 */
export function makeShownCertificate(wish: CertificateWish, ledger: Pick<SecretLedger, 'secret'>): ShownCertificate {
  const key = makeKeyPair('ES256', ledger)
  const lines = Buffer.from(selfSigned(key, wish))
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')
  const privateKey = privateKeyOf(key).export({ type: 'pkcs8', format: 'pem' }).toString()
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    privateKey: ledger.secret('private key', privateKey).reveal(),
  }
}

function alternativeName(dnsName: string): Buffer {
  const names = sequence(der(0x82, Buffer.from(dnsName)))
  return der(0xa3, sequence(sequence(oid('551d11'), der(0x04, names))))
}

function utcTime(text: string): Buffer {
  return der(0x17, Buffer.from(text))
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function der(tag: number, content: Uint8Array): Buffer {
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
