import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { type JwtVerifierOptions, jwtVerifier } from './jwt-verifier.ts'
import { accessTokenClaims, issuer, resource, start, testClock, testFetch, testKey } from './testing/issuer.ts'
import { base64url, signRaw } from './testing/jws.ts'
import type { Verification } from './verification.ts'

const key = await testKey('key-1')
const otherKey = await testKey('key-1')
const expected = { issuer, audience: resource }
const goodHeader = { alg: 'ES256', kid: 'key-1', typ: 'at+jwt' }

type Options = Partial<JwtVerifierOptions> & { readonly after?: number }

function verify(token: string, { after = 0, ...options }: Options = {}): Promise<Verification> {
  const clock = testClock()
  clock.advance(after)
  return jwtVerifier({ jwks: key.jwks, clock, ...options })(token, expected)
}

/** A token that this issuer's key signed, whatever it says. */
function forge(header: object, claims: object = {}): string {
  return signRaw(
    key.privateKey,
    JSON.stringify({ ...goodHeader, ...header }),
    JSON.stringify({ ...accessTokenClaims(), ...claims }),
  )
}

function reasonOf(verification: Verification): string {
  assert.equal(verification.kind, 'refusal')
  return verification.kind === 'refusal' ? verification.reason : ''
}

for (const typ of ['at+jwt', 'application/at+jwt', 'AT+JWT', 'Application/At+Jwt'])
  test(`RFC 9068 §2.1, §4: a good token of type ${typ}`, async () => {
    const verification = await verify(await key.sign({}, { typ }))
    assert.equal(verification.kind, 'verified')
    assert.deepEqual(verification.kind === 'verified' && verification.claims, accessTokenClaims())
    assert.equal(verification.kind === 'verified' && verification.until, start + 600)
  })

test('RFC 9068 §2.1: RS256 is among the algorithms that count unless others are named', async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'rsa' }] }
  const header = { alg: 'RS256', kid: 'rsa', typ: 'at+jwt' }
  const token = await new SignJWT(accessTokenClaims()).setProtectedHeader(header).sign(privateKey)
  assert.equal((await verify(token, { jwks })).kind, 'verified')
  const found = await verify(token, { jwks, algorithms: ['PS256'] })
  assert.match(reasonOf(found), /`alg` is/)
})

test('RFC 9068 §4: one of several audiences is enough', async () => {
  const verification = await verify(await key.sign({ aud: ['https://other.example', resource] }))
  assert.equal(verification.kind, 'verified')
})

for (const [name, header, reason] of [
  ['an ID token', { typ: 'JWT' }, /`typ` is `"JWT"`/],
  ['no type', { typ: undefined }, /`typ` is missing/],
  ['a DPoP proof', { typ: 'dpop+jwt' }, /`typ`/],
  ['a logout token', { typ: 'logout+jwt' }, /`typ`/],
  ['a longer type', { typ: 'at+jwt+jwt' }, /`typ`/],
  ['a type with a suffix', { typ: 'at+jwt; x' }, /`typ`/],
  ['another media type', { typ: 'text/at+jwt' }, /`typ`/],
  ['application twice', { typ: 'application/application/at+jwt' }, /`typ`/],
  ['a type that is a list', { typ: ['at+jwt'] }, /`typ` is no text/],
] as const)
  test(`RFC 9068 §4, RFC 8725 §3.11: another type is refused: ${name}`, async () => {
    assert.match(reasonOf(await verify(forge(header))), reason)
  })

for (const [name, header, reason] of [
  ['a critical extension', { crit: ['x'], x: 1 }, /`crit`/],
  ['an empty list of them', { crit: [] }, /`crit`/],
  ['none instead of a list of them', { crit: null }, /`crit`/],
  ['a payload that is not encoded', { b64: false, crit: ['b64'] }, /`crit`/],
  ['b64 alone', { b64: true }, /`b64`/],
  ['compression', { zip: 'DEF' }, /`zip`/],
  ['encryption', { enc: 'A256GCM' }, /`enc`/],
] as const)
  test(`RFC 7515 §4.1.11: an extension is refused: ${name}`, async () => {
    assert.match(reasonOf(await verify(forge(header))), reason)
  })

