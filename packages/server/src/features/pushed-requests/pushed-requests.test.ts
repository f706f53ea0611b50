import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal, refuse, seconds } from '@ambit/protocol'
import { SignJWT } from 'jose'
import { parseParameters } from '../../authorize/parameters.ts'
import type { Feature } from '../../feature.ts'
import type { ServerOptionsError } from '../../options-error.ts'
import { createServer } from '../../server.ts'
import {
  authorizationQuery,
  consent,
  logIn,
  openWorld,
  type RequestChanges,
  sentParameters,
  verifier,
} from '../../testing/authorize.ts'
import { pageOf } from '../../testing/browser.ts'
import { clientSecret, redirectUri, testClient } from '../../testing/clients.ts'
import { clientKeys } from '../../testing/keys.ts'
import { push, pushed, referringQuery } from '../../testing/push.ts'
import { bodyOf, outcomeOf, request } from '../../testing/requests.ts'
import { testWorld, type WorldOverrides } from '../../testing/world.ts'
import { pushLimits } from './flood.ts'
import { type PushedRequestsOptions, pushedRequests } from './pushed-requests.ts'

function open(options: PushedRequestsOptions = {}, { features = [], ...overrides }: WorldOverrides = {}) {
  return openWorld({ ...overrides, features: [pushedRequests(options), ...features] })
}

/** A feature that proves a key wherever the header `proof` has one. */
const proving: Feature = {
  name: 'proving',
  senderBindings: [
    {
      member: 'jkt',
      prove: async (_context, { request }, question) => {
        const jkt = request.headers['proof']
        if (jkt === 'broken') return refuse('invalid_dpop_proof', 'the proof is broken')
        if (typeof jkt !== 'string') return {}
        assert.ok(question.place === 'pushed_request' && question.client.clientId === 'web')
        return { confirmation: { jkt }, headers: { 'dpop-nonce': 'the next nonce' } }
      },
    },
  ],
}

const key = 'k'.repeat(43)

test('RFC 9126 §2.2: a pushed request is answered 201 with a reference and how long it lives, cached by nobody', async () => {
  const opened = await open()
  const response = await push(opened)
  assert.equal(response.status, 201)
  assert.equal(response.headers['content-type'], 'application/json')
  assert.equal(response.headers['cache-control'], 'no-cache, no-store')
  assert.match(String(bodyOf(response)['request_uri']), /^urn:ietf:params:oauth:request_uri:pr_[\w-]{43}$/)
  assert.equal(bodyOf(response)['expires_in'], 60)
})

test('RFC 9126 §2.2: no two references are alike, and the store has neither of them in clear', async () => {
  const opened = await open()
  const [first, second] = [await pushed(opened), await pushed(opened)]
  assert.notEqual(first, second)
  const kept = await opened.world.options.store.listTickets({ kind: 'pushed_request' }, 10)
  assert.equal(kept.length, 2)
  assert.ok(!JSON.stringify(kept).includes(first.slice(-43)))
  assert.ok(!JSON.stringify(kept).includes(clientSecret))
})

test('RFC 9126 §4: the browser carries the reference alone, and the client gets its code and its state', async () => {
  const opened = await open()
  const uri = await pushed(opened, { claims: '{"userinfo":{"name":null}}', resource: 'https://api.example/pets' })
  const { browser } = opened
  const login = await browser.open(`/authorize?${referringQuery(uri)}`)
  const left = await consent(browser, await logIn(browser, login), ['read_pets'])
  assert.equal(sentParameters(left).get('state'), 'the state')
  const code = sentParameters(left).get('code') ?? ''
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
  const tokens = bodyOf(await opened.server.handle(request({ path: '/token', form, basic: ['web', clientSecret] })))
  assert.equal(tokens['scope'], 'openid read_pets')
})

test('RFC 9126 §4: what stands beside the reference counts for nothing', async () => {
  const opened = await open()
  const uri = await pushed(opened)
  const beside = {
    scope: 'admin',
    state: 'another',
    redirect_uri: 'https://evil.example/',
    response_mode: 'form_post',
    prompt: 'none',
    code_challenge: 'x',
  }
  const login = await opened.browser.open(`/authorize?${referringQuery(uri, 'web', beside)}&scope=email`)
  assert.equal(pageOf(login).page, 'login')
  const asked = await logIn(opened.browser, login)
  assert.ok(!JSON.stringify(pageOf(asked)).includes('admin'))
  assert.equal(sentParameters(await consent(opened.browser, asked, [])).get('state'), 'the state')
})

