import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '@ambit/protocol'
import { decodeJwt } from 'jose'
import type { Feature } from '../../feature.ts'
import { ServerOptionsError } from '../../options-error.ts'
import type { OutboundRequest, OutboundResponse } from '../../ports/world.ts'
import { createServer } from '../../server.ts'
import { pets } from '../../testing/catalogue.ts'
import { isActive } from '../../testing/client-requests.ts'
import { testClient, users } from '../../testing/clients.ts'
import { oneTimeCodes } from '../../testing/one-time-codes.ts'
import { bodyOf, outcomeOf } from '../../testing/requests.ts'
import { postToken, tokensOf } from '../../testing/token-requests.ts'
import { type TestWorld, testWorld, type WorldOverrides } from '../../testing/world.ts'
import { jwtBearer } from './jwt-bearer.ts'
import type { AssertionIssuer } from './jwt-bearer-grant.ts'
import { foreignIssuer, foreignKeys, signAssertion, strangeKeys, trusted } from './testing/foreign-issuer.ts'
import { jwtBearerGrantType } from './verify-assertion.ts'

const bearer = testClient({ name: 'bearer', grantTypes: [jwtBearerGrantType, 'refresh_token'] })
const open = testClient({ name: 'open', grantTypes: [jwtBearerGrantType], authenticationMethod: 'none' })

type Changes = Partial<AssertionIssuer>

async function bearerWorld(changes: Changes = {}, overrides: WorldOverrides = {}): Promise<TestWorld> {
  const features = [jwtBearer({ issuers: [{ ...trusted(), ...changes }] }), ...(overrides.features ?? [])]
  return testWorld({ ...overrides, clients: [bearer, open, ...(overrides.clients ?? [])], features })
}

type Form = Parameters<typeof postToken>[1]

const bring = (world: TestWorld, assertion: string, form: Form = {}, client: string | null = 'bearer') =>
  postToken(world, { grant_type: jwtBearerGrantType, assertion, scope: 'read_pets', ...form }, client)

test('RFC 7523 §2.1: an assertion of a trusted issuer is traded for a token of its user', async () => {
  const world = await bearerWorld()
  const response = await bring(world, await signAssertion(world))
  const { access_token } = tokensOf(response)
  assert.equal(decodeJwt(access_token).sub, users.alice.userId)
  assert.equal(decodeJwt(access_token)['client_id'], 'bearer')
  assert.equal(decodeJwt(access_token).aud, pets)
  assert.equal(bodyOf(response)['scope'], 'read_pets')
})

test('RFC 7521 §4.1: there is no refresh token, whatever the client may have', async () => {
  const world = await bearerWorld()
  assert.equal(bodyOf(await bring(world, await signAssertion(world)))['refresh_token'], undefined)
})

type Signed = Parameters<typeof signAssertion>