for (const alg of ['none', 'None', 'nOnE', 'HS256', 'HS512', 'ES256K', 'RSA1_5', 'dir', '', '__proto__', 'toString', 7])
  test(`RFC 8725 §3.1, §3.2: no algorithm of ours is ${alg}`, async () => {
    assert.match(reasonOf(await verify(forge({ alg }))), /`alg` is/)
  })

test('RFC 8725 §3.2: an unsecured token is refused', async () => {
  const token = new UnsecuredJWT(accessTokenClaims()).encode()
  assert.match(reasonOf(await verify(token)), /no compact JWS/)
  assert.match(reasonOf(await verify(`${token}AA`)), /`alg` is/)
})

test('RFC 8725 §3.1: only the listed algorithms count', async () => {
  assert.match(reasonOf(await verify(await key.sign(), { algorithms: ['RS256'] })), /one of RS256 is wanted/)
})

for (const kid of [7, null, {}, ['key-1'], 'k'.repeat(513)])
  test(`RFC 7515 §4.1.4: a kid is a text that is not too long: ${JSON.stringify(kid).slice(0, 20)}`, async () => {
    assert.match(reasonOf(await verify(forge({ kid }))), /`kid` is no text/)
  })

for (const kid of ['../../dev/null', "' or 1=1 --", '__proto__', 'constructor', '', 'k'.repeat(512)])
  test(`RFC 8725 §3.10: a kid finds a key of that name and nothing else: ${kid.slice(0, 20)}`, async () => {
    assert.match(reasonOf(await verify(forge({ kid }))), /no key for/)
  })

test('RFC 7515 §4.1.4: without a kid the one key that fits is the one', async () => {
  assert.equal((await verify(forge({ kid: undefined }))).kind, 'verified')
})

test('RFC 8725 §3.10: what a header says of keys and their places is never used, nor fetched', async () => {
  const [jwk] = otherKey.jwks.keys
  const url = 'https://canary.example/keys'
  const { fetch, calls } = testFetch(() => Response.json(otherKey.jwks))
  for (const extra of [{ jwk }, { jku: url }, { x5u: url }, { x5c: ['MIIB'] }, { jwk, jku: url, x5u: url }]) {
    const header = JSON.stringify({ ...goodHeader, ...extra })
    const token = signRaw(otherKey.privateKey, header, JSON.stringify(accessTokenClaims()))
    assert.match(reasonOf(await verify(token, { fetch })), /signature/)
    assert.equal((await verify(forge(extra), { fetch })).kind, 'verified', 'it does not matter')
  }
  assert.deepEqual(calls, [])
})

test('RFC 8725 §3.10: what a stranger writes as `kid` begins no new line in a log', async () => {
  assert.doesNotMatch(reasonOf(await verify(forge({ kid: 'a\nb' }))), /\n/)
})

test('RFC 7515 §5.2: the signature of another key is refused', async () => {
  assert.match(reasonOf(await verify(await otherKey.sign())), /signature/)
})

test('RFC 7515 §5.2: a payload that was changed is refused', async () => {
  const [header, , signature] = (await key.sign()).split('.')
  const payload = base64url(JSON.stringify({ ...accessTokenClaims(), scope: 'admin' }))
  assert.match(reasonOf(await verify(`${header}.${payload}.${signature}`)), /signature/)
})

