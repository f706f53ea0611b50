import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '@ambit/protocol'
import { findAccessToken, type GuardedRequest, type TokenScheme } from './find-token.ts'
import { longestToken } from './strict-jws.ts'

function find(headers: GuardedRequest['headers'], others: Partial<GuardedRequest> = {}) {
  return findAccessToken({ headers, query: '', body: '', ...others })
}

const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }

for (const [name, field, token] of [
  ['the token after the scheme', 'Bearer abc.DEF-1_2~3+4/5==', 'abc.DEF-1_2~3+4/5=='],
  ['several spaces', '  Bearer   abc ', 'abc'],
] as const)
  test(`RFC 6750 §2.1: ${name}`, () =>
    assert.deepEqual(find({ authorization: field }), { kind: 'token', scheme: 'Bearer', token }))

for (const scheme of ['bearer', 'BEARER', 'bEaReR'])
  test(`RFC 9110 §11.1: the scheme is case-insensitive: ${scheme}`, () =>
    assert.deepEqual(find({ authorization: `${scheme} abc` }), { kind: 'token', scheme: 'Bearer', token: 'abc' }))

for (const [name, request] of [
  ['nothing was sent', {}],
  ['another scheme', { headers: { authorization: 'Basic YTpi' } }],
  ['a token in the query alone', { query: 'access_token=abc' }],
  ['a token in the form alone', { headers: form, body: 'access_token=abc' }],
  ['a token in a cookie alone', { headers: { cookie: 'access_token=abc' } }],
  ['an empty field', { headers: { authorization: '' } }],
] as const)
  test(`RFC 6750 §2: no token counts as sent: ${name}`, () =>
    assert.deepEqual(find('headers' in request ? request.headers : {}, request), { kind: 'none' }))

for (const [name, headers, others, wanted] of [
  ['two fields', { authorization: ['Bearer a', 'Bearer b'] }, {}, /several were sent/],
  ['no token after the scheme', { authorization: 'Bearer' }, {}, /one token is wanted/],
  ['two tokens after the scheme', { authorization: 'Bearer a b' }, {}, /one token is wanted/],
  ['nothing but spaces after the scheme', { authorization: 'Bearer   ' }, {}, /one token is wanted/],
  ['two fields that were joined', { authorization: 'Bearer a, Bearer b' }, {}, /one token is wanted/],
  ['also in the query', { authorization: 'Bearer a' }, { query: 'x=1&access_token=b' }, /in the query/],
  ['also in the form', { authorization: 'Bearer a', ...form }, { body: 'access_token=b' }, /in the form/],
] as const)
  test(`RFC 6750 §3.1: more or less than one token is invalid_request: ${name}`, () => {
    const found = find(headers, others)
    assert.ok(isRefusal(found) && found.error === 'invalid_request')
    assert.match(found.description, wanted)
  })

test('RFC 6750 §2.2: a body that is no form is not looked at', () => {
  const headers = { authorization: 'Bearer a', 'content-type': 'text/plain' }
  assert.deepEqual(find(headers, { body: 'access_token=b' }), { kind: 'token', scheme: 'Bearer', token: 'a' })
})

const malformed = (token: string) => find({ authorization: `Bearer ${token}` })

for (const token of ['a,b', 'a%20b', 'a\nb', 'a\n', 'a\u2024b', '"a"', '=a', 'a=b', '\u00a0a'])
  test(`RFC 6750 §3.1: a malformed token is invalid_token: ${JSON.stringify(token)}`, () => {
    const found = malformed(token)
    assert.ok(isRefusal(found) && found.error === 'invalid_token')
  })

test('RFC 6750 §3.1: a token of endless length is refused before it is looked at', () => {
  assert.equal(malformed('a'.repeat(longestToken)).kind, 'token')
  const found = malformed(`${'a'.repeat(longestToken)}\n`)
  assert.ok(isRefusal(found) && found.error === 'invalid_token')
  assert.match(found.description, /too long/)
})

test('RFC 9449 §7.1: the scheme DPoP counts where it is listed', () => {
  const request = { headers: { authorization: 'dpop abc' }, query: '', body: '' }
  assert.deepEqual(findAccessToken(request), { kind: 'none' })
  const both: readonly TokenScheme[] = ['Bearer', 'DPoP']
  assert.deepEqual(findAccessToken(request, both), { kind: 'token', scheme: 'DPoP', token: 'abc' })
  const found = findAccessToken({ ...request, headers: { authorization: 'DPoP a b' } }, both)
  assert.ok(isRefusal(found) && found.description === 'after `DPoP` one token is wanted')
})

test('RFC 6750 §3.1: endless spaces take no time', () => {
  const before = performance.now()
  assert.ok(isRefusal(malformed(`a${' '.repeat(200_000)}b`)))
  assert.ok(performance.now() - before < 500)
})
