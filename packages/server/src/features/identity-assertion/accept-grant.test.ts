import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { tokenEndpoint } from '../../endpoints/token.ts'
import type { Feature } from '../../feature.ts'
import { createServer } from '../../server.ts'
import { inventory, pets } from '../../testing/catalogue.ts'
import { clientSecret, testClient, users } from '../../testing/clients.ts'
import { bodyOf, outcomeOf, request } from '../../testing/requests.ts'
import { postToken, tokensOf } from '../../testing/token-requests.ts'
import { type TestWorld, testWorld, type WorldOverrides } from '../../testing/world.ts'
import { jwtBearer } from '../jwt-bearer/jwt-bearer.ts'
import { signAssertion, strangeKeys, trusted } from '../jwt-bearer/testing/foreign-issuer.ts'
import type { TrustedIssuer } from '../jwt-bearer/trusted-issuer.ts'
import { jwtBearerGrantType } from '../jwt-bearer/verify-assertion.ts'
import { identityAssertion } from './identity-assertion.ts'

const grantTypes = [jwtBearerGrantType, 'refresh_token']
const bearer = testClient({ name: 'bearer', grantTypes })
const other = testClient({ name: 'other', grantTypes })
const open = testClient({ name: 'open', grantTypes, authenticationMethod: 'none' })

type Claims = Parameters<typeof signAssertion>[1]
type By = Parameters<typeof signAssertion>[2]
type Form = Parameters<typeof postToken>[1]

const header = { typ: 'oauth-id-jag+jwt' }

/** An identity assertion about alice for the client `bearer`, with changes. */
const identity = (world: TestWorld, claims: Claims = {}, by: By = {}) =>
  signAssertion(world, { client_id: 'bearer', scope: 'read_pets', ...claims }, { header, ...by })

async function resourceWorld(changes: Partial<TrustedIssuer> = {}, overrides: WorldOverrides = {}): Promise<TestWorld> {
  const accept = [trusted({ clients: ['bearer', 'other', 'open'], ...changes })]
  const features = [identityAssertion({ accept }), ...(overrides.features ?? [])]
  return testWorld({ ...overrides, clients: [bearer, other, open, ...(overrides.clients ?? [])], features })
}

const bring = (world: TestWorld, assertion: string, form: Form = {}, client: string | null = 'bearer') =>
  postToken(world, { grant_type: jwtBearerGrantType, assertion, ...form }, client)

test('ID-JAG §4.4: an identity assertion is traded for an access token of its user', async () => {
  const world = await resourceWorld()
  const response = await bring(world, await identity(world))
  const { sub, client_id, aud } = decodeJwt(tokensOf(response).access_token)
  assert.deepEqual([sub, client_id, aud], [users.alice.userId, 'bearer', pets])
  assert.equal(bodyOf(response)['token_type'], 'Bearer')
})

test('ID-JAG §4.4.3: no refresh token comes of it, and until it expires its client may bring it again', async () => {
  const world = await resourceWorld()
  const assertion = await identity(world)
  for (let round = 0; round < 2; round++)
    assert.equal(bodyOf(await bring(world, assertion))['refresh_token'], undefined)
  world.clock.advance(90)
  assert.equal(outcomeOf(await bring(world, assertion)), '400 invalid_grant')
})

const now = 1_800_000_000
const refused: readonly (readonly [string, Claims, By?])[] = [
  ['ID-JAG §4.4.1: another type of JWT', {}, { header: { typ: 'JWT' } }],
  ['ID-JAG §4.4.1: no type', {}, { header: { typ: undefined } }],
  ['ID-JAG §4.4.1: an access token', {}, { header: { typ: 'at+jwt' } }],
  ['ID-JAG §4.4.1: an audience that is not this server', { aud: 'https://other.example' }],
  ['ID-JAG §4.4.1: two audiences', { aud: ['https://as.example', 'https://other.example'] }],
  ['ID-JAG §4.4.1: the token endpoint as audience', { aud: 'https://as.example/token' }],
  ['ID-JAG §4.4.1: another client', { client_id: 'other' }],
  ['ID-JAG §3.1: no client', { client_id: undefined }],
  ['ID-JAG §3.1: no subject', { sub: undefined }],
  ['ID-JAG §3.1: no identifier', { jti: undefined }],
  ['ID-JAG §3.1: no expiry', { exp: undefined }],
  ['ID-JAG §3.1: no time of issue', { iat: undefined }],
  ['RFC 7521 §5.2: one that has expired', { exp: now - 30 }],
  ['RFC 7521 §5.2: an issuer that is not trusted', { iss: 'https://other.example' }],
  ['ID-JAG §8.3: our own', { iss: 'https://as.example' }],
  ['RFC 7521 §5.2: a signature of somebody else', {}, { key: strangeKeys.privateKey }],
  ['RFC 7521 §5.2: a user who is not known', { sub: 'nobody' }],
  ['ID-JAG §8.6.1: a key, and no proof', { cnf: { jkt: 'key-a' } }],
]
for (const [name, claims, by] of refused)
  test(`${name} is 400 invalid_grant`, async () => {
    const world = await resourceWorld()
    assert.equal(outcomeOf(await bring(world, await identity(world, claims, { header, ...by }))), '400 invalid_grant')
  })

