import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import {
  type DpopExpectation,
  type DpopProof,
  judgeDpopProof,
  normalizeUri,
  readDpopProof,
  thumbprintInput,
} from './dpop.ts'
import { isRefusal } from './errors.ts'
import { signingAlgorithms } from './jwt.ts'

const now = 1_700_000_000
const x = 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs'
const y = '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA'
const ecKey = { kty: 'EC', crv: 'P-256', x, y }
const rsaKey = { kty: 'RSA', e: 'AQAB', n: 'n'.repeat(342) }
const okpKey = { kty: 'OKP', crv: 'Ed25519', x }
const goodHeader = { typ: 'dpop+jwt', alg: 'ES256', jwk: ecKey }
const goodClaims = { jti: '-BwC3ESc6acc2lTc', htm: 'GET', htu: 'https://api.example/pets', iat: now }
const goodProof: DpopProof = { algorithm: 'ES256', key: { kty: 'EC', crv: 'P-256', x, y }, ...goodClaims }
const expected: DpopExpectation = {
  method: 'GET',
  uri: 'https://api.example/pets',
  now,
  maxAge: 60,
  clockSkew: 15,
}

function read(header: object = {}, claims: object = {}) {
  return readDpopProof(
    { header: { ...goodHeader, ...header }, claims: { ...goodClaims, ...claims } },
    signingAlgorithms,
  )
}

test('RFC 9449 §4.2: a proof is read, and its key is the public members alone', () => {
  const proof = read({ jwk: { ...ecKey, kid: 'mine', alg: 'ES256', use: 'sig' } }, { ath: 'a', nonce: 'b', other: 1 })
  assert.deepEqual(proof, { ...goodProof, ath: 'a', nonce: 'b' })
})

for (const [alg, jwk] of [
  ['EdDSA', okpKey],
  ['RS256', rsaKey],
  ['PS256', rsaKey],
] as const)
  test(`RFC 9449 §4.2: a proof may be signed with ${alg}`, () => {
    const proof = read({ alg, jwk })
    assert.ok(!isRefusal(proof))
    assert.deepEqual([proof.algorithm, proof.key], [alg, jwk])
  })

for (const [name, header, claims, reason] of [
  ['no typ', { typ: undefined }, {}, /`typ`/],
  ['another typ', { typ: 'at+jwt' }, {}, /`typ`/],
  ['the typ of any JWT', { typ: 'jwt' }, {}, /`typ`/],
  ['a critical extension', { crit: ['b64'] }, {}, /extensions/],
  ['an unencoded payload', { b64: false }, {}, /extensions/],
  ['no alg', { alg: undefined }, {}, /`alg`/],
  ['alg none', { alg: 'none' }, {}, /`alg`/],
  ['a shared secret', { alg: 'HS256', jwk: { kty: 'oct', k: 'secret' } }, {}, /`alg`/],
  ['no jwk', { jwk: undefined }, {}, /`jwk` is no key/],
  ['a jwk that is a list', { jwk: [ecKey] }, {}, /`jwk` is no key/],
  ['a jwk that is null', { jwk: null }, {}, /`jwk` is no key/],
  ['a private key', { jwk: { ...ecKey, d: 'secret' } }, {}, /private/],
  ['a shared key', { jwk: { ...ecKey, k: 'secret' } }, {}, /private/],
  ['a key for another algorithm', { jwk: { ...ecKey, alg: 'ES384' } }, {}, /something else/],
  ['a key for encryption', { jwk: { ...ecKey, use: 'enc' } }, {}, /something else/],
  ['a key of another type', { jwk: rsaKey }, {}, /no key for ES256/],
  ['a curve of another algorithm', { jwk: { ...ecKey, crv: 'P-384' } }, {}, /no key for ES256/],
  ['half a key', { jwk: { ...ecKey, y: undefined } }, {}, /no key for ES256/],
  ['a coordinate that is none', { jwk: { ...ecKey, x: 'short' } }, {}, /no key for ES256/],
  ['an Ed448 key', { alg: 'EdDSA', jwk: { ...okpKey, crv: 'Ed448' } }, {}, /no key for EdDSA/],
  [
    'an RSA key whose first byte is none',
    { alg: 'RS256', jwk: { ...rsaKey, n: `AP${'n'.repeat(340)}` } },
    {},
    /no key for RS/,
  ],
  ['an RSA key over 8192 bits', { alg: 'RS256', jwk: { ...rsaKey, n: 'n'.repeat(1_367) } }, {}, /no key for RS256/],
  ['an RSA key with a giant exponent', { alg: 'RS256', jwk: { ...rsaKey, e: 'n'.repeat(12) } }, {}, /no key for RS/],
  ['an RSA key under 2048 bits', { alg: 'RS256', jwk: { ...rsaKey, n: 'n'.repeat(171) } }, {}, /no key for RS256/],
  ['no jti', {}, { jti: undefined }, /`jti`/],
  ['an empty jti', {}, { jti: '' }, /`jti`/],
  ['an endless jti', {}, { jti: 'a'.repeat(257) }, /`jti`/],
  ['no htm', {}, { htm: undefined }, /`htm`/],
  ['no htu', {}, { htu: undefined }, /`htu`/],
  ['no iat', {}, { iat: undefined }, /`iat`/],
  ['an iat that is a text', {}, { iat: String(now) }, /`iat`/],
  ['an iat beyond numbers', {}, { iat: Number.POSITIVE_INFINITY }, /`iat`/],
  ['an ath that is a number', {}, { ath: 7 }, /`ath`/],
  ['a nonce that is a number', {}, { nonce: 7 }, /`nonce`/],
] as const)
  test(`RFC 9449 §4.3: no proof with ${name}`, () => {
    const refusal = read(header, claims)
    assert.ok(isRefusal(refusal) && refusal.error === 'invalid_dpop_proof')
    assert.match(refusal.reason, reason)
    assert.doesNotMatch(JSON.stringify(refusal), /secret/)
  })

