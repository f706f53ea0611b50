import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { isRefusal, parseBody } from '@ambit/protocol'
import { decodeJwt, type JWTHeaderParameters, SignJWT } from 'jose'
import { tokenEndpoint } from '../../endpoints/token.ts'
import { clients, testClient } from '../../testing/clients.ts'
import { clientKeys } from '../../testing/keys.ts'
import { outcomeOf, request } from '../../testing/requests.ts'
import { type TestWorld, testWorld } from '../../testing/world.ts'
import { authenticateClient } from '../authenticate.ts'

const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

type Given = {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Partial<JWTHeaderParameters>
  readonly key?: KeyObject
}

async function assertion(
  { clock, context }: TestWorld,
  { claims = {}, header = {}, key }: Given = {},
): Promise<string> {
  const now = clock.now()
  const all = {
    iss: 'signed',
    sub: 'signed',
    aud: 'https://as.example',
    iat: now,
    exp: now + 60,
    jti: context.crypto.random(8),
    ...claims,
  }
  const signer = new SignJWT(all)
  return signer.setProtectedHeader({ alg: 'ES256', kid: 'client-key', ...header }).sign(key ?? clientKeys.privateKey)
}

async function send(world: TestWorld, fields: Readonly<Record<string, string | undefined>>): Promise<string> {
  const form = { grant_type: 'client_credentials', scope: 'read_pets', client_assertion_type: type, ...fields }
  return outcomeOf(await tokenEndpoint.handle(world.context, world.exchange(request({ form }))))
}

async function sendAssertion(given: Given): Promise<string> {
  const world = await testWorld()
  return send(world, { client_assertion: await assertion(world, given) })
}

test('RFC 7523 §2.2: a client authenticates by an assertion that it signed', async () => {
  assert.equal(await sendAssertion({}), '200')
})

test('RFC 7521 §4.2: a client_id beside the assertion is allowed, and must be the client of the assertion', async () => {
  const world = await testWorld()
  assert.equal(await send(world, { client_id: 'signed', client_assertion: await assertion(world) }), '200')
  assert.equal(await send(world, { client_id: 'web', client_assertion: await assertion(world) }), '401 invalid_client')
})

const now = 1_800_000_000
const good: readonly (readonly [string, Given])[] = [
  ['RFC 7523 §3: the token endpoint as audience', { claims: { aud: 'https://as.example/token' } }],
  ['RFC 7519 §4.1.3: the issuer as the only member of an audience list', { claims: { aud: ['https://as.example'] } }],
  ['RFC 8725 §3.11: the type of client assertions', { header: { typ: 'client-authentication+jwt' } }],
  ['RFC 7519 §5.1: the type JWT', { header: { typ: 'JWT' } }],
  ['RFC 7523 §3: clocks that differ by half a minute', { claims: { iat: now + 30, nbf: now + 30 } }],
  ['RFC 7523 §3: an exp that passed less than half a minute ago', { claims: { exp: now - 29 } }],
  ['RFC 7523 §3: an exp ten minutes and half a minute ahead', { claims: { exp: now + 630 } }],
  ['RFC 7515 §4.1.4: no kid where the client has one key', { header: { kid: undefined } as never }],
]
for (const [name, given] of good) test(`${name} will do`, async () => assert.equal(await sendAssertion(given), '200'))

const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const bad: readonly (readonly [string, Given])[] = [
  ['RFC 7523 §3: another iss', { claims: { iss: 'web' } }],
  ['RFC 7523 §3: no iss', { claims: { iss: undefined } }],
  ['RFC 7523 §3: another audience', { claims: { aud: 'https://other.example' } }],
  ['RFC 7523 §3: an audience that only begins like ours', { claims: { aud: 'https://as.example.evil.example' } }],
  ['RFC 7523 §3: another endpoint as audience', { claims: { aud: 'https://as.example/introspect' } }],
  ['RFC 7523 §3: no audience', { claims: { aud: undefined } }],
  ['RFC 7523 §3: an audience beside ours', { claims: { aud: ['https://as.example', 'https://other.example'] } }],
  ['RFC 7523 §3: no exp', { claims: { exp: undefined } }],
  ['RFC 7523 §3: an exp that is no number', { claims: { exp: 'soon' } }],
  ['RFC 7523 §3: an exp that has passed', { claims: { exp: now - 30 } }],
  ['RFC 7523 §3: an exp far ahead', { claims: { exp: now + 631 } }],
  ['RFC 7523 §3: an nbf ahead', { claims: { nbf: now + 31 } }],
  ['RFC 7519 §4.1.5: an nbf that is no point in time', { claims: { nbf: 'tomorrow' } }],
  ['RFC 7519 §4.1.6: an iat that is no point in time', { claims: { iat: null } }],
  ['RFC 7523 §3: an iat ahead', { claims: { iat: now + 31 } }],
  ['OpenID Connect Core §9: no jti', { claims: { jti: undefined } }],
  ['RFC 7523 §3: the signature of a stranger', { key: stranger }],
  ['RFC 7515 §4.1.4: a kid that the client does not have', { header: { kid: 'other' } }],
  ['RFC 8725 §3.11: the type of another kind of JWT', { header: { typ: 'at+jwt' } }],
]
for (const [name, given] of bad)
  test(`${name} is invalid_client`, async () => assert.equal(await sendAssertion(given), '401 invalid_client'))

