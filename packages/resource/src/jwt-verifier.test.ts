import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SignJWT, UnsecuredJWT } from 'jose'
import { type JwtVerifierOptions, jwtVerifier } from './jwt-verifier.ts'
import { accessTokenClaims, issuer, resource, start, testClock, testKey } from './testing/issuer.ts'

const key = await testKey('key-1')
const otherKey = await testKey('key-1')
const expected = { issuer, audience: resource }

function verify(token: string, options: Partial<JwtVerifierOptions> & { readonly after?: number } = {}) {
  const clock = testClock()
  clock.advance(options.after ?? 0)
  return jwtVerifier({ jwks: key.jwks, clock, ...options })(token, expected)
}

for (const typ of ['at+jwt', 'application/at+jwt', 'AT+JWT'])
  test(`RFC 9068 §4: a good token of type ${typ}`, async () => {
    const verification = await verify(await key.sign({}, { typ }))
    assert.equal(verification.kind, 'verified')
    assert.deepEqual(verification.kind === 'verified' && verification.claims, accessTokenClaims())
  })

test('RFC 9068 §4: one of several audiences is enough', async () => {
  const verification = await verify(await key.sign({ aud: ['https://other.example', resource] }))
  assert.equal(verification.kind, 'verified')
})

const refused: readonly (readonly [name: string, token: () => Promise<string>, reason: RegExp])[] = [
  ['an ID token', () => key.sign({}, { typ: 'JWT' }), /"typ"/],
  ['another issuer', () => key.sign({ iss: 'https://as.example/' }), /"iss"/],
  ['another audience', () => key.sign({ aud: 'https://api.example/pets/' }), /"aud"/],
  ['the signature of another key', () => otherKey.sign(), /signature/],
  ['an unknown key', async () => (await testKey('key-2')).sign(), /no applicable key/],
  ['a critical extension', () => key.sign({}, { crit: ['x'], x: 1 }), /./],
  ['not valid yet', () => key.sign({ nbf: start + 60 }), /"nbf"/],
  ['an opaque token', async () => 'opaque-token', /no compact JWS/],
  ['parts that are no JSON', async () => 'a.b.c', /./],
  ['a foreign alphabet', async () => `${await key.sign()}%`, /no compact JWS/],
]
for (const [name, token, reason] of refused)
  test(`RFC 9068 §4: refused: ${name}`, async () => {
    const verification = await verify(await token().catch(() => unsignable()))
    assert.equal(verification.kind, 'refusal')
    assert.match(verification.kind === 'refusal' ? verification.reason : '', reason)
  })

// `jose` signs no token with an extension that it does not know
async function unsignable(): Promise<string> {
  const header = btoa(JSON.stringify({ alg: 'ES256', kid: 'key-1', typ: 'at+jwt', crit: ['x'], x: 1 }))
  return `${header.replaceAll('=', '')}${(await key.sign()).replace(/^[^.]+/, '')}`
}

test('RFC 9068 §4: `none` is no algorithm', async () => {
  const token = new UnsecuredJWT(accessTokenClaims()).encode()
  assert.equal((await verify(`${token}AA`)).kind, 'refusal')
})

test('RFC 8725 §3.1: a public key does not pass for a shared secret', async () => {
  const secret = new TextEncoder().encode(JSON.stringify(key.jwks.keys[0]))
  const token = await new SignJWT(accessTokenClaims())
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'key-1' })
    .sign(secret)
  const verification = await verify(token)
  assert.match(verification.kind === 'refusal' ? verification.reason : '', /"alg"/)
})

test('RFC 8725 §3.1: only the listed algorithms count', async () => {
  const verification = await verify(await key.sign(), { algorithms: ['RS256'] })
  assert.match(verification.kind === 'refusal' ? verification.reason : '', /"alg"/)
})

for (const claim of ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'])
  test(`RFC 9068 §2.2: a token without ${claim} is refused`, async () => {
    const verification = await verify(await key.sign({ [claim]: undefined }))
    assert.match(verification.kind === 'refusal' ? verification.reason : '', new RegExp(`"${claim}"`))
  })

test('RFC 9068 §4: a token lives until exp and the skew', async () => {
  const token = await key.sign()
  assert.equal((await verify(token, { after: 604 })).kind, 'verified')
  const verification = await verify(token, { after: 605 })
  assert.equal(verification.kind === 'refusal' && verification.description, 'the access token has expired')
})

for (const clockSkew of [-1, 61, Number.NaN])
  test(`RFC 9068 §4: the skew is a few minutes at most: ${clockSkew}`, () => {
    assert.throws(() => jwtVerifier({ jwks: key.jwks, clockSkew }), /0 to 60 seconds are wanted/)
  })
