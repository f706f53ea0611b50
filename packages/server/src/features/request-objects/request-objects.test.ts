import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { type SigningAlgorithm, seconds } from '@ambit/protocol'
import type { Feature } from '../../feature.ts'
import type { ServerOptionsError } from '../../options-error.ts'
import type { ClientMetadata, ClientRecord } from '../../ports/records.ts'
import type { Outbound, OutboundRequest, OutboundResponse } from '../../ports/world.ts'
import { createServer } from '../../server.ts'
import { consent, logIn, type OpenedWorld, openWorld, sentParameters } from '../../testing/authorize.ts'
import { type Arrival, pageOf } from '../../testing/browser.ts'
import { clientKeys } from '../../testing/keys.ts'
import { push, pushed, referringQuery } from '../../testing/push.ts'
import { type ClaimChanges, objectClaims, type Signing, signer, signObject } from '../../testing/request-object.ts'
import { outcomeOf } from '../../testing/requests.ts'
import { testWorld, type WorldOverrides } from '../../testing/world.ts'
import { pushedRequests } from '../pushed-requests/pushed-requests.ts'
import { type RequestObjectsOptions, requestObjects } from './request-objects.ts'

type Opening = WorldOverrides & { readonly metadata?: ClientMetadata; readonly client?: Partial<ClientRecord> }

function open(
  options: RequestObjectsOptions = {},
  { features = [], metadata, client, ...more }: Opening = {},
): Promise<OpenedWorld> {
  const clients = [{ ...signer, ...client, ...(metadata && { metadata }) }]
  return openWorld({ clients, ...more, features: [requestObjects(options), pushedRequests(), ...features] })
}

function sign({ world }: OpenedWorld, changes: ClaimChanges = {}, signing: Signing = {}): Promise<string> {
  return signObject(objectClaims(world.clock.now(), changes), signing)
}

/** Goes to the authorization endpoint with an object, and with whatever stands beside it. */
function bring({ browser }: OpenedWorld, request: string, beside: Readonly<Record<string, string>> = {}) {
  const query = new URLSearchParams({ client_id: 'signer', request, ...beside })
  return browser.open(`/authorize?${query.toString()}`)
}

/** What a browser was shown: the page, or the error on it. It is an error on a page alone, and none that was sent away. */
function shown(arrival: Arrival): unknown {
  assert.equal(arrival.location, undefined)
  const { page, error } = pageOf(arrival)
  return page === 'error' ? error : page
}

test('RFC 9101 §5.1: a signed request leads to a code, and its parameters are those of the object', async () => {
  const opened = await open()
  const login = await bring(opened, await sign(opened))
  const left = await consent(opened.browser, await logIn(opened.browser, login), ['read_pets'])
  assert.equal(sentParameters(left).get('state'), 'the signed state')
  assert.ok(sentParameters(left).has('code'))
})

test('RFC 9101 §6.3: what stands beside the object counts for nothing', async () => {
  const opened = await open()
  const object = await sign(opened, { scope: 'openid', state: undefined })
  const beside = {
    scope: 'admin',
    state: 'x',
    redirect_uri: 'https://evil.example/',
    prompt: 'none',
    response_type: 'token',
  }
  const login = await bring(opened, object, beside)
  assert.equal(shown(login), 'login')
  const left = await consent(opened.browser, await logIn(opened.browser, login), [])
  assert.equal(sentParameters(left).get('state'), null)
})

test('RFC 9101 §6.3: what the object leaves out is not taken from beside it', async () => {
  const opened = await open()
  const left = await bring(opened, await sign(opened, { code_challenge: undefined }), {
    code_challenge: 'x'.repeat(43),
  })
  assert.equal(sentParameters(left).get('error'), 'invalid_request')
  assert.equal(sentParameters(left).get('state'), 'the signed state')
})