test('RFC 9126 §2: the client authenticates as at the token endpoint', async () => {
  const opened = await open()
  const form = { client_id: 'web', response_type: 'code' }
  const wrong = await opened.server.handle(request({ path: '/par', form, basic: ['web', 'wrong'] }))
  assert.equal(outcomeOf(wrong), '401 invalid_client')
  assert.ok(wrong.headers['www-authenticate'])
  const none = await opened.server.handle(request({ path: '/par', form }))
  assert.equal(outcomeOf(none), '401 invalid_client')
  assert.equal((await push(opened, {}, { by: { publicClient: 'spa' } })).status, 201)
  const nobody = await push(opened, {}, { by: { publicClient: 'nobody' } })
  assert.equal(outcomeOf(nobody), '401 invalid_client')
})

const audiences = [
  ['the issuer', 'https://as.example', 201],
  ['the token endpoint', 'https://as.example/token', 201],
  ['this endpoint', 'https://as.example/par', 201],
  ['another endpoint', 'https://as.example/introspect', 401],
  ['another server', 'https://other.example', 401],
] as const
for (const [name, aud, status] of audiences)
  test(`RFC 9126 §2: a client assertion is for the server, its token endpoint or this endpoint: ${name}`, async () => {
    const opened = await open()
    const now = opened.world.clock.now()
    const claims = { iss: 'signed', sub: 'signed', aud, iat: now, exp: now + 60, jti: 'assertion-1' }
    const header = { alg: 'ES256', kid: 'client-key' }
    const form = {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await new SignJWT(claims).setProtectedHeader(header).sign(clientKeys.privateKey),
    }
    const response = await push(opened, form, { by: { publicClient: 'signed' } })
    assert.equal(response.status, status)
  })

test('RFC 9126 §2.1: nobody pushes in the name of another client', async () => {
  const opened = await open()
  assert.equal(outcomeOf(await push(opened, { client_id: 'post' })), '400 invalid_request')
})

const refusedPushes: readonly (readonly [string, RequestChanges, string])[] = [
  ['`request_uri`', { request_uri: 'urn:ietf:params:oauth:request_uri:x' }, '400 invalid_request'],
  ['no `client_id`', { client_id: undefined }, '400 invalid_request'],
  ['a redirect URI that is not registered', { redirect_uri: 'https://evil.example/' }, '400 invalid_request'],
  ['no `response_type`', { response_type: undefined }, '400 invalid_request'],
  ['a response type that is not supported', { response_type: 'code token' }, '400 unsupported_response_type'],
  ['no code challenge', { code_challenge: undefined }, '400 invalid_request'],
  ['scope that nobody knows', { scope: 'no_such_scope' }, '400 invalid_scope'],
  ['a resource that nobody knows', { resource: 'https://evil.example/' }, '400 invalid_target'],
  ['a request object, where the server reads none', { request: 'e30.e30.e30' }, '400 request_not_supported'],
  ['a response mode that nobody knows', { response_mode: 'pigeon' }, '400 invalid_request'],
  ['a parameter twice', { state: ['a', 'b'] }, '400 invalid_request'],
]
for (const [name, changes, outcome] of refusedPushes)
  test(`RFC 9126 §2.1: what the authorization endpoint would refuse is refused when it is pushed: ${name}`, async () => {
    const opened = await open()
    assert.equal(outcomeOf(await push(opened, changes)), outcome)
    assert.deepEqual(await opened.world.options.store.listTickets({ kind: 'pushed_request' }, 1), [])
  })

test('RFC 9126 §2.1: a client that has no business at the authorization endpoint pushes nothing', async () => {
  const clients = [testClient({ name: 'service', grantTypes: ['client_credentials'] })]
  const opened = await open({}, { clients })
  assert.equal(outcomeOf(await push(opened, {}, { by: 'service' })), '400 unauthorized_client')
})

test('RFC 9126 §2.1: several resources can be pushed, and none of the parameters is lost', async () => {
  const opened = await open()
  const more = {
    acr_values: 'urn:ambit:acr:password',
    claims: '{}',
    login_hint: 'alice',
    max_age: '60',
    nonce: 'n-1',
    prompt: 'login',
    response_mode: 'form_post',
    ui_locales: 'de',
  }
  await push(opened, { ...more, resource: ['https://api.example/pets', 'https://api.example/pets'] })
  const [ticket] = await opened.world.options.store.listTickets({ kind: 'pushed_request' }, 1)
  const kept = parseParameters(String((JSON.parse(ticket?.data ?? '{}') as { parameters?: string }).parameters))
  assert.ok(!isRefusal(kept))
  for (const [name, value] of Object.entries(more)) assert.equal(kept.get(name), value)
  assert.equal(kept.all('resource').length, 2)
})

