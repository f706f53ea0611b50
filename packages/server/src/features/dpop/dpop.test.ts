// RFC 9449
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpResponse } from '@ambit/protocol'
import { decodeJwt } from 'jose'
import { tokenEndpoint } from '../../endpoints/token.ts'
import { ServerOptionsError } from '../../options-error.ts'
import { contextOf, createServer } from '../../server.ts'
import { authorize } from '../../testing/authorization.ts'
import { consent, logIn, openWorld, sentParameters, verifier } from '../../testing/authorize.ts'
import { introspect, isActive } from '../../testing/client-requests.ts'
import { clientSecret, clients, redirectUri, testClient } from '../../testing/clients.ts'
import { clientId } from '../../testing/ids.ts'
import { type ProofChanges, type ProofKey, proofFor, proofKey } from '../../testing/proofs.ts'
import { bodyOf, outcomeOf, request } from '../../testing/requests.ts'
import { codeForm, tokensOf } from '../../testing/token-requests.ts'
import { type TestWorld, testWorld, type WorldOverrides } from '../../testing/world.ts'
import { dpop } from './dpop.ts'
import type { DpopOptions } from './options.ts'

const key = proofKey()
const other = proofKey()
const machineForm = { grant_type: 'client_credentials', scope: 'read_pets' }

const dpopWorld = (options: DpopOptions = {}, overrides: WorldOverrides = {}) =>
  testWorld({ features: [dpop(options)], ...overrides })

type Sent = {
  readonly form?: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly client?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
}

/** Sends a token request with what is given as proof; a client without a secret is named in the form. */
function send(world: TestWorld, proof: string | readonly string[] | undefined, sent: Sent = {}): Promise<HttpResponse> {
  const { form = machineForm, client = 'machine', headers = {} } = sent
  const isPublic = client === 'spa'
  const parts = {
    path: '/token',
    form: isPublic ? { ...form, client_id: client } : form,
    headers: { ...headers, ...(proof !== undefined && { dpop: proof }) },
    ...(!isPublic && { basic: [client, clientSecret] as const }),
  }
  return tokenEndpoint.handle(world.context, world.exchange(request(parts)))
}

const sendProof = async (changes: ProofChanges, by: ProofKey = key, options: DpopOptions = {}) => {
  const world = await dpopWorld(options)
  return send(world, proofFor(world, by, changes))
}

test('RFC 9449 §5: a token request with a proof gets a token of the type DPoP, bound to the key', async () => {
  const response = await sendProof({})
  assert.equal(bodyOf(response)['token_type'], 'DPoP')
  assert.deepEqual(decodeJwt(tokensOf(response).access_token)['cnf'], { jkt: key.jkt })
  assert.equal(response.headers['dpop-nonce'], undefined)
})

test('RFC 9449 §5: a token request without a proof gets a bearer token', async () => {
  const response = await send(await dpopWorld(), undefined)
  assert.equal(bodyOf(response)['token_type'], 'Bearer')
  assert.equal(decodeJwt(tokensOf(response).access_token)['cnf'], undefined)
})

test('RFC 9449 §6.2: introspection tells the key of an opaque token, and its type', async () => {
  const world = await dpopWorld()
  const issued = await send(world, proofFor(world, key), { form: { ...machineForm, scope: 'order' } })
  const told = bodyOf(await introspect(world, { token: tokensOf(issued).access_token }))
  assert.deepEqual(told['cnf'], { jkt: key.jkt })
  assert.equal(told['token_type'], 'DPoP')
})

for (const algorithm of ['ES256', 'EdDSA', 'RS256', 'PS256'] as const)
  test(`RFC 9449 §4.3: a proof is good that is signed by ${algorithm}`, async () => {
    assert.equal(outcomeOf(await sendProof({}, proofKey(algorithm))), '200')
  })

const now = 1_800_000_000
for (const [name, claims] of [
  ['a minute old', { iat: now - 60 }],
  ['a quarter of a minute ahead', { iat: now + 15 }],
  ['with query and fragment in `htu`', { htu: 'https://as.example/token?x#y' }],
  ['with the default port and capitals', { htu: 'HTTPS://AS.example:443/token' }],
  ['with claims that nobody here knows', { extra: true }],
  ['with a nonce where none is asked for', { nonce: 'of another server' }],
] as const)
  test(`RFC 9449 §4.3: a proof at the token endpoint is good: ${name}`, async () => {
    assert.equal(outcomeOf(await sendProof({ claims })), '200')
  })

