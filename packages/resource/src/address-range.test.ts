import assert from 'node:assert/strict'
import { BlockList, isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressesWithin } from './address-range.ts'

for (const [range, address, wanted] of [
  ['192.0.2.1', '192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
  ['192.0.2.1', '::ffff:192.0.2.1', true],
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['10.0.0.0/8', '::ffff:10.0.0.1', true],
  ['0.0.0.0/0', '1.2.3.4', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['::1', '0:0:0:0:0:0:0:1', true],
  ['::1', '127.0.0.1', false],
  ['2001:db8::/32', '2001:DB8:1::1', true],
  ['2001:db8::/33', '2001:db8:8000::1', false],
  ['::/0', '::1', true],
  ['192.0.2.1', undefined, false],
  ['192.0.2.1', '', false],
  ['192.0.2.1', '192.0.2.1, 10.0.0.1', false],
  ['192.0.2.1', '192.0.2.01', false],
  ['0.0.0.0/0', 'unix', false],
  ['0.0.0.0/0', '1.2.3', false],
  ['0.0.0.0/0', '1.2.3.256', false],
  ['::/0', ':::', false],
  ['::/0', '1::2::3', false],
  ['::/0', '1:2:3:4:5:6:7:8:9', false],
  ['::/0', '1:2:3:4:5:6:7:8::', false],
  ['::/0', '1:2:3', false],
  ['::/0', 'g::1', false],
  ['::/0', '1:2:3:4:5:6:7::', true],
] as const)
  test(`RFC 4632 §3.1: \`${address}\` within \`${range}\`: ${wanted}`, () =>
    assert.equal(addressesWithin([range])(address), wanted))

for (const range of ['', 'proxy', '10.0.0.0/33', '::1/129', '10.0.0.0/8/8', '10.0.0.0/', '10.0.0.0/-1', '10.0.0/8'])
  test(`RFC 4632 §3.1: \`${range}\` is no range`, () => assert.throws(() => addressesWithin([range]), RangeError))

test('RFC 4291 §2.5.5.2: a range of mapped addresses that is wider than all of them is a mistake', () => {
  assert.throws(() => addressesWithin(['::ffff:10.0.0.0/8']), /would be nearly every address/)
  assert.equal(addressesWithin(['::ffff:10.0.0.0/104'])('10.1.2.3'), true)
  assert.equal(addressesWithin(['::ffff:10.0.0.0/104'])('11.1.2.3'), false)
})

function isMapped(address: string): boolean {
  const list = new BlockList()
  list.addSubnet('::ffff:0:0', 96, 'ipv6')
  return list.check(address, 'ipv6')
}

test('RFC 4291 §2.2: a text is an address exactly where Node says so, and ranges hold the same', () => {
  const text = fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{0,24}$/))
  fc.assert(
    fc.property(text, fc.ipV6(), fc.nat(128), (address, base, length) => {
      const isAddress = isIP(address) !== 0 && !address.includes('%')
      assert.equal(addressesWithin(['::/0', '0.0.0.0/0'])(address), isAddress)
      if (isIP(address) !== 6 || isIP(base) !== 6 || (length < 96 && isMapped(base))) return
      const list = new BlockList()
      list.addSubnet(base, length, 'ipv6')
      assert.equal(addressesWithin([`${base}/${length}`])(address), list.check(address, 'ipv6'))
    }),
    { numRuns: 500 },
  )
})
