import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JwtClaims } from '@ambit/protocol'
import { statelessNonces } from './dpop-nonces.ts'
import type { DpopOptions } from './dpop-options.ts'
import { LocalReplayMemory, type ReplayMemory } from './replay-memory.ts'
import { dpopRequest, proofFor, proofKey, sha256 } from './testing/dpop.ts'
import { accessOf, assertRefused, believingGuard, challengesOf, responseOf } from './testing/guarded.ts'
import { requestWith, resource, start, testClock } from './testing/issuer.ts'

const key = proofKey()
const token = 'token-1'
const readPets = 'read_pets'
const bound = { cnf: { jkt: key.jkt } }
const guardOf = (dpop: DpopOptions | 'required' = {}, claims: JwtClaims = bound, clock = testClock()) =>
  believingGuard(claims, { dpop, clock })

test('RFC 9449 §7.1: a token with a proof of its key is let through', async () => {
  const guarded = await guardOf()(dpopRequest(token, proofFor(key, token)), readPets)
  assert.equal(accessOf(guarded).subject, 'user-1')
  assert.deepEqual(guarded.kind === 'allowed' && guarded.headers, {})
})

const other = proofKey()
for (const [name, proof, reason] of [
  ['no proof', undefined, /none was sent/],
  ['two proofs', [proofFor(key, token), proofFor(key, token)], /several were sent/],
  ['two proofs in one field', `${proofFor(key, token)}, ${proofFor(key, token)}`, /no compact JWS/],
  ['no JWT', 'proof', /no compact JWS/],
  ['an endless proof', 'a'.repeat(8_193), /longer than 8192/],
  ['an access token', proofFor(key, token, { header: { typ: 'at+jwt' } }), /`typ`/],
  ['no algorithm', proofFor(key, token, { header: { alg: 'none' } }), /`alg`/],
  ['a shared secret', proofFor(key, token, { header: { alg: 'HS256' } }), /`alg`/],
  ['a private key inside', proofFor(key, token, { header: { jwk: { ...key.jwk, d: 'x' } } }), /private/],
  ['another method', proofFor(key, token, { claims: { htm: 'POST' } }), /`htm`/],
  ['another path', proofFor(key, token, { claims: { htu: 'https://api.example/cats' } }), /`htu`/],
  ['another host', proofFor(key, token, { claims: { htu: 'https://api.other/pets' } }), /`htu`/],
  ['another token', proofFor(key, 'token-2'), /`ath`/],
  ['no ath', proofFor(key, token, { claims: { ath: undefined } }), /`ath`/],
  ['no jti', proofFor(key, token, { claims: { jti: undefined } }), /`jti`/],
  ['an hour old', proofFor(key, token, { claims: { iat: start - 3600 } }), /too old/],
  ['of the next hour', proofFor(key, token, { claims: { iat: start + 3600 } }), /future/],
  ['signed by another key than it names', proofFor({ ...other, jwk: key.jwk }, token), /no good signature/],
] as const)
  test(`RFC 9449 §4.3: a proof that is not good is invalid_dpop_proof: ${name}`, async () => {
    const guarded = await guardOf()(dpopRequest(token, proof), readPets)
    assertRefused(guarded, { status: 401, error: 'invalid_dpop_proof', reason })
    assert.match(
      challengesOf(guarded).join(),
      /^DPoP realm="[^"]*", error="invalid_dpop_proof", .*algs="ES256 EdDSA RS256 PS256"$/,
    )
  })

test('RFC 9449 §4.3: a key that is no point of its curve is invalid_dpop_proof, also where the token is bound to it', async () => {
  const jwk = { ...key.jwk, y: key.jkt }
  const jkt = sha256(JSON.stringify({ crv: 'P-256', kty: 'EC', x: jwk.x, y: jwk.y }))
  const proof = proofFor(key, token, { header: { jwk } })
  const guarded = await guardOf({}, { cnf: { jkt } })(dpopRequest(token, proof), readPets)
  assertRefused(guarded, { status: 401, error: 'invalid_dpop_proof', reason: /no good signature/ })
})

