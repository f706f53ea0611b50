// RFC 4291 §2.2
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseIpAddress } from './ip-address.ts'

const hex = (text: string) =>
  parseIpAddress(text)
    ?.map(octet => octet.toString(16).padStart(2, '0'))
    .join('')

for (const [text, octets] of [
  ['192.0.2.1', 'c0000201'],
  ['2001:db8::1', '20010db8000000000000000000000001'],
  ['2001:DB8:0:0:0:0:0:1', '20010db8000000000000000000000001'],
  ['::', '00000000000000000000000000000000'],
  ['1::', '00010000000000000000000000000000'],
  ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
] as const)
  test(`RFC 4291 §2.2: an address is read from text: ${text}`, () => {
    assert.equal(hex(text), octets)
  })

for (const text of [
  '',
  '192.0.2',
  '192.0.2.256',
  '192.0.02.1',
  '1:2:3',
  ':::',
  '1::2::3',
  '12345::',
  'as.example',
  '::1%lo',
])
  test(`RFC 4291 §2.2: what is no address is none: ${text}`, () => {
    assert.equal(parseIpAddress(text), undefined)
  })
