// RFC 4514, RFC 5280 §4.1.2.4
import { contentOf, type DerValue, derTag, objectIdentifier, readDerList } from './der.ts'
import { textOf } from './der-text.ts'

/**
 * A distinguished name: relative names from the root on, as certificates have them, and each with its attributes in an order
 * that does not depend on how they came. Two names that are the same are equal texts.
 */
export type DistinguishedName = readonly (readonly string[])[]

/** Whether two names are the same: attribute by attribute, values letter by letter, whatever string type holds them. */
export function isSameName(a: DistinguishedName, b: DistinguishedName): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/**
 * The name in the content of a certificate's `Name`.
 * @spec RFC 5280 §4.1.2.4
 * @throws {RangeError} where it is none
 */
export function nameOf(content: Uint8Array): DistinguishedName {
  return readDerList(content).map(relative =>
    relativeName(readDerList(contentOf(relative, derTag.set)).map(attributeOf)),
  )
}

function attributeOf(value: DerValue): string {
  const [type, held, ...more] = readDerList(contentOf(value, derTag.sequence))
  if (held === undefined || more.length > 0) throw new RangeError('an attribute has a type and a value')
  return printAttribute(objectIdentifier(contentOf(type, derTag.objectIdentifier)), held)
}

/** Of a value that is no text, its bytes are what is compared. */
function printAttribute(type: string, value: DerValue): string {
  const text = textOf(value)
  return text === undefined ? `${type}#${value.tag}:${value.content.join('.')}` : `${type}=${text}`
}

function relativeName(attributes: readonly string[]): readonly string[] {
  return attributes.toSorted()
}

/** Attribute types by their short names. @spec RFC 4514 §3, RFC 4519 §2, RFC 5280 App. A.1 */
const attributeTypes: ReadonlyMap<string, string> = new Map([
  ['CN', '2.5.4.3'],
  ['SN', '2.5.4.4'],
  ['SERIALNUMBER', '2.5.4.5'],
  ['C', '2.5.4.6'],
  ['L', '2.5.4.7'],
  ['ST', '2.5.4.8'],
  ['STREET', '2.5.4.9'],
  ['O', '2.5.4.10'],
  ['OU', '2.5.4.11'],
  ['TITLE', '2.5.4.12'],
  ['BUSINESSCATEGORY', '2.5.4.15'],
  ['POSTALCODE', '2.5.4.17'],
  ['GIVENNAME', '2.5.4.42'],
  ['ORGANIZATIONIDENTIFIER', '2.5.4.97'],
  ['UID', '0.9.2342.19200300.100.1.1'],
  ['DC', '0.9.2342.19200300.100.1.25'],
  ['EMAILADDRESS', '1.2.840.113549.1.9.1'],
  ['JURISDICTIONC', '1.3.6.1.4.1.311.60.2.1.3'],
])

const attributePattern =
  / *([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)=(?:#((?:[0-9A-Fa-f]{2})+)|((?:\\(?:[\\ "#+,;<=>]|[0-9A-Fa-f]{2})|[^\0"+,;<>\\])*))/y

/**
 * The name that a text is, the last relative name of which stands first in it; `undefined` where it is none, or has a type that
 * is not known by name (a number with dots always will do).
 * @spec RFC 4514 §3
 */
export function parseDistinguishedName(text: string): DistinguishedName | undefined {
  const relatives: string[][] = [[]]
  for (let at = 0; ; at++) {
    attributePattern.lastIndex = at
    const attribute = readAttribute(attributePattern.exec(text))
    if (attribute === undefined) return undefined
    relatives.at(-1)?.push(attribute)
    at = attributePattern.lastIndex
    if (at === text.length) return relatives.map(relativeName).toReversed()
    if (text[at] === ',') relatives.push([])
    else if (text[at] !== '+') return undefined
  }
}

function readAttribute(match: RegExpExecArray | null): string | undefined {
  const [, name = '', hex, escaped = ''] = match ?? []
  const type = /^\d/.test(name) ? name : attributeTypes.get(name.toUpperCase())
  if (type === undefined) return undefined
  if (hex !== undefined) return readHexValue(type, hex)
  const value = readEscapes(escaped)
  return value === undefined ? undefined : `${type}=${value}`
}

/** @spec RFC 4514 §2.4: `#` and the encoding itself */
function readHexValue(type: string, hex: string): string | undefined {
  try {
    const [value, ...more] = readDerList(Uint8Array.from(hex.match(/../g) ?? [], pair => Number.parseInt(pair, 16)))
    return value && more.length === 0 ? printAttribute(type, value) : undefined
  } catch {
    return undefined
  }
}

/** @spec RFC 4514 §2.4: spaces at the ends are escaped, and what two hexadecimal digits name is an octet of UTF-8 */
function readEscapes(escaped: string): string | undefined {
  const parts = escaped.match(/\\[0-9A-Fa-f]{2}|\\.|[^\\]/gsu) ?? []
  const [first] = parts
  if (first === undefined || first === ' ' || first === '#' || parts.at(-1) === ' ') return undefined
  try {
    return decodeURIComponent(parts.map(encodePart).join(''))
  } catch {
    return undefined
  }
}

function encodePart(part: string): string {
  if (!part.startsWith('\\')) return encodeURIComponent(part)
  return part.length === 3 ? `%${part.slice(1)}` : encodeURIComponent(part.slice(1))
}
