import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitJws } from '../node/forge-jws.ts'
import { createSecretLedger } from '../secret/secret.ts'
import type { TestClient } from '../target/target.ts'
import { type Exchange, fieldValue, type SentRequest } from '../wire/exchange.ts'
import { createProvers } from './proved-request.ts'
import { readTokens } from './token-response.ts'

const origin = 'https://as.example'
const bound: TestClient = {
  name: 'app',
  clientId: 'app',
  credential: { method: 'none' },
  redirectUris: [],
  grantTypes: [],
  mayIntrospect: false,
  binding: 'dpop',
}
const { binding: _binding, ...unbound } = bound

function world() {
  const secrets = createSecretLedger()
  let made = 0
  const remake = (): SentRequest => ({
    method: 'POST',
    origin,
    target: '/token',
    headers: [],
    body: `attempt=${++made}`,
  })
  const nonces = new Map<string, string>()
  return { secrets, remake, nonces, ...createProvers({ secrets, now: () => 0, nonces, remake }) }
}

function answered(request: SentRequest, body: string, nonce?: string): Exchange {
  const headers = nonce === undefined ? [] : ([['dpop-nonce', nonce]] as const)
  const response = { status: 400, headers, body, isCut: false }
  return { request, sentAt: 0, duration: 1, kind: 'answered', response }
}

const claimsIn = (request: SentRequest) => splitJws(fieldValue(request.headers, 'dpop') ?? '')?.payload ?? {}

test('RFC 9449 §5: only requests of clients whose tokens are bound get a proof', () => {
  const { prove, remake } = world()
  assert.equal(fieldValue(prove(remake(), { pairs: [], client: unbound }).headers, 'dpop'), undefined)
  const { htm, htu } = claimsIn(prove(remake(), { pairs: [], client: bound }))
  assert.deepEqual([htm, htu], ['POST', `${origin}/token`])
})

test('RFC 9449 §8: a request that only lacks the nonce is made anew, with a fresh authentication', () => {
  const { prove, again, remake } = world()
  const first = prove(remake(), { pairs: [], client: bound })
  const second = again(first, answered(first, '{"error":"use_dpop_nonce"}', 'n-1'))
  assert.ok(second)
  assert.equal(second.body, 'attempt=2')
  assert.equal(claimsIn(second)['nonce'], 'n-1')
  assert.equal(again(second, answered(second, '{"error":"invalid_grant"}', 'n-2')), undefined)
})

test('RFC 9449 §8: a request that a test has changed is not made anew', () => {
  const { prove, again, remake } = world()
  const changed = { ...prove(remake(), { pairs: [], client: bound }), body: 'grant_type=nothing' }
  assert.equal(again(changed, answered(changed, '{"error":"use_dpop_nonce"}', 'n-1')), undefined)
})

test('RFC 9449 §7.1: a token is shown by the scheme that it came with', () => {
  const { show, secrets } = world()
  const request: SentRequest = { method: 'GET', origin, target: '/userinfo', headers: [] }
  const [plain, proved] = ['Bearer', 'DPoP'].map(type => {
    const tokens = readTokens({ access_token: `a-token-of-type-${type}`, token_type: type }, secrets)
    assert.ok(tokens.kind === 'tokens')
    return show(request, tokens.accessToken)
  })
  assert.ok(plain && proved)
  assert.equal(fieldValue(plain.headers, 'authorization'), 'Bearer a-token-of-type-Bearer')
  assert.equal(fieldValue(plain.headers, 'dpop'), undefined)
  assert.equal(fieldValue(proved.headers, 'authorization'), 'DPoP a-token-of-type-DPoP')
  assert.equal(typeof claimsIn(proved)['ath'], 'string')
})
