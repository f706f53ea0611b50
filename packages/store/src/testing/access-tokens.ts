import assert from 'node:assert/strict'
import type { Claim } from './claim.ts'
import {
  at,
  bound,
  makeAccessToken,
  makeClient,
  makeClientToken,
  makeCode,
  makeFamily,
  makeGrant,
  makeRef,
  makeRefreshToken,
  parseFamilyId,
  parseRequestId,
  parseUserId,
  start,
} from './records.ts'

/** Claims about access tokens. */
export function accessTokenContract(test: Claim): void {
  test("a client's own access token is found, every member as it was", async store => {
    await store.saveClient(makeClient())
    const token = makeClientToken({ acr: '2', amr: ['pwd', 'otp'], authTime: at(-5), claims: '{"userinfo":{}}' })
    await store.saveAccessToken(token)
    assert.deepEqual(await store.findAccessToken(token.ref), { record: token })
    assert.equal(await store.findAccessToken(makeRef('other')), undefined)
    assert.equal(await store.findAccessToken(makeRef('own', 1)), undefined)
  })

  test('RFC 9449 §6, RFC 9396 §9, RFC 8693 §4.1, §4.4: an access token keeps its confirmation, its details and who acts and may act with it', async store => {
    await store.saveClient(makeClient())
    const actor = { sub: 'agent', iss: 'https://as.example', clientId: 'agent', actor: { sub: 'other' } }
    const token = makeClientToken({ ...bound, actor, mayAct: makeClient().clientId })
    await store.saveAccessToken(token)
    assert.deepEqual(await store.findAccessToken(token.ref), { record: token })
    const found = await store.findTokensOfRequest(token.trace.requestId, [token.ref.locator, token.ref.locator])
    assert.deepEqual(found, [token])
  })

  test('the decision that led to a token is kept with it', async store => {
    await store.saveClient(makeClient())
    const trace = {
      requestId: parseRequestId('request-7'),
      requested: 'read admin',
      steps: [{ at: 'ceiling', refused: [{ token: 'admin', reason: 'unknown' }], left: 'read' }],
    } as const
    await store.saveAccessToken(makeClientToken({ trace }))
    assert.deepEqual((await store.findAccessToken(makeRef('own')))?.record.trace, trace)
  })

  test('an access token that begins a family is stored with it and its refresh token', async store => {
    const refreshToken = makeRefreshToken()
    await store.saveAccessToken(makeAccessToken(), { family: makeFamily(), refreshToken })
    const family = makeFamily()
    assert.deepEqual(await store.findAccessToken(makeRef('access')), { record: makeAccessToken(), family })
    assert.deepEqual(await store.findSpendable(makeRef('refresh'), 'refresh_token'), { record: refreshToken, family })
  })

  test('a refresh token that is stored with an access token of a family that stands is found', async store => {
    await store.saveAccessToken(makeAccessToken(), { family: makeFamily() })
    const [refreshToken, accessToken] = [makeRefreshToken(), makeAccessToken({ ref: makeRef('second') })]
    await store.saveAccessToken(accessToken, { refreshToken })
    const family = makeFamily()
    assert.deepEqual(await store.findAccessToken(makeRef('second')), { record: accessToken, family })
    assert.deepEqual(await store.findSpendable(makeRef('refresh'), 'refresh_token'), { record: refreshToken, family })
  })

  test('an access token is found with its own user’s grant to the client, and no other’s', async store => {
    const grants = ['user-a', 'user-b'].map(id =>
      makeGrant({ userId: parseUserId(id), scopes: [{ token: `of ${id}`, version: 1, grantedAt: start }] }),
    )
    for (const grant of grants) {
      const { userId } = grant
      const family = makeFamily({ familyId: parseFamilyId(userId), userId })
      await store.addToGrant(grant)
      await store.saveAccessToken(makeAccessToken({ ref: makeRef(userId), userId, familyId: family.familyId }), {
        family,
      })
    }
    for (const grant of grants) assert.deepEqual((await store.findAccessToken(makeRef(grant.userId)))?.grant, grant)
  })

  test("an access token is found with the user's grant to the client as it is now", async store => {
    const scopes = ['read', 'write'].map(token => ({ token, version: 1, grantedAt: start }))
    await store.addToGrant(makeGrant({ scopes }))
    await store.saveAccessToken(makeAccessToken(), { family: makeFamily() })
    assert.deepEqual((await store.findAccessToken(makeRef('access')))?.grant, makeGrant({ scopes }))
    await store.removeFromGrant(makeGrant().userId, makeGrant().clientId, ['write'], at(5))
    assert.deepEqual((await store.findAccessToken(makeRef('access')))?.grant, makeGrant({ updatedAt: at(5) }))
  })

  test('a code or refresh token is not found as an access token', async store => {
    await store.saveCode(makeCode())
    assert.equal(await store.findAccessToken(makeRef('code')), undefined)
  })

  test('RFC 7009 §2.1: a revoked access token is found as revoked, and the first time stays', async store => {
    await store.saveAccessToken(makeAccessToken(), { family: makeFamily() })
    await store.saveAccessToken(makeAccessToken({ ref: makeRef('second') }))
    await store.revokeAccessToken(makeRef('access'), at(3))
    await store.revokeAccessToken(makeRef('access'), at(4))
    assert.deepEqual((await store.findAccessToken(makeRef('access')))?.record, makeAccessToken({ revokedAt: at(3) }))
    assert.equal((await store.findAccessToken(makeRef('second')))?.record.revokedAt, undefined)
  })

  test('RFC 7009 §2.2: revoking an access token that never was changes nothing', async store => {
    await store.revokeAccessToken(makeRef('never'), start)
    assert.equal(await store.findAccessToken(makeRef('never')), undefined)
  })

  test('an access token that stands in no family of the store is dead', async store => {
    await store.saveAccessToken(makeAccessToken())
    assert.equal(await store.findAccessToken(makeRef('access')), undefined)
  })

  test('what a request stored is found by its identifier between two locators', async store => {
    const requestId = parseRequestId('request-9')
    const trace = { ...makeCode().trace, requestId }
    const code = makeCode({ trace, ref: makeRef('code', 1_000) })
    const refreshToken = makeRefreshToken({ trace, ref: makeRef('refresh', 1_001) })
    const token = makeAccessToken({ trace, ref: makeRef('access', 1_002) })
    await store.saveCode(code)
    await store.saveAccessToken(token, { family: makeFamily(), refreshToken })
    await store.saveAccessToken(makeAccessToken({ ref: makeRef('other', 1_001) }))
    assert.deepEqual(await store.findTokensOfRequest(requestId, [1_000, 1_001]), [code, refreshToken])
    assert.deepEqual(await store.findTokensOfRequest(requestId, [1_001, 1_002]), [refreshToken, token])
    assert.deepEqual(await store.findTokensOfRequest(requestId, [1_003, 2_000]), [])
  })

  test('a locator that no record has, at either end of the numbers, finds nothing', async store => {
    for (const locator of [0, 2 ** 48 - 1]) {
      assert.equal(await store.findAccessToken(makeRef('access', locator)), undefined)
      assert.equal(await store.findSpendable(makeRef('code', locator), 'code'), undefined)
    }
  })
}
