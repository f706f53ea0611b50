import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard } from '../guard.ts'
import { jwtVerifier } from '../jwt-verifier.ts'
import { catalogueGuard, forge, jwks } from '../testing/catalogue-world.ts'
import { ecKey, forgerOf } from '../testing/forger.ts'
import { accessOf, assertRefused } from '../testing/guarded.ts'
import { catalogue, issuer, requestWith, resource, start, testClock } from '../testing/issuer.ts'

const needs = 'read_pets'
const decide = (claims: object, header: object = {}) =>
  catalogueGuard().guard(requestWith(forge({ claims, header })), needs)
const refused = async (claims: object, header: object = {}) =>
  assertRefused(await decide(claims, header), { status: 401, error: 'invalid_token' })

test('RFC 7519 §4.1.4: RS-CLM-01: a token that expired 120 s ago is refused', () => refused({ exp: start - 120 }))

test('RFC 7519 §4.1.4: RS-CLM-02: the skew is five seconds, and never more than sixty', async () => {
  accessOf(await decide({ exp: start - 4 }))
  for (let ago = 5; ago <= 120; ago += 5) await refused({ exp: start - ago })
  assert.throws(() => jwtVerifier({ jwks, clockSkew: 61 }), RangeError)
})

test('RFC 7519 §4.1.5: RS-CLM-03: a token that is good in ten minutes is refused', () => refused({ nbf: start + 600 }))

for (const claims of [{ iat: start + 86_400, exp: start + 90_000 }, { exp: 253_402_300_799 }])
  test(`RFC 8725 §3.10: RS-CLM-04: an absurd time is refused: ${JSON.stringify(claims)}`, () => refused(claims))

for (const iss of [
  'https://other.example',
  `${issuer}/`,
  issuer.toUpperCase(),
  'HTTPS://as.example',
  ` ${issuer}`,
  undefined,
  [issuer],
])
  test(`RFC 9068 §4: RS-CLM-05: another issuer is refused: ${JSON.stringify(iss)}`, () => refused({ iss }))

for (const aud of [
  'https://api.example/other',
  ['https://a.example', 'https://b.example'],
  'https://api.example',
  `${resource}/`,
  `${resource}x`,
  resource.toUpperCase(),
  [],
  {},
  [[resource]],
])
  test(`RFC 9068 §4: RS-CLM-06: another audience is refused: ${JSON.stringify(aud)}`, () => refused({ aud }))

test('RFC 7519 §4.1.3: one audience of several is enough', async () => {
  accessOf(await decide({ aud: ['https://other.example', resource] }))
})

for (const aud of [undefined, null, ''])
  test(`RFC 8725 §3.9: RS-CLM-07: no audience is refused: ${JSON.stringify(aud)}`, () => refused({ aud }))

for (const exp of [undefined, String(start + 600), start + 0.5, -1, 1e99, null, [start + 600], true])
  test(`RFC 7519 §4.1.4: RS-CLM-08: no time of expiry is refused: ${JSON.stringify(exp)}`, () => refused({ exp }))

for (const claims of [
  { sub: undefined },
  { client_id: undefined },
  { sub: '' },
  { sub: 7 },
  { client_id: ['shop'] },
  { jti: undefined },
  { iat: undefined },
])
  test(`RFC 9068 §2.2: RS-CLM-09: a required claim that is missing or no text is refused: ${JSON.stringify(claims)}`, () =>
    refused(claims))

test('RFC 8725 §3.8: RS-CLM-10: the same subject of a second trusted issuer is another principal', async () => {
  const clock = testClock()
  const other = ecKey({ kid: 'ec-1', use: 'sig' })
  const second = 'https://second.example'
  const issuers = [
    { issuer, jwt: jwtVerifier({ jwks, clock }) },
    { issuer: second, jwt: jwtVerifier({ jwks: { keys: [other.jwk] }, clock }) },
  ]
  const guard = createGuard({ issuers, resource, catalogue, clock })
  const one = accessOf(await guard(requestWith(forge()), needs))
  const two = accessOf(await guard(requestWith(forgerOf(other)({ claims: { iss: second } })), needs))
  assert.equal(one.subject, two.subject)
  assert.notEqual(one.principal, two.principal)
  for (const forged of [forgerOf(other)(), forge({ claims: { iss: second } })])
    assertRefused(await guard(requestWith(forged), needs), { status: 401, error: 'invalid_token' })
})

test('RFC 9068 §5: RS-CLM-11: what a user can change of himself is not who he is', async () => {
  const honest = accessOf(await decide({ email: 'user@example.com' }))
  const claims = { email: 'victim@example.com', preferred_username: 'victim', upn: 'victim' }
  assert.equal(accessOf(await decide(claims)).principal, honest.principal)
})

test('RFC 9700 §4.15: RS-CLM-12: a client that is called like a user is not that user', async () => {
  const user = accessOf(await decide({}))
  const client = accessOf(await decide({ client_id: 'user-1' }))
  assert.notEqual(client.principal, user.principal)
  assert.deepEqual([client.actor, client.subject], ['client', undefined])
})

test('RFC 9068 §5: RS-TYP-01: an ID token is no access token', async () => {
  const idToken = { aud: 'shop', nonce: 'n', at_hash: 'h', client_id: undefined, jti: undefined, scope: undefined }
  await refused(idToken, { typ: 'JWT' })
  await refused(idToken, { typ: undefined })
  await refused({ ...idToken, aud: ['shop', resource] }, { typ: 'JWT' })
})

test('RFC 6749 §1.5: RS-TYP-02: a refresh token is no access token', async () => {
  for (const token of ['rt.Zm9vYmFyYmF6', 'rt_0123456789abcdef', 'AAAA-BBBB'])
    assertRefused(await catalogueGuard().guard(requestWith(token), needs), { status: 401, error: 'invalid_token' })
  await refused({ aud: issuer }, { typ: 'rt+jwt' })
})

test('RFC 8725 §3.12: RS-TYP-03: a code, a request URI and a client assertion are no access tokens', async () => {
  for (const token of ['SplxlOBeZQQYbYS6WxSbIA', 'urn:ietf:params:oauth:request_uri:6esc'])
    assertRefused(await catalogueGuard().guard(requestWith(token), needs), { status: 401, error: 'invalid_token' })
  await refused({ iss: 'shop', sub: 'shop', aud: issuer }, { typ: 'client-authentication+jwt' })
  await refused({ iss: 'shop', sub: 'shop', aud: resource }, { typ: 'JWT' })
})

test('RFC 9700 §4.10.2: RS-TYP-04: another client’s token acts for its own user and client alone', async () => {
  const access = accessOf(await decide({ client_id: 'other-shop', sub: 'user-2' }))
  assert.deepEqual([access.clientId, access.subject], ['other-shop', 'user-2'])
  assert.notEqual(access.principal, accessOf(await decide({})).principal)
})