test('RFC 7523 §3: a sub that is not the client is invalid_client', async () => {
  const world = await testWorld()
  const token = await assertion(world, { claims: { sub: 'web' } })
  assert.equal(await send(world, { client_id: 'signed', client_assertion: token }), '401 invalid_client')
  assert.equal(await send(world, { client_assertion: token }), '401 invalid_client')
})

test('RFC 7523 §3: an assertion without a sub names no client', async () => {
  assert.equal(await sendAssertion({ claims: { sub: undefined } }), '401 invalid_client')
})

test('RFC 7523 §3: an assertion is good once, and its replay is told', async () => {
  const world = await testWorld()
  const token = await assertion(world)
  assert.equal(await send(world, { client_assertion: token }), '200')
  assert.equal(await send(world, { client_assertion: token }), '401 invalid_client')
  assert.ok(world.events.some(event => event.kind === 'replay.detected' && event.of === 'client_assertion'))
  world.clock.advance(85)
  assert.equal(await send(world, { client_assertion: token }), '401 invalid_client', 'as long as clocks may differ')
  assert.ok(decodeJwt(token).jti)
})

test('RFC 7523 §3: an assertion is remembered for as long as it would be accepted', async () => {
  const { options } = await testWorld()
  const remembered: number[] = []
  const store = { ...options.store, remember: async (_hash: string, until: number) => remembered.push(until) > 0 }
  const world = await testWorld({ store })
  assert.equal(await send(world, { client_assertion: await assertion(world) }), '200')
  const client_assertion = await assertion(world, { claims: { exp: now + 60.5 } })
  assert.equal(await send(world, { client_assertion }), '200')
  assert.deepEqual(remembered, [now + 60 + 30, now + 61 + 30])
})

test('RFC 7523 §3: two clients may use the same jti', async () => {
  const other = testClient({ ...clients.signed, name: 'signed2', clientId: 'signed2' as never })
  const world = await testWorld({ clients: [other] })
  const claims = { jti: 'the same' }
  assert.equal(await send(world, { client_assertion: await assertion(world, { claims }) }), '200')
  const second = await assertion(world, { claims: { ...claims, iss: 'signed2', sub: 'signed2' } })
  assert.equal(await send(world, { client_assertion: second }), '200')
})

