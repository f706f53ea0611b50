// RFC 9700 §4.5
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { testClient } from '../../packages/server/src/testing/clients.ts'
import { isActive, obtainCode, obtainTokens, pair, redemption, startTarget, tokensOf } from './target.ts'

const attackers = pair('the-verifier-of-the-session-of-the-attacker-at-the-client')

const misfits = [
  ['another verifier', attackers.verifier],
  ['no verifier', undefined],
  ['the challenge itself', pair('x').challenge],
  ['an empty verifier', ''],
  ['a verifier that is too short', 'short'],
  ['a verifier that is too long', 'a'.repeat(129)],
  ['a verifier with a character that is not allowed', `${'a'.repeat(43)}!`],
] as const

for (const [name, verifier] of misfits)
  test(`RFC 9700 §4.5.3.1: a stolen code injected into another session does not fit: ${name}`, async () => {
    const target = await startTarget()
    const code = await obtainCode(target)
    const answer = await target.post('/token', redemption(code, { code_verifier: verifier }))
    assert.equal(answer.status, 400)
    assert.equal(answer.body['error'], 'invalid_grant')
  })

test('RFC 9700 §4.5.3.1: an attempt with a wrong verifier does not spend the code of the honest client', async () => {
  const target = await startTarget()
  const code = await obtainCode(target)
  await target.post('/token', redemption(code, { code_verifier: attackers.verifier }))
  assert.equal((await target.post('/token', redemption(code))).status, 200)
})

for (const [name, caller] of [
  ['another confidential client', 'pairwise'],
  ['a public client', { publicClient: 'spa' }],
] as const)
  test(`RFC 6749 §4.1.3: a code is good for the client it was issued to, not for ${name}`, async () => {
    const target = await startTarget()
    const code = await obtainCode(target)
    assert.equal((await target.post('/token', redemption(code), caller)).body['error'], 'invalid_grant')
    assert.equal((await target.post('/token', redemption(code))).status, 200, 'the honest client still can')
  })

test('RFC 6749 §4.1.3: a code of a public client is good for that `client_id` alone', async () => {
  const target = await startTarget({ clients: [testClient({ name: 'other', authenticationMethod: 'none' })] })
  const code = await obtainCode(target, { client_id: 'spa' })
  const asOther = await target.post('/token', redemption(code), { publicClient: 'other' })
  assert.equal(asOther.body['error'], 'invalid_grant')
  const asNobody = await target.post('/token', redemption(code), { headers: {} })
  assert.equal(asNobody.body['error'], 'invalid_client')
  assert.equal((await target.post('/token', redemption(code), { publicClient: 'spa' })).status, 200)
})

test('RFC 6749 §4.1.3: the code of a confidential client needs its authentication, not only its `client_id`', async () => {
  const target = await startTarget()
  const code = await obtainCode(target)
  const answer = await target.post('/token', redemption(code), { publicClient: 'web' })
  assert.equal(answer.status, 401)
  assert.equal(answer.body['error'], 'invalid_client')
})

test('RFC 9700 §4.5.3.2: the ID token carries the nonce of the request that the code came from', async () => {
  const target = await startTarget()
  const tokens = await obtainTokens(target, { scope: 'openid', nonce: 'nonce-of-the-victim' })
  assert.equal(decodeJwt(tokens['id_token'] ?? '')['nonce'], 'nonce-of-the-victim')
})

test('RFC 6749 §4.1.2: a code used twice is refused, and every token that came of it is revoked', async () => {
  const target = await startTarget()
  const other = await obtainTokens(target)
  const code = await obtainCode(target)
  const tokens = tokensOf(await target.post('/token', redemption(code)))
  const refreshed = tokensOf(
    await target.post('/token', { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] }),
  )
  assert.equal((await target.post('/token', redemption(code))).body['error'], 'invalid_grant')
  for (const { access_token, refresh_token } of [tokens, refreshed]) {
    assert.ok(!(await isActive(target, access_token)))
    assert.ok(!(await isActive(target, refresh_token)))
  }
  assert.ok(await isActive(target, other['access_token']), 'another authorization of the same client stays')
})

test('RFC 6749 §10.10: codes that differ by one character are worth nothing', async () => {
  const target = await startTarget()
  const code = await obtainCode(target)
  for (const position of [0, Math.floor(code.length / 2), code.length - 1]) {
    const letter = code[position] === 'A' ? 'B' : 'A'
    const guess = code.slice(0, position) + letter + code.slice(position + 1)
    assert.equal((await target.post('/token', redemption(guess))).body['error'], 'invalid_grant')
  }
  assert.equal((await target.post('/token', redemption(code))).status, 200)
})
