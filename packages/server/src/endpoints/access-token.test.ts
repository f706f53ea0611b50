// RFC 6750 §3, RFC 9449 §7, RFC 8705 §3
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpRequest } from '@ambit/protocol'
import type { ServerContext } from '../context.ts'
import type { Feature } from '../feature.ts'
import { dpop } from '../features/dpop/dpop.ts'
import { currentNonce } from '../features/dpop/nonces.ts'
import type { DpopOptions } from '../features/dpop/options.ts'
import { contextOf } from '../server.ts'
import { authorize } from '../testing/authorization.ts'
import { clientSecret } from '../testing/clients.ts'
import { type ProofChanges, proofFor, proofKey, sha256 } from '../testing/proofs.ts'
import { bodyOf, outcomeOf, request } from '../testing/requests.ts'
import { codeForm, tokensOf } from '../testing/token-requests.ts'
import { testWorld } from '../testing/world.ts'
import { tokenEndpoint } from './token.ts'
import { userinfoEndpoint } from './userinfo.ts'

const key = proofKey()
const other = proofKey()

/** Binds to whatever certificate the peer has; its hash is its text. */
const certificates: Feature = {
  name: 'certificates',
  senderBindings: [
    {
      member: 'x5t#S256',
      prove: async (_context, { request: { peerCertificate } }) =>
        peerCertificate ? { confirmation: { 'x5t#S256': String(peerCertificate) } } : {},
    },
  ],
}
const certificate = { peerCertificate: new Uint8Array([1, 2]) }
const otherCertificate = { peerCertificate: new Uint8Array([3]) }

type Given = {
  readonly bind?: 'key' | 'certificate' | 'both'
  readonly options?: DpopOptions
  readonly scope?: string
}

type Asked = Partial<HttpRequest> & { readonly context?: ServerContext }

/** A world in which a client has a token, bound or not, and asks for claims with it. */
async function withToken({ bind, options = {}, scope = 'openid' }: Given = {}) {
  const world = await testWorld({ features: [dpop(options), certificates] })
  const { context, exchange } = world
  const isOf = (what: Given['bind']) => bind === what || bind === 'both'
  const claims = { nonce: await currentNonce(context) }
  const token = tokensOf(
    await tokenEndpoint.handle(
      context,
      exchange(
        request({
          path: '/token',
          form: codeForm(await authorize(world, { scope })),
          basic: ['web', clientSecret],
          ...(isOf('certificate') && certificate),
          headers: isOf('key') ? { dpop: proofFor(world, key, { claims }) } : {},
        }),
      ),
    ),
  ).access_token
  const about = { htm: 'GET', htu: 'https://as.example/userinfo', ath: sha256(token) }
  const proof = (changes: ProofChanges = {}, by = key) =>
    proofFor(world, by, { ...changes, claims: { ...about, ...changes.claims } })
  const ask = (scheme: string, field?: string | readonly string[], { context: at = context, ...parts }: Asked = {}) => {
    const headers = { authorization: `${scheme} ${token}`, ...(field !== undefined && { dpop: field }) }
    return userinfoEndpoint.handle(at, exchange({ ...request({ path: '/userinfo', headers }), ...parts }))
  }
  return { world, token, proof, ask }
}

const algs = 'algs="ES256 EdDSA RS256 PS256"'
const realm = 'realm="https://as.example"'

test('RFC 9449 §7.1: a token that is bound to a key is let in with a proof of it', async () => {
  const { ask, proof } = await withToken({ bind: 'key' })
  for (const scheme of ['DPoP', 'dpop', 'DPOP']) {
    const response = await ask(scheme, proof())
    assert.equal(outcomeOf(response), '200')
    assert.deepEqual(bodyOf(response), { sub: 'user-alice' })
  }
  const posted = await ask('DPoP', proof({ claims: { htm: 'POST' } }), { method: 'POST' })
  assert.equal(outcomeOf(posted), '200')
})

