// RFC 7515 §5.1, RFC 7518 §3.4
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** Makes a P-256 key pair for one run. */
export function makeSigningKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}

/**
 * Signs with ES256 and gives the signature as JOSE wants it, in base64url.
 * DER and conversion, because on Node 24 `dsaEncoding: 'ieee-p1363'` takes twice the time.
 */
export function signEs256(input: string, key: KeyObject): string {
  return toJose(sign('sha256', Buffer.from(input, 'latin1'), key)).toString('base64url')
}

/** Turns the DER form of a P-256 signature into r and s of 32 octets each. */
export function toJose(der: Buffer): Buffer {
  const jose = Buffer.alloc(64)
  const sAt = 4 + der.readUInt8(3)
  copyToEnd(integerAt(der, 2), jose.subarray(0, 32))
  copyToEnd(integerAt(der, sAt), jose.subarray(32))
  return jose
}

/** The octets of the DER integer at `at`. */
function integerAt(der: Buffer, at: number): Buffer {
  return der.subarray(at + 2, at + 2 + der.readUInt8(at + 1))
}

/** Copies an integer to the end of a field: without DER's leading zero where it is longer, after zeros where it is shorter. */
function copyToEnd(integer: Buffer, field: Buffer): void {
  const surplus = Math.max(0, integer.length - field.length)
  integer.copy(field, field.length - integer.length + surplus, surplus)
}

/** Turns r and s of 32 octets each into the DER form, in which Node verifies faster. */
export function toDer(jose: Buffer): Buffer {
  const integers = Buffer.concat([integerOf(jose.subarray(0, 32)), integerOf(jose.subarray(32))])
  return Buffer.concat([Buffer.from([0x30, integers.length]), integers])
}

/** A DER integer: no zeros in front, but one where the first bit is set. */
function integerOf(field: Buffer): Buffer {
  const start = field.findIndex(octet => octet !== 0)
  const value = start < 0 ? Buffer.alloc(1) : field.subarray(start)
  const front = value.readUInt8(0) >= 0x80 ? [0] : []
  return Buffer.concat([Buffer.from([0x02, value.length + front.length, ...front]), value])
}
