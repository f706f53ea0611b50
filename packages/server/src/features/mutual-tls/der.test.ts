// X.690 §8, §10
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeCertificate } from '../../testing/certificates.ts'
import { parseCertificate } from './certificate.ts'
import { contentOf, objectIdentifier, readDer, readDerList } from './der.ts'

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

test('X.690 §8.1: values are read one after the other, each as long as it says', () => {
  const long = 'aa'.repeat(200)
  assert.deepEqual(
    readDerList(bytes(`05 00 04 01 ff 04 81 c8 ${long}`)).map(({ tag, content }) => [tag, content.length]),
    [
      [5, 0],
      [4, 1],
      [4, 200],
    ],
  )
  assert.deepEqual(readDer(bytes('04 01 ff'), 4), bytes('ff'))
})

for (const [what, hex] of [
  ['without a length', '04'],
  ['longer than what holds it', '04 02 ff'],
  ['of indefinite length', '30 80 00 00'],
  ['with a length in more octets than it needs', '04 81 01 ff'],
  ['with a length that begins with a zero', `04 82 00 80 ${'ff'.repeat(128)}`],
  ['with a length that is cut off', '04 82 01'],
  ['with a length of four octets', '04 84 00 00 00 01 ff'],
  ['with a tag of several octets', '1f 01 00'],
] as const)
  test(`X.690 §10.1: a value is refused that is ${what}`, () => {
    assert.throws(() => readDerList(bytes(hex)), RangeError)
  })

test('X.690 §8.1: one value is wanted, and it has its tag', () => {
  for (const hex of ['', '04 00 04 00', '05 00']) assert.throws(() => readDer(bytes(hex), 4), RangeError)
  assert.throws(() => contentOf(undefined, 4), RangeError)
})

test('X.690 §8.19: an object identifier is printed with dots', () => {
  assert.equal(objectIdentifier(bytes('55 04 03')), '2.5.4.3')
  assert.equal(objectIdentifier(bytes('2a 86 48 86 f7 0d 01 01 01')), '1.2.840.113549.1.1.1')
  assert.equal(objectIdentifier(bytes('09 92 26 89 93 f2 2c 64 01 19')), '0.9.2342.19200300.100.1.25')
  for (const hex of ['', '55 84']) assert.throws(() => objectIdentifier(bytes(hex)), RangeError)
})

test('X.690 §8.19: an object identifier without measure is none: its arcs cost the square of their length', () => {
  const octets = (length: number) => new Uint8Array(length).fill(0x81, 0, -1)
  assert.equal(objectIdentifier(octets(64)).split('.').length, 2)
  assert.throws(() => objectIdentifier(octets(65)), RangeError)
  assert.equal(parseCertificate(makeCertificate({ usage: [`${'81'.repeat(64)}01`] }).der), undefined)
})
