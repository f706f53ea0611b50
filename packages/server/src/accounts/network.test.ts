import assert from 'node:assert/strict'
import { test } from 'node:test'
import { networkOf } from './network.ts'

test('an IPv4 address counts for itself, however it is written', () => {
  assert.equal(networkOf('192.0.2.1'), '192.0.2.1')
  assert.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1')
})

test('RFC 4291 §2.2: an IPv6 address counts for its /64, however it is written', () => {
  const network = networkOf('2001:db8:0:1::1')
  for (const address of [
    '2001:db8:0:1:ffff::',
    '2001:0DB8:0000:0001:0:0:0:2',
    '2001:db8:0:1:2:3:4:5',
    '2001:db8:0:1::1%eth0',
  ])
    assert.equal(networkOf(address), network)
  assert.notEqual(networkOf('2001:db8:0:2::1'), network)
  assert.equal(networkOf('::1'), '0:0:0:0::/64')
})