test('RFC 9449 §4.3: an algorithm of ours that is not listed does not count', () => {
  const refusal = readDpopProof({ header: goodHeader, claims: goodClaims }, ['EdDSA'])
  assert.ok(isRefusal(refusal))
})

for (const [name, proof] of [
  ['as it should be', {}],
  ['with query and fragment', { htu: 'https://api.example/pets?a=b#c' }],
  ['with the default port and capitals', { htu: 'HTTPS://API.example:443/pets' }],
  ['as old as may be', { iat: now - 60 }],
  ['as far ahead as may be', { iat: now + 15 }],
] as const)
  test(`RFC 9449 §4.3: a proof is about this request: ${name}`, () =>
    assert.equal(judgeDpopProof({ ...goodProof, ...proof }, expected), undefined))

for (const [name, proof, reason] of [
  ['another method', { htm: 'POST' }, /`htm`/],
  ['the method in lower case', { htm: 'get' }, /`htm`/],
  ['another host', { htu: 'https://api.other/pets' }, /`htu`/],
  ['another path', { htu: 'https://api.example/pets/1' }, /`htu`/],
  ['a path in capitals', { htu: 'https://api.example/Pets' }, /`htu`/],
  ['another scheme', { htu: 'http://api.example/pets' }, /`htu`/],
  ['another port', { htu: 'https://api.example:8443/pets' }, /`htu`/],
  ['no URI', { htu: '/pets' }, /`htu`/],
  ['an old one', { iat: now - 61 }, /too old/],
  ['one of an hour ago', { iat: now - 3600 }, /too old/],
  ['one of tomorrow', { iat: now + 16 }, /future/],
] as const)
  test(`RFC 9449 §4.3: a proof is not about this request: ${name}`, () => {
    const refusal = judgeDpopProof({ ...goodProof, ...proof }, expected)
    assert.match(refusal?.reason ?? '', reason)
  })

test('RFC 9449 §4.3: where an access token came, the proof names its hash', () => {
  const withToken = { ...expected, ath: 'hash' }
  assert.match(judgeDpopProof(goodProof, withToken)?.reason ?? '', /`ath` is missing/)
  assert.match(judgeDpopProof({ ...goodProof, ath: 'other' }, withToken)?.reason ?? '', /another access token/)
  assert.equal(judgeDpopProof({ ...goodProof, ath: 'hash' }, withToken), undefined)
})

test('RFC 7638 §3.1: the thumbprint of the example', () => {
  const n =
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3' +
    'oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZ' +
    'Hzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-k' +
    'EgU8awapJzKnqDKgw'
  const input = thumbprintInput({ kty: 'RSA', e: 'AQAB', n })
  assert.equal(createHash('sha256').update(input).digest('base64url'), 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')
})

test('RFC 8037 App. A.3: the thumbprint of the example', () => {
  const input = thumbprintInput({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' })
  assert.equal(createHash('sha256').update(input).digest('base64url'), 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
})

test('RFC 7638 §3.2: an EC key has its four members in order', () =>
  assert.equal(thumbprintInput(goodProof.key), `{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`))

for (const [text, wanted] of [
  ['https://api.example', 'https://api.example/'],
  ['HTTP://API.Example:80/a', 'http://api.example/a'],
  ['https://api.example/%7euser/%2fa%c3%a9', 'https://api.example/~user/%2Fa%C3%A9'],
  ['https://api.example/a/./b/../c', 'https://api.example/a/c'],
  ['https://api.example/a?b#c', 'https://api.example/a'],
  ['https://user@api.example/a', undefined],
  ['https://user:secret@api.example/a', undefined],
  ['https://api.example/a b', undefined],
  ['https://api.example\\a', undefined],
  ['https://api.example/\ta', undefined],
  ['ftp://api.example/a', undefined],
  ['https://', undefined],
  ['https://:443/', undefined],
  ['', undefined],
] as const)
  test(`RFC 3986 §6.2: \`${text}\` is normalised`, () => assert.equal(normalizeUri(text), wanted))