const now = 1_800_000_000
const ownActor = { sub: 'web', iss: 'https://as.example' }
const refused: readonly (readonly [string, Signed[1], Signed[2]?])[] = [
  ['RFC 7523 §3: an issuer that is not trusted', { iss: 'https://other.example' }],
  ['RFC 7523 §3: no issuer', { iss: undefined }],
  ['RFC 7523 §3: no subject', { sub: undefined }],
  ['RFC 7523 §3: a subject that is not known', { sub: 'nobody' }],
  ['RFC 7523 §3: no audience', { aud: undefined }],
  ['RFC 7523 §3: another audience', { aud: 'https://other.example' }],
  ['RFC 7523 §3: this server among other audiences', { aud: ['https://as.example', 'https://other.example'] }],
  ['RFC 7523 §3: the token endpoint as audience', { aud: 'https://as.example/token' }],
  ['RFC 7523 §3: no expiry', { exp: undefined }],
  ['RFC 7523 §3: an assertion that has expired', { exp: now - 30 }],
  ['RFC 7523 §3: an expiry unreasonably far ahead', { exp: now + 331 }],
  ['RFC 7523 §3: an assertion that is not yet good', { nbf: now + 31 }],
  ['RFC 7523 §3: an assertion from the future', { iat: now + 31 }],
  ['RFC 7519 §4.1.5: a begin that is no point in time', { nbf: 'tomorrow' }],
  ['RFC 7519 §4.1.6: an age that is no point in time', { iat: [now] }],
  ['RFC 7523 §3: no identifier', { jti: undefined }],
  ['RFC 7523 §3: a signature of somebody else', {}, { key: strangeKeys.privateKey }],
  ['RFC 7515 §4.1.4: a key that the issuer does not have', {}, { header: { kid: 'other' } }],
  ['RFC 8725 §3.11: an access token as assertion', {}, { header: { typ: 'at+jwt' } }],
  ['RFC 8725 §3.11: a logout token as assertion', {}, { header: { typ: 'logout+jwt' } }],
  ['RFC 8725 §3.11: an identity assertion where nobody takes them', {}, { header: { typ: 'oauth-id-jag+jwt' } }],
  ['RFC 7800 §3.1: a key that the request does not prove', { cnf: { jkt: 'key-a' } }],
  ['RFC 7800 §3.1: a binding that is not known', { cnf: { jwk: {} } }],
  ['RFC 7800 §3.1: a binding that cannot be read', { cnf: 'key-a' }],
  ['RFC 8693 §4.1: an actor who is not well-formed', { act: { sub: 7 } }],
  ['RFC 8693 §4.1: a chain of actors without end', { act: actors(5) }],
  ['RFC 8693 §4.1: an actor who is said to be one of ours', { act: ownActor }],
  ['RFC 8693 §4.1: an actor before who is said to be one of ours', { act: { sub: 'a', act: ownActor } }],
]
for (const [name, claims, by] of refused)
  test(`${name} is 400 invalid_grant`, async () => {
    const world = await bearerWorld()
    assert.equal(outcomeOf(await bring(world, await signAssertion(world, claims, by))), '400 invalid_grant')
  })

function actors(depth: number): unknown {
  return depth === 0 ? undefined : { sub: `actor-${depth}`, act: actors(depth - 1) }
}

const within: readonly (readonly [string, Signed[1], Signed[2]?])[] = [
  ['RFC 7523 §3: clocks may differ by half a minute', { exp: now - 29, nbf: now + 30, iat: now + 30 }],
  ['RFC 7523 §3: an audience may be a list of one', { aud: ['https://as.example'] }],
  ['RFC 8725 §3.11: a type that says that it is a grant', {}, { header: { typ: 'authorization-grant+jwt' } }],
  ['RFC 8725 §3.11: the type of any JWT', {}, { header: { typ: 'JWT' } }],
  ['RFC 7515 §4.1.4: no key is named where the issuer has one', {}, { header: { kid: undefined } }],
]
for (const [name, claims, by] of within)
  test(`${name} will do`, async () => {
    const world = await bearerWorld()
    assert.equal(outcomeOf(await bring(world, await signAssertion(world, claims, by))), '200')
  })

test('RFC 7523 §3.1: what is no JWT is 400 invalid_grant, and none at all is 400 invalid_request', async () => {
  const world = await bearerWorld()
  assert.equal(outcomeOf(await bring(world, 'no JWT')), '400 invalid_grant')
  assert.equal(outcomeOf(await bring(world, '', { assertion: undefined })), '400 invalid_request')
})

test('RFC 8725 §3.1: neither `none` nor an algorithm that the issuer does not use is believed', async () => {
  const world = await bearerWorld()
  const [, payload] = (await signAssertion(world)).split('.')
  const header = Buffer.from('{"alg":"none"}').toString('base64url')
  assert.equal(outcomeOf(await bring(world, `${header}.${payload}.`)), '400 invalid_grant')
  const edwards = await bearerWorld({ algorithms: ['EdDSA'] })
  assert.equal(outcomeOf(await bring(edwards, await signAssertion(edwards))), '400 invalid_grant')
})

test('RFC 7523 §3: an assertion is good once, also when two bring it at the same time', async () => {
  const world = await bearerWorld()
  const assertion = await signAssertion(world)
  const outcomes = await Promise.all(Array.from({ length: 10 }, async () => outcomeOf(await bring(world, assertion))))
  assert.deepEqual(outcomes.filter(each => each === '200').length, 1)
  assert.ok(outcomes.every(each => each === '200' || each === '400 invalid_grant'))
  assert.ok(world.events.some(event => event.kind === 'replay.detected' && event.of === 'assertion'))
  world.clock.advance(89)
  assert.equal(outcomeOf(await bring(world, assertion)), '400 invalid_grant')
})

