import assert from 'node:assert/strict'
import { test } from 'node:test'
import { statelessNonces } from '../dpop-nonces.ts'
import type { GuardedRequest } from '../find-token.ts'
import { catalogueGuard, forge } from '../testing/catalogue-world.ts'
import { dpopRequest, type ProofChanges, proofFor, proofKey, sha256 } from '../testing/dpop.ts'
import { accessOf, assertRefused, responseOf } from '../testing/guarded.ts'
import { requestWith, start, testClock } from '../testing/issuer.ts'
import { selfSigned } from '../testing/self-signed.ts'

const needs = 'read_pets'
const key = proofKey()
const other = proofKey()
const token = forge({ claims: { cnf: { jkt: key.jkt } } })
const badProof = { status: 401, error: 'invalid_dpop_proof' }
const badToken = { status: 401, error: 'invalid_token' }
const decide = (request: GuardedRequest) => catalogueGuard({ dpop: {} }).guard(request, needs)
const proven = (changes: ProofChanges = {}) => decide(dpopRequest(token, proofFor(key, token, changes)))

test('RFC 9449 §7.1: the positive control: a bound token with a proof is let through', async () => {
  accessOf(await proven())
})

test('RFC 9449 §7.2: RS-POP-01: a bound token as bearer token is refused, also where proofs are not taken in', async () => {
  assertRefused(await decide(requestWith(token)), badToken)
  assertRefused(await catalogueGuard().guard(requestWith(token), needs), badToken)
})

test('RFC 9449 §4.3: RS-POP-02: no proof, and two proofs, are refused', async () => {
  assertRefused(await decide(dpopRequest(token, undefined)), badProof)
  assertRefused(await decide(dpopRequest(token, [proofFor(key, token), proofFor(key, token)])), badProof)
})

test('RFC 9449 §4.3: RS-POP-03: a proof by another key is refused', async () => {
  assertRefused(await decide(dpopRequest(token, proofFor(other, token))), badToken)
  assertRefused(await decide(dpopRequest(token, proofFor({ ...other, jwk: key.jwk }, token))), badProof)
})

for (const changes of [
  { claims: {}, header: { typ: undefined } },
  { claims: {}, header: { jwk: undefined } },
  { header: {}, claims: { jti: undefined } },
  { header: {}, claims: { htm: undefined } },
  { header: {}, claims: { htu: undefined } },
  { header: {}, claims: { iat: undefined } },
  { header: {}, claims: { ath: undefined } },
] as const)
  test(`RFC 9449 §4.3: RS-POP-04: a proof without a member is refused: ${JSON.stringify(Object.keys({ ...changes.header, ...changes.claims }))}`, async () =>
    assertRefused(await proven(changes), badProof))

for (const claims of [
  { htm: 'POST' },
  { htu: 'https://other.example/pets' },
  { htu: 'https://api.example/other' },
  { htu: 'http://api.example/pets' },
  { ath: sha256('another token') },
])
  test(`RFC 9449 §4.3: RS-POP-05: a proof about something else is refused: ${JSON.stringify(claims)}`, async () =>
    assertRefused(await proven({ claims }), badProof))

test('RFC 9449 §4.3: RS-POP-05: query and fragment of `htu` are not compared', async () => {
  accessOf(await proven({ claims: { htu: 'https://api.example/pets?a=b#c' } }))
  const request = dpopRequest(token, proofFor(key, token), { query: 'a=b' })
  accessOf(await decide(request))
})

for (const offset of [-3_600, 3_600])
  test(`RFC 9449 §11.1: RS-POP-06: a proof of another hour is refused: ${offset} s`, async () =>
    assertRefused(await proven({ claims: { iat: start + offset } }), badProof))

for (const offset of [-10, 10])
  test(`RFC 9449 §11.1: RS-POP-06: a proof of a clock that differs a little is accepted: ${offset} s`, async () => {
    accessOf(await proven({ claims: { iat: start + offset } }))
  })

test('RFC 9449 §11.1: RS-POP-07: the same proof is refused the second time', async () => {
  const { guard } = catalogueGuard({ dpop: {} })
  const request = dpopRequest(token, proofFor(key, token))
  accessOf(await guard(request, needs))
  assertRefused(await guard(request, needs), badProof)
})

for (const header of [{ alg: 'none' }, { alg: 'HS256' }, { alg: 'ES384' }, { jwk: { ...key.jwk, d: 'AAAA' } }])
  test(`RFC 9449 §4.3: RS-POP-08: no good algorithm or key is refused: ${Object.entries(header).flat().join(' ')}`, async () =>
    assertRefused(await proven({ header }), badProof))

test('RFC 9449 §9: RS-POP-09: a missing, stale or foreign nonce is answered with a good one', async () => {
  const secret = 'a secret of more than 32 characters'
  const { guard, clock } = catalogueGuard({ dpop: { nonces: statelessNonces({ secret, clock: testClock() }) } })
  const ours = statelessNonces({ secret, clock: testClock() })
  const past = testClock()
  past.advance(-600)
  const stale = await statelessNonces({ secret, clock: past }).current()
  const foreign = await statelessNonces({ secret: 'the secret of the authorization server', clock }).current()
  for (const nonce of [undefined, stale, foreign]) {
    const guarded = await guard(dpopRequest(token, proofFor(key, token, { claims: { nonce } })), needs)
    assertRefused(guarded, { status: 401, error: 'use_dpop_nonce' })
    assert.equal(responseOf(guarded).headers['dpop-nonce'], await ours.current())
  }
  const claims = { nonce: await ours.current() }
  accessOf(await guard(dpopRequest(token, proofFor(key, token, { claims })), needs))
})

test('RFC 8705 §3: RS-POP-10: another certificate, none, and one in a header that nobody trusted sent, are refused', async () => {
  const [own, foreign] = [selfSigned('own'), selfSigned('foreign')]
  const bound = forge({ claims: { cnf: { 'x5t#S256': sha256(own.der) } } })
  const { guard } = catalogueGuard()
  accessOf(await guard(requestWith(bound, { peerCertificate: own.der }), needs))
  assertRefused(await guard(requestWith(bound, { peerCertificate: foreign.der }), needs), badToken)
  assertRefused(await guard(requestWith(bound), needs), badToken)
  const spoofed = {
    authorization: `Bearer ${bound}`,
    'x-client-cert': encodeURIComponent(own.cert),
    'client-cert': `:${Buffer.from(own.der).toString('base64')}:`,
  }
  assertRefused(await guard(requestWith(bound, { headers: spoofed }), needs), badToken)
  const clientCertificate = { header: 'x-client-cert', trustedProxies: ['192.0.2.1'] }
  const { guard: behind } = catalogueGuard({ clientCertificate })
  assertRefused(await behind(requestWith(bound, { headers: spoofed, remoteAddress: '198.51.100.7' }), needs), badToken)
  accessOf(await behind(requestWith(bound, { headers: spoofed, remoteAddress: '192.0.2.1' }), needs))
})