const malformed = [
  ['parameters in the URI', { query: 'client_id=web' }],
  ['a body that is no form', { headers: { 'content-type': 'application/json' } }],
] as const
for (const [name, parts] of malformed)
  test(`RFC 9126 §2.1: parameters come in the body, as a form: ${name}`, async () => {
    const opened = await open()
    assert.equal(outcomeOf(await push(opened, {}, parts)), '400 invalid_request')
  })

test('RFC 9126 §2.3: a request that was not posted is answered 405', async () => {
  const { server } = await open()
  const response = await server.handle(request({ path: '/par' }))
  assert.equal(outcomeOf(response), '405 invalid_request')
  assert.equal(response.headers['allow'], 'POST, OPTIONS')
})

test('RFC 9126 §2.3: a request that is too large is answered 413', async () => {
  const opened = await open()
  assert.equal(outcomeOf(await push(opened, {}, { body: undefined })), '413 invalid_request')
  assert.equal(outcomeOf(await push(opened, { state: 'x'.repeat(33_000) })), '413 invalid_request')
})

test('RFC 9126 §2.3: too many requests of a public client from one network are answered 429', async () => {
  const opened = await open()
  const by = { publicClient: 'spa' }
  for (let count = 0; count < pushLimits.requests; count++) assert.equal((await push(opened, {}, { by })).status, 201)
  const refused = await push(opened, {}, { by })
  assert.equal(outcomeOf(refused), '429 temporarily_unavailable')
  assert.equal(refused.headers['retry-after'], '60')
  assert.equal((await push(opened, {}, { by, remoteAddress: '192.0.2.2' })).status, 201, 'another network')
  assert.equal((await push(opened)).status, 201, 'a client that proves who it is')
  for (let count = 0; count < pushLimits.requests; count++) assert.equal((await push(opened)).status, 201)
  opened.world.clock.advance(60)
  assert.equal((await push(opened, {}, { by })).status, 201)
})

test('RFC 9126 §4: a reference is good once', async () => {
  const opened = await open()
  const query = referringQuery(await pushed(opened))
  assert.equal(pageOf(await opened.browser.open(`/authorize?${query}`)).page, 'login')
  const again = pageOf(await opened.browser.open(`/authorize?${query}`))
  assert.deepEqual([again.page, again['error']], ['error', 'invalid_request_uri'])
})

test('RFC 9126 §7.3: of those who bring one reference at once, one goes on', async () => {
  const { server, ...opened } = await open()
  const query = referringQuery(await pushed({ server }))
  const brought = Array.from({ length: 8 }, () => server.handle(request({ path: '/authorize', query })))
  const statuses = (await Promise.all(brought)).map(({ status }) => status)
  assert.deepEqual(
    statuses.toSorted((a, b) => a - b),
    [303, ...Array.from({ length: 7 }, () => 400)],
  )
  assert.ok(opened.world.events.some(event => event.kind === 'request.refused' && /same moment/.test(event.reason)))
})

test('RFC 9126 §4: an interaction that a reference began goes on after a reload', async () => {
  const opened = await open()
  const login = await opened.browser.open(`/authorize?${referringQuery(await pushed(opened))}`)
  const page = login.path.at(-1) ?? ''
  assert.match(page, /^\/login\?interaction=/)
  assert.equal(pageOf(await opened.browser.open(page)).page, 'login')
})

const strangeReferences: readonly (readonly [string, (uri: string) => string])[] = [
  ['unknown', uri => referringQuery(`${uri.slice(0, -4)}AAAA`)],
  ['of another form', () => referringQuery('urn:ietf:params:oauth:request_uri:nothing')],
  ['of another client', uri => referringQuery(uri, 'post')],
  ['of a client that nobody knows', uri => referringQuery(uri, 'nobody')],
]
for (const [name, query] of strangeReferences)
  test(`RFC 9126 §2.2: a reference is bound to its client, and cannot be guessed: ${name}`, async () => {
    const opened = await open()
    const uri = await pushed(opened)
    const arrival = await opened.browser.open(`/authorize?${query(uri)}`)
    assert.equal(arrival.location, undefined)
    assert.deepEqual([arrival.response.status, pageOf(arrival)['error']], [400, 'invalid_request_uri'])
    const own = await opened.browser.open(`/authorize?${referringQuery(uri)}`)
    assert.equal(pageOf(own).page, 'login', 'it is not used up by that')
  })

