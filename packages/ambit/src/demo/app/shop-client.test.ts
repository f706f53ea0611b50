import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loginFrom } from './shop-client.ts'
import { showAnswer, showFailure } from './shown.ts'

const of = { name: 'Ada', resource: 'urn:a', resources: ['urn:a'] }
const tokens = { kind: 'tokens', accessToken: 'at', scope: 'a', refreshToken: 'rt', idToken: 'it' } as const

test('app: a login needs a refresh token and an ID token', () => {
  const { refreshToken: _refresh, ...withoutRefresh } = tokens
  const { idToken: _id, ...withoutId } = tokens
  assert.equal('tokens' in loginFrom(tokens, of), true)
  assert.partialDeepStrictEqual(loginFrom(withoutRefresh, of), { kind: 'failed' })
  assert.partialDeepStrictEqual(loginFrom(withoutId, of), { kind: 'failed' })
})

const answer = { request: 'GET /', challenge: undefined, body: '' }

for (const [status, words] of [
  [200, /^Allowed/],
  [401, /expired, revoked, or meant for another/],
  [403, /^Refused: this call needs “a” and “b”; the token carries no scope, so “b” is missing/],
  [503, /cannot check/],
  [400, /did not understand/],
] as const)
  test(`app: what ${status} means is said in plain words`, () => {
    const body = JSON.stringify({ required_scope: ['a', 'b'], missing_scope: ['b'] })
    assert.match(showAnswer('Call', { ...answer, status, body }, '').words, words)
  })

test('app: an ended authorization ends the login', () => {
  assert.equal(showFailure('Call', { kind: 'failed', error: 'invalid_grant', description: 'gone' }).isOver, true)
  assert.equal(showFailure('Call', { kind: 'failed', error: 'invalid_target', description: 'no' }).isOver, false)
})