for (const [name, changes] of [
  ['no typ', { header: { typ: undefined } }],
  ['the type of an access token', { header: { typ: 'at+jwt' } }],
  ['no algorithm', { header: { alg: undefined } }],
  ['the algorithm none', { header: { alg: 'none' } }],
  ['a shared secret', { header: { alg: 'HS256' } }],
  ['an algorithm that is not the key’s', { header: { alg: 'PS256' } }],
  ['no key', { header: { jwk: undefined } }],
  ['a private key', { header: { jwk: { ...key.jwk, d: 'AAAA' } } }],
  ['a symmetric key', { header: { jwk: { kty: 'oct', k: 'AAAA' } } }],
  ['a point that is not on the curve', { header: { jwk: { ...key.jwk, y: key.jwk.x } } }],
  ['an extension that must be understood', { header: { crit: ['exp'] } }],
  ['no jti', { claims: { jti: undefined } }],
  ['an empty jti', { claims: { jti: '' } }],
  ['an endless jti', { claims: { jti: 'a'.repeat(257) } }],
  ['no htm', { claims: { htm: undefined } }],
  ['no htu', { claims: { htu: undefined } }],
  ['no iat', { claims: { iat: undefined } }],
  ['an iat that is a text', { claims: { iat: String(now) } }],
  ['another method', { claims: { htm: 'GET' } }],
  ['the method in small letters', { claims: { htm: 'post' } }],
  ['another endpoint', { claims: { htu: 'https://as.example/userinfo' } }],
  ['another host', { claims: { htu: 'https://api.example/token' } }],
  ['another scheme', { claims: { htu: 'http://as.example/token' } }],
  ['another port', { claims: { htu: 'https://as.example:8443/token' } }],
  ['the issuer alone', { claims: { htu: 'https://as.example' } }],
  ['an htu that is no URI', { claims: { htu: '/token' } }],
  ['older than a minute', { claims: { iat: now - 61 } }],
  ['too far ahead', { claims: { iat: now + 16 } }],
] as const)
  test(`RFC 9449 §4.3: a proof at the token endpoint is invalid_dpop_proof: ${name}`, async () => {
    const world = await dpopWorld()
    const response = await send(world, proofFor(world, key, changes))
    assert.equal(outcomeOf(response), '400 invalid_dpop_proof')
    assert.equal(response.headers['cache-control'], 'no-store')
    assert.equal(response.headers['www-authenticate'], undefined)
  })

test('RFC 9449 §4.3: the signature is that of the key in the proof', async () => {
  const world = await dpopWorld()
  const [header = '', claims = '', signature = ''] = proofFor(world, key).split('.')
  const [, otherClaims = ''] = proofFor(world, key).split('.')
  for (const proof of [
    proofFor(world, { ...other, jwk: key.jwk }),
    `${header}.${otherClaims}.${signature}`,
    `${header}.${claims}.${signature.slice(0, -4)}`,
    `${header}.${claims}.`,
    `${header}.${claims}.${'A'.repeat(86)}`,
  ])
    assert.equal(outcomeOf(await send(world, proof)), '400 invalid_dpop_proof', proof)
})

test('RFC 9449 §4.3: there is exactly one field, and one JWT in it', async () => {
  const world = await dpopWorld()
  const [one, two] = [proofFor(world, key), proofFor(world, key)]
  for (const field of [[one, two], [one, one], `${one}, ${two}`, `${one},`, '', 'proof', 'a.b.c', `${one}.x.y`])
    assert.equal(outcomeOf(await send(world, field)), '400 invalid_dpop_proof', String(field))
})

test('RFC 9449 §4.3: a proof of more than 8192 characters is not looked at', async () => {
  const long = { extra: 'a'.repeat(6_000) }
  assert.equal(outcomeOf(await sendProof({ claims: long })), '400 invalid_dpop_proof')
})