test('RFC 9126 §2.2: a reference is good for as long as was said, and not a second longer', async () => {
  const opened = await open({ ttl: seconds(90) })
  const [first, second] = [await pushed(opened), await pushed(opened)]
  opened.world.clock.advance(89)
  assert.equal(pageOf(await opened.browser.open(`/authorize?${referringQuery(first)}`)).page, 'login')
  opened.world.clock.advance(1)
  const late = pageOf(await opened.browser.open(`/authorize?${referringQuery(second)}`))
  assert.equal(late['error'], 'invalid_request_uri')
})

const ambiguous: readonly (readonly [string, (uri: string) => string])[] = [
  ['a request object beside it', uri => `${referringQuery(uri)}&request=e30.e30.e30`],
  ['no client', uri => `request_uri=${encodeURIComponent(uri)}`],
  ['two clients', uri => `${referringQuery(uri)}&client_id=post`],
  ['two references', uri => `${referringQuery(uri)}&request_uri=https%3A%2F%2Fevil.example`],
]
for (const [name, query] of ambiguous)
  test(`RFC 9101 §5: a reference comes with its client and nothing that could mean another request: ${name}`, async () => {
    const opened = await open()
    const uri = await pushed(opened)
    const arrival = await opened.browser.open(`/authorize?${query(uri)}`)
    assert.equal(arrival.location, undefined)
    assert.equal(pageOf(arrival)['error'], 'invalid_request')
    assert.equal(pageOf(await opened.browser.open(`/authorize?${referringQuery(uri)}`)).page, 'login')
  })

test('RFC 9126 §7.4: a request is judged again when it is used: its redirect URI is gone', async () => {
  const opened = await open()
  const uri = await pushed(opened)
  const { store } = opened.world.options
  const client = await store.findClient('web')
  assert.ok(client)
  await store.saveClient({ ...client, redirectUris: ['https://app.example/new'] })
  const arrival = await opened.browser.open(`/authorize?${referringQuery(uri)}`)
  assert.equal(arrival.location, undefined)
  assert.equal(pageOf(arrival)['error'], 'invalid_request')
})

test('RFC 9126 §7.4: a request is judged again when it is used: its scope is above the new ceiling', async () => {
  const opened = await open()
  const uri = await pushed(opened, { scope: 'write_pets' })
  const { store } = opened.world.options
  const client = await store.findClient('web')
  assert.ok(client)
  await store.saveClient({ ...client, scope: 'read_pets' })
  const left = await opened.browser.open(`/authorize?${referringQuery(uri)}`)
  assert.equal(sentParameters(left).get('error'), 'invalid_scope')
})

test('RFC 9126 §2.2: with its client, what the client has pushed is gone', async () => {
  const opened = await open()
  const uri = await pushed(opened)
  const { store, clock } = opened.world.options
  const client = await store.findClient('web')
  assert.ok(client)
  await store.deleteClient(client.clientId, clock.now())
  await store.saveClient(client)
  const arrival = await opened.browser.open(`/authorize?${referringQuery(uri)}`)
  assert.equal(pageOf(arrival)['error'], 'invalid_request_uri')
})

test('RFC 9126 §5: where pushing is required, the metadata says so and a plain request is refused', async () => {
  const opened = await open({ required: true })
  assert.equal(opened.server.metadata.require_pushed_authorization_requests, true)
  const left = await opened.authorize()
  assert.equal(sentParameters(left).get('error'), 'invalid_request')
  assert.equal(sentParameters(left).get('state'), 'the state')
  const arrival = await opened.browser.open(`/authorize?${referringQuery(await pushed(opened))}`)
  assert.equal(pageOf(arrival).page, 'login')
})

test('RFC 9126 §6: a client that is registered to push its requests sends no plain ones', async () => {
  const metadata = { require_pushed_authorization_requests: true }
  const opened = await open({}, { clients: [testClient({ name: 'strict', metadata })] })
  assert.equal(sentParameters(await opened.authorize({ client_id: 'strict' })).get('error'), 'invalid_request')
  assert.equal(pageOf(await opened.authorize()).page, 'login', 'another client')
  const uri = await pushed(opened, {}, { by: 'strict' })
  assert.equal(pageOf(await opened.browser.open(`/authorize?${referringQuery(uri, 'strict')}`)).page, 'login')
})