for (const [name, changes] of [
  ['no ath', { claims: { ath: undefined } }],
  ['the hash of another token', { claims: { ath: sha256('other') } }],
  ['another method', { claims: { htm: 'POST' } }],
  ['made for the token endpoint', { claims: { htu: 'https://as.example/token' } }],
  ['another host', { claims: { htu: 'https://api.example/userinfo' } }],
  ['too old', { claims: { iat: 1_800_000_000 - 61 } }],
  ['another type', { header: { typ: 'JWT' } }],
] as const)
  test(`RFC 9449 §7.1: a proof at the userinfo endpoint is invalid_dpop_proof: ${name}`, async () => {
    const { ask, proof } = await withToken({ bind: 'key' })
    const response = await ask('DPoP', proof(changes))
    assert.equal(outcomeOf(response), '401 invalid_dpop_proof')
    const [bearer, own] = response.headers['www-authenticate'] ?? []
    assert.equal(bearer, `Bearer ${realm}`)
    assert.match(
      String(own),
      /^DPoP realm="https:\/\/as\.example", error="invalid_dpop_proof", error_description="[^"]+", algs="ES256 /,
    )
  })

test('RFC 9449 §4.3: without a proof, with two, or with a forged one, a bound token is let in nowhere', async () => {
  const { ask, proof } = await withToken({ bind: 'key' })
  const forged = proof({}, { ...other, jwk: key.jwk })
  for (const field of [undefined, [proof(), proof()], '', 'proof', forged])
    assert.equal(outcomeOf(await ask('DPoP', field)), '401 invalid_dpop_proof')
})

test('RFC 9449 §7.1: a proof of another key than the token is bound to is invalid_token, and is not remembered', async () => {
  const { ask, proof, world } = await withToken({ bind: 'key' })
  const remembered: string[] = []
  const store = { ...world.context.store, remember: async (hash: string) => remembered.push(hash) > 0 }
  const context = { ...world.context, store }
  assert.equal(outcomeOf(await ask('DPoP', proof({}, other), { context })), '401 invalid_token')
  assert.equal(remembered.length, 0)
  assert.equal(outcomeOf(await ask('DPoP', proof(), { context })), '200')
  assert.equal(remembered.length, 1)
})

test('RFC 9449 §11.1: a proof serves once at the userinfo endpoint', async () => {
  const { ask, proof } = await withToken({ bind: 'key' })
  const one = proof()
  assert.equal(outcomeOf(await ask('DPoP', one)), '200')
  assert.equal(outcomeOf(await ask('DPoP', one)), '401 invalid_dpop_proof')
})

test('RFC 9449 §7.2: a token that is bound to a key is refused as a bearer token, with and without a proof', async () => {
  const { ask, proof } = await withToken({ bind: 'key' })
  for (const field of [undefined, proof()]) {
    const response = await ask('Bearer', field)
    assert.equal(outcomeOf(response), '401 invalid_token')
    const [bearer, own] = response.headers['www-authenticate'] ?? []
    assert.match(String(bearer), /^Bearer .*error="invalid_token"/)
    assert.equal(own, `DPoP ${realm}, ${algs}`)
  }
})

test('RFC 9449 §7.1: a token that is bound to no key is refused in the scheme DPoP, and good as a bearer token', async () => {
  const { ask, proof } = await withToken()
  assert.equal(outcomeOf(await ask('DPoP', proof())), '401 invalid_token')
  assert.equal(outcomeOf(await ask('DPoP')), '401 invalid_token')
  assert.equal(outcomeOf(await ask('Bearer')), '200')
  assert.equal(outcomeOf(await ask('Bearer', 'no proof')), '200', 'the field means nothing to a bearer token')
})

test('RFC 9449 §7.1: a request without a token is challenged in both schemes', async () => {
  const { ask } = await withToken()
  const response = await ask('', undefined, { headers: {} })
  assert.deepEqual(response.headers['www-authenticate'], [
    `Bearer ${realm}, scope="openid"`,
    `DPoP ${realm}, scope="openid", ${algs}`,
  ])
  assert.deepEqual(bodyOf(response), {})
})