test('RFC 7523 §3: a request that is refused for its scope does not use the assertion up', async () => {
  const world = await bearerWorld()
  const assertion = await signAssertion(world)
  assert.equal(outcomeOf(await bring(world, assertion, { scope: 'fly' })), '400 invalid_scope')
  assert.equal(outcomeOf(await bring(world, assertion)), '200')
})

test('RFC 7523 §3: the same identifier of another issuer is no replay', async () => {
  const other = trusted({ issuer: 'https://other.example' })
  const features = [jwtBearer({ issuers: [trusted(), other] })]
  const world = await testWorld({ clients: [bearer], features })
  for (const iss of [foreignIssuer, 'https://other.example'])
    assert.equal(outcomeOf(await bring(world, await signAssertion(world, { iss, jti: 'same' }))), '200')
})

test('RFC 7523 §3: the lifetime is what the declaration says', async () => {
  const world = await bearerWorld({ lifetime: seconds(10) })
  assert.equal(outcomeOf(await bring(world, await signAssertion(world, { exp: now + 41 }))), '400 invalid_grant')
  assert.equal(outcomeOf(await bring(world, await signAssertion(world, { exp: now + 40 }))), '200')
})

test('RFC 7523 §3: the token endpoint as audience will do where the declaration says so', async () => {
  const world = await bearerWorld({ acceptsTokenEndpoint: true })
  assert.equal(outcomeOf(await bring(world, await signAssertion(world, { aud: 'https://as.example/token' }))), '200')
})

test('RFC 7521 §4.1: only the clients of the declaration bring its assertions, and they prove who they are', async () => {
  const world = await bearerWorld({ clients: ['open'] })
  const assertion = await signAssertion(world)
  assert.equal(outcomeOf(await bring(world, assertion)), '400 unauthorized_client')
  assert.equal(outcomeOf(await bring(world, assertion, { client_id: 'open' }, null)), '400 unauthorized_client')
  assert.equal(outcomeOf(await bring(world, assertion, {}, 'web')), '400 unauthorized_client')
})

const scopes: readonly (readonly [string, Changes, Form, string])[] = [
  ['RFC 6749 §3.3: unknown scope', {}, { scope: 'fly' }, '400 invalid_scope'],
  ['RFC 6749 §3.3: scope that the issuer does not stand for', { scope: ['order'] }, {}, '400 invalid_scope'],
  ['RFC 6749 §3.3: scope that the user may not pass on', {}, { scope: 'write_pets' }, '400 invalid_scope'],
  ['RFC 8707 §2: a resource that is not known', {}, { resource: 'https://other.example' }, '400 invalid_target'],
]
for (const [name, changes, form, outcome] of scopes)
  test(`${name} is ${outcome}`, async () => {
    const world = await bearerWorld(changes)
    assert.equal(outcomeOf(await bring(world, await signAssertion(world, { sub: 'bob' }), form)), outcome)
  })

test('RFC 6749 §3.3: without a scope parameter the default remains as far as the issuer stands for it', async () => {
  const world = await bearerWorld({ scope: ['read_pets', 'order'] })
  const response = await bring(world, await signAssertion(world), { scope: undefined })
  assert.equal(tokensOf(response).scope, 'read_pets')
})

const alice = users.alice.userId

test('RFC 7521 §4.1: where the assertion is consent, it is remembered and the user can take it back', async () => {
  const world = await bearerWorld()
  const { access_token } = tokensOf(await bring(world, await signAssertion(world)))
  assert.equal(await isActive(world, access_token), true)
  await world.context.store.removeFromGrant(alice, bearer.clientId, ['read_pets'], world.clock.now())
  assert.equal(await isActive(world, access_token), false)
})

test('RFC 7521 §4.1: where it is not, only what the user allowed this client before is given', async () => {
  const world = await bearerWorld({ consent: 'remembered' })
  const both = { scope: 'read_pets write_pets' }
  assert.equal(outcomeOf(await bring(world, await signAssertion(world), both)), '400 invalid_grant')
  const at = world.clock.now()
  const scopes = [{ token: 'read_pets', version: 1, grantedAt: at }]
  await world.context.store.addToGrant({
    userId: alice,
    clientId: bearer.clientId,
    scopes,
    createdAt: at,
    updatedAt: at,
  })
  assert.equal(tokensOf(await bring(world, await signAssertion(world), both)).scope, 'read_pets')
  const grant = await world.context.store.findGrant(alice, bearer.clientId)
  assert.equal(grant?.scopes.length, 1)
})