const wrongClaims: readonly (readonly [string, ClaimChanges])[] = [
  ['RFC 9101 §6.3: no `client_id`', { client_id: undefined }],
  ['RFC 9101 §6.3: another `client_id`', { client_id: 'web' }],
  ['RFC 9101 §4: no `iss`', { iss: undefined }],
  ['RFC 9101 §4: another `iss`', { iss: 'web' }],
  ['RFC 9101 §10.8: the client as `sub`, as in a client assertion', { sub: 'signer' }],
  ['RFC 9101 §4: no `aud`', { aud: undefined }],
  ['RFC 9101 §4: another `aud`', { aud: 'https://other.example' }],
  ['RFC 9101 §4: an endpoint as `aud`', { aud: 'https://as.example/authorize' }],
  ['RFC 9101 §4: a list of others as `aud`', { aud: ['https://other.example'] }],
  ['RFC 9101 §4: `request` inside', { request: 'e30.e30.e30' }],
  ['RFC 9101 §4: `request_uri` inside', { request_uri: 'https://app.example/request.jwt' }],
  ['RFC 7519 §4.1.4: no `exp`', { exp: undefined }],
  ['RFC 7519 §4.1.4: a text as `exp`', { exp: '1800000300' }],
  ['RFC 7519 §4.1.4: an `exp` that has passed', { nbf: 1_799_999_000, exp: 1_799_999_970 }],
  ['RFC 7519 §4.1.5: an `nbf` that has not come', { nbf: 1_800_000_031 }],
  ['RFC 7519 §4.1.5: a text as `nbf`', { nbf: 'now' }],
  ['RFC 7519 §4.1.6: an `iat` that has not come', { iat: 1_800_000_031 }],
  ['RFC 7519 §4.1.6: a text as `iat`', { iat: 'now' }],
  ['RFC 9101 §10.8: good for longer than an hour', { exp: 1_800_003_601 }],
  ['RFC 9101 §10.8: good for longer than an hour, without `nbf`', { nbf: undefined, exp: 1_800_003_631 }],
  ['RFC 9101 §4: a list as `scope`', { scope: ['openid'] }],
  ['RFC 9101 §4: true as `state`', { state: true }],
  ['RFC 9101 §4: null as `nonce`', { nonce: null }],
  ['RFC 9101 §4: numbers as `resource`', { resource: [1] }],
  ['RFC 9101 §4: an object as `authorization_details`', { authorization_details: { type: 'x' } }],
  ['RFC 9101 §4: a list as `claims`', { claims: [] }],
  [
    'RFC 9101 §4: more values than a request may have',
    { resource: Array.from({ length: 70 }, () => 'https://x.example') },
  ],
]
for (const [name, changes] of wrongClaims)
  test(`${name}: the request object is refused on a page`, async () => {
    const opened = await open()
    assert.equal(shown(await bring(opened, await sign(opened, changes))), 'invalid_request_object')
  })

const goodClaims: readonly (readonly [string, ClaimChanges])[] = [
  ['RFC 7519 §4.1.3: the issuer among others in `aud`', { aud: ['https://other.example', 'https://as.example'] }],
  ['RFC 7519 §4.1.4: an `exp` that has just passed', { exp: 1_799_999_971 }],
  ['RFC 7519 §4.1.5: no `nbf`', { nbf: undefined, exp: 1_800_003_630 }],
  ['RFC 7519 §4.1.5: an `nbf` of a clock that is ahead', { nbf: 1_800_000_030 }],
  ['RFC 9101 §10.8: good for an hour', { exp: 1_800_003_600 }],
  ['RFC 9101 §4: `max_age` as a number', { max_age: 60 }],
  ['RFC 9101 §4: `max_age` as a text', { max_age: '60' }],
  ['RFC 9101 §4: `claims` as an object', { claims: { userinfo: { name: null } } }],
  ['RFC 9101 §4: `resource` as a list', { resource: ['https://api.example/pets'] }],
  ['RFC 9101 §4: `resource` as a text', { resource: 'https://api.example/pets' }],
  ['RFC 6749 §3.1: what means nothing here', { purpose: { of: 'life' }, kind: 'refusal', error: 'access_denied' }],
]
for (const [name, changes] of goodClaims)
  test(`${name}: the request object is taken`, async () => {
    const opened = await open()
    assert.equal(shown(await bring(opened, await sign(opened, changes))), 'login')
  })