test('RFC 9449 §4.3: a proof that is refused issues nothing, and spends no code', async () => {
  const world = await dpopWorld()
  const form = codeForm(await authorize(world))
  const old = proofFor(world, key, { claims: { iat: now - 3_600 } })
  assert.equal(outcomeOf(await send(world, old, { form, client: 'web' })), '400 invalid_dpop_proof')
  assert.equal(outcomeOf(await send(world, proofFor(world, key), { form, client: 'web' })), '200')
})

test('RFC 9449 §4.3: the URI is the one that the issuer says, whatever the request and proxies say', async () => {
  const world = await dpopWorld({}, { issuer: 'https://as.example/tenant' })
  const { handle } = createServer(world.options)
  const ask = (htu: string) => {
    const headers = {
      dpop: proofFor(world, key, { claims: { htu } }),
      host: 'inner:8080',
      'x-forwarded-host': 'evil.example',
    }
    return handle(request({ path: '/tenant/token', form: machineForm, basic: ['machine', clientSecret], headers }))
  }
  assert.equal(outcomeOf(await ask('https://as.example/tenant/token')), '200')
  for (const htu of ['https://as.example/token', 'http://inner:8080/tenant/token', 'https://evil.example/tenant/token'])
    assert.equal(outcomeOf(await ask(htu)), '400 invalid_dpop_proof', htu)
})

test('RFC 8705 §5: the alias of an endpoint for mutual TLS is its URI, too, and no other endpoint’s', async () => {
  const aliases = {
    token_endpoint: 'https://mtls.as.example/token',
    revocation_endpoint: 'https://mtls.as.example/revoke',
  }
  const alias = { name: 'alias', metadata: () => ({ mtls_endpoint_aliases: aliases }) }
  const world = await dpopWorld({}, { features: [dpop(), alias] })
  const ask = (htu: string) => send(world, proofFor(world, key, { claims: { htu } }))
  assert.equal(outcomeOf(await ask('https://mtls.as.example/token')), '200')
  assert.equal(outcomeOf(await ask('https://as.example/token')), '200')
  assert.equal(outcomeOf(await ask('https://mtls.as.example/revoke')), '400 invalid_dpop_proof')
  assert.equal(outcomeOf(await ask('https://other.example/token')), '400 invalid_dpop_proof')
})

test('RFC 9449 §11.1: a proof serves once, and no longer than a good one could', async () => {
  const world = await dpopWorld()
  const proof = proofFor(world, key, { claims: { iat: now + 15 } })
  assert.equal(outcomeOf(await send(world, proof)), '200')
  assert.equal(outcomeOf(await send(world, proof)), '400 invalid_dpop_proof')
  world.clock.advance(75)
  assert.equal(outcomeOf(await send(world, proof)), '400 invalid_dpop_proof')
  assert.match(
    world.events.map(event => (event.kind === 'request.refused' ? event.reason : '')).join('\n'),
    /used before/,
  )
})

test('RFC 9449 §11.1: of proofs with one jti one is taken, and another key may use the same', async () => {
  const world = await dpopWorld()
  const again = (by: ProofKey) => send(world, proofFor(world, by, { claims: { jti: 'one' } }))
  assert.equal(outcomeOf(await again(key)), '200')
  assert.equal(outcomeOf(await again(key)), '400 invalid_dpop_proof')
  assert.equal(outcomeOf(await again(other)), '200')
})

test('RFC 9449 §11.1: of many that send one proof at once, one gets a token', async () => {
  const world = await dpopWorld()
  const proof = proofFor(world, key)
  const outcomes = await Promise.all(Array.from({ length: 8 }, async () => outcomeOf(await send(world, proof))))
  assert.equal(outcomes.filter(each => each === '200').length, 1)
})

test('RFC 9449 §11.1: a proof is remembered for as long as it is good, also where a clock is behind', async () => {
  const remembered: number[] = []
  const { options } = await testWorld()
  const store = { ...options.store, remember: async (_hash: string, until: number) => remembered.push(until) > 0 }
  const world = await dpopWorld({}, { store })
  for (const iat of [now, now + 0.5])
    assert.equal(outcomeOf(await send(world, proofFor(world, key, { claims: { iat } }))), '200')
  assert.deepEqual(remembered, [now + 76, now + 76])
})

