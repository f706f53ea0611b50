import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { refuse } from '@ambit/protocol'
import { sha256, webSha256 } from './digest.ts'
import { introspectionVerifier } from './introspection-verifier.ts'
import { jwtVerifier } from './jwt-verifier.ts'
import { steadyClock } from './platform.ts'
import { accessTokenClaims, issuer, resource, start, testClock, testFetch, testKey } from './testing/issuer.ts'
import { type VerifierOptions, verifierOf } from './trusted-issuers.ts'
import type { TrustedIssuer, Verification, VerifyToken } from './verification.ts'

const other = 'https://other.example'
const key = await testKey('key-1')
const token = await key.sign()

/** A verifier that knows nothing but what it is told to say, and counts. */
function saying(verification: Verification) {
  const asked: string[] = []
  const verify: VerifyToken = async (text, expected) => {
    asked.push(`${text} for ${expected.issuer} at ${expected.audience}`)
    return verification
  }
  return { verify, asked }
}

const good = (members: Partial<Verification & { kind: 'verified' }> = {}): Verification => ({
  kind: 'verified',
  claims: { sub: 'user-1', roles: ['reader'], address: { city: 'Bonn' } },
  until: start,
  ...members,
})

function counted(verification: Verification, options: VerifierOptions = {}) {
  const { verify, asked } = saying(verification)
  return { asked, ask: verifierOf([{ issuer, opaque: verify }], resource, options) }
}

test('RFC 8725 §3.8: a JWT is shown to the issuer that it names, a nameless token to the one that is asked, a foreign one to nobody', async () => {
  const [mine, theirs, opaque] = [saying(good()), saying(good()), saying(good())]
  const ask = verifierOf(
    [
      { issuer, jwt: mine.verify },
      { issuer: other, jwt: theirs.verify, opaque: opaque.verify },
    ],
    resource,
  )
  const named = await ask(token)
  assert.equal(named.kind === 'verified' && named.issuer, issuer)
  const foreign = await key.sign({ iss: other })
  assert.equal((await ask(foreign)).kind, 'verified')
  const stranger = await key.sign({ iss: 'https://stranger.example' })
  const found = await ask(stranger)
  assert.equal(found.kind === 'refusal' && found.reason, 'the token is of no trusted issuer')
  const nameless = await key.sign({ iss: undefined })
  await ask(nameless)
  await ask('opaque-token')
  assert.deepEqual(mine.asked, [`${token} for ${issuer} at ${resource}`])
  assert.deepEqual(theirs.asked, [`${foreign} for ${other} at ${resource}`])
  assert.deepEqual(opaque.asked, [
    `${nameless} for ${other} at ${resource}`,
    `opaque-token for ${other} at ${resource}`,
  ])
})

test('RFC 8725 §3.8: the key of one issuer vouches for no subject of another', async () => {
  const theirs = await testKey('key-1')
  const clock = testClock()
  const ask = verifierOf(
    [
      { issuer, jwt: jwtVerifier({ jwks: key.jwks, clock }) },
      { issuer: other, jwt: jwtVerifier({ jwks: theirs.jwks, clock }) },
    ],
    resource,
  )
  assert.equal((await ask(token)).kind, 'verified')
  assert.equal((await ask(await theirs.sign({ iss: other }))).kind, 'verified')
  assert.equal((await ask(await theirs.sign())).kind, 'refusal')
  assert.equal((await ask(await key.sign({ iss: other }))).kind, 'refusal')
})

test('RFC 7662 §2.1: a JWT of the issuer that is asked is shown to it where it has no verifier for JWTs', async () => {
  const [jwt, opaque] = [saying(good()), saying(good())]
  const ask = verifierOf(
    [
      { issuer: other, jwt: jwt.verify },
      { issuer, opaque: opaque.verify },
    ],
    resource,
  )
  const found = await ask(token)
  assert.equal(found.kind === 'verified' && found.issuer, issuer)
  assert.deepEqual([jwt.asked, opaque.asked], [[], [`${token} for ${issuer} at ${resource}`]])
})