test('RFC 9101 §4: values that are JSON in a plain request are JSON in the object, and arrive whole', async () => {
  const seen: string[] = []
  const watching: Feature = {
    name: 'watching',
    requestRules: [
      (_context, { parameters }) => {
        for (const name of parameters.names) seen.push(`${name}=${parameters.all(name).join('|')}`)
        return undefined
      },
    ],
  }
  const opened = await open({}, { features: [watching] })
  const changes = {
    claims: { userinfo: { name: null } },
    authorization_details: [{ type: 'payment', amount: '1 & 2' }],
    resource: ['https://api.example/pets', 'https://api.example/inventory'],
    max_age: 60,
    login_hint: 'ü+&=',
  }
  await bring(opened, await sign(opened, changes))
  assert.ok(seen.includes('claims={"userinfo":{"name":null}}'))
  assert.ok(seen.includes('authorization_details=[{"type":"payment","amount":"1 & 2"}]'))
  assert.ok(seen.includes('resource=https://api.example/pets|https://api.example/inventory'))
  assert.ok(seen.includes('max_age=60'))
  assert.ok(seen.includes('login_hint=ü+&='))
  assert.ok(!seen.some(each => /^(iss|aud|exp|nbf|jti|request)=/.test(each)))
})

const foreignKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const rsaKey = generateKeyPairSync('rsa', { modulusLength: 2048 })

const wrongSignings: readonly (readonly [string, Signing])[] = [
  ['RFC 9101 §6.2: a key that is not the client’s', { key: foreignKey }],
  ['RFC 9101 §6.2: a `kid` that is not the client’s', { header: { kid: 'another' } }],
  ['RFC 9101 §10.8: the type of an access token', { header: { typ: 'at+jwt' } }],
  ['RFC 9101 §10.8: the type of a client assertion', { header: { typ: 'client-authentication+jwt' } }],
  ['RFC 9101 §10.8: the type of a DPoP proof', { header: { typ: 'dpop+jwt' } }],
  ['RFC 7515 §4.1.4: a number as `kid`', { header: { kid: 1 } }],
  ['RFC 7519 §7.2: claims that are a list', { payload: '[]' }],
  ['RFC 7519 §7.2: claims that are no JSON', { payload: 'client_id=signer' }],
]
for (const [name, signing] of wrongSignings)
  test(`${name}: the request object is refused on a page`, async () => {
    const opened = await open()
    assert.equal(shown(await bring(opened, await sign(opened, {}, signing))), 'invalid_request_object')
  })

for (const typ of [undefined, 'JWT', 'oauth-authz-req+jwt', 'OAUTH-AUTHZ-REQ+JWT'])
  test(`RFC 9101 §10.8: a request object of type ${typ ?? 'nothing'} is taken`, async () => {
    const opened = await open()
    assert.equal(shown(await bring(opened, await sign(opened, {}, { header: { typ } }))), 'login')
  })

/** Replaces the header of a signed object; the signature stays as it was. */
function withHeader(object: string, header: Readonly<Record<string, unknown>>): string {
  return [Buffer.from(JSON.stringify(header)).toString('base64url'), ...object.split('.').slice(1)].join('.')
}

const forged: readonly (readonly [string, (object: string) => string])[] = [
  ['RFC 9101 §5: alg `none`', object => withHeader(object, { alg: 'none' })],
  [
    'RFC 9101 §5: alg `none`, without a signature',
    object => `${withHeader(object, { alg: 'none' }).split('.', 2).join('.')}.`,
  ],
  ['RFC 8725 §3.1: a symmetric algorithm', object => withHeader(object, { alg: 'HS256', kid: 'client-key' })],
  [
    'RFC 8725 §3.1: an algorithm of another kind of key',
    object => withHeader(object, { alg: 'RS256', kid: 'client-key' }),
  ],
  ['RFC 8725 §3.1: no algorithm', object => withHeader(object, { kid: 'client-key' })],
  [
    'RFC 7515 §4.1.11: an extension that nobody knows',
    object => withHeader(object, { alg: 'ES256', crit: ['x'], x: 1 }),
  ],
  ['RFC 9101 §6.2: other claims under the same signature', object => object.replace(/\.[^.]+\./, '.e30.')],
  ['RFC 9101 §6.2: a signature cut short', object => object.slice(0, -4)],
  ['RFC 9101 §5: an object that is no JWT', () => 'request'],
  ['RFC 9101 §5: an object in JSON', () => '{"client_id":"signer"}'],
]
for (const [name, forge] of forged)
  test(`${name}: the request object is refused on a page`, async () => {
    const opened = await open()
    assert.equal(shown(await bring(opened, forge(await sign(opened)))), 'invalid_request_object')
  })

test('RFC 9101 §6.2: a key that the object itself brings is no key of the client', async () => {
  const opened = await open()
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const header = { kid: undefined, jwk: pair.publicKey.export({ format: 'jwk' }) }
  const object = await sign(opened, {}, { key: pair.privateKey, header })
  assert.equal(shown(await bring(opened, object)), 'invalid_request_object')
})