test('RFC 9449 §11.1: a proof that is not good is not remembered, so that nobody burns what is to come', async () => {
  const world = await dpopWorld()
  const claims = { jti: 'one' }
  assert.equal(
    outcomeOf(await send(world, proofFor(world, { ...other, jwk: key.jwk }, { claims }))),
    '400 invalid_dpop_proof',
  )
  assert.equal(outcomeOf(await send(world, proofFor(world, key, { claims }))), '200')
})

test('RFC 9449 §11.6: only the algorithms that the server wants count, and it says which', async () => {
  const options = { algorithms: ['EdDSA'] } as const
  assert.equal(outcomeOf(await sendProof({}, key, options)), '400 invalid_dpop_proof')
  assert.equal(outcomeOf(await sendProof({}, proofKey('EdDSA'), options)), '200')
  const { metadata } = createServer((await dpopWorld(options)).options)
  assert.deepEqual(metadata.dpop_signing_alg_values_supported, ['EdDSA'])
})

test('RFC 9449 §5.1: the metadata lists the algorithms, none of them `none` or of a shared secret', async () => {
  const { metadata } = createServer((await dpopWorld()).options)
  assert.deepEqual(metadata.dpop_signing_alg_values_supported, ['ES256', 'EdDSA', 'RS256', 'PS256'])
})

const bound = testClient({
  ...clients.machine,
  name: 'bound',
  clientId: clientId('bound'),
  metadata: { dpop_bound_access_tokens: true },
})
const unbound = testClient({
  ...clients.machine,
  name: 'unbound',
  clientId: clientId('unbound'),
  metadata: { dpop_bound_access_tokens: false },
})

test('RFC 9449 §5.2: a client that always uses DPoP gets no token without a proof', async () => {
  const world = await dpopWorld({}, { clients: [bound, unbound] })
  const refused = await send(world, undefined, { client: 'bound' })
  assert.equal(outcomeOf(refused), '400 invalid_request')
  assert.match(String(bodyOf(refused)['error_description']), /`DPoP` header/)
  assert.equal(outcomeOf(await send(world, proofFor(world, key), { client: 'bound' })), '200')
  assert.equal(outcomeOf(await send(world, undefined, { client: 'unbound' })), '200')
})

test('RFC 9449 §5.2: a server that wants it gives no client a token without a proof', async () => {
  const world = await dpopWorld({ required: true })
  assert.equal(outcomeOf(await send(world, undefined)), '400 invalid_request')
  assert.equal(outcomeOf(await send(world, proofFor(world, key))), '200')
})

test('RFC 9449 §5.2: a client that always uses DPoP gets no token by the implicit grant, but an ID token', async () => {
  const { legacy } = clients
  const always = testClient({ ...legacy, metadata: { dpop_bound_access_tokens: true } })
  for (const [client, features, responseType, outcome] of [
    [always, [dpop()], 'token', 'unauthorized_client'],
    [always, [dpop()], 'id_token token', 'unauthorized_client'],
    [always, [dpop()], 'id_token', undefined],
    [legacy, [dpop()], 'token', undefined],
    [legacy, [dpop({ required: true })], 'token', 'unauthorized_client'],
    [always, [], 'token', undefined],
  ] as const) {
    const { authorize: ask } = await openWorld({ features, clients: [client], dangerouslyAllowImplicit: true })
    const changes = {
      client_id: 'legacy',
      response_type: responseType,
      nonce: 'n',
      code_challenge: undefined,
      code_challenge_method: undefined,
    }
    const arrival = await ask(changes)
    assert.equal(
      arrival.location && sentParameters(arrival).get('error'),
      outcome,
      `${responseType} ${features.length}`,
    )
  }
})

test('RFC 9449 §5: the refresh token of a public client is bound to its key', async () => {
  const world = await dpopWorld()
  const { spa } = clients
  const form = codeForm(await authorize(world, { client: spa }))
  const issued = tokensOf(await send(world, proofFor(world, key), { form, client: 'spa' }))
  const refresh = { grant_type: 'refresh_token', refresh_token: issued.refresh_token }
  const ask = (proof: string | undefined, token = refresh) => send(world, proof, { form: token, client: 'spa' })
  assert.equal(outcomeOf(await ask(undefined)), '400 invalid_grant')
  assert.equal(outcomeOf(await ask(proofFor(world, other))), '400 invalid_grant')
  const refreshed = await ask(proofFor(world, key))
  assert.equal(bodyOf(refreshed)['token_type'], 'DPoP')
  const next = { ...refresh, refresh_token: tokensOf(refreshed).refresh_token }
  assert.equal(outcomeOf(await ask(proofFor(world, other), next)), '400 invalid_grant', 'and so is its successor')
  assert.equal(outcomeOf(await ask(proofFor(world, key), next)), '200')
})

