// RFC 4291 §2.2, RFC 4632 §3.1
import { parseIpAddress } from '@ambit/protocol'

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

const mappedPrefix = `${'0'.repeat(80)}${'1'.repeat(16)}`

/** The 128 bits of an address; IPv4 as IPv6 sees it, as sockets of both kinds tell it. @spec RFC 4291 §2.5.5.2 */
function bitsOf(address: string): string | undefined {
  const octets = parseIpAddress(address)
  const bits = octets?.map(octet => octet.toString(2).padStart(8, '0')).join('')
  return bits?.length === 32 ? mappedPrefix + bits : bits
}