const mapped: readonly (readonly [string, Changes, Signed[1], string])[] = [
  ['by their identifier', { subject: { claim: 'sub', is: 'userId' } }, { sub: alice }, '200'],
  ['by another claim', { subject: { claim: 'upn', is: 'username' } }, { upn: 'ALICE' }, '200'],
  ['by a claim that is not there', { subject: { claim: 'upn', is: 'username' } }, {}, '400 invalid_grant'],
  ['by a claim of another type', { subject: { claim: 'upn', is: 'username' } }, { upn: 7 }, '400 invalid_grant'],
  [
    'by an address that is verified',
    { subject: { claim: 'email', is: 'username' } },
    { email: 'alice', email_verified: true },
    '200',
  ],
  [
    'by an address that is not',
    { subject: { claim: 'email', is: 'username' } },
    { email: 'alice' },
    '400 invalid_grant',
  ],
  ['by a function', { subject: async claims => (claims['x'] === 1 ? alice : undefined) }, { x: 1 }, '200'],
  ['by a function that finds nobody', { subject: async () => undefined }, {}, '400 invalid_grant'],
]
test('RFC 7523 §3: an assertion has a subject, whatever claim the user is found by', async () => {
  const world = await bearerWorld({ subject: { claim: 'upn', is: 'username' } })
  const assertion = await signAssertion(world, { sub: undefined, upn: 'alice' })
  assert.equal(outcomeOf(await bring(world, assertion)), '400 invalid_grant')
})

for (const [name, changes, claims, outcome] of mapped)
  test(`RFC 7523 §3: the user is found ${name}: ${outcome}`, async () => {
    const world = await bearerWorld(changes)
    assert.equal(outcomeOf(await bring(world, await signAssertion(world, claims))), outcome)
  })

test('OpenID Connect Core §2: a foreign level is worth what the declaration says, and nothing otherwise', async () => {
  const strong = 'urn:ambit:acr:otp'
  const acrOf = async (changes: Changes, claims: Signed[1]) => {
    const world = await bearerWorld(changes)
    return decodeJwt(tokensOf(await bring(world, await signAssertion(world, claims))).access_token)['acr']
  }
  assert.equal(await acrOf({}, { acr: strong }), 'urn:ambit:acr:assertion')
  assert.equal(await acrOf({ acr: { mfa: strong } }, { acr: 'mfa' }), strong)
  assert.equal(await acrOf({ acr: { mfa: strong } }, { acr: 'constructor' }), 'urn:ambit:acr:assertion')
})

test('OpenID Connect Core §2: a login is as old as the issuer says, and of no age that counts where it says nothing', async () => {
  const authTimeOf = async (auth_time: unknown) => {
    const world = await bearerWorld()
    return decodeJwt(tokensOf(await bring(world, await signAssertion(world, { auth_time }))).access_token)['auth_time']
  }
  assert.equal(await authTimeOf(now - 100), now - 100)
  assert.equal(await authTimeOf(now + 100), now)
  assert.equal(await authTimeOf(-5), 0)
  assert.equal(await authTimeOf(undefined), 0)
})

test('OpenID Connect Core §2: a client or a user that wants a stronger login gets no token for an assertion', async () => {
  const strict = testClient({ ...bearer, requiredAcr: 'urn:ambit:acr:otp' })
  const byClient = await bearerWorld({}, { clients: [strict], oneTimeCodes })
  assert.equal(outcomeOf(await bring(byClient, await signAssertion(byClient))), '400 unauthorized_client')
  const oneTimeCode = { sealedSecret: 'sealed', enrolledAt: users.alice.createdAt, isAlways: true }
  const careful = { ...users.alice, oneTimeCode }
  const byUser = await bearerWorld({}, { users: [careful], oneTimeCodes })
  assert.equal(outcomeOf(await bring(byUser, await signAssertion(byUser))), '400 invalid_grant')
})

test('RFC 8693 §4.1: who acts by the assertion acts by the token, and is its issuer’s', async () => {
  const world = await bearerWorld()
  const act = { sub: 'agent', act: { sub: 'scheduler', iss: 'https://third.example' } }
  const { access_token } = tokensOf(await bring(world, await signAssertion(world, { act })))
  assert.deepEqual(decodeJwt(access_token)['act'], { ...act, iss: foreignIssuer })
})

