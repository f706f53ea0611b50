// RFC 9700 §4.6
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { authorize, obtainTokens, startTarget } from './target.ts'

function leftHalf(token: string): string {
  return createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url')
}

test('RFC 9700 §4.6.1: the ID token beside an access token names its hash, so that another cannot be put in its place', async () => {
  const target = await startTarget()
  const { id_token = '', access_token = '' } = await obtainTokens(target, { scope: 'openid read_pets', nonce: 'n' })
  assert.equal(decodeJwt(id_token)['at_hash'], leftHalf(access_token))
})

test('RFC 9700 §4.6.1: so it does in an implicit response, with the nonce of the request', async () => {
  const target = await startTarget({ dangerouslyAllowImplicit: true })
  const changes = { client_id: 'legacy', response_type: 'id_token token', scope: 'openid read_pets', nonce: 'n-7' }
  const answer = new URLSearchParams((await authorize(target.openBrowser(), changes)).hash.slice(1))
  const claims = decodeJwt(answer.get('id_token') ?? '')
  assert.equal(claims['at_hash'], leftHalf(answer.get('access_token') ?? ''))
  assert.equal(claims['nonce'], 'n-7')
})

test('RFC 9700 §4.6.1: an ID token in an authorization response needs a nonce', async () => {
  const target = await startTarget({ dangerouslyAllowImplicit: true })
  const changes = { client_id: 'legacy', response_type: 'id_token token', scope: 'openid' }
  assert.match((await authorize(target.openBrowser(), changes)).href, /error=invalid_request/)
})

test('RFC 6749 §4.2.2: an implicit response has no refresh token', async () => {
  const target = await startTarget({ dangerouslyAllowImplicit: true })
  const changes = { client_id: 'legacy', response_type: 'token', scope: 'read_pets' }
  const left = await authorize(target.openBrowser(), changes)
  const answer = new URLSearchParams(left.hash.slice(1))
  assert.equal(left.search, '')
  assert.ok(answer.has('access_token'))
  assert.equal(answer.get('token_type'), 'Bearer')
  assert.equal(answer.get('state'), 'state-1')
  assert.equal(answer.get('scope'), 'read_pets')
  assert.match(answer.get('expires_in') ?? '', /^[1-9]\d*$/)
  assert.ok(!answer.has('refresh_token'))
})