test('RFC 9449 §7.1: too little scope is said in the scheme that was used', async () => {
  const { ask, proof } = await withToken({ bind: 'key', scope: 'read_pets' })
  const response = await ask('DPoP', proof())
  assert.equal(outcomeOf(response), '403 insufficient_scope')
  const [bearer, own] = response.headers['www-authenticate'] ?? []
  assert.equal(bearer, `Bearer ${realm}, scope="openid"`)
  assert.match(String(own), /^DPoP .*error="insufficient_scope".*scope="openid"/)
})

test('RFC 9110 §11.6.2: two tokens, two schemes or a strange one are invalid_request', async () => {
  const { ask, proof, token } = await withToken({ bind: 'key' })
  for (const authorization of [
    [`DPoP ${token}`, `DPoP ${token}`],
    [`DPoP ${token}`, `Bearer ${token}`],
    `DPoP ${token}, Bearer ${token}`,
    `Bearer ${token} DPoP ${token}`,
    `DPoP  ${token}`,
    'DPoP',
    `Basic ${token}`,
    `constructor ${token}`,
  ]) {
    const response = await ask('', undefined, { headers: { authorization, dpop: proof() } })
    assert.equal(outcomeOf(response), '400 invalid_request', String(authorization))
  }
})

test('RFC 9449 §9: where nonces are wanted, a proof without one is answered with one, and with it let in', async () => {
  const { ask, proof } = await withToken({ bind: 'key', options: { nonce: 'always' } })
  const refused = await ask('DPoP', proof())
  assert.equal(outcomeOf(refused), '401 use_dpop_nonce')
  assert.match(String(refused.headers['www-authenticate']), /DPoP [^,]*, error="use_dpop_nonce"/)
  const nonce = refused.headers['dpop-nonce']
  const letIn = await ask('DPoP', proof({ claims: { nonce } }))
  assert.equal(outcomeOf(letIn), '200')
  assert.equal(letIn.headers['dpop-nonce'], nonce)
})

test('RFC 8705 §3: a token that is bound to a certificate is let in by that certificate alone', async () => {
  const { ask } = await withToken({ bind: 'certificate' })
  assert.equal(outcomeOf(await ask('Bearer', undefined, certificate)), '200')
  assert.equal(outcomeOf(await ask('Bearer', undefined, otherCertificate)), '401 invalid_token')
  assert.equal(outcomeOf(await ask('Bearer')), '401 invalid_token')
})

test('RFC 8705 §3: a stray proof changes nothing for a token that is bound to a certificate', async () => {
  const { ask } = await withToken({ bind: 'certificate' })
  assert.equal(outcomeOf(await ask('Bearer', 'no proof', certificate)), '200')
})

test('RFC 7800 §3.1: a token that is bound to a key and a certificate wants both', async () => {
  const { ask, proof } = await withToken({ bind: 'both' })
  assert.equal(outcomeOf(await ask('DPoP', proof(), certificate)), '200')
  assert.equal(outcomeOf(await ask('DPoP', proof(), otherCertificate)), '401 invalid_token')
  assert.equal(outcomeOf(await ask('DPoP', proof())), '401 invalid_token')
  assert.equal(outcomeOf(await ask('DPoP', undefined, certificate)), '401 invalid_dpop_proof')
})

test('RFC 9449 §7.1: a bound token is let in nowhere where the feature is switched off', async () => {
  const { world, ask, proof } = await withToken({ bind: 'key' })
  const context = contextOf({ ...world.options, features: [] })
  const asBearer = await ask('Bearer', proof(), { context })
  assert.equal(outcomeOf(asBearer), '401 invalid_token')
  assert.equal(typeof asBearer.headers['www-authenticate'], 'string', 'there is one challenge')
  assert.equal(outcomeOf(await ask('DPoP', proof(), { context })), '400 invalid_request')
  assert.equal(outcomeOf(await ask('DPoP', proof())), '200')
})

test('RFC 9449 §7.1: a bound token that has expired is invalid_token, whatever its proof', async () => {
  const { world, ask, proof } = await withToken({ bind: 'key' })
  world.clock.advance(600)
  assert.equal(outcomeOf(await ask('DPoP', proof())), '401 invalid_token')
})
