// X.690 §8, §10
/** One value in the distinguished encoding: its tag, and its content as it stands. */
export type DerValue = { readonly tag: number; readonly content: Uint8Array }

/** Tags that certificates use. @spec X.680 §8.4 */
export const derTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const

/**
 * The one value that some bytes are, which must have the tag.
 * @throws {RangeError} for anything else
 */
export function readDer(bytes: Uint8Array, tag: number): Uint8Array {
  const [value, ...more] = readDerList(bytes)
  return contentOf(more.length === 0 ? value : undefined, tag)
}

/**
 * The values that some bytes are, one after the other.
 * @throws {RangeError} where they do not end with the last byte, or are not in the distinguished encoding
 */
export function readDerList(bytes: Uint8Array): readonly DerValue[] {
  const values: DerValue[] = []
  for (let at = 0; at < bytes.length; ) {
    const { value, end } = readValue(bytes, at)
    values.push(value)
    at = end
  }
  return values
}

/**
 * The content of a value, which must be there and have the tag.
 * @throws {RangeError} where it is not
 */
export function contentOf(value: DerValue | undefined, tag: number): Uint8Array {
  if (value?.tag !== tag) throw new RangeError(`a value with the tag ${tag} is wanted`)
  return value.content
}

/** Longer than any that is registered: of a stranger's certificate the arcs may have no length that takes long to compute. */
const longestIdentifier = 64

/**
 * An object identifier with dots.
 * @spec X.690 §8.19
 * @throws {RangeError} where it is none, or longer than 64 octets
 */
export function objectIdentifier(content: Uint8Array): string {
  if (content.length > longestIdentifier) throw new RangeError(`at most ${longestIdentifier} octets are wanted`)
  const arcs: bigint[] = []
  let arc = 0n
  for (const [index, octet] of content.entries()) {
    arc = (arc << 7n) | BigInt(octet & 0x7f)
    if (octet >= 0x80) continue
    arcs.push(arc)
    arc = 0n
    if (index === content.length - 1) return printArcs(arcs)
  }
  throw new RangeError('an object identifier is wanted')
}

function printArcs([first = 0n, ...rest]: readonly bigint[]): string {
  const root = first < 80n ? first / 40n : 2n
  return [root, first - root * 40n, ...rest].join('.')
}

function readValue(bytes: Uint8Array, at: number): { readonly value: DerValue; readonly end: number } {
  const tag = bytes[at] ?? 0
  // no value in a certificate has a tag of several octets
  if ((tag & 0x1f) === 0x1f) throw new RangeError('a tag of one octet is wanted')
  const { length, begin } = readLength(bytes, at + 1)
  const end = begin + length
  if (end > bytes.length) throw new RangeError('a value is longer than what holds it')
  return { value: { tag, content: bytes.subarray(begin, end) }, end }
}

/** A definite length in its shortest form. @spec X.690 §8.1.3, §10.1 */
function readLength(bytes: Uint8Array, at: number): { readonly length: number; readonly begin: number } {
  // one that is missing is as bad as an indefinite one
  const first = bytes[at] ?? 0x80
  if (first < 0x80) return { length: first, begin: at + 1 }
  const octets = bytes.subarray(at + 1, at + 1 + (first & 0x7f))
  const length = octets.reduce((sum, octet) => sum * 256 + octet, 0)
  const isShortest = octets.length > 0 && octets.length <= 3 && octets[0] !== 0 && length >= 0x80
  if (!isShortest || octets.length !== (first & 0x7f)) throw new RangeError('a definite, shortest length is wanted')
  return { length, begin: at + 1 + octets.length }
}
