import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sharedSecrets } from './shared-secrets.ts'
import { ask, secret } from './testing/point.ts'

const other = 'another-secret-of-more-than-32-chars'
const authenticate = sharedSecrets({ gateway: [secret, other], portal: `${secret}-portal` })
const kindOf = async (authorization: string | readonly string[]) =>
  (await authenticate(ask('/', {}, { headers: { authorization } }))).kind

test('AuthZEN §11.2: each secret of each enforcement point is good', async () => {
  for (const each of [secret, other, `${secret}-portal`]) assert.equal(await kindOf(`Bearer ${each}`), 'allowed')
  assert.equal(await kindOf(`bearer  ${secret}`), 'allowed')
})

for (const [what, value] of [
  ['another secret', `Bearer ${secret}x`],
  ['another scheme', `Basic ${secret}`],
  ['the beginning of a secret', `Bearer ${secret.slice(0, -1)}`],
  ['nothing behind the scheme', 'Bearer '],
  ['two fields', [`Bearer ${secret}`, `Bearer ${secret}`]],
] as const)
  test(`AuthZEN §11.3: ${what} is refused`, async () => {
    assert.equal(await kindOf(value), 'refused')
  })

test('RFC 6750 §3.1: a wrong secret is `invalid_token`, no secret has no error', async () => {
  const challengeOf = async (headers: Record<string, string>) => {
    const answer = await authenticate(ask('/', {}, { headers }))
    return answer.kind === 'refused' ? answer.response.headers['www-authenticate'] : ''
  }
  assert.equal(await challengeOf({ authorization: 'Bearer wrong' }), 'Bearer realm="authzen", error="invalid_token"')
  assert.equal(await challengeOf({}), 'Bearer realm="authzen"')
})

test('AuthZEN §11.2: secrets that are missing or short are refused when they are set up', () => {
  assert.throws(() => sharedSecrets({}), /at least one/)
  assert.throws(() => sharedSecrets({ gateway: undefined }), /secret of `gateway`/)
  assert.throws(() => sharedSecrets({ gateway: [] }), /at least one/)
  assert.throws(() => sharedSecrets({ gateway: 'x'.repeat(31) }), /shorter than 32/)
  sharedSecrets({ gateway: 'x'.repeat(32) })
})