test('RFC 9101 §6.2: a client without keys signs nothing', async () => {
  const opened = await open()
  const object = await sign(opened, { client_id: 'web', iss: 'web' })
  assert.equal(shown(await bring(opened, object, { client_id: 'web' })), 'invalid_request_object')
})

test('RFC 7515 §4.1.4: of several keys that would do, the header names one', async () => {
  const second = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
  const jwks = { keys: [clientKeys.publicJwk, { ...second, kid: 'second' }] }
  const opened = await open({}, { client: { jwks } })
  const unnamed = await sign(opened, {}, { header: { kid: undefined } })
  assert.equal(shown(await bring(opened, unnamed)), 'invalid_request_object')
  assert.equal(shown(await bring(opened, await sign(opened))), 'login')
})

test('RFC 9101 §10.1: algorithms that the server does not want are refused, and the metadata lists the others', async () => {
  const opened = await open({ algorithms: ['PS256', 'EdDSA'] })
  assert.equal(shown(await bring(opened, await sign(opened))), 'invalid_request_object')
  assert.deepEqual(opened.server.metadata.request_object_signing_alg_values_supported, ['PS256', 'EdDSA'])
})

test('OpenID Connect Dynamic Client Registration §2: a client that has registered one algorithm signs by no other', async () => {
  const keys = { keys: [clientKeys.publicJwk, { ...rsaKey.publicKey.export({ format: 'jwk' }), kid: 'rsa' }] }
  const opened = await open({}, { client: { jwks: keys }, metadata: { request_object_signing_alg: 'PS256' } })
  assert.equal(shown(await bring(opened, await sign(opened))), 'invalid_request_object')
  const signing = { header: { alg: 'PS256', kid: 'rsa' }, key: rsaKey.privateKey }
  assert.equal(shown(await bring(opened, await sign(opened, {}, signing))), 'login')
})

const ambiguous: readonly (readonly [string, (object: string) => string, string])[] = [
  [
    'a reference beside it',
    request => query({ client_id: 'signer', request, request_uri: 'https://app.example/r' }),
    'invalid_request',
  ],
  [
    'a pushed request beside it',
    request => query({ client_id: 'signer', request, request_uri: `urn:ietf:params:oauth:request_uri:${request}` }),
    'invalid_request',
  ],
  ['a second object', request => `${query({ client_id: 'signer', request })}&request=e30.e30.e30`, 'invalid_request'],
  ['no client beside it', request => query({ request }), 'invalid_request'],
  ['two clients beside it', request => `${query({ client_id: 'signer', request })}&client_id=web`, 'invalid_request'],
  ['a client that nobody knows', request => query({ client_id: 'nobody', request }), 'invalid_client'],
  ['another client', request => query({ client_id: 'signed', request }), 'invalid_request_object'],
]
for (const [name, queryOf, error] of ambiguous)
  test(`RFC 9101 §5: an object comes with the name of its client, and alone: ${name}`, async () => {
    const opened = await open()
    const arrival = await opened.browser.open(`/authorize?${queryOf(await sign(opened))}`)
    assert.equal(shown(arrival), error)
  })

function query(parameters: Readonly<Record<string, string>>): string {
  return new URLSearchParams(parameters).toString()
}

test('RFC 6749 §4.1.2.1: a redirect URI that is not registered leads nowhere, however well it is signed', async () => {
  const opened = await open()
  const object = await sign(opened, { redirect_uri: 'https://evil.example/' })
  assert.equal(shown(await bring(opened, object)), 'invalid_request')
})

test('RFC 9101 §7: what is wrong with a request inside of a good object goes to its client', async () => {
  const opened = await open()
  const left = await bring(opened, await sign(opened, { scope: 'no_such_scope' }))
  assert.equal(sentParameters(left).get('error'), 'invalid_scope')
})

test('RFC 9101 §10.5: where objects are required, the metadata says so and a plain request is refused', async () => {
  const opened = await open({ required: true })
  assert.equal(opened.server.metadata.require_signed_request_object, true)
  assert.equal(sentParameters(await opened.authorize()).get('error'), 'invalid_request')
  assert.equal(shown(await bring(opened, await sign(opened))), 'login')
})

