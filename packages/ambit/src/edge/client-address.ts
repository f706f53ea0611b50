// RFC 7239 §8.1
import { BlockList, isIP } from 'node:net'

/** The client's address, of the peer's address and the `X-Forwarded-For` that came with the request. */
export type ClientAddress = (peer: string, forwardedFor: string | readonly string[] | undefined) => string

/**
 * Believes `X-Forwarded-For` only as far as trusted proxies wrote it: from its end, addresses of trusted proxies are passed
 * over, and the first other one is the client's.
 * @spec RFC 7239 §8.1
 */
export function clientAddressBehind(trustedProxies: readonly string[]): ClientAddress {
  if (trustedProxies.length === 0) return plainAddress
  const isTrusted = addressesWithin(trustedProxies)
  const isTrustedPeer = peersWithin(trustedProxies)
  return (peer, forwardedFor) => {
    let client = plainAddress(peer)
    if (!isTrustedPeer(peer)) return client
    const chain = addressesOf(forwardedFor)
    do {
      const before = chain.pop()
      if (before === undefined || isIP(before) === 0) return client
      client = before
    } while (isTrusted(client))
    return client
  }
}

function addressesOf(forwardedFor: string | readonly string[] | undefined): string[] {
  if (forwardedFor === undefined) return []
  const text = typeof forwardedFor === 'string' ? forwardedFor : forwardedFor.join(',')
  return text.split(',').map(entry => plainAddress(withoutPort(entry.trim())))
}

// `192.0.2.1:443`, `[2001:db8::1]:443` and `[2001:db8::1]`
function withoutPort(entry: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(entry) ?? []
  return bracketed ?? plain ?? entry
}

// an IPv4 peer of a socket that listens on IPv6 is `::ffff:192.0.2.1`
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address
}

/** Tells whether an address is within any of some ranges. */
function addressesWithin(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const range of ranges) addRange(list, range)
  return text => {
    const address = plainAddress(text)
    const version = isIP(address)
    return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6')
  }
}

const rememberedPeers = 1_000

/**
 * Like {@link addressesWithin}, for the peers of connections: they come again with each request, so what was found is remembered.
 * @throws {RangeError} for a text that is neither an address nor a range
 */
export function peersWithin(ranges: readonly string[]): (peer: string) => boolean {
  const isWithin = addressesWithin(ranges)
  const known = new Map<string, boolean>()
  return peer => {
    const before = known.get(peer)
    if (before !== undefined) return before
    const found = isWithin(peer)
    if (known.size >= rememberedPeers) known.clear()
    known.set(peer, found)
    return found
  }
}

function addRange(list: BlockList, range: string): void {
  const [address = '', prefix, ...rest] = range.split('/')
  const version = isIP(address)
  const longest = version === 4 ? 32 : 128
  const length = prefix === undefined ? longest : Number(/^\d+$/.test(prefix) ? prefix : -1)
  if (version === 0 || rest.length > 0 || length < 0 || length > longest)
    throw new RangeError(
      `\`${range}\` is not the address or CIDR range of a proxy; wanted \`192.0.2.1\` or \`10.0.0.0/8\``,
    )
  list.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6')
}