test('ID-JAG §4.4.1: an audience may be a list of one', async () => {
  const world = await resourceWorld()
  assert.equal(outcomeOf(await bring(world, await identity(world, { aud: ['https://as.example'] }))), '200')
})

test('ID-JAG §8.1: a public client may not bring one, nor one that the declaration does not name', async () => {
  const world = await resourceWorld({ clients: ['open', 'other'] })
  const forOpen = await identity(world, { client_id: 'open' })
  assert.equal(outcomeOf(await bring(world, forOpen, { client_id: 'open' }, null)), '400 unauthorized_client')
  assert.equal(outcomeOf(await bring(world, await identity(world))), '400 unauthorized_client')
})

const narrow = testClient({ ...bearer, scope: 'read_pets' })
const scopes: readonly (readonly [string, Claims, Form, string])[] = [
  ['what the assertion says', { scope: 'read_pets write_pets' }, {}, 'read_pets write_pets'],
  ['less, where the request asks for less', { scope: 'read_pets write_pets' }, { scope: 'write_pets' }, 'write_pets'],
  ['what is known here of it', { scope: 'read_pets chat.read' }, {}, 'read_pets'],
  ['the default, where it says nothing', { scope: undefined }, {}, 'read_pets'],
  ['nothing that is not known', { scope: 'chat.read' }, {}, '400 invalid_scope'],
  ['nothing, where it says nothing by an empty text', { scope: '' }, { scope: 'write_pets' }, '400 invalid_scope'],
  ['nothing, where what it says is no text', { scope: ['read_pets'] }, { scope: 'write_pets' }, '400 invalid_scope'],
  ['nothing beyond it', {}, { scope: 'read_pets write_pets' }, '400 invalid_scope'],
  ['nothing that cannot be read', { scope: 'read_pets  x' }, {}, '400 invalid_scope'],
  ['nothing that nobody knows', {}, { scope: 'fly' }, '400 invalid_scope'],
]
for (const [name, claims, form, wanted] of scopes)
  test(`ID-JAG §4.4.1: of scope the client gets ${name}`, async () => {
    const world = await resourceWorld()
    const response = await bring(world, await identity(world, claims), form)
    assert.equal(response.status === 200 ? tokensOf(response).scope : outcomeOf(response), wanted)
  })

test('ID-JAG §4.4.1: the client’s ceiling, the declaration and the user’s permissions narrow what is asserted', async () => {
  const wide = { scope: 'read_pets write_pets read_orders' }
  const ceiling = await resourceWorld({}, { clients: [narrow] })
  assert.equal(tokensOf(await bring(ceiling, await identity(ceiling, wide))).scope, 'read_pets')
  const declared = await resourceWorld({ scope: ['read_orders', 'read_pets'] })
  assert.equal(tokensOf(await bring(declared, await identity(declared, wide))).scope, 'read_pets read_orders')
  const world = await resourceWorld()
  assert.equal(tokensOf(await bring(world, await identity(world, { ...wide, sub: 'bob' }))).scope, 'read_pets')
})

const both = { scope: 'read_pets order', resource: [pets, inventory] }
const targets: readonly (readonly [string, Claims, Form, string])[] = [
  ['the one that is asserted', { resource: pets }, {}, pets],
  ['one of several, which the request names', both, { resource: pets }, pets],
  ['the one that is known here', { resource: [pets, 'https://other.example'] }, {}, pets],
  ['none, where several are left to choose from', both, {}, '400 invalid_target'],
  ['none that is not asserted', { resource: pets }, { resource: inventory }, '400 invalid_target'],
  ['none that is not known', { resource: 'https://other.example' }, {}, '400 invalid_target'],
  ['none that cannot be read', { resource: 7 }, {}, '400 invalid_target'],
]
for (const [name, claims, form, wanted] of targets)
  test(`ID-JAG §4.4.1: the token is for ${name}`, async () => {
    const world = await resourceWorld()
    const response = await bring(world, await identity(world, claims), form)
    assert.equal(response.status === 200 ? decodeJwt(tokensOf(response).access_token).aud : outcomeOf(response), wanted)
  })