test('RFC 9126 §2.3: where objects are required, pushing a plain request is invalid_request', async () => {
  const opened = await open({ required: true })
  assert.equal(outcomeOf(await push(opened, {}, { by: 'signer' })), '400 invalid_request')
})

test('RFC 9101 §10.5: a client that is registered to sign its requests sends no plain ones', async () => {
  const opened = await open({}, { metadata: { require_signed_request_object: true } })
  assert.equal(sentParameters(await opened.authorize({ client_id: 'signer' })).get('error'), 'invalid_request')
  assert.equal(outcomeOf(await push(opened, {}, { by: 'signer' })), '400 invalid_request')
  assert.equal(shown(await opened.authorize()), 'login', 'another client')
  assert.equal(shown(await bring(opened, await sign(opened))), 'login')
})

/** The parameters of a request that stand in its object alone. */
const onlyObject = {
  client_id: undefined,
  response_type: undefined,
  redirect_uri: undefined,
  scope: undefined,
  state: undefined,
  code_challenge: undefined,
  code_challenge_method: undefined,
}

test('RFC 9126 §3: an object can be pushed, beside nothing but what authenticates the client', async () => {
  const opened = await open({ required: true })
  const uri = await pushed(opened, { ...onlyObject, request: await sign(opened) }, { by: 'signer' })
  const login = await opened.browser.open(`/authorize?${referringQuery(uri, 'signer')}`)
  assert.equal(shown(login), 'login')
  const left = await consent(opened.browser, await logIn(opened.browser, login), [])
  assert.equal(sentParameters(left).get('state'), 'the signed state')
})

test('RFC 9126 §3: what is pushed beside an object counts for nothing', async () => {
  const opened = await open()
  const request = await sign(opened)
  const uri = await pushed(opened, { request, redirect_uri: 'https://evil.example/', scope: 'admin' }, { by: 'signer' })
  const login = await opened.browser.open(`/authorize?${referringQuery(uri, 'signer')}`)
  assert.ok(!JSON.stringify(pageOf(await logIn(opened.browser, login))).includes('admin'))
})

const wrongPushes: readonly (readonly [string, ClaimChanges, string])[] = [
  ['the object of another client', { client_id: 'web' }, '400 invalid_request_object'],
  ['an object without `client_id`', { client_id: undefined }, '400 invalid_request_object'],
  ['an object for another server', { aud: 'https://other.example' }, '400 invalid_request_object'],
  ['a redirect URI that is not registered', { redirect_uri: 'https://evil.example/' }, '400 invalid_request'],
  ['scope that nobody knows', { scope: 'no_such_scope' }, '400 invalid_scope'],
]
for (const [name, changes, outcome] of wrongPushes)
  test(`RFC 9126 §3: a pushed object is judged at once: ${name}`, async () => {
    const opened = await open()
    const request = await sign(opened, changes)
    assert.equal(outcomeOf(await push(opened, { ...onlyObject, request }, { by: 'signer' })), outcome)
  })

test('RFC 9126 §3: a client cannot push what another client has signed', async () => {
  const opened = await open()
  const request = await sign(opened)
  assert.equal(outcomeOf(await push(opened, { ...onlyObject, request })), '400 invalid_request_object')
})

test('RFC 9101 §5.2: in a pushed request there is no reference', async () => {
  const { outbound } = serving(() => ({ status: 200, headers: {}, body: '' }))
  const opened = await open({ references: true }, { outbound })
  const response = await push(opened, { request_uri: address }, { by: 'signer' })
  assert.equal(outcomeOf(response), '400 invalid_request')
})

test('where `nbf` is required, as FAPI 2.0 Message Signing wants it, an object without it is refused', async () => {
  const opened = await open({ requireNotBefore: true })
  assert.equal(shown(await bring(opened, await sign(opened, { nbf: undefined }))), 'invalid_request_object')
  assert.equal(shown(await bring(opened, await sign(opened))), 'login')
})

test('a shorter lifetime can be wanted', async () => {
  const opened = await open({ lifetime: seconds(60) })
  assert.equal(shown(await bring(opened, await sign(opened, { exp: 1_800_000_061 }))), 'invalid_request_object')
  assert.equal(shown(await bring(opened, await sign(opened, { exp: 1_800_000_060 }))), 'login')
})

