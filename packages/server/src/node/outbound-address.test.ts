import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isGlobalUnicast } from './outbound-address.ts'

for (const [what, first, last] of [
  ['this network', '0.0.0.0', '0.255.255.255'],
  ['private', '10.0.0.0', '10.255.255.255'],
  ['shared by carriers', '100.64.0.0', '100.127.255.255'],
  ['loopback', '127.0.0.0', '127.255.255.255'],
  ['the host of a virtual machine', '168.63.129.16', '168.63.129.16'],
  ['link-local', '169.254.0.0', '169.254.255.255'],
  ['private of the second class', '172.16.0.0', '172.31.255.255'],
  ['protocol assignments', '192.0.0.0', '192.0.0.255'],
  ['documentation', '192.0.2.0', '192.0.2.255'],
  ['relays of 6to4', '192.88.99.0', '192.88.99.255'],
  ['private of the third class', '192.168.0.0', '192.168.255.255'],
  ['benchmarking', '198.18.0.0', '198.19.255.255'],
  ['documentation, second', '198.51.100.0', '198.51.100.255'],
  ['documentation, third', '203.0.113.0', '203.0.113.255'],
  ['multicast', '224.0.0.0', '239.255.255.255'],
  ['reserved', '240.0.0.0', '255.255.255.255'],
] as const)
  test(`RFC 6890 §2.2.2: ${what} is refused from ${first} to ${last}, and as IPv6 writes it`, () => {
    for (const address of [first, last])
      for (const written of [address, `::ffff:${address}`, `::${address}`, `64:ff9b::${address}`])
        assert.equal(isGlobalUnicast(written), false, written)
  })

for (const [what, first, last] of [
  ['the unspecified address and loopback', '::', '::1'],
  ['translation within a network', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  ['discard', '100::', '100::ffff:ffff:ffff:ffff'],
  ['protocol assignments, with Teredo', '2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['documentation', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['6to4', '2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['segment routing', '5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['unique-local', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['link-local', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['site-local', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['multicast', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
] as const)
  test(`RFC 6890 §2.2.3: ${what} is refused from ${first} to ${last}`, () =>
    assert.deepEqual([first, last].map(isGlobalUnicast), [false, false]))

test('RFC 9637 §3: the longer range for documentation is refused', () =>
  assert.deepEqual(['3fff::', '3fff:fff:ffff::1', '3fff:1000::1'].map(isGlobalUnicast), [false, false, true]))

test('RFC 4291 §2.4: what is next to a special range is public', () => {
  const neighbours =
    '1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 168.63.129.15 168.63.129.17 ' +
    '169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.167.255.255 192.169.0.0 ' +
    '198.17.255.255 198.20.0.0 223.255.255.255 2000::1 2001:200::1 2001:db7::1 2001:db9::1 2003::1 2606:4700::1111 ' +
    '64:ff9b::8.8.8.8'
  for (const address of neighbours.split(' ')) assert.equal(isGlobalUnicast(address), true, address)
})

test('RFC 4291 §2.2: what is no address, or has a zone, is refused', () => {
  for (const text of [
    '',
    'localhost',
    '1.2.3',
    '010.0.0.1',
    '0x7f.1',
    '2606:4700::1%eth0',
    '[2606:4700::1]',
    '8.8.8.8/8',
  ])
    assert.equal(isGlobalUnicast(text), false, text)
})

test('RFC 6890 §2.2.3: IPv6 outside of global unicast and translation is never public', () => {
  const outside = (text: string) => !/^(?:[23][0-9a-f]{3}|64):/i.test(text)
  fc.assert(fc.property(fc.ipV6().filter(outside), address => assert.equal(isGlobalUnicast(address), false)))
})