/** A way to prove a key for tests: the header says which one. */
const keys: Feature = {
  name: 'keys',
  senderBindings: [
    {
      member: 'jkt',
      prove: async (_context, { request: { headers } }) => {
        const jkt = headers['x-key']
        return typeof jkt === 'string' ? { confirmation: { jkt } } : {}
      },
    },
  ],
}

test('ID-JAG §8.6.1: a bound assertion is traded only by who proves its key, for a token that is bound to it', async () => {
  const world = await resourceWorld({}, { features: [keys] })
  const bound = await identity(world, { cnf: { jkt: 'key-a' } })
  const prove = async (assertion: string, key: string) => {
    const form = { grant_type: jwtBearerGrantType, assertion }
    const sent = request({ path: '/token', form, basic: ['bearer', clientSecret], headers: { 'x-key': key } })
    return tokenEndpoint.handle(world.context, world.exchange(sent))
  }
  assert.equal(outcomeOf(await bring(world, bound)), '400 invalid_grant')
  assert.equal(outcomeOf(await prove(bound, 'key-b')), '400 invalid_grant')
  assert.equal(bodyOf(await prove(bound, 'key-a'))['token_type'], 'DPoP')
  assert.equal(bodyOf(await prove(await identity(world), 'key-b'))['token_type'], 'DPoP')
})

/** Authorization details of a type that anybody may have. */
const details: Feature = {
  name: 'details',
  details: {
    parse: (_context, _client, text) => JSON.parse(text) as readonly { type: string }[],
    narrow: (_context, granted) => granted,
    resourcesOf: () => [],
    at: all => all,
    refuseAlone: () => undefined,
    view: () => ({ id: '0', title: {}, risk: 'ordinary', fields: [] }),
    answer: detail => detail,
  },
}

test('ID-JAG §4.4.1: authorization details are carried on where they are known, and left out where not', async () => {
  const authorization_details = [{ type: 'chat' }]
  const world = await resourceWorld({}, { features: [details] })
  const carried = await bring(world, await identity(world, { authorization_details }))
  assert.deepEqual(bodyOf(carried)['authorization_details'], authorization_details)
  const plain = await resourceWorld()
  const left = await bring(plain, await identity(plain, { authorization_details }))
  assert.equal(bodyOf(left)['authorization_details'], undefined)
})

test('ID-JAG §4.4.1: where the assertion is not the user’s consent, it brings no authorization details', async () => {
  const world = await resourceWorld({ consent: 'remembered' }, { features: [details] })
  const [userId, now] = [users.alice.userId, world.clock.now()]
  const scopes = [{ token: 'read_pets', version: 1, grantedAt: now }]
  await world.context.store.addToGrant({ userId, clientId: bearer.clientId, scopes, createdAt: now, updatedAt: now })
  assert.equal(outcomeOf(await bring(world, await identity(world))), '200')
  const assertion = await identity(world, { authorization_details: [{ type: 'chat' }] })
  assert.equal(outcomeOf(await bring(world, assertion)), '400 invalid_authorization_details')
})

test('ID-JAG §7.2: a server that takes them says so, and not whose', async () => {
  const accepting = identityAssertion({ accept: [trusted()] })
  const { options } = await testWorld({ clients: [bearer] })
  const { metadata } = createServer({ ...options, features: [accepting] })
  assert.deepEqual(metadata.authorization_grant_profiles_supported, ['urn:ietf:params:oauth:grant-profile:id-jag'])
  assert.ok(metadata.grant_types_supported?.includes(jwtBearerGrantType))
  assert.doesNotMatch(JSON.stringify(metadata), /idp\.example/)
  assert.equal(createServer(options).metadata.authorization_grant_profiles_supported, undefined)
})

test('ID-JAG §4.4: beside plain assertions each is judged by its own rules, in whatever order features stand', async () => {
  const plain = jwtBearer({ issuers: [trusted({ issuer: 'https://hr.example' })] })
  const accepting = identityAssertion({ accept: [trusted()] })
  for (const features of [
    [plain, accepting],
    [accepting, plain],
  ]) {
    const world = await testWorld({ clients: [bearer], features })
    assert.equal(outcomeOf(await bring(world, await identity(world))), '200')
    const bare = await signAssertion(world, { iss: 'https://hr.example' })
    assert.equal(outcomeOf(await bring(world, bare, { scope: 'read_pets' })), '200')
    assert.equal(outcomeOf(await bring(world, await signAssertion(world))), '400 invalid_grant')
    assert.equal(
      outcomeOf(await bring(world, await identity(world, { iss: 'https://hr.example' }))),
      '400 invalid_grant',
    )
  }
})