test('RFC 7519 §4.1.7: where objects are good once, a second one with the same `jti` is refused', async () => {
  const opened = await open({ singleUse: true })
  const object = await sign(opened)
  assert.equal(shown(await bring(opened, object)), 'login')
  assert.equal(shown(await bring(opened, object)), 'invalid_request_object')
  assert.equal(shown(await bring(opened, await sign(opened, { jti: 'object-2' }))), 'login')
  for (const jti of [undefined, '', 7])
    assert.equal(shown(await bring(opened, await sign(opened, { jti }))), 'invalid_request_object')
})

test('RFC 9101 §5: without that, the same object can be brought again: a reload is no attack', async () => {
  const opened = await open()
  const object = await sign(opened)
  assert.equal(shown(await bring(opened, object)), 'login')
  assert.equal(shown(await bring(opened, object)), 'login')
})

const address = 'https://app.example/request.jwt'
const metadata = { request_uris: [address] }

/** An address that answers; it remembers what it was asked. */
function serving(answer: (request: OutboundRequest) => OutboundResponse | Promise<OutboundResponse>) {
  const asked: OutboundRequest[] = []
  const outbound: Outbound = async request => {
    asked.push(request)
    return answer(request)
  }
  return { outbound, asked }
}

function jwtAnswer(body: string, type = 'application/oauth-authz-req+jwt'): OutboundResponse {
  return { status: 200, headers: { 'content-type': type }, body }
}

/** Goes to the authorization endpoint with a reference. */
function refer({ browser }: OpenedWorld, uri: string) {
  return browser.open(`/authorize?${query({ client_id: 'signer', request_uri: uri })}`)
}

test('RFC 9101 §5.2.3: an object is fetched from where its client has registered it, by GET, within limits', async () => {
  let object = ''
  const { outbound, asked } = serving(() => jwtAnswer(`${object}\n`))
  const opened = await open({ references: true }, { outbound, metadata })
  object = await sign(opened)
  assert.equal(shown(await refer(opened, address)), 'login')
  assert.equal(asked.length, 1)
  assert.deepEqual(
    { ...asked[0], headers: undefined },
    { url: address, headers: undefined, maxBytes: 32_768, timeoutMillis: 3000 },
  )
})

test('RFC 9101 §5.2.3: what was fetched is not kept: the next request fetches again', async () => {
  let object = ''
  const { outbound, asked } = serving(() => jwtAnswer(object, 'application/jwt; charset=utf-8'))
  const opened = await open({ references: true }, { outbound, metadata })
  object = await sign(opened)
  await refer(opened, address)
  object = await sign(opened, { client_id: 'web' })
  assert.equal(shown(await refer(opened, address)), 'invalid_request_object')
  assert.equal(asked.length, 2)
})

for (const uri of [
  'https://app.example/other.jwt',
  'https://app.example/request.jwt?x=1',
  'https://APP.example/request.jwt',
  'https://evil.example/request.jwt',
  'http://app.example/request.jwt',
  'https://app.example:443/request.jwt',
  'file:///etc/passwd',
])
  test(`RFC 9101 §10.4.1: nothing is fetched that the client has not registered to the letter: ${uri}`, async () => {
    const { outbound, asked } = serving(() => jwtAnswer(''))
    const opened = await open({ references: true }, { outbound, metadata })
    assert.equal(shown(await refer(opened, uri)), 'invalid_request_uri')
    assert.deepEqual(asked, [])
  })

test('RFC 9101 §10.4.1: nothing is fetched for a client that has registered nothing', async () => {
  const { outbound, asked } = serving(() => jwtAnswer(''))
  const opened = await open({ references: true }, { outbound })
  assert.equal(shown(await refer(opened, address)), 'invalid_request_uri')
  assert.deepEqual(asked, [])
})

const answers: readonly (readonly [string, OutboundResponse | Error])[] = [
  ['a redirect', { status: 302, headers: { location: 'https://evil.example/' }, body: '' }],
  ['an error', { status: 404, headers: { 'content-type': 'application/jwt' }, body: 'e30.e30.e30' }],
  ['a page', jwtAnswer('<html>', 'text/html')],
  ['no type', { status: 200, headers: {}, body: 'e30.e30.e30' }],
  ['no answer', new Error('10.0.0.1 is an address of our own')],
]
for (const [name, answer] of answers)
  test(`RFC 9101 §7: what cannot be had is invalid_request_uri, and the stranger learns nothing of why: ${name}`, async () => {
    const { outbound } = serving(() => {
      if (answer instanceof Error) throw answer
      return answer
    })
    const opened = await open({ references: true }, { outbound, metadata })
    const arrival = await refer(opened, address)
    assert.equal(shown(arrival), 'invalid_request_uri')
    assert.ok(!arrival.response.body.includes('10.0.0.1'))
    if (answer instanceof Error)
      assert.ok(JSON.stringify(opened.world.events).includes(answer.message), 'the operator does')
  })