test('RFC 9449 §7.1: a proof of another key than the token is bound to is invalid_token', async () => {
  const guarded = await guardOf()(dpopRequest(token, proofFor(other, token)), readPets)
  assertRefused(guarded, { status: 401, error: 'invalid_token', reason: /another key/ })
})

test('RFC 9449 §11.1: who has a token without its key fills no memory of proofs', async () => {
  const replay = new LocalReplayMemory({ clock: testClock() })
  await guardOf({ replay })(dpopRequest(token, proofFor(other, token)), readPets)
  assert.equal(replay.size, 0)
})

for (const [name, changes] of [
  ['ten seconds old', { iat: start - 10 }],
  ['ten seconds ahead', { iat: start + 10 }],
  ['with query and fragment in `htu`', { htu: 'https://api.example:443/pets?x#y' }],
] as const)
  test(`RFC 9449 §4.3: a proof is good: ${name}`, async () => {
    accessOf(await guardOf()(dpopRequest(token, proofFor(key, token, { claims: changes })), readPets))
  })

test('RFC 9449 §4.3: the URI is where clients reach the API, whatever the field `Host` says', async () => {
  const claims = { htu: 'https://public.example/v1/pets' }
  const publicUrl = 'https://public.example/v1/'
  accessOf(await guardOf({ publicUrl })(dpopRequest(token, proofFor(key, token, { claims })), readPets))
  const request = dpopRequest(token, proofFor(key, token, { claims }))
  const spoofed = { ...request, headers: { ...request.headers, host: 'public.example' } }
  assertRefused(await guardOf()(spoofed, readPets), { status: 401, error: 'invalid_dpop_proof' })
  const byHost = guardOf({ publicUrl: ({ headers }) => `https://${String(headers['host'])}/v1` })
  accessOf(await byHost(spoofed, readPets))
})

for (const path of [
  '*',
  '',
  '.evil.example/pets',
  '@evil.example/pets',
  '/pets#/admin',
  '/admin/../pets',
  '/admin/%2e%2E/pets',
  '/admin/.%2e/pets',
  '/./pets',
  '/pets/x/..',
])
  test(`RFC 9449 §4.3: nothing is proven about a path that is none: \`${path}\``, async () => {
    const request = dpopRequest(token, proofFor(key, token), { path })
    assertRefused(await guardOf()(request, readPets), { status: 401, error: 'invalid_dpop_proof', reason: /path/ })
  })

test('RFC 9449 §4.3: a request value without a method or path is a bug', async () => {
  const { headers } = dpopRequest(token, proofFor(key, token))
  await assert.rejects(guardOf()({ headers, query: '', body: '' }, readPets), TypeError)
})

test('RFC 9449 §11.1: a proof serves once', async () => {
  const guard = guardOf()
  const request = dpopRequest(token, proofFor(key, token))
  accessOf(await guard(request, readPets))
  assertRefused(await guard(request, readPets), { status: 401, error: 'invalid_dpop_proof', reason: /used before/ })
})

test('RFC 9449 §11.1: a proof that was signed again with the same jti does not serve either', async () => {
  const guard = guardOf()
  const again = () => proofFor(key, token, { claims: { jti: 'the same' } })
  accessOf(await guard(dpopRequest(token, again()), readPets))
  assertRefused(await guard(dpopRequest(token, again()), readPets), { status: 401, error: 'invalid_dpop_proof' })
})

test('RFC 9449 §11.1: another client may use the same jti', async () => {
  const replay = new LocalReplayMemory({ clock: testClock() })
  for (const each of [key, other]) {
    const guard = guardOf({ replay }, { cnf: { jkt: each.jkt } })
    accessOf(await guard(dpopRequest(token, proofFor(each, token, { claims: { jti: 'one' } })), readPets))
  }
})

