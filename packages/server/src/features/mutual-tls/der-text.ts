// X.690 §8.23, X.680 §41, RFC 5280 §4.1.2.4
import { type DerValue, derTag } from './der.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const utf16 = new TextDecoder('utf-16be', { fatal: true, ignoreBOM: true })
const asciiTags: readonly number[] = [derTag.numericString, derTag.printableString, derTag.ia5String]

/**
 * The text that a value is, of the string types that have one meaning; `undefined` of any other, and of one that breaks the
 * rules of its type.
 */
export function textOf({ tag, content }: DerValue): string | undefined {
  try {
    if (tag === derTag.utf8String) return utf8.decode(content)
    if (tag === derTag.bmpString) return utf16.decode(content)
    return asciiTags.includes(tag) ? asciiOf(content) : undefined
  } catch {
    return undefined
  }
}

/** The characters of octets, all of which are ASCII. */
export function asciiOf(content: Uint8Array): string | undefined {
  return content.every(octet => octet < 0x80) ? utf8.decode(content) : undefined
}