test('RFC 9449 §5: who has the spent refresh token of a public client without its key can end nothing', async () => {
  const world = await dpopWorld()
  const form = codeForm(await authorize(world, { client: clients.spa }))
  const issued = tokensOf(await send(world, proofFor(world, key), { form, client: 'spa' }))
  const refresh = { grant_type: 'refresh_token', refresh_token: issued.refresh_token }
  const refreshed = tokensOf(await send(world, proofFor(world, key), { form: refresh, client: 'spa' }))
  world.clock.advance(60)
  assert.equal(
    outcomeOf(await send(world, proofFor(world, other), { form: refresh, client: 'spa' })),
    '400 invalid_grant',
  )
  assert.equal(await isActive(world, refreshed.access_token), true)
})

test('RFC 9449 §5: a public client that begins to prove is bound from then on', async () => {
  const world = await dpopWorld()
  const form = codeForm(await authorize(world, { client: clients.spa }))
  const first = tokensOf(await send(world, undefined, { form, client: 'spa' }))
  const refresh = (token: string) => ({ grant_type: 'refresh_token', refresh_token: token })
  const proven = await send(world, proofFor(world, key), { form: refresh(first.refresh_token), client: 'spa' })
  const next = { form: refresh(tokensOf(proven).refresh_token), client: 'spa' }
  assert.equal(outcomeOf(await send(world, undefined, next)), '400 invalid_grant')
})

test('RFC 9449 §5: a confidential client may change its key when it refreshes', async () => {
  const world = await dpopWorld()
  const form = codeForm(await authorize(world))
  const issued = tokensOf(await send(world, proofFor(world, key), { form, client: 'web' }))
  const refresh = { grant_type: 'refresh_token', refresh_token: issued.refresh_token }
  const refreshed = await send(world, proofFor(world, other), { form: refresh, client: 'web' })
  assert.deepEqual(decodeJwt(tokensOf(refreshed).access_token)['cnf'], { jkt: other.jkt })
})

/** Authorizes in a browser and redeems the code with and without proofs. */
async function codeFor(changes: Readonly<Record<string, string>>, features = [dpop()]) {
  const { server, browser, authorize: ask } = await openWorld({ features })
  const arrival = await consent(browser, await logIn(browser, await ask({ scope: 'read_pets', ...changes })), [
    'read_pets',
  ])
  const code = sentParameters(arrival).get('code') ?? ''
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
  return (proof?: string) => {
    const headers = proof === undefined ? {} : { dpop: proof }
    return server.handle(request({ path: '/token', form, basic: ['web', clientSecret], headers }))
  }
}

test('RFC 9449 §10: a code that is bound to a key is redeemed with a proof of it, and only so', async () => {
  const redeem = await codeFor({ dpop_jkt: key.jkt })
  const world = await dpopWorld()
  assert.equal(outcomeOf(await redeem()), '400 invalid_grant')
  assert.equal(outcomeOf(await redeem(proofFor(world, other))), '400 invalid_grant')
  assert.equal(bodyOf(await redeem(proofFor(world, key)))['token_type'], 'DPoP')
})

test('RFC 9449 §10: a `dpop_jkt` that is no thumbprint is invalid_request', async () => {
  const { authorize: ask } = await openWorld({ features: [dpop()] })
  for (const dpop_jkt of ['x', `${key.jkt}=`, `${key.jkt.slice(1)}+`])
    assert.equal(sentParameters(await ask({ dpop_jkt })).get('error'), 'invalid_request', dpop_jkt)
})

test('RFC 9449 §8: where nonces are wanted, a proof without one of ours is answered with one', async () => {
  const world = await dpopWorld({ nonce: 'always' })
  for (const nonce of [undefined, '', 'of another server']) {
    const response = await send(world, proofFor(world, key, { claims: { nonce } }))
    assert.equal(outcomeOf(response), '400 use_dpop_nonce')
    assert.equal(response.headers['cache-control'], 'no-store')
    assert.match(String(response.headers['dpop-nonce']), /^[A-Za-z0-9_-]{43}$/)
  }
})