test('RFC 9126 §5: the metadata names the endpoint, and promises nothing about other references', async () => {
  const { server } = await open()
  assert.equal(server.metadata.pushed_authorization_request_endpoint, 'https://as.example/par')
  assert.equal(server.metadata.require_pushed_authorization_requests, false)
  assert.equal(server.metadata.request_uri_parameter_supported, false)
})

test('RFC 9126 §4: references of another kind are refused as before', async () => {
  const opened = await open()
  const left = await opened.authorize({ request_uri: 'https://app.example/request.jwt' })
  assert.equal(sentParameters(left).get('error'), 'request_uri_not_supported')
})

test('RFC 9126 §5: a server without the feature has no such endpoint, says nothing of it and refuses references', async () => {
  const opened = await openWorld()
  assert.equal((await push(opened)).status, 404)
  assert.equal(opened.server.metadata.pushed_authorization_request_endpoint, undefined)
  assert.equal(opened.server.metadata.require_pushed_authorization_requests, undefined)
  const left = await opened.authorize({ request_uri: 'urn:ietf:params:oauth:request_uri:x' })
  assert.equal(sentParameters(left).get('error'), 'request_uri_not_supported')
})

test('RFC 9449 §10.1: the key that a pushed request proves is the key of its code', async () => {
  const opened = await open({}, { features: [proving] })
  const response = await push(opened, {}, { headers: headersWith(key) })
  assert.equal(response.status, 201)
  assert.equal(response.headers['dpop-nonce'], 'the next nonce')
  const [ticket] = await opened.world.options.store.listTickets({ kind: 'pushed_request' }, 1)
  assert.match(ticket?.data ?? '', new RegExp(`dpop_jkt=${key}`))
  const same = await push(opened, { dpop_jkt: key }, { headers: headersWith(key) })
  assert.equal(same.status, 201)
})

test('RFC 9449 §10.1: a pushed request that proves one key and names another is refused', async () => {
  const opened = await open({}, { features: [proving] })
  const response = await push(opened, { dpop_jkt: 'o'.repeat(43) }, { headers: headersWith(key) })
  assert.equal(outcomeOf(response), '400 invalid_request')
})

test('RFC 9449 §10.1: a pushed request with a broken proof is refused', async () => {
  const opened = await open({}, { features: [proving] })
  const response = await push(opened, {}, { headers: headersWith('broken') })
  assert.equal(bodyOf(response)['error'], 'invalid_dpop_proof')
})

test('RFC 9126 §3: what a source makes of a pushed request must be of the client that pushes it', async () => {
  const foreign: Feature = {
    name: 'foreign',
    requestSources: [
      {
        name: 'foreign',
        resolve: async () => {
          const parameters = parseParameters(authorizationQuery({ client_id: 'post' }))
          return isRefusal(parameters) ? undefined : { kind: 'resolved', parameters, by: ['foreign'] }
        },
      },
    ],
  }
  assert.equal(outcomeOf(await push(await open({}, { features: [foreign] }))), '400 invalid_request')
})

test('RFC 9126 §2.1: rules of features judge what is pushed, and see how it came', async () => {
  const seen: (readonly string[])[] = []
  const ruling: Feature = {
    name: 'ruling',
    requestRules: [
      (_context, { by, parameters }) => {
        seen.push(by)
        return parameters.get('state') === undefined ? refuse('invalid_request', '`state` is wanted') : undefined
      },
    ],
  }
  const opened = await open({}, { features: [ruling] })
  assert.equal(outcomeOf(await push(opened, { state: undefined })), '400 invalid_request')
  await opened.browser.open(`/authorize?${referringQuery(await pushed(opened))}`)
  assert.deepEqual(seen, [['pushedRequests'], ['pushedRequests'], ['pushedRequests']])
})

for (const ttl of [0, 601])
  test(`a pushed request does not wait for ${ttl} seconds`, async () => {
    const { options } = await testWorld({ features: [pushedRequests({ ttl: seconds(ttl) })] })
    assert.throws(
      () => createServer(options),
      (error: ServerOptionsError) => error.problems.some(({ path }) => path === 'features.pushedRequests.ttl'),
    )
  })

function headersWith(proof: string) {
  const form = request({ form: {}, basic: ['web', clientSecret] })
  return { ...form.headers, proof }
}