test('RFC 9068 §4: a token of no trusted issuer is refused', async () => {
  const jwt = saying(good()).verify
  const ask = verifierOf(
    [
      { issuer, jwt },
      { issuer: other, jwt },
    ],
    resource,
  )
  for (const text of [
    'opaque-token',
    'a.b.c',
    await key.sign({ iss: 'https://stranger.example' }),
    await key.sign({ iss: 7 }),
  ]) {
    const found = await ask(text)
    assert.equal(found.kind === 'refusal' && found.reason, 'the token is of no trusted issuer')
  }
})

test('RFC 9068 §4: where one issuer is trusted, its verifier says what is wrong', async () => {
  const ask = verifierOf([{ issuer, jwt: jwtVerifier({ jwks: key.jwks, clock: testClock() }) }], resource)
  const found = await ask('opaque-token')
  assert.match(found.kind === 'refusal' ? found.reason : '', /no compact JWS/)
})

test('RFC 8725 §3.10: what is longer than a token is neither hashed nor shown to anybody', async () => {
  const hash = () => assert.fail('not hashed')
  const { ask, asked } = counted(good(), { hash })
  const found = await ask('x'.repeat(16_385))
  assert.match(found.kind === 'refusal' ? found.reason : '', /longer than 16384 characters/)
  assert.deepEqual(asked, [])
})

const jwt = saying(good()).verify
for (const [name, issuers, problem] of [
  ['nobody', [], /is empty/],
  [
    'one twice',
    [
      { issuer, jwt },
      { issuer, opaque: jwt },
    ],
    /names `https:\/\/as.example` twice/,
  ],
  ['one without a verifier', [{ issuer }], /has no verifier/],
  [
    'two that are asked',
    [
      { issuer, opaque: jwt },
      { issuer: other, opaque: jwt },
    ],
    /several issuers have `opaque`/,
  ],
] as const satisfies readonly (readonly [string, readonly TrustedIssuer[], RegExp])[])
  test(`RFC 8725 §3.8: trust that cannot be is an error at the start: ${name}`, () => {
    assert.throws(() => verifierOf(issuers, resource), problem)
  })

test('RFC 7662 §4: a token is verified again only when its verification holds no longer', async () => {
  let holds = true
  const { ask, asked } = counted(good({ stillHolds: () => holds }))
  const first = await ask('t')
  assert.equal(await ask('t'), first)
  assert.equal(asked.length, 1)
  holds = false
  await ask('t')
  assert.equal(asked.length, 2)
})

test('RFC 7662 §4: what does not say how long it holds is never remembered', async () => {
  const { ask, asked } = counted(good({ until: Number.POSITIVE_INFINITY }))
  await ask('t')
  await ask('t')
  assert.equal(asked.length, 2)
})

for (const verification of [refuse('invalid_token', 'no'), { kind: 'unavailable', reason: 'no answer' }] as const)
  test(`RFC 7662 §4: only what is good is remembered: not ${verification.kind}`, async () => {
    const { ask, asked } = counted(verification)
    assert.deepEqual(await ask('t'), verification)
    await ask('t')
    assert.equal(asked.length, 2)
  })

test('RFC 7662 §4: the memory has an end, and tokens that come again and again stay in it', async () => {
  const { ask, asked } = counted(good({ stillHolds: () => true }), { rememberedTokens: 100 })
  await ask('faithful')
  for (let each = 0; each < 1_000; each++) {
    await ask(`t${each}`)
    if (each % 20 === 0) await ask('faithful')
  }
  assert.equal(asked.length, 1_001)
  await ask('t0')
  assert.equal(asked.length, 1_002)
})

test('RFC 7662 §4: where nothing is to be remembered, nothing is', async () => {
  const { ask, asked } = counted(good({ stillHolds: () => true }), { rememberedTokens: 0 })
  await ask('t')
  await ask('t')
  assert.equal(asked.length, 2)
})

test('RFC 9700 §4.2.4: tokens are remembered by their SHA-256, whoever makes it', async () => {
  const hashed: string[] = []
  const hash = async (text: string) => {
    const found = await webSha256(text)
    assert.equal(found, await sha256(text))
    hashed.push(found)
    return found
  }
  const { ask, asked } = counted(good({ stillHolds: () => true }), { hash })
  await ask('t')
  await ask('t')
  assert.equal(asked.length, 1)
  assert.equal(hashed[0], createHash('sha256').update('t').digest('base64url'))
})