test('RFC 9449 §11.1: a memory elsewhere is told a time beyond the last second at which the proof is good', async () => {
  const untils: number[] = []
  const replay: ReplayMemory = { remember: async (_key, until) => untils.push(until) > 0 }
  for (const iat of [start - 60, start + 0.5])
    accessOf(await guardOf({ replay })(dpopRequest(token, proofFor(key, token, { claims: { iat } })), readPets))
  assert.deepEqual(untils, [start + 1, start + 61])
})

test('RFC 9449 §11.1: a proof is remembered as long as it would be good', async () => {
  const clock = testClock()
  const guard = guardOf({}, bound, clock)
  const request = dpopRequest(token, proofFor(key, token, { claims: { iat: start + 15 } }))
  accessOf(await guard(request, readPets))
  clock.advance(75)
  assertRefused(await guard(request, readPets), { status: 401, error: 'invalid_dpop_proof', reason: /used before/ })
  clock.advance(1)
  assertRefused(await guard(request, readPets), { status: 401, error: 'invalid_dpop_proof', reason: /too old/ })
})

test('RFC 9449 §11.1: a proof of another key is not remembered, so that nobody burns what is to come', async () => {
  const replay = new LocalReplayMemory({ clock: testClock() })
  const forged = proofFor({ ...other, jwk: key.jwk }, token, { claims: { jti: 'one' } })
  await guardOf({ replay })(dpopRequest(token, forged), readPets)
  assert.equal(replay.size, 0)
})

test('RFC 9449 §11.1: where the memory fails nothing is let through', async () => {
  const replay: ReplayMemory = { remember: () => Promise.reject(new Error('connection lost')) }
  const guarded = await guardOf({ replay })(dpopRequest(token, proofFor(key, token)), readPets)
  assertRefused(guarded, { status: 503, reason: /memory of DPoP proofs failed: connection lost/ })
})

const secret = 'a secret of more than 32 characters'

test('RFC 9449 §9: without a nonce of ours a proof is answered with one', async () => {
  const nonces = statelessNonces({ secret, clock: testClock() })
  const guard = guardOf({ nonces })
  const foreign = await statelessNonces({ secret: secret.toUpperCase(), clock: testClock() }).current()
  for (const nonce of [undefined, '', foreign]) {
    const guarded = await guard(dpopRequest(token, proofFor(key, token, { claims: { nonce } })), readPets)
    assertRefused(guarded, { status: 401, error: 'use_dpop_nonce' })
    assert.equal(responseOf(guarded).headers['dpop-nonce'], await nonces.current())
    assert.match(challengesOf(guarded).join(), /^DPoP .*error="use_dpop_nonce"/)
  }
  const { headers } = responseOf(await guard(dpopRequest(token, proofFor(key, token)), readPets))
  const claims = { nonce: String(headers['dpop-nonce']) }
  accessOf(await guard(dpopRequest(token, proofFor(key, token, { claims })), readPets))
})

test('RFC 9449 §8.2: with the nonce of now the answer brings none', async () => {
  const nonces = statelessNonces({ secret, clock: testClock() })
  const claims = { nonce: await nonces.current() }
  const guarded = await guardOf({ nonces })(dpopRequest(token, proofFor(key, token, { claims })), readPets)
  assert.deepEqual(guarded.kind === 'allowed' && guarded.headers, {})
})

test('RFC 9449 §8.2: with an ageing nonce the answer brings the next one', async () => {
  const clock = testClock()
  const nonces = statelessNonces({ secret, ttl: 30, clock })
  const nonce = await nonces.current()
  clock.advance(30)
  const guarded = await guardOf(
    { nonces },
    bound,
    clock,
  )(dpopRequest(token, proofFor(key, token, { claims: { nonce } })), readPets)
  assert.deepEqual(guarded.kind === 'allowed' && guarded.headers, { 'dpop-nonce': await nonces.current() })
})