test('RFC 8693 §4.1: nobody in the chain of an assertion can be taken for a client of ours, who has no issuer', async () => {
  const world = await bearerWorld()
  const act = { sub: 'agent', act: { sub: 'web', act: { sub: 'machine', iss: 'https://third.example' } } }
  const { access_token } = tokensOf(await bring(world, await signAssertion(world, { act })))
  const before = { sub: 'web', iss: foreignIssuer, act: { sub: 'machine', iss: 'https://third.example' } }
  assert.deepEqual(decodeJwt(access_token)['act'], { sub: 'agent', iss: foreignIssuer, act: before })
})

test('RFC 7515 §4.1.4: of several keys that would do none is guessed, and the one that is named is taken', async () => {
  const second = { ...strangeKeys.publicJwk, kid: 'second' }
  const world = await bearerWorld({ jwks: { keys: [foreignKeys.publicJwk, second] } })
  const nameless = await signAssertion(world, {}, { header: { kid: undefined } })
  assert.equal(outcomeOf(await bring(world, nameless)), '400 invalid_grant')
  assert.equal(outcomeOf(await bring(world, await signAssertion(world))), '200')
})

const jwksUri = 'https://idp.example/jwks'
const fetched: readonly (readonly [string, OutboundResponse | Error, string])[] = [
  ['the keys', answer({ keys: [foreignKeys.publicJwk] }), '200'],
  ['other keys', answer({ keys: [strangeKeys.publicJwk] }), '400 invalid_grant'],
  ['an error', { status: 500, headers: {}, body: '' }, '400 invalid_grant'],
  ['nothing', new Error('unreachable'), '400 invalid_grant'],
]
for (const [name, response, outcome] of fetched)
  test(`RFC 7517 §5: keys are fetched from where the declaration says, and there is ${name}: ${outcome}`, async () => {
    const asked: OutboundRequest[] = []
    const outbound = async (request: OutboundRequest) => {
      asked.push(request)
      if (response instanceof Error) throw response
      return response
    }
    const { jwks: _, ...keyless } = trusted()
    const features = [jwtBearer({ issuers: [{ ...keyless, jwksUri }] })]
    const world = await testWorld({ clients: [bearer], features, outbound })
    assert.equal(outcomeOf(await bring(world, await signAssertion(world))), outcome)
    assert.deepEqual(
      asked.map(({ url }) => url),
      [jwksUri],
    )
  })

function answer(body: unknown): OutboundResponse {
  return { status: 200, headers: {}, body: JSON.stringify(body) }
}

test('RFC 7523 §2.1: without the feature there is no such grant', async () => {
  const world = await testWorld({ clients: [bearer] })
  assert.equal(outcomeOf(await bring(world, 'x')), '400 unsupported_grant_type')
  const offered = (features: readonly Feature[]) =>
    createServer({ ...world.options, features }).metadata.grant_types_supported?.includes(jwtBearerGrantType)
  assert.equal(offered([]), false)
  assert.equal(offered([jwtBearer({ issuers: [] })]), true)
})

test('issuers that cannot be keep the server from starting', async () => {
  const { options } = await testWorld()
  const { jwks: _, ...keyless } = trusted()
  const issuers: readonly AssertionIssuer[] = [
    { ...trusted(), issuer: 'https://as.example' },
    keyless,
    { ...trusted(), jwksUri },
    { ...trusted({ issuer: 'https://a.example' }), jwks: { keys: [{ kty: 'EC', d: 'secret' }] } },
    trusted({ issuer: 'https://b.example', algorithms: [], scope: ['fly'], lifetime: seconds(0) }),
  ]
  assert.throws(
    () => createServer({ ...options, features: [jwtBearer({ issuers })] }),
    (error: unknown) => {
      assert.ok(error instanceof ServerOptionsError)
      assert.deepEqual(
        error.problems.map(({ path }) => path.replace('features.jwtBearer.', '')),
        [
          'outbound',
          'issuers[0].issuer',
          'issuers[1].jwks',
          'issuers[2].issuer',
          'issuers[2].jwks',
          'issuers[3].jwks',
          'issuers[4].algorithms',
          'issuers[4].scope',
          'issuers[4].lifetime',
        ],
      )
      assert.doesNotMatch(error.message, /secret/)
      return true
    },
  )
})
