import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard } from '../guard.ts'
import { jwtVerifier } from '../jwt-verifier.ts'
import { catalogueGuard, forge, jwks, keys } from '../testing/catalogue-world.ts'
import { ecKey, forgerOf, macOf, rsaKey } from '../testing/forger.ts'
import { accessOf, assertRefused } from '../testing/guarded.ts'
import {
  accessTokenClaims,
  catalogue,
  issuer,
  requestWith,
  resource,
  start,
  testClock,
  testFetch,
} from '../testing/issuer.ts'
import { base64url } from '../testing/jws.ts'

const own = ecKey()
const ownRsa = rsaKey()
const needs = 'read_pets'
const decide = (token: string) => catalogueGuard().guard(requestWith(token), needs)
const refused = async (token: string) => assertRefused(await decide(token), { status: 401, error: 'invalid_token' })

test('RFC 7515 §5.2: the positive controls: the issuer’s keys are good', async () => {
  accessOf(await decide(forge()))
  accessOf(await decide(forge({ key: keys.rsa, header: { alg: 'RS256', kid: 'rsa-1' } })))
})

for (const alg of ['none', 'None', 'nOnE', 'NONE', ''])
  test(`RFC 8725 §3.2: RS-JWT-01: alg \`${alg}\` is refused, with and without a signature`, async () => {
    await refused(forge({ header: { alg }, signature: '' }))
    await refused(forge({ header: { alg } }))
  })

test('RFC 7515 §5.2: RS-JWT-02: a changed payload is refused', async () => {
  const [header, , signature] = forge().split('.')
  const changed = base64url(JSON.stringify({ ...accessTokenClaims(), scope: 'admin' }))
  await refused(`${header}.${changed}.${signature}`)
})

for (const [name, secret] of [
  ['PEM', keys.rsa.publicKey.export({ type: 'spki', format: 'pem' })],
  ['PEM of PKCS#1', keys.rsa.publicKey.export({ type: 'pkcs1', format: 'pem' })],
  ['DER', keys.rsa.publicKey.export({ type: 'spki', format: 'der' })],
  ['JWK', JSON.stringify(keys.rsa.jwk)],
  ['modulus', keys.rsa.jwk.n ?? ''],
] as const)
  test(`RFC 8725 §2.1: RS-JWT-03: a MAC by the public key is refused: ${name}`, async () => {
    for (const kid of ['rsa-1', undefined]) await refused(macOf(secret, { header: { kid } }))
  })

