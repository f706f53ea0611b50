// RFC 5280 §4.1, §4.2
import { contentOf, type DerValue, derTag, objectIdentifier, readDer, readDerList } from './der.ts'
import { asciiOf } from './der-text.ts'
import { type DistinguishedName, nameOf } from './distinguished-name.ts'

/** What a certificate says that mutual TLS wants to know. */
export type Certificate = {
  readonly subject: DistinguishedName
  readonly alternativeNames: AlternativeNames
  /** In seconds since the epoch; both ends belong to it. */
  readonly validity: { readonly notBefore: number; readonly notAfter: number }
  /** What its key may be used for, as object identifiers; absent where it does not say. @spec RFC 5280 §4.2.1.12 */
  readonly extendedKeyUsage?: readonly string[]
  /** The `SubjectPublicKeyInfo`, whole. @spec RFC 5280 §4.1.2.7 */
  readonly publicKeyInfo: readonly DerValue[]
}

/** The names of a certificate's subject beside its distinguished name, as they stand in it. @spec RFC 5280 §4.2.1.6 */
type AlternativeNames = {
  readonly dns: readonly string[]
  readonly uri: readonly string[]
  readonly email: readonly string[]
  /** The octets of each address, joined by dots. */
  readonly ip: readonly string[]
}

/** Reads a certificate in its distinguished encoding; `undefined` where it is none. Verifies nothing. @spec RFC 5280 §4.1 */
export function parseCertificate(der: Uint8Array): Certificate | undefined {
  try {
    const [signed] = readDerList(readDer(der, derTag.sequence))
    return readSigned(readDerList(contentOf(signed, derTag.sequence)))
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const versionTag = 0xa0
const extensionsTag = 0xa3

function readSigned(values: readonly DerValue[]): Certificate {
  const [, , , validity, subject, publicKeyInfo, ...rest] = values[0]?.tag === versionTag ? values.slice(1) : values
  const extensions = readExtensions(rest.find(({ tag }) => tag === extensionsTag))
  const usage = extensions.get('2.5.29.37')
  return {
    subject: nameOf(contentOf(subject, derTag.sequence)),
    alternativeNames: readAlternativeNames(extensions.get('2.5.29.17')),
    validity: readValidity(contentOf(validity, derTag.sequence)),
    publicKeyInfo: readDerList(contentOf(publicKeyInfo, derTag.sequence)),
    ...(usage && { extendedKeyUsage: readUsage(usage) }),
  }
}

/** Extensions by their identifiers; one that is there twice is an error. @spec RFC 5280 §4.2 */
function readExtensions(value: DerValue | undefined): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>()
  if (value === undefined) return found
  for (const extension of readDerList(readDer(value.content, derTag.sequence))) {
    const members = readDerList(contentOf(extension, derTag.sequence))
    const id = objectIdentifier(contentOf(members[0], derTag.objectIdentifier))
    if (found.has(id)) throw new RangeError('an extension is there once')
    found.set(id, contentOf(members.at(-1), derTag.octetString))
  }
  return found
}

/** @spec RFC 5280 §4.2.1.6 */
const nameTags = { email: 0x81, dns: 0x82, uri: 0x86, ip: 0x87 } as const

function readAlternativeNames(extension: Uint8Array | undefined): AlternativeNames {
  const names = extension ? readDerList(readDer(extension, derTag.sequence)) : []
  const texts = (tag: number) => names.flatMap(name => (name.tag === tag ? (asciiOf(name.content) ?? []) : []))
  return {
    dns: texts(nameTags.dns),
    uri: texts(nameTags.uri),
    email: texts(nameTags.email),
    ip: names.filter(({ tag }) => tag === nameTags.ip).map(({ content }) => content.join('.')),
  }
}

function readUsage(extension: Uint8Array): readonly string[] {
  const usages = readDerList(readDer(extension, derTag.sequence))
  return usages.map(usage => objectIdentifier(contentOf(usage, derTag.objectIdentifier)))
}

function readValidity(content: Uint8Array): Certificate['validity'] {
  const [notBefore, notAfter] = readDerList(content)
  return { notBefore: readTime(notBefore), notAfter: readTime(notAfter) }
}

/** @spec RFC 5280 §4.1.2.5.1, §4.1.2.5.2 */
function readTime(value: DerValue | undefined): number {
  const text = (value && asciiOf(value.content)) ?? ''
  const isShort = value?.tag === derTag.utcTime
  const pattern = isShort ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
  const isTime = isShort || value?.tag === derTag.generalizedTime
  const [year = Number.NaN, month = 0, ...rest] = isTime ? (pattern.exec(text)?.slice(1).map(Number) ?? []) : []
  const [day = 0, hour = 0, minute = 0, second = 0] = rest
  const century = isShort ? (year >= 50 ? 1900 : 2000) : 0
  const millis = Date.UTC(century + year, month - 1, day, hour, minute, second)
  if (Number.isNaN(millis)) throw new RangeError('a point in time is wanted')
  return millis / 1000
}