for (const [name, claims, reason] of [
  ['another issuer', { iss: 'https://as.example/' }, /another issuer/],
  ['an issuer in capitals', { iss: 'HTTPS://AS.EXAMPLE' }, /another issuer/],
  ['a list of issuers', { iss: [issuer] }, /another issuer/],
  ['no issuer', { iss: undefined }, /another issuer/],
  ['another audience', { aud: 'https://api.example/pets/' }, /another audience/],
  ['the beginning of ours', { aud: 'https://api.example' }, /another audience/],
  ['other audiences', { aud: ['https://other.example'] }, /another audience/],
  ['no audience at all', { aud: [] }, /another audience/],
  ['an audience that is no text', { aud: [resource, 7] }, /another audience/],
  ['an audience that is an object', { aud: { 0: resource } }, /another audience/],
  ['no audience', { aud: undefined }, /another audience/],
] as const)
  test(`RFC 9068 §4, RFC 8725 §3.8, §3.9: refused: ${name}`, async () => {
    assert.match(reasonOf(await verify(forge({}, claims))), reason)
  })

for (const exp of [undefined, null, '1700000600', 1_700_000_600.5, -1, 0, true, [1_700_000_600]])
  test(`RFC 9068 §2.2, RFC 7519 §4.1.4: no expiry is ${String(exp)}`, async () => {
    assert.match(reasonOf(await verify(forge({}, { exp }))), /`exp` is no time|expired/)
  })

test('RFC 7519 §4.1.4: an expiry beyond all numbers is none', async () => {
  const payload = JSON.stringify(accessTokenClaims()).replace(/"exp":\d+/, '"exp":1e99')
  assert.match(reasonOf(await verify(signRaw(key.privateKey, JSON.stringify(goodHeader), payload))), /`exp` is no time/)
})

for (const nbf of [start + 6, 'now', null, start + 0.5])
  test(`RFC 7519 §4.1.5: refused: nbf ${String(nbf)}`, async () => {
    assert.match(reasonOf(await verify(forge({}, { nbf }))), /not valid before/)
  })

test('RFC 7519 §4.1.5: nbf counts from its second on, and the skew before', async () => {
  assert.equal((await verify(forge({}, { nbf: start + 5 }))).kind, 'verified')
  assert.equal((await verify(forge({}, { nbf: start + 6 }), { after: 1 })).kind, 'verified')
})

test('RFC 7519 §4.1.6: iat may be ahead by the skew', async () => {
  assert.equal((await verify(forge({}, { iat: start + 5 }))).kind, 'verified')
})

for (const iat of [start + 6, start + 86_400, 'now', null, 1e300])
  test(`RFC 9068 §2.2, RFC 7519 §4.1.6: refused: iat ${String(iat)}`, async () => {
    assert.match(reasonOf(await verify(forge({}, { iat }))), /was issued at/)
  })

test('RFC 8725 §3.10: a token that lives absurdly long is refused', async () => {
  assert.match(reasonOf(await verify(forge({}, { exp: 253_402_300_799 }))), /lives longer than 2678400 seconds/)
  const day = forge({}, { exp: start + 86_400 })
  assert.equal((await verify(day, { maxLifetime: 86_400 })).kind, 'verified')
  assert.match(reasonOf(await verify(day, { maxLifetime: 86_399 })), /lives longer/)
})

for (const claim of ['sub', 'client_id', 'iat', 'jti'])
  test(`RFC 9068 §2.2: a token without ${claim} is refused`, async () => {
    assert.match(reasonOf(await verify(forge({}, { [claim]: undefined }))), new RegExp(`\`${claim}\` is missing`))
  })

for (const claim of ['sub', 'client_id', 'jti'])
  for (const value of ['', 7, null, ['x']])
    test(`RFC 9068 §2.2: ${claim} is a text: not ${JSON.stringify(value)}`, async () => {
      assert.match(reasonOf(await verify(forge({}, { [claim]: value }))), /is empty or no text/)
    })

test('RFC 9068 §4: a token lives until exp and the skew, and the operator hears both times', async () => {
  const token = await key.sign()
  assert.equal((await verify(token, { after: 604 })).kind, 'verified')
  const verification = await verify(token, { after: 605 })
  assert.equal(verification.kind === 'refusal' && verification.description, 'the access token has expired')
  assert.equal(reasonOf(verification), 'the token expired at 1700000600, and it is 1700000605')
})