test('RFC 9449 §8: the proof with the nonce is good, and the answer brings the one of now', async () => {
  const world = await dpopWorld({ nonce: 'always' })
  const asked = await send(world, proofFor(world, key))
  const nonce = String(asked.headers['dpop-nonce'])
  const ask = () => send(world, proofFor(world, key, { claims: { nonce } }))
  const first = await ask()
  assert.equal(outcomeOf(first), '200')
  assert.equal(first.headers['dpop-nonce'], nonce)
  world.clock.advance(120)
  const second = await ask()
  assert.equal(outcomeOf(second), '200')
  assert.notEqual(second.headers['dpop-nonce'], nonce)
  world.clock.advance(120)
  assert.equal(outcomeOf(await ask()), '400 use_dpop_nonce')
})

test('RFC 9449 §11.3: once nonces are wanted, a token request without a proof is as it was', async () => {
  const world = await dpopWorld({ nonce: 'always' })
  assert.equal(bodyOf(await send(world, undefined))['token_type'], 'Bearer')
})

test('RFC 9449 §5: without the feature the field and `dpop_jkt` mean nothing, and the metadata is silent', async () => {
  const world = await testWorld({ clients: [bound] })
  assert.equal(bodyOf(await send(world, 'no proof'))['token_type'], 'Bearer')
  assert.equal(outcomeOf(await send(world, undefined, { client: 'bound' })), '200')
  assert.equal(createServer(world.options).metadata.dpop_signing_alg_values_supported, undefined)
  const redeem = await codeFor({ dpop_jkt: 'x' }, [])
  assert.equal(bodyOf(await redeem())['token_type'], 'Bearer')
})

test('RFC 9449 §5: what was bound stays bound where the feature is switched off', async () => {
  const world = await dpopWorld()
  const form = codeForm(await authorize(world, { client: clients.spa }))
  const issued = tokensOf(await send(world, proofFor(world, key), { form, client: 'spa' }))
  const without = { ...world, context: contextOf({ ...world.options, features: [] }) }
  const refresh = { grant_type: 'refresh_token', refresh_token: issued.refresh_token }
  assert.equal(
    outcomeOf(await send(without, proofFor(world, key), { form: refresh, client: 'spa' })),
    '400 invalid_grant',
  )
})

for (const [name, options, path] of [
  ['no algorithm', { algorithms: [] }, 'dpop.algorithms'],
  ['an algorithm of a shared secret', { algorithms: ['HS256'] as never }, 'dpop.algorithms'],
  ['a window of hours', { proofMaxAge: 3600 }, 'dpop.proofMaxAge'],
  ['no window', { proofMaxAge: 0 }, 'dpop.proofMaxAge'],
  ['a window that is no number', { proofMaxAge: Number.NaN }, 'dpop.proofMaxAge'],
  ['more skew than age', { clockSkew: 61 }, 'dpop.clockSkew'],
  ['a skew below zero', { clockSkew: -1 }, 'dpop.clockSkew'],
  ['a word for nonces that is none', { nonce: 'sometimes' as never }, 'dpop.nonce'],
] as const)
  test(`RFC 9449 §11.1: options that make no sense stop the server: ${name}`, async () => {
    const { options: world } = await testWorld()
    const make = () => createServer({ ...world, features: [dpop(options)] })
    assert.throws(make, error => error instanceof ServerOptionsError && error.problems[0]?.path === path)
  })

test('RFC 9449 §8: scripts of other origins may send proofs to the token endpoint, and read nonces', async () => {
  const { handle } = createServer((await dpopWorld({ nonce: 'always' })).options)
  const preflight = await handle(request({ method: 'OPTIONS', path: '/token' }))
  assert.match(String(preflight.headers['access-control-allow-headers']), /\bdpop\b/)
  const answer = await handle(request({ path: '/token', form: machineForm, basic: ['machine', clientSecret] }))
  assert.match(String(answer.headers['access-control-expose-headers']), /\bdpop-nonce\b/)
})
