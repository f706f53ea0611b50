import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '@ambit/protocol'
import fc from 'fast-check'
import { jwtVerifier } from './jwt-verifier.ts'
import { parseStrictJws } from './strict-jws.ts'
import { accessTokenClaims, issuer, resource, testClock, testKey } from './testing/issuer.ts'
import { base64url, signRaw } from './testing/jws.ts'

const key = await testKey('key-1')
const expected = { issuer, audience: resource }
const verify = jwtVerifier({ jwks: key.jwks, clock: testClock() })
const goodHeader = JSON.stringify({ alg: 'ES256', kid: 'key-1', typ: 'at+jwt' })
const goodClaims = JSON.stringify(accessTokenClaims())
const good = await key.sign()
const [header = '', payload = '', signature = ''] = good.split('.')

function reasonOf(token: string): string {
  const found = parseStrictJws(token)
  return isRefusal(found) ? found.reason : ''
}

for (const [name, token] of [
  ['an opaque token', 'opaque-token'],
  ['nothing', ''],
  ['two parts', `${header}.${payload}`],
  ['four parts', `${good}.${signature}`],
  ['five parts, as of an encrypted token', `${header}..${payload}.${signature}.${signature}`],
  ['no signature', `${header}.${payload}.`],
  ['no header', `.${payload}.${signature}`],
  ['no payload', `${header}..${signature}`],
  ['JSON serialization', JSON.stringify({ protected: header, payload, signature })],
  ['padding', `${good}=`],
  ['a line end', `${good}\n`],
  ['a space before', ` ${good}`],
  ['an escaped character', `${good}%20`],
  ['another full stop', good.replace('.', '\u3002')],
  ['the other alphabet', `${header}.${payload}.${'+/'.repeat(43)}`],
  ['a part of a length that bytes do not have', `${header}.${payload}.${signature.slice(0, 85)}`],
] as const)
  test(`RFC 7515 §7.1: no compact JWS: ${name}`, async () => {
    assert.match(reasonOf(token), /no compact JWS/)
    assert.equal((await verify(token, expected)).kind, 'refusal')
  })

test('RFC 4648 §3.5: a signature has one text: another that decodes to the same bytes is refused', async () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(good.slice(-1))
  for (let bits = 1; bits < 16; bits++)
    assert.match(reasonOf(`${good.slice(0, -1)}${alphabet[last + bits]}`), /no compact JWS/)
})

const invalidUtf8 = Uint8Array.of(...Buffer.from('{"x":"'), 0xff, ...Buffer.from('"}'))
const withDuplicate = (text: string, member: string) => `{${member},${text.slice(1)}`

for (const [name, head, body, reason] of [
  ['a header that is no JSON', 'x', goodClaims, /the header is no JSON object/],
  ['a header that is a list', '[]', goodClaims, /the header is no JSON object/],
  ['a header with alg twice', withDuplicate(goodHeader, '"alg":"none"'), goodClaims, /the header is no JSON object/],
  ['a payload that is no JSON', goodHeader, 'x', /the payload is no JSON object/],
  ['a payload that is a nested token', goodHeader, good, /the payload is no JSON object/],
  ['a payload that is a text', goodHeader, '"x"', /the payload is no JSON object/],
  [
    'a payload with scope twice',
    goodHeader,
    withDuplicate(goodClaims, '"scope":"admin"'),
    /the payload is no JSON object/,
  ],
  ['a payload with a byte order mark', goodHeader, `\ufeff${goodClaims}`, /the payload is no JSON object/],
  ['a payload that is no UTF-8', goodHeader, invalidUtf8, /the payload is no JSON object/],
  ['a header that is no UTF-8', invalidUtf8, goodClaims, /the header is no JSON object/],
] as const)
  test(`RFC 7519 §7.2, RFC 8725 §3.7: refused, although its signature is good: ${name}`, async () => {
    const token = signRaw(key.privateKey, head, body)
    assert.match(reasonOf(token), reason)
    assert.equal((await verify(token, expected)).kind, 'refusal')
  })

test('RFC 7519 §7.2: text beyond ASCII is read as UTF-8', async () => {
  const found = await verify(await key.sign({ sub: 'Jürgen 🐾', aud: [resource, 'https://ä.example'] }), expected)
  assert.equal(found.kind === 'verified' && found.claims['sub'], 'Jürgen 🐾')
})

test('RFC 8725 §3.10: what is longer than a token is not looked at', () => {
  const long = `${header}.${base64url(JSON.stringify({ x: 'x'.repeat(12_000) }))}.${signature}`
  assert.match(reasonOf(`${long}${'A'.repeat(16_385 - long.length)}`), /longer than 16384 characters/)
  assert.doesNotMatch(reasonOf(`${long}${'A'.repeat(16_384 - long.length)}`), /longer/)
})

test('RFC 8725 §3.3: no change of one character leaves a token good', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: good.length - 1 }), fc.string({ maxLength: 2 }), async (at, text) => {
      const changed = `${good.slice(0, at)}${text}${good.slice(at + 1)}`
      fc.pre(changed !== good)
      assert.equal((await verify(changed, expected)).kind, 'refusal')
    }),
    { numRuns: 300 },
  )
})

test('RFC 8725 §3.10: no text at all throws or verifies', async () => {
  const part = fc.oneof(
    fc.constantFrom(header, payload, signature, '', '=', '{}'),
    fc.string(),
    fc.json().map(base64url),
    fc.uint8Array().map(base64url),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 5 }), async parts => {
      const token = parts.join('.')
      fc.pre(token !== good)
      assert.equal((await verify(token, expected)).kind, 'refusal')
    }),
    { numRuns: 500 },
  )
})

test('RFC 8725 §3.10: whatever an issuer signs, nothing throws, and what verifies has the claims that are wanted', async () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom(...Object.values(accessTokenClaims())))
  const claims = fc.record(
    Object.fromEntries([...Object.keys(accessTokenClaims()), 'nbf', 'status', 'cnf', 'x'].map(name => [name, value])),
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(claims, fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }), async (members, extra) => {
      const head = JSON.stringify({ ...extra, ...(JSON.parse(goodHeader) as object) })
      const found = await verify(
        signRaw(key.privateKey, head, JSON.stringify({ ...accessTokenClaims(), ...members })),
        expected,
      )
      if (found.kind !== 'verified') return
      assert.equal(found.claims['iss'], issuer)
      assert.ok([found.claims['aud']].flat().includes(resource))
      assert.ok(typeof found.claims['sub'] === 'string' && typeof found.claims['exp'] === 'number')
    }),
    { numRuns: 200 },
  )
})