for (const clockSkew of [-1, 61, Number.NaN])
  test(`RFC 9068 §4: the skew is a minute at most: ${clockSkew}`, () => {
    assert.throws(() => jwtVerifier({ jwks: key.jwks, clockSkew }), /0 to 60 seconds are wanted/)
  })

test('RFC 9068 §4: a verifier that could never verify is an error at the start', () => {
  assert.throws(() => jwtVerifier({ jwks: { keys: [] } }), /no public key that can be used/)
  assert.throws(() => jwtVerifier({ jwksUri: 'http://as.example/jwks' }), /an https address is wanted/)
})

// servers that do not follow RFC 9068
const plain = { dangerouslyAcceptPlainJwt: true } as const
const plainClaims = { client_id: undefined, jti: undefined, iat: undefined }

for (const typ of ['JWT', 'jwt', undefined, 'at+jwt'])
  test(`RFC 9068 §2.1: where that is accepted, typ may be ${typ}`, async () => {
    const verification = await verify(forge({ typ }, { ...plainClaims, azp: 'shop' }), plain)
    assert.equal(verification.kind, 'verified')
    assert.equal(verification.kind === 'verified' && verification.claims['client_id'], 'shop')
  })

for (const [claim, value] of [
  ['azp', 'a'],
  ['cid', 'b'],
  ['appid', 'c'],
] as const)
  test(`RFC 9068 §2.2: where that is accepted, ${claim} names the client unless client_id does`, async () => {
    const found = await verify(forge({}, { client_id: undefined, [claim]: value }), plain)
    assert.equal(found.kind === 'verified' && found.claims['client_id'], value)
    const named = await verify(forge({}, { client_id: 'shop', [claim]: value }), plain)
    assert.equal(named.kind === 'verified' && named.claims['client_id'], 'shop')
  })

for (const typ of ['dpop+jwt', 'logout+jwt', 'secevent+jwt', 'statuslist+jwt', 'client-authentication+jwt', 'x'])
  test(`RFC 8725 §3.11: what says of itself that it is no access token is none, even so: ${typ}`, async () => {
    assert.match(reasonOf(await verify(forge({ typ }), plain)), /another type/)
  })

for (const [name, claims, reason] of [
  ['an ID token for a nonce', { nonce: 'n' }, /no claim `nonce`/],
  ['an ID token beside a token', { at_hash: 'h' }, /no claim `at_hash`/],
  ['an ID token beside a code', { c_hash: 'h' }, /no claim `c_hash`/],
  ['a logout token', { events: {} }, /no claim `events`/],
  ['a proof', { htu: resource }, /no claim `htu`/],
  ['what says that it is an ID token', { typ: 'ID' }, /`typ` says/],
  ['what says that it is a refresh token', { typ: 'Refresh' }, /`typ` says/],
  ['what is used as ID token', { token_use: 'id' }, /`token_use` says/],
  ['an unreadable mark', { token_use: ['access'] }, /`token_use` says/],
  ['another audience', { aud: 'shop' }, /another audience/],
  ['another issuer', { iss: 'https://other.example' }, /another issuer/],
  ['no expiry', { exp: undefined }, /`exp`/],
  ['a client that is no text', { client_id: 7 }, /`client_id`/],
  ['an endless life, told without iat', { iat: undefined, exp: 253_402_300_799 }, /lives longer/],
] as const)
  test(`RFC 8725 §3.12, RFC 9068 §5: refused even so: ${name}`, async () => {
    assert.match(reasonOf(await verify(forge({ typ: 'JWT' }, claims), plain)), reason)
  })

for (const claims of [{ typ: 'Bearer' }, { typ: 'DPoP' }, { token_use: 'access' }])
  test(`RFC 8725 §3.12: an access token may say that it is one: ${JSON.stringify(claims)}`, async () => {
    assert.equal((await verify(forge({ typ: 'JWT' }, claims), plain)).kind, 'verified')
  })
