import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type JwtClaims, refuse } from '@ambit/protocol'
import { createGuard, type Guarded } from './guard.ts'
import { accessTokenClaims, catalogue, issuer, requestWith, resource, start } from './testing/issuer.ts'
import type { Verification } from './verification.ts'

function guardFor(verification: Verification, realm?: string) {
  const issuers = [{ issuer, opaque: async () => verification }]
  return createGuard({ issuers, resource, catalogue, ...(realm && { realm }) })
}

const verified = (claims: JwtClaims = {}) =>
  guardFor({ kind: 'verified', claims: { ...accessTokenClaims(), ...claims }, until: start + 600 })
const readPets = 'read_pets'

function responseOf(guarded: Guarded) {
  assert.equal(guarded.kind, 'refused')
  return guarded.kind === 'refused' ? guarded.response : assert.fail()
}

function bodyOf(guarded: Guarded): Record<string, unknown> {
  return JSON.parse(responseOf(guarded).body) as Record<string, unknown>
}

test('RFC 6750 §3.1: without a token the challenge has no error code', async () => {
  const response = responseOf(await verified()({ headers: {}, query: '', body: '' }, readPets))
  assert.equal(response.status, 401)
  assert.equal(response.headers['www-authenticate'], `Bearer realm="${resource}", scope="read_pets"`)
})

test('RFC 6750 §3: without a requirement the challenge names no scope', async () => {
  const response = responseOf(await verified()({ headers: {}, query: '', body: '' }, { allOf: [] }))
  assert.equal(response.headers['www-authenticate'], `Bearer realm="${resource}"`)
})

test('RFC 6750 §3: the realm can be named', async () => {
  const guard = guardFor({ kind: 'verified', claims: {}, until: start }, 'the "pets"')
  const response = responseOf(await guard({ headers: {}, query: '', body: '' }, { allOf: [] }))
  assert.equal(response.headers['www-authenticate'], 'Bearer realm="the \\"pets\\""')
})

test('RFC 6750 §3.1: a malformed request is 400 invalid_request', async () => {
  const guarded = await verified()(requestWith('a b'), readPets)
  const { status, headers } = responseOf(guarded)
  assert.equal(status, 400)
  assert.equal(
    headers['www-authenticate'],
    `Bearer realm="${resource}", error="invalid_request", error_description="after \`Bearer\` one token is wanted"`,
  )
  assert.equal('required_scope' in bodyOf(guarded), false)
})

test('RFC 6750 §3.1: a token that does not verify is 401 invalid_token', async () => {
  const guarded = await guardFor(refuse('invalid_token', 'the access token has expired'))(requestWith('a'), readPets)
  const { status, headers } = responseOf(guarded)
  assert.equal(status, 401)
  assert.equal(
    headers['www-authenticate'],
    `Bearer realm="${resource}", error="invalid_token", error_description="the access token has expired", scope="read_pets"`,
  )
})

test('RFC 6750 §3.1: too little scope is 403 insufficient_scope, and the challenge names all scopes of the operation', async () => {
  const guarded = await verified()(requestWith('a'), { allOf: ['read_pets', 'write_pets'] })
  const { status, headers } = responseOf(guarded)
  assert.equal(status, 403)
  assert.match(
    String(headers['www-authenticate']),
    /^Bearer realm="[^"]+", error="insufficient_scope", error_description="[^"]+", scope="read_pets write_pets"$/,
  )
})

test('RFC 9457 §3: the problem body lists what is missing', async () => {
  const guarded = await verified()(requestWith('a'), { allOf: ['read_pets', 'write_pets'] })
  assert.equal(responseOf(guarded).headers['content-type'], 'application/problem+json')
  const body = bodyOf(guarded)
  assert.equal(body['title'], 'Forbidden')
  assert.equal(body['status'], 403)
  assert.equal(body['error'], 'insufficient_scope')
  assert.deepEqual(body['required_scope'], ['read_pets', 'write_pets'])
  assert.deepEqual(body['missing_scope'], ['write_pets'])
})

test('RFC 9457 §3: without a good token nothing is said to be missing, only wanted', async () => {
  const guarded = await guardFor(refuse('invalid_token', 'expired'))(requestWith('a'), readPets)
  assert.deepEqual(bodyOf(guarded)['required_scope'], ['read_pets'])
  assert.equal('missing_scope' in bodyOf(guarded), false)
})

test('guard: where tokens cannot be checked nothing is let through', async () => {
  const guarded = await guardFor({ kind: 'unavailable', reason: 'no answer' })(requestWith('a'), readPets)
  const { status, headers } = responseOf(guarded)
  assert.equal(status, 503)
  assert.equal(headers['retry-after'], '5')
  assert.equal(headers['www-authenticate'], undefined)
  assert.equal(guarded.kind === 'refused' && guarded.reason, 'no answer')
})

test('RFC 9068 §2.2: a covered requirement gives a typed access', async () => {
  const guarded = await verified({ scope: 'admin' })(requestWith('a'), readPets)
  assert.equal(guarded.kind, 'allowed')
  if (guarded.kind !== 'allowed') return
  assert.equal(guarded.access.subject, 'user-1')
  assert.equal(guarded.access.clientId, 'shop')
  assert.deepEqual(guarded.access.scope.tokens, ['admin'])
  assert.equal(guarded.access.claims['jti'], 'token-1')
})

test('RFC 9068 §2.2.3: a token without scope covers nothing', async () => {
  const guarded = await verified({ scope: undefined })(requestWith('a'), readPets)
  assert.equal(bodyOf(guarded)['error'], 'insufficient_scope')
})

test('guard: unknown scope covers nothing', async () => {
  const guarded = await verified({ scope: 'read_pet read_pets_all' })(requestWith('a'), readPets)
  assert.equal(bodyOf(guarded)['error'], 'insufficient_scope')
})

for (const [name, claims, reason] of [
  ['bound to a key', { cnf: { jkt: 'abc' } }, /bound to a key/],
  ['an acr that is a number', { acr: 7 }, /`acr` is no text/],
  ['an auth_time that is a text', { auth_time: 'now' }, /`auth_time` is no point/],
  ['an exp that is a text', { exp: 'never' }, /`exp` is no point/],
  ['details that are no list', { authorization_details: { type: 'payment' } }, /`authorization_details`/],
  ['details without a type', { authorization_details: [{ amount: 7 }] }, /`authorization_details`/],
  ['nobody who acts', { sub: undefined, client_id: undefined }, /neither which user nor which client/],
  ['a user without a name', { sub: '' }, /neither which user nor which client/],
  ['a scope that is a list', { scope: ['read_pets'] }, /`scope` is no scope value/],
  ['a scope with a tab', { scope: 'read_pets\twrite_pets' }, /`scope` is no scope value/],
  ['a sub that is a number', { sub: 7 }, /`sub` is no text/],
  ['a client_id that is a number', { client_id: 7 }, /`client_id` is no text/],
] as const)
  test(`RFC 6750 §3.1: a token that cannot be used here is invalid_token: ${name}`, async () => {
    const guarded = await verified(claims)(requestWith('a'), readPets)
    assert.equal(responseOf(guarded).status, 401)
    assert.equal(bodyOf(guarded)['error'], 'invalid_token')
    assert.match(guarded.kind === 'refused' ? guarded.reason : '', reason)
  })

test('RFC 9111 §5.2.2.5: refusals are not kept by caches', async () => {
  const response = responseOf(await verified()({ headers: {}, query: '', body: '' }, readPets))
  assert.equal(response.headers['cache-control'], 'no-store')
})
