// RFC 6890 §2.2.2, §2.2.3
import { BlockList, isIP } from 'node:net'

/** IPv4 that is not anybody's on the open internet. @spec RFC 6890 §2.2.2 */
const special4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // the agent of the host machine at a cloud provider, at an address that looks public
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const

/** Within global unicast: protocol assignments with Teredo, documentation, and 6to4, which embeds any IPv4. @spec RFC 6890 §2.2.3, RFC 9637 §3 */
const special6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

const global6 = listOf([['2000::', 3]], 'ipv6')
/** The one prefix below which a translator calls the IPv4 address that is embedded. @spec RFC 6052 §2.1 */
const translated = listOf([['64:ff9b::', 96]], 'ipv6')
const refused4 = listOf(special4, 'ipv4')
const refused6 = listOf(
  [...special6, ...special4.map(([net, length]) => [`64:ff9b::${net}`, 96 + length] as const)],
  'ipv6',
)

/**
 * Whether an address is one that everybody can be called at: global unicast, so neither this machine nor this network,
 * nor a way to write either of them. IPv6 is refused unless it is known to be such.
 * @spec RFC 6890 §2.2.2, §2.2.3, RFC 4291 §2.4
 */
export function isGlobalUnicast(address: string): boolean {
  const version = isIP(address)
  if (version === 4) return !refused4.check(address, 'ipv4')
  if (version !== 6 || address.includes('%')) return false
  return (global6.check(address, 'ipv6') || translated.check(address, 'ipv6')) && !refused6.check(address, 'ipv6')
}

function listOf(subnets: readonly (readonly [net: string, length: number])[], type: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const [net, length] of subnets) list.addSubnet(net, length, type)
  return list
}