test('RFC 9449 §7.2: a token that is bound to a key is not good as a bearer token', async () => {
  for (const dpop of [{}, 'required'] as const) {
    const request = { ...requestWith(token), method: 'GET', path: '/pets' }
    const withProof = { ...request, headers: { ...request.headers, dpop: proofFor(key, token) } }
    for (const each of [request, withProof])
      assertRefused(await guardOf(dpop)(each, readPets), { status: 401, error: 'invalid_token', reason: /`Bearer`/ })
  }
})

test('RFC 9449 §7.1: a token that is bound to no key is not good in the scheme DPoP', async () => {
  const guarded = await guardOf({}, {})(dpopRequest(token, proofFor(key, token)), readPets)
  assertRefused(guarded, { status: 401, error: 'invalid_token', reason: /bound to no key/ })
})

test('RFC 9449 §7.2: bearer tokens are let through beside, unless proofs are required', async () => {
  accessOf(await guardOf({}, {})(requestWith(token), readPets))
  const guarded = await guardOf('required', {})(requestWith(token), readPets)
  assertRefused(guarded, { status: 401, error: 'invalid_token', reason: /bound to no key/ })
  assert.match(challengesOf(guarded).join(), /^DPoP [^,]*, error="invalid_token"/)
})

test('RFC 9449 §7.1: where proofs are not taken in, the scheme DPoP is no token', async () => {
  const guarded = await believingGuard(bound)(dpopRequest(token, proofFor(key, token)), readPets)
  assertRefused(guarded, { status: 401 })
  assert.deepEqual(challengesOf(guarded), [`Bearer realm="${resource}", scope="read_pets"`])
})

test('RFC 9449 §7.2: both schemes are offered, the error stands in the one that was used', async () => {
  const guard = guardOf()
  assert.deepEqual(challengesOf(await guard(dpopRequest('', undefined, { headers: {} }), readPets)), [
    `Bearer realm="${resource}", scope="read_pets"`,
    `DPoP realm="${resource}", scope="read_pets", algs="ES256 EdDSA RS256 PS256"`,
  ])
  assert.deepEqual(challengesOf(await guard(requestWith(token), readPets)), [
    `Bearer realm="${resource}", error="invalid_token", error_description="the access token is bound to a key, and not sent with a proof of it", scope="read_pets"`,
    `DPoP realm="${resource}", scope="read_pets", algs="ES256 EdDSA RS256 PS256"`,
  ])
})

test('RFC 9449 §7.1: too little scope is said in the scheme that was used', async () => {
  const guarded = await guardOf()(dpopRequest(token, proofFor(key, token)), 'write_pets')
  assertRefused(guarded, { status: 403, error: 'insufficient_scope' })
  assert.match(challengesOf(guarded).join(), /^DPoP .*error="insufficient_scope".*scope="write_pets".*algs=/)
})

for (const [name, dpop, wanted] of [
  ['no algorithm', { algorithms: [] }, /`dpop.algorithms`/],
  ['a window of hours', { maxAge: 3600 }, /`dpop.maxAge`/],
  ['no window', { maxAge: 0 }, /`dpop.maxAge`/],
  ['more skew than age', { clockSkew: 61 }, /`dpop.clockSkew`/],
  ['a public URL that is none', { publicUrl: '/v1' }, /`dpop.publicUrl`/],
  ['a public URL with a query', { publicUrl: 'https://api.example/?a' }, /`dpop.publicUrl`/],
] as const)
  test(`RFC 9449 §4.3: options that make no sense are refused: ${name}`, () =>
    assert.throws(() => guardOf(dpop), { name: 'RangeError', message: wanted }))

test('RFC 9449 §4.3: where the resource is no URL, the public one must be told', () => {
  const urn = { resource: 'urn:example:pets' }
  assert.throws(() => believingGuard({}, { ...urn, dpop: {} }), /`dpop.publicUrl`/)
  assert.ok(believingGuard({}, { ...urn, dpop: { publicUrl: 'https://api.example' } }))
})

test('RFC 9449 §6.1: the thumbprint is the SHA-256 of the key', () =>
  assert.equal(key.jkt, sha256(JSON.stringify(key.jwk, ['crv', 'kty', 'x', 'y']))))