test('RFC 7518 §3.1: an assertion without signature, or signed with the public key as secret, is invalid_client', async () => {
  const world = await testWorld()
  const [, payload = '', signature = ''] = (await assertion(world)).split('.')
  for (const header of [{ alg: 'none' }, { alg: 'HS256', kid: 'client-key' }]) {
    const token = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature}`
    assert.equal(await send(world, { client_assertion: token }), '401 invalid_client')
  }
})

test('RFC 7515 §4.1.4: with two keys that would do, the assertion must name one', async () => {
  const keys = { keys: [clientKeys.publicJwk, { ...clientKeys.publicJwk, kid: 'second' }] }
  const world = await testWorld({ clients: [testClient({ ...clients.signed, jwks: keys })] })
  assert.equal(await send(world, { client_assertion: await assertion(world) }), '200')
  const unnamed = await assertion(world, { header: { kid: undefined } as never })
  assert.equal(await send(world, { client_assertion: unnamed }), '401 invalid_client')
})

test('RFC 7521 §4.2: an assertion without its type, a type without assertion, and another type are invalid_request', async () => {
  const world = await testWorld()
  const token = await assertion(world)
  assert.equal(await send(world, { client_assertion: token, client_assertion_type: '' }), '400 invalid_request')
  assert.equal(await send(world, { client_assertion: token, client_assertion_type: 'x' }), '400 invalid_request')
  assert.equal(await send(world, {}), '400 invalid_request')
})

test('RFC 7521 §4.2: garbage as assertion is invalid_client', async () => {
  const world = await testWorld()
  for (const garbage of ['x', 'a.b.c', '..', 'e30.e30.e30'])
    assert.equal(await send(world, { client_assertion: garbage }), '401 invalid_client')
})

test('RFC 6749 §2.3: a client of another method cannot use an assertion, nor one without keys', async () => {
  const other = testClient({ name: 'keyless', authenticationMethod: 'private_key_jwt', secretHashes: [] })
  const world = await testWorld({ clients: [other] })
  for (const name of ['web', 'keyless']) {
    const token = await assertion(world, { claims: { iss: name, sub: name } })
    assert.equal(await send(world, { client_assertion: token }), '401 invalid_client')
  }
})

test('RFC 6749 §2.3: a client with keys whose method is a secret cannot use an assertion', async () => {
  const both = testClient({ name: 'both', jwks: { keys: [clientKeys.publicJwk] }, grantTypes: ['client_credentials'] })
  const world = await testWorld({ clients: [both] })
  const token = await assertion(world, { claims: { iss: 'both', sub: 'both' } })
  assert.equal(await send(world, { client_assertion: token }), '401 invalid_client')
})

test('OpenID Connect Core §9: an assertion that is signed with a secret is not taken for one signed with a key', async () => {
  const world = await testWorld()
  const now = world.clock.now()
  const claims = { iss: 'signed', sub: 'signed', aud: 'https://as.example', iat: now, exp: now + 60, jti: 'x' }
  const secret = new TextEncoder().encode(JSON.stringify(clientKeys.publicJwk))
  const client_assertion = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(secret)
  assert.equal(await send(world, { client_assertion, client_id: 'signed' }), '401 invalid_client')
})

const audiences: readonly (readonly [string, unknown, string])[] = [
  ['the issuer', 'https://as.example', '200'],
  ['a list of the issuer', ['https://as.example'], '401 invalid_client'],
  ['the token endpoint', 'https://as.example/token', '401 invalid_client'],
  ['the endpoint that is asked', 'https://as.example/par', '401 invalid_client'],
]
for (const [name, aud, wanted] of audiences)
  test(`FAPI 2.0 Security Profile §5.3.2.1: where the issuer alone is wanted as audience, ${name} is ${wanted}`, async () => {
    const world = await testWorld({ assertionAudience: 'issuer' })
    assert.equal(await send(world, { client_assertion: await assertion(world, { claims: { aud } }) }), wanted)
  })

test('RFC 9126 §2: the endpoint that is asked will do as audience, and at no other endpoint', async () => {
  const world = await testWorld()
  const ask = async (path: string, aud: string) => {
    const client_assertion = await assertion(world, { claims: { aud } })
    const asked = request({ path, form: { client_assertion_type: type, client_assertion } })
    const form = parseBody(asked)
    return isRefusal(form) ? form : authenticateClient(world.context, world.exchange(asked), form)
  }
  assert.equal(isRefusal(await ask('/par', 'https://as.example/par')), false)
  assert.equal(isRefusal(await ask('/par', 'https://as.example/token')), false)
  assert.equal(isRefusal(await ask('/introspect', 'https://as.example/par')), true)
})

test('RFC 7591 §2: the keys of a client are fetched from the address that it registered, also new ones', async () => {
  let keys: readonly object[] = [{ ...clientKeys.publicJwk, kid: 'old' }]
  const asked: string[] = []
  const outbound = async ({ url }: { readonly url: string }) => {
    asked.push(url)
    return { status: 200, headers: {}, body: JSON.stringify({ keys }) }
  }
  const { jwks: _jwks, ...keyless } = clients.signed
  const world = await testWorld({ outbound, clients: [{ ...keyless, jwksUri: 'https://client.example/keys' }] })
  const sendBy = async (kid: string) => send(world, { client_assertion: await assertion(world, { header: { kid } }) })
  assert.equal(await sendBy('old'), '200')
  assert.equal(await sendBy('client-key'), '401 invalid_client')
  keys = [clientKeys.publicJwk]
  world.clock.advance(30)
  assert.equal(await sendBy('client-key'), '200')
  assert.equal(await sendBy('old'), '401 invalid_client')
  assert.deepEqual(asked, ['https://client.example/keys', 'https://client.example/keys'])
})

test('RFC 7591 §2: where keys cannot be fetched the client is not known by them', async () => {
  const { jwks: _jwks, ...keyless } = clients.signed
  const changed = { ...keyless, jwksUri: 'https://client.example/keys' }
  const world = await testWorld({ clients: [changed] })
  assert.equal(await send(world, { client_assertion: await assertion(world) }), '401 invalid_client')
})

test('RFC 8725 §3.1: only algorithms that the metadata lists are believed, whatever else the key could sign by', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'rsa' }]
  const client = testClient({ ...clients.signed, name: 'signed', jwks: { keys } })
  const world = await testWorld({ clients: [client] })
  const by = async (alg: string) =>
    send(world, { client_assertion: await assertion(world, { header: { alg, kid: 'rsa' }, key: privateKey }) })
  for (const alg of ['RS256', 'PS256']) assert.equal(await by(alg), '200', alg)
  for (const alg of ['RS384', 'RS512', 'PS384', 'PS512']) assert.equal(await by(alg), '401 invalid_client', alg)
})