test('RFC 9101 §5.2: what was fetched is judged as what was sent', async () => {
  const { outbound } = serving(() => jwtAnswer('not.a.jwt'))
  const opened = await open({ references: true }, { outbound, metadata })
  assert.equal(shown(await refer(opened, address)), 'invalid_request_object')
})

test('OpenID Connect Core §6.2: a fragment is the hash of what stands there, or the request is refused', async () => {
  let object = ''
  const { outbound, asked } = serving(() => jwtAnswer(object))
  const opened = await open({ references: true }, { outbound, metadata })
  object = await sign(opened)
  const hash = createHash('sha256').update(object).digest('base64url')
  assert.equal(shown(await refer(opened, `${address}#${hash}`)), 'login')
  assert.equal(asked[0]?.url, address)
  assert.equal(shown(await refer(opened, `${address}#${'A'.repeat(43)}`)), 'invalid_request_uri')
})

for (const second of ['https://evil.example', 'urn:example:request', 'urn:ietf:params:oauth:request_uri:pr_x'])
  test(`RFC 9101 §5: of two references none is followed: ${second}`, async () => {
    const { outbound, asked } = serving(() => jwtAnswer(''))
    const opened = await open({ references: true }, { outbound, metadata })
    const both = `${query({ client_id: 'signer', request_uri: address })}&${query({ request_uri: second })}`
    assert.equal(shown(await opened.browser.open(`/authorize?${both}`)), 'invalid_request')
    assert.deepEqual(asked, [])
  })

test('RFC 9101 §7: where references are not followed, request_uri_not_supported says so', async () => {
  const opened = await open()
  const left = await opened.authorize({ client_id: 'signer', request_uri: address })
  assert.equal(sentParameters(left).get('error'), 'request_uri_not_supported')
})

const registered: readonly (readonly [string, unknown, boolean])[] = [
  ['an https URI', [address], true],
  ['with a hash', [`${address}#${'A'.repeat(43)}`], true],
  ['with another fragment', [`${address}#top`], false],
  ['an http URI', ['http://app.example/request.jwt'], false],
  ['with a password', ['https://a:b@app.example/request.jwt'], false],
  ['with a user', ['https://a@app.example/request.jwt'], false],
  ['with a space', ['https://app.example/a b'], false],
  ['no URI', ['https://'], false],
  ['one that is too long', [`${address}?${'x'.repeat(512)}`], false],
  ['a text', address, false],
]
for (const [name, value, isGood] of registered)
  test(`RFC 9101 §5.2: request_uris of a client are https URIs of at most 512 characters: ${name}`, () => {
    const field = requestObjects({ references: true }).clientMetadata?.find(each => each.name === 'request_uris')
    assert.equal(field?.parse(value) !== undefined, isGood)
  })

const drafts: readonly (readonly [string, Partial<ClientRecord>, string | undefined])[] = [
  ['one that signs nothing', { metadata: {} }, undefined],
  ['an algorithm with its key', { metadata: { request_object_signing_alg: 'ES256' } }, undefined],
  ['an algorithm without a key', { metadata: { request_object_signing_alg: 'PS256' } }, 'request_object_signing_alg'],
  [
    'an algorithm that is not taken',
    { metadata: { request_object_signing_alg: 'RS256' } },
    'request_object_signing_alg',
  ],
  ['one that must sign, with a key', { metadata: { require_signed_request_object: true } }, undefined],
  [
    'one that must sign, with no keys',
    { metadata: { require_signed_request_object: true }, jwks: { keys: [] } },
    'require_signed_request_object',
  ],
]
for (const [name, changes, problem] of drafts)
  test(`RFC 9101 §6.2: a client that signs its requests has a key for an algorithm that is taken: ${name}`, () => {
    const { clientRules = [] } = requestObjects({ algorithms: ['ES256', 'PS256'] })
    const found = clientRules.flatMap(rule => rule({ ...signer, ...changes }))
    assert.deepEqual(
      found.map(each => each.name),
      problem === undefined ? [] : [problem],
    )
  })

