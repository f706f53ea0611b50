import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { epochSeconds, jwtTypes } from '@ambit/protocol'
import { testCatalogue } from '../testing/catalogue.ts'
import { clients, testClient, users } from '../testing/clients.ts'
import { sessionId } from '../testing/ids.ts'
import { testWorld } from '../testing/world.ts'
import { type IdTokenSource, makeIdToken } from './id-token.ts'

async function claimsOf(source: Partial<IdTokenSource> = {}) {
  const { context, clock } = await testWorld()
  const text = await makeIdToken(context, {
    client: clients.web,
    user: {
      userId: users.alice.userId,
      authTime: epochSeconds(1_799_999_990),
      acr: 'a',
      amr: ['pwd'],
      sessionId: sessionId('sid'),
    },
    accessToken: 'the access token',
    scope: testCatalogue.set('openid', 'email'),
    now: clock.now(),
    ...source,
  })
  const header = JSON.parse(Buffer.from(text.split('.')[0] ?? '', 'base64url').toString()) as Record<string, unknown>
  const claims = await context.signer.verifyOwn(text, jwtTypes.idToken)
  assert.ok(claims)
  return { header, claims }
}

function half(algorithm: string, text: string): string {
  const digest = createHash(algorithm).update(text).digest()
  return digest.subarray(0, digest.length / 2).toString('base64url')
}

test('OpenID Connect Core §2: an ID token says who, for whom, by whom, when, and how they logged in', async () => {
  const { claims } = await claimsOf({ nonce: 'n' })
  assert.deepEqual(claims, {
    iss: 'https://as.example',
    sub: 'user-alice',
    aud: 'web',
    exp: 1_800_000_300,
    iat: 1_800_000_000,
    auth_time: 1_799_999_990,
    acr: 'a',
    amr: ['pwd'],
    nonce: 'n',
    sid: 'sid',
    at_hash: half('sha256', 'the access token'),
  })
})

test('OpenID Connect Core §3.1.3.6: at_hash is the left half of the hash of the algorithm', async () => {
  const { claims, header } = await claimsOf({ client: testClient({ name: 'ed', idTokenAlgorithm: 'EdDSA' }) })
  assert.equal(header['alg'], 'EdDSA')
  assert.equal(claims['at_hash'], half('sha512', 'the access token'))
})

test('OpenID Connect Core §3.3.2.11: c_hash is made from the code', async () => {
  assert.equal((await claimsOf({ code: 'the code' })).claims['c_hash'], half('sha256', 'the code'))
})

test('OpenID Connect Core §5.4: the claims of the scope are in the ID token only where there is no access token', async () => {
  assert.equal((await claimsOf()).claims['email'], undefined)
  const { context, clock } = await testWorld()
  const user = { userId: users.alice.userId, authTime: clock.now(), acr: 'a', amr: [] }
  const scope = testCatalogue.set('openid', 'email')
  const alone = await makeIdToken(context, { client: clients.web, user, scope, now: clock.now() })
  const claims = await context.signer.verifyOwn(alone, jwtTypes.idToken)
  assert.equal(claims?.['email'], 'alice@example.org')
  assert.equal(claims?.['at_hash'], undefined)
})

test('OpenID Connect Core §5.5: the claims parameter asks for a claim in the ID token', async () => {
  const { claims } = await claimsOf({ claims: '{"id_token":{"email":null,"name":null}}' })
  assert.equal(claims['email'], 'alice@example.org')
  assert.equal(claims['name'], undefined)
})

test('OpenID Connect Core §8.1: sub is the pairwise one of the client', async () => {
  assert.notEqual((await claimsOf({ client: clients.pairwise })).claims['sub'], 'user-alice')
})

test('OpenID Connect Core §2: no claim of the user can take the place of one of the token', async () => {
  const mallory = { ...users.alice, claims: { ...users.alice.claims, sub: 'user-bob', iss: 'x' } }
  const { context, clock } = await testWorld({ users: [mallory] })
  const user = { userId: mallory.userId, authTime: clock.now(), acr: 'a', amr: [] }
  const scope = testCatalogue.set('openid', 'email')
  const text = await makeIdToken(context, { client: clients.web, user, scope, now: clock.now() })
  assert.equal((await context.signer.verifyOwn(text, jwtTypes.idToken))?.['sub'], 'user-alice')
})
