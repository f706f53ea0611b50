// RFC 9700 §4.8
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testClient } from '../../packages/server/src/testing/clients.ts'
import { authorizationUrl, authorize, obtainCode, pkce, redemption, startTarget } from './target.ts'

/** The one kind of client whose requests may come without a challenge. */
const exempt = testClient({ name: 'exempt', dangerouslyAcceptNonceInsteadOfPkce: true })

const withoutChallenge = { code_challenge: undefined, code_challenge_method: undefined }

for (const client of ['web', 'spa', 'native', 'post', 'signed'])
  test(`RFC 9700 §2.1.1: a request whose challenge was taken out is refused: ${client}`, async () => {
    const target = await startTarget()
    const redirect = client === 'native' ? { redirect_uri: 'http://127.0.0.1/callback' } : {}
    const changes = { client_id: client, ...redirect, ...withoutChallenge, scope: 'openid', nonce: 'n' }
    const left = await authorize(target.openBrowser(), changes)
    assert.equal(left.searchParams.get('error'), 'invalid_request')
    assert.ok(!left.searchParams.has('code'))
  })

const methods = [
  ['plain', { code_challenge: pkce.verifier, code_challenge_method: 'plain' }],
  ['no method, which means plain', { code_challenge_method: undefined }],
  ['an unknown method', { code_challenge_method: 'S512' }],
  ['another case', { code_challenge_method: 's256' }],
  ['a challenge that is too short for a hash', { code_challenge: 'short' }],
  ['a method without a challenge', { code_challenge: undefined }],
] as const

for (const [name, changes] of methods)
  test(`RFC 7636 §4.4.1: a challenge is of the method S256 or it is invalid_request: ${name}`, async () => {
    const left = await authorize((await startTarget()).openBrowser(), changes)
    assert.equal(left.searchParams.get('error'), 'invalid_request')
  })

test('RFC 9700 §4.8.2: a verifier for a code whose request had no challenge is refused', async () => {
  const target = await startTarget({ clients: [exempt] })
  const code = await obtainCode(target, { client_id: 'exempt', ...withoutChallenge, scope: 'openid', nonce: 'n' })
  const answer = await target.post('/token', redemption(code), 'exempt')
  assert.equal(answer.body['error'], 'invalid_grant')
  const honest = await target.post('/token', redemption(code, { code_verifier: undefined }), 'exempt')
  assert.equal(honest.status, 200, 'the code itself was good')
})

test('RFC 9700 §2.1.1: a challenge that an exempt client sends is enforced all the same', async () => {
  const target = await startTarget({ clients: [exempt] })
  const code = await obtainCode(target, { client_id: 'exempt', scope: 'openid', nonce: 'n' })
  const answer = await target.post('/token', redemption(code, { code_verifier: undefined }), 'exempt')
  assert.equal(answer.body['error'], 'invalid_grant')
})

for (const [name, changes] of [
  ['without a nonce', { scope: 'openid' }],
  ['without openid', { scope: 'read_pets', nonce: 'n' }],
] as const)
  test(`RFC 9700 §2.1.1: an exempt client needs its nonce instead: ${name}`, async () => {
    const target = await startTarget({ clients: [exempt] })
    const left = await authorize(target.openBrowser(), { client_id: 'exempt', ...withoutChallenge, ...changes })
    assert.equal(left.searchParams.get('error'), 'invalid_request')
  })

test('RFC 9700 §2.1.1: a public client cannot be exempt', async () => {
  const client = testClient({
    name: 'public',
    authenticationMethod: 'none',
    dangerouslyAcceptNonceInsteadOfPkce: true,
  })
  const target = await startTarget({ clients: [client] })
  const changes = { client_id: 'public', ...withoutChallenge, scope: 'openid', nonce: 'n' }
  assert.equal((await authorize(target.openBrowser(), changes)).searchParams.get('error'), 'invalid_request')
})

test('RFC 6749 §3.1: a challenge that was sent twice is no choice between two', async () => {
  const browser = (await startTarget()).openBrowser()
  const { left } = await browser.open(authorizationUrl({ code_challenge: [pkce.challenge, pkce.challenge] }))
  assert.equal(left?.searchParams.get('error'), 'invalid_request')
})
