import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printChallenge } from './challenge.ts'

test('RFC 6750 §3: a challenge names its scheme and its parameters as quoted strings', () => {
  assert.equal(printChallenge('Bearer', {}), 'Bearer')
  assert.equal(
    printChallenge('Bearer', { realm: 'pets', error: undefined, scope: 'read_pets write_pets' }),
    'Bearer realm="pets", scope="read_pets write_pets"',
  )
})

test('RFC 9110 §11.6.1: quotes and backslashes are escaped, and no header can be broken out of', () => {
  assert.equal(printChallenge('Basic', { realm: 'a"b\\c\r\nx: y' }), 'Basic realm="a\\"b\\\\c??x: y"')
})

test('RFC 9449 §7.1: a challenge of the scheme DPoP names the algorithms of proofs', () => {
  assert.equal(printChallenge('DPoP', { algs: 'ES256 EdDSA' }), 'DPoP algs="ES256 EdDSA"')
})