for (const [name, signature] of [
  ['none', ''],
  ['zeros', base64url(new Uint8Array(64))],
  ['zeros in DER', base64url(Uint8Array.of(0x30, 6, 2, 1, 0, 2, 1, 0))],
  ['one byte', 'AA'],
  [
    'r and s as the order',
    base64url(Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'.repeat(2), 'hex')),
  ],
] as const)
  test(`RFC 8725 §3.3: RS-JWT-04: no signature is refused: ${name}`, () => refused(forge({ signature })))

test('RFC 7515 §4.1.3: RS-JWT-05: a key in the header counts for nothing', async () => {
  for (const header of [{ jwk: own.jwk }, { jwk: { ...own.jwk, kid: 'ec-1' } }, { jwk: own.jwk, kid: undefined }])
    await refused(forge({ key: own, header }))
})

test('RFC 8725 §3.10: RS-JWT-06: an address in the header is not fetched', async () => {
  const { fetch, calls } = testFetch(() => Response.json(jwks))
  const clock = testClock()
  const jwt = jwtVerifier({ jwksUri: 'https://as.example/jwks', fetch, clock })
  const guard = createGuard({ issuers: [{ issuer, jwt }], resource, catalogue, clock })
  for (const header of [{ jku: 'https://canary.example/jwks' }, { x5u: 'https://canary.example/x5u' }]) {
    const token = forge({ key: own, header })
    assertRefused(await guard(requestWith(token), needs), { status: 401, error: 'invalid_token' })
  }
  assert.ok(calls.every(({ url }) => url === 'https://as.example/jwks'))
})

test('RFC 7515 §4.1.6: RS-JWT-07: a certificate in the header counts for nothing', async () => {
  const x5c = [Buffer.from(own.publicKey.export({ type: 'spki', format: 'der' })).toString('base64')]
  await refused(forge({ key: own, header: { x5c } }))
  await refused(forge({ key: own, header: { x5c, kid: undefined } }))
})

test('RFC 8725 §3.10: RS-JWT-08: strange key ids are refused, and an unknown one is no reason to fetch each time', async () => {
  const kids = ['../../dev/null', "' OR 1=1 --", 'a'.repeat(4_000), undefined, 'unknown', '__proto__', 7, null, {}]
  for (const kid of kids) await refused(forge({ key: own, header: { kid } }))
  const { fetch, calls } = testFetch(() => Response.json(jwks))
  const clock = testClock()
  const jwt = jwtVerifier({ jwksUri: 'https://as.example/jwks', fetch, clock })
  const guard = createGuard({ issuers: [{ issuer, jwt }], resource, catalogue, clock })
  for (let at = 0; at < 20; at++) {
    const token = forge({ key: own, header: { kid: `unknown-${at}` } })
    assertRefused(await guard(requestWith(token), needs), { status: 401, error: 'invalid_token' })
  }
  assert.ok(calls.length <= 2, `${calls.length} fetches`)
})

test('RFC 8725 §3.5: RS-JWT-09: a MAC by a common secret is refused, whatever the secret', async () => {
  for (const secret of ['', 'secret', 'your-256-bit-secret', 'password', 'changeme', 'test', '123456', 'jwt', 'key'])
    await refused(macOf(secret))
})

for (const alg of ['PS256', 'RS384', 'RS512', 'ES384', 'EdDSA', 'HS256'])
  test(`RFC 8725 §3.1: RS-JWT-10: ${alg} with the right key is refused where it is not for that`, () =>
    refused(forge({ key: keys.rsa, header: { alg, kid: 'rsa-1' } })))

test('RFC 7517 §4.2: RS-JWT-11: a key of the set for another use or algorithm is refused', async () => {
  await refused(forge({ key: keys.encryption, header: { kid: 'enc-1' } }))
  await refused(forge({ key: keys.encryption, header: { kid: undefined } }))
  await refused(forge({ key: keys.other, header: { alg: 'RS256', kid: 'rsa-2' } }))
  await refused(forge({ key: keys.other, header: { alg: 'PS256', kid: 'rsa-2' } }))
})

for (const header of [
  { crit: ['zz'] },
  { crit: ['b64'], b64: false },
  { b64: false },
  { crit: [] },
  { crit: ['exp'], exp: 1 },
])
  test(`RFC 7515 §4.1.11: RS-JWT-12: extensions that nobody understands are refused: ${JSON.stringify(header)}`, () =>
    refused(forge({ header })))

for (const typ of ['JWT', undefined, 'logout+jwt', 'dpop+jwt', 'secevent+jwt', 'id_token+jwt', '', null])
  test(`RFC 9068 §4: RS-JWT-13: a token of type ${JSON.stringify(typ)} is refused`, () =>
    refused(forge({ header: { typ } })))

test('RFC 7519 §4: RS-JWT-14: duplicate claims, the JSON serialization and nested tokens are refused', async () => {
  const claims = JSON.stringify(accessTokenClaims())
  for (const twice of [`${claims.slice(0, -1)},"scope":"admin"}`, `{"scope":"admin",${claims.slice(1)}`])
    await refused(forge({ payload: twice }))
  await refused(forge({ payload: `${claims.slice(0, -1)},"sc\\u006fpe":"admin"}` }))
  const [protectedHeader, payload, signature] = forge().split('.')
  await refused(base64url(JSON.stringify({ protected: protectedHeader, payload, signature })))
  await refused(forge({ header: { cty: 'JWT' }, payload: forge() }))
})

test('RFC 8725 §3.6: RS-JWT-15: a JWE, a bomb in it or an endless derivation are refused at once', async () => {
  const before = performance.now()
  const bomb = { alg: 'dir', enc: 'A256GCM', zip: 'DEF' }
  const slow = { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 1_000_000_000, p2s: 'AAAA' }
  for (const header of [bomb, slow]) await refused(`${base64url(JSON.stringify(header))}.AAAA.AAAA.AAAA.AAAA`)
  await refused(forge({ header: { zip: 'DEF' } }))
  assert.ok(performance.now() - before < 1_000)
})

test('RFC 8725 §3.4: RS-JWT-16: a JWE with a point that is on no curve is refused', () => {
  const epk = { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' }
  return refused(`${base64url(JSON.stringify({ alg: 'ECDH-ES', enc: 'A128GCM', epk }))}..AAAA.AAAA.AAAA`)
})

test('RFC 7517 §5: RS-JWT-17: after a rotation the new key is good at once, and the retired one not for long', async () => {
  const [first, second] = [ecKey({ kid: 'first', use: 'sig' }), ecKey({ kid: 'second', use: 'sig' })]
  let served = [first]
  const { fetch } = testFetch(() => Response.json({ keys: served.map(({ jwk }) => jwk) }))
  const clock = testClock()
  const jwt = jwtVerifier({ jwksUri: 'https://as.example/jwks', fetch, clock, cacheTtl: 300 })
  const guard = createGuard({ issuers: [{ issuer, jwt }], resource, catalogue, clock })
  const tokenBy = (key: typeof first, jti: string) =>
    requestWith(
      forgerOf(key)({ header: { kid: key.jwk['kid' as keyof JsonWebKey] }, claims: { jti, exp: start + 3_600 } }),
    )
  accessOf(await guard(tokenBy(first, 'a'), needs))
  served = [second]
  clock.advance(60)
  accessOf(await guard(tokenBy(second, 'b'), needs))
  clock.advance(300)
  assertRefused(await guard(tokenBy(first, 'c'), needs), { status: 401, error: 'invalid_token' })
  accessOf(await guard(tokenBy(second, 'd'), needs))
})

test('RFC 7515 §5.2: another issuer’s key of the same algorithm is refused', async () => {
  await refused(forge({ key: own }))
  await refused(forge({ key: ownRsa, header: { alg: 'RS256', kid: 'rsa-1' } }))
})
