// RFC 7239 §8.1
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientAddressBehind } from './client-address.ts'

const cases = [
  ['no header', '10.0.0.1', undefined, '10.0.0.1'],
  ['one address', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['addresses that the client made up', '10.0.0.1', '1.1.1.1, 2.2.2.2, 203.0.113.9', '203.0.113.9'],
  ['a chain of proxies', '10.0.0.1', '203.0.113.9, 10.0.0.2', '203.0.113.9'],
  ['two lines', '10.0.0.1', ['1.1.1.1', '203.0.113.9'], '203.0.113.9'],
  ['a peer that is no proxy', '203.0.113.1', '198.51.100.1', '203.0.113.1'],
  ['a port', '10.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
  ['IPv6', '2001:db8::1', '2001:db8:ffff::9', '2001:db8:ffff::9'],
  ['IPv6 in brackets', '10.0.0.1', '[2a00::9]', '2a00::9'],
  ['IPv6 with a port', '10.0.0.1', '[2a00::9]:4711', '2a00::9'],
  ['an IPv4 proxy on an IPv6 socket', '::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['an IPv4 client in IPv6 form', '10.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
  ['something that is no address', '10.0.0.1', 'unknown', '10.0.0.1'],
  ['something between addresses', '10.0.0.1', '203.0.113.9, <script>, 10.0.0.2', '10.0.0.2'],
  ['an empty header', '10.0.0.1', '', '10.0.0.1'],
  ['only proxies', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
] as const

for (const [what, peer, forwardedFor, client] of cases) {
  test(`RFC 7239 §8.1: X-Forwarded-For with ${what}`, () => {
    const addressOf = clientAddressBehind(['10.0.0.0/8', '2001:db8::1', '192.0.2.0/24'])
    assert.equal(addressOf(peer, forwardedFor), client)
  })
}

test('RFC 7239 §8.1: without trusted proxies nobody is believed', () => {
  assert.equal(clientAddressBehind([])('::ffff:10.0.0.1', '203.0.113.9'), '10.0.0.1')
})

for (const range of ['proxy.example', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', '::1/129', '']) {
  test(`\`${range}\` is no address or range of a proxy`, () => {
    assert.throws(() => clientAddressBehind([range]), RangeError)
  })
}

test('RFC 7239 §8.1: each of many peers is judged for itself, also when it comes again', () => {
  const addressOf = clientAddressBehind(['10.0.0.0/8'])
  for (let round = 0; round < 3; round++)
    for (let host = 0; host < 1_100; host++) {
      const end = `${host >> 8}.${host & 255}`
      assert.equal(addressOf(`10.0.${end}`, '203.0.113.9'), '203.0.113.9')
      assert.equal(addressOf(`11.0.${end}`, '203.0.113.9'), `11.0.${end}`)
    }
})
