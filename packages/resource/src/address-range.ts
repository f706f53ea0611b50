// RFC 4291 §2.2, RFC 4632 §3.1
/** Tells whether an address is within any of some ranges. */
export type IsWithin = (address: string | undefined) => boolean

type Range = { readonly bits: string; readonly length: number }

/**
 * Reads addresses and CIDR ranges.
 * @throws {RangeError} for a text that is neither
 * @example
 * addressesWithin(['10.0.0.0/8', '::1'])('10.1.2.3') // true
 */
export function addressesWithin(ranges: readonly string[]): IsWithin {
  const parsed = ranges.map(parseRange)
  return address => {
    const bits = address === undefined ? undefined : bitsOf(address)
    return bits !== undefined && parsed.some(range => range.bits === bits.slice(0, range.length))
  }
}

function parseRange(text: string): Range {
  const [address = '', prefix, ...rest] = text.split('/')
  const bits = bitsOf(address)
  const isMapped = !address.includes(':')
  const longest = isMapped ? 32 : 128
  const length = prefix === undefined ? longest : Number(/^\d{1,3}$/.test(prefix) ? prefix : Number.NaN)
  if (bits === undefined || rest.length > 0 || !(length <= longest))
    throw new RangeError(`\`${text}\` is no address and no CIDR range; wanted \`192.0.2.1\` or \`10.0.0.0/8\``)
  if (!isMapped && length < 96 && bits.startsWith(mappedPrefix))
    throw new RangeError(
      `\`${text}\` would be nearly every address; wanted is the IPv4 range itself, such as \`10.0.0.0/8\``,
    )
  const kept = isMapped ? length + 96 : length
  return { bits: bits.slice(0, kept), length: kept }
}

/** The 128 bits of an address; IPv4 as IPv6 sees it, as sockets of both kinds tell it. @spec RFC 4291 §2.5.5.2 */
function bitsOf(address: string): string | undefined {
  const groups = address.includes(':') ? groupsOf(address) : mapped(address)
  return groups?.map(group => group.toString(2).padStart(16, '0')).join('')
}

const mappedPrefix = `${'0'.repeat(80)}${'1'.repeat(16)}`

function mapped(address: string): readonly number[] | undefined {
  const tail = parseIpv4(address)
  return tail && [0, 0, 0, 0, 0, 0xffff, ...tail]
}

function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every(part => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number)
  return [a * 256 + b, c * 256 + d]
}

function groupsOf(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  const [head, tail] = halves.map(half => parseGroups(half))
  if (halves.length > 2 || head === undefined || (halves.length === 2 && tail === undefined)) return undefined
  const gap = 8 - head.length - (tail?.length ?? 0)
  if (tail === undefined) return gap === 0 ? head : undefined
  return gap >= 1 ? [...head, ...Array.from({ length: gap }, () => 0), ...tail] : undefined
}

function parseGroups(text: string): readonly number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const last = parts.at(-1) ?? ''
  const v4 = last.includes('.') ? parseIpv4(last) : []
  const plain = last.includes('.') ? parts.slice(0, -1) : parts
  if (v4 === undefined || !plain.every(part => /^[0-9a-f]{1,4}$/i.test(part))) return undefined
  return [...plain.map(part => Number.parseInt(part, 16)), ...v4]
}