test('RFC 9068 §5: who is given the claims of a token cannot change them for the next one', async () => {
  const { ask } = counted(good({ stillHolds: () => true }))
  const found = await ask('t')
  const { claims } = found.kind === 'verified' ? found : assert.fail()
  const roles: unknown = claims['roles']
  assert.ok(Array.isArray(roles))
  assert.throws(() => roles.push('admin'), TypeError)
  for (const part of [found, claims, claims['address']]) assert.ok(Object.isFrozen(part))
})

// the whole way, by clocks that jump

test('RFC 7662 §4: a remembered answer lives no longer than was told, whichever way the clock jumps', async () => {
  const time = { now: start, elapsed: 0 }
  const clock = steadyClock({ now: () => time.now, elapsed: () => time.elapsed })
  const { fetch, calls } = testFetch(() => Response.json({ active: true, ...accessTokenClaims(), exp: start + 10_000 }))
  const opaque = introspectionVerifier({
    endpoint: `${issuer}/introspect`,
    clientId: 'api',
    clientSecret: 'secret',
    cacheTtl: 10,
    fetch,
    clock,
  })
  const ask = verifierOf([{ issuer, opaque }], resource)
  const askedAt = async (now: number, elapsed: number) => {
    Object.assign(time, { now, elapsed })
    await ask('t')
    return calls.length
  }
  assert.equal(await askedAt(start, 0), 1)
  assert.equal(await askedAt(start + 9, 9), 1)
  assert.equal(await askedAt(start + 10, 10), 2)
  assert.equal(await askedAt(start - 5_000, 19), 2, 'set back')
  assert.equal(await askedAt(start - 5_000, 20), 3, 'its time is over all the same')
  assert.equal(await askedAt(start + 5_000, 21), 4, 'set forward')
  assert.equal(await askedAt(start + 30, 30), 4, 'set right again')
  assert.equal(await askedAt(start + 31, 31), 5)
})

test('RFC 7662 §4: by a clock that has no other, what was verified in the future is verified again', async () => {
  const clock = testClock()
  const { fetch, calls } = testFetch(() => Response.json({ active: true, ...accessTokenClaims() }))
  const endpoint = `${issuer}/introspect`
  const opaque = introspectionVerifier({ endpoint, clientId: 'a', clientSecret: 'b', cacheTtl: 10, fetch, clock })
  const ask = verifierOf([{ issuer, opaque }], resource)
  await ask('t')
  clock.advance(-1)
  await ask('t')
  clock.advance(9)
  await ask('t')
  assert.equal(calls.length, 2)
})

test('RFC 9068 §4: a remembered JWT is refused from its expiry on', async () => {
  const clock = testClock()
  const ask = verifierOf([{ issuer, jwt: jwtVerifier({ jwks: key.jwks, clock, clockSkew: 0 }) }], resource)
  const first = await ask(token)
  clock.advance(599)
  assert.equal(await ask(token), first)
  clock.advance(1)
  assert.equal((await ask(token)).kind, 'refusal')
})

test('RFC 7662 §4: the introspection endpoint dies: remembered answers serve for their time, and then nothing is let through', async () => {
  const clock = testClock()
  const answers = [
    () => Response.json({ active: true, ...accessTokenClaims() }),
    () => Promise.reject(new Error('gone')),
  ]
  const { fetch } = testFetch(...answers)
  const endpoint = `${issuer}/introspect`
  const opaque = introspectionVerifier({ endpoint, clientId: 'a', clientSecret: 'b', cacheTtl: 10, fetch, clock })
  const ask = verifierOf([{ issuer, opaque }], resource)
  assert.equal((await ask('t')).kind, 'verified')
  assert.deepEqual(await ask('u'), { kind: 'unavailable', reason: 'introspection failed: gone' })
  clock.advance(9)
  assert.equal((await ask('t')).kind, 'verified')
  clock.advance(1)
  assert.deepEqual(await ask('t'), { kind: 'unavailable', reason: 'introspection failed: gone' })
})