test('RFC 9101 §6.2: a client that must sign may publish its keys', () => {
  const { jwks: _, ...keyless } = signer
  const client = { ...keyless, jwksUri: 'https://app.example/jwks', metadata: { require_signed_request_object: true } }
  const { clientRules = [] } = requestObjects()
  assert.deepEqual(
    clientRules.flatMap(rule => rule(client)),
    [],
  )
})

test('RFC 9101 §10.4: following references without a way outside is refused at the start', async () => {
  const { options } = await testWorld({ features: [requestObjects({ references: true })] })
  assert.throws(
    () => createServer(options),
    (error: ServerOptionsError) => error.problems.some(({ path }) => path === 'outbound'),
  )
})

/** A feature that decrypts what it has got a text for. */
function decrypting(text: () => string | undefined): Feature {
  return { name: 'encryption', decryptJwt: async () => text() }
}

const jwe = 'a.b.c.d.e'

test('RFC 9101 §6.1: an encrypted object is decrypted, and what it holds is a signed one', async () => {
  let inside = ''
  const opened = await open({ encrypted: true }, { features: [decrypting(() => inside)] })
  inside = await sign(opened)
  assert.equal(shown(await bring(opened, jwe)), 'login')
  inside = JSON.stringify(objectClaims(opened.world.clock.now()))
  assert.equal(shown(await bring(opened, jwe)), 'invalid_request_object', 'not signed')
  inside = jwe
  assert.equal(shown(await bring(opened, jwe)), 'invalid_request_object', 'encrypted twice')
})

test('RFC 9101 §6.1: an object that cannot be decrypted is invalid_request_object', async () => {
  const opened = await open({ encrypted: true }, { features: [decrypting(() => undefined)] })
  const arrival = await bring(opened, jwe)
  assert.equal(shown(arrival), 'invalid_request_object')
  assert.match(String(pageOf(arrival)['description']), /cannot be decrypted/)
})

test('RFC 9101 §6.1: an encrypted object is refused where none is wanted', async () => {
  let inside = ''
  const opened = await open({}, { features: [decrypting(() => inside)] })
  inside = await sign(opened)
  assert.equal(shown(await bring(opened, jwe)), 'invalid_request_object')
})

test('RFC 9101 §6.1: encrypted objects without a feature that decrypts are refused at the start', async () => {
  const { options } = await testWorld({ features: [requestObjects({ encrypted: true })] })
  assert.throws(() => createServer(options), /`requestObjects` wants the feature `encryption`/)
})

test('RFC 9101 §10.5: the metadata says what is read', async () => {
  const { metadata: said } = (await open()).server
  assert.equal(said.request_parameter_supported, true)
  assert.equal(said.request_uri_parameter_supported, false)
  assert.equal(said.require_signed_request_object, false)
  assert.equal(said.require_request_uri_registration, undefined)
  const { outbound } = serving(() => jwtAnswer(''))
  const { server } = await open({ references: true }, { outbound })
  assert.equal(server.metadata.request_uri_parameter_supported, true)
  assert.equal(server.metadata.require_request_uri_registration, true)
})

test('RFC 9101 §7: a server without the feature says so, and refuses objects with request_not_supported', async () => {
  const opened = await openWorld()
  assert.equal(opened.server.metadata.request_parameter_supported, false)
  assert.equal(opened.server.metadata.request_object_signing_alg_values_supported, undefined)
  const left = await opened.authorize({ request: 'e30.e30.e30' })
  assert.equal(sentParameters(left).get('error'), 'request_not_supported')
})

const wrongOptions: readonly (readonly [string, RequestObjectsOptions])[] = [
  ['features.requestObjects.algorithms', { algorithms: [] }],
  ['features.requestObjects.algorithms', { algorithms: ['none' as SigningAlgorithm] }],
  ['features.requestObjects.lifetime', { lifetime: seconds(0) }],
]
for (const [path, options] of wrongOptions)
  test(`options of request objects that cannot be: ${JSON.stringify(options)}`, async () => {
    const world = await testWorld({ features: [requestObjects(options)] })
    assert.throws(
      () => createServer(world.options),
      (error: ServerOptionsError) => error.problems.some(problem => problem.path === path),
    )
  })
