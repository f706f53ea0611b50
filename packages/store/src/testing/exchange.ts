import assert from 'node:assert/strict'
import { seconds } from '@ambit/protocol'
import type { ExchangeResult, Store } from '@ambit/server'
import type { Claim } from './claim.ts'
import {
  at,
  bound,
  makeAccessToken,
  makeClientToken,
  makeCode,
  makeFamily,
  makeRef,
  makeRefreshing,
  makeRefreshToken,
  makeSession,
  makeSpending,
  parseFamilyId,
  start,
} from './records.ts'

const graceTtl = seconds(10)
const familyId = makeFamily().familyId
const replayed: ExchangeResult = { kind: 'replayed', familyId }
const successor = makeRefreshToken({ ref: makeRef('successor'), generation: 1 })
const otherFamily = makeFamily({ familyId: parseFamilyId('other') })
const otherToken = makeAccessToken({ ref: makeRef('other access'), familyId: otherFamily.familyId })
const issuedForCode = { family: makeFamily(), refreshToken: makeRefreshToken(), accessToken: makeAccessToken() }

/** Claims about codes and refresh tokens: each is spent once. */
export function exchangeContract(test: Claim): void {
  codes(test)
  refreshTokens(test)
  graces(test)
  wholeness(test)
}

async function withRefreshToken(store: Store): Promise<void> {
  await store.saveCode(makeCode())
  await store.exchange(makeSpending(), issuedForCode)
}

function codes(test: Claim): void {
  test('a saved code is found by reference and kind, every member as it was', async store => {
    const code = makeCode({ sessionId: makeSession().sessionId, nonce: 'n', claims: '{}', isRedirectUriSent: false })
    await store.saveCode(code)
    assert.deepEqual(await store.findSpendable(code.ref, 'code'), { record: code })
    assert.equal(await store.findSpendable(code.ref, 'refresh_token'), undefined)
    assert.equal(await store.findSpendable(makeRef('other'), 'code'), undefined)
    assert.equal(await store.findSpendable(makeRef('code', 1), 'code'), undefined)
  })

  test('RFC 9449 §5, §10, RFC 9396 §2: a code and a refresh token keep what they are bound to, and the details that were granted', async store => {
    await store.saveCode(makeCode(bound))
    assert.deepEqual((await store.findSpendable(makeRef('code'), 'code'))?.record, makeCode(bound))
    await store.exchange(makeSpending(), { family: makeFamily(), refreshToken: makeRefreshToken(bound) })
    const found = await store.findSpendable(makeRef('refresh'), 'refresh_token')
    assert.deepEqual(found?.record, makeRefreshToken(bound))
  })

  test('an exchange spends the code and stores the family and the tokens', async store => {
    await store.saveCode(makeCode())
    assert.deepEqual(await store.exchange(makeSpending({ at: at(5) }), issuedForCode), { kind: 'spent' })
    const { family, refreshToken, accessToken } = issuedForCode
    assert.deepEqual(await store.findSpendable(makeRef('code'), 'code'), {
      record: makeCode(),
      spent: { spentAt: at(5) },
      family,
    })
    assert.deepEqual(await store.findSpendable(refreshToken.ref, 'refresh_token'), { record: refreshToken, family })
    assert.deepEqual(await store.findAccessToken(accessToken.ref), { record: accessToken, family })
  })

  test('RFC 6749 §4.1.2: a code used twice is replayed, and all tokens of its family are revoked', async store => {
    await withRefreshToken(store)
    const second = { accessToken: makeAccessToken({ ref: makeRef('second') }) }
    assert.deepEqual(await store.exchange(makeSpending({ at: at(7) }), second), replayed)
    assert.equal(await store.findAccessToken(makeRef('second')), undefined)
    assert.equal((await store.findAccessToken(makeRef('access')))?.family?.revokedAt, at(7))
    assert.deepEqual(await store.exchange(makeRefreshing(), { refreshToken: successor }), { kind: 'missing' })
  })

  test('RFC 6749 §4.1.2: a code used twice revokes its own family and no other, of the same user and client', async store => {
    await withRefreshToken(store)
    await store.saveAccessToken(otherToken, { family: otherFamily })
    await store.exchange(makeSpending({ at: at(1) }), {})
    assert.deepEqual(await store.findAccessToken(otherToken.ref), { record: otherToken, family: otherFamily })
  })

  test('RFC 6749 §4.1.2: of 50 simultaneous redemptions of a code exactly one is spent', async store => {
    await store.saveCode(makeCode())
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        store.exchange(makeSpending(), {
          family: makeFamily(),
          accessToken: makeAccessToken({ ref: makeRef(`access-${index}`) }),
        }),
      ),
    )
    assert.equal(results.filter(({ kind }) => kind === 'spent').length, 1)
    assert.equal(results.filter(({ kind }) => kind === 'replayed').length, 49)
    const stored = await Promise.all(results.map((_, index) => store.findAccessToken(makeRef(`access-${index}`))))
    assert.equal(stored.filter(found => found).length, 1)
  })

  test('RFC 6749 §4.1.2: an expired code is missing', async store => {
    await store.saveCode(makeCode())
    assert.deepEqual(await store.exchange(makeSpending({ at: at(60) }), issuedForCode), { kind: 'missing' })
    assert.deepEqual(await store.exchange(makeSpending({ at: at(59) }), issuedForCode), { kind: 'spent' })
  })

  test('RFC 6749 §4.1.2: an expired code is missing, also where the family that it would go on with lives', async store => {
    await store.saveAccessToken(makeAccessToken(), { family: makeFamily() })
    await store.saveCode(makeCode())
    assert.deepEqual(await store.exchange(makeSpending({ at: at(60) }), {}), { kind: 'missing' })
    assert.deepEqual(await store.exchange(makeSpending({ at: at(59) }), {}), { kind: 'spent' })
  })

  test('a code is missing when the family that it would go on with has expired or is revoked', async store => {
    const expired = makeFamily({ familyId: parseFamilyId('expired'), expiresAt: at(5) })
    const revoked = makeFamily({ familyId: parseFamilyId('revoked') })
    for (const family of [expired, revoked]) {
      const ref = makeRef(family.familyId)
      const early = makeAccessToken({ ref: makeRef(`early ${family.familyId}`), familyId: family.familyId })
      await store.saveAccessToken(early, { family })
      await store.saveCode(makeCode({ ref, familyId: family.familyId }))
    }
    await store.revokeFamilies({ familyId: revoked.familyId }, at(1))
    for (const { familyId: own } of [expired, revoked]) {
      const accessToken = makeAccessToken({ ref: makeRef(`late ${own}`), familyId: own })
      const spending = makeSpending({ ref: makeRef(own), at: at(5) })
      assert.deepEqual(await store.exchange(spending, { accessToken }), { kind: 'missing' })
      assert.equal(await store.findAccessToken(accessToken.ref), undefined)
    }
  })

  test('an exchange refuses an access token of a user that stands in no family, and spends nothing', async store => {
    await store.saveCode(makeCode())
    const accessToken = makeClientToken({ userId: makeCode().userId })
    await assert.rejects(store.exchange(makeSpending(), { accessToken }), /needs a family/)
    assert.deepEqual(await store.exchange(makeSpending(), issuedForCode), { kind: 'spent' })
  })

  test('a spent code is replayed even after its own expiry', async store => {
    await withRefreshToken(store)
    assert.deepEqual(await store.exchange(makeSpending({ at: at(3_000) }), {}), replayed)
  })

  test('a spent code is replayed even when its family was revoked, and the first revocation stays', async store => {
    await withRefreshToken(store)
    await store.revokeFamilies({ familyId }, at(1))
    assert.deepEqual(await store.exchange(makeSpending({ at: at(2) }), {}), replayed)
    assert.equal((await store.findSpendable(makeRef('code'), 'code'))?.family?.revokedAt, at(1))
  })

  test('a code has no grace', async store => {
    await withRefreshToken(store)
    assert.deepEqual(await store.exchange(makeSpending({ graceTtl }), {}), replayed)
  })

  test('a code is missing as a refresh token, a refresh token as a code, and anything that never was', async store => {
    await store.saveCode(makeCode())
    assert.deepEqual(await store.exchange(makeSpending({ kind: 'refresh_token' }), {}), { kind: 'missing' })
    assert.deepEqual(await store.exchange(makeSpending({ ref: makeRef('never') }), {}), { kind: 'missing' })
    await store.exchange(makeSpending(), issuedForCode)
    assert.deepEqual(await store.exchange(makeRefreshing({ kind: 'code' }), {}), { kind: 'missing' })
    assert.deepEqual(await store.exchange(makeRefreshing({ ref: makeRef('access') }), {}), { kind: 'missing' })
  })
}

function refreshTokens(test: Claim): void {
  test('RFC 9700 §4.14.2: a refresh token is spent for its successor', async store => {
    await withRefreshToken(store)
    const issued = { refreshToken: successor, accessToken: makeAccessToken({ ref: makeRef('access-2') }) }
    const refreshing = makeRefreshing({ at: at(100), salt: 'c2FsdA' })
    assert.deepEqual(await store.exchange(refreshing, issued), { kind: 'spent' })
    assert.deepEqual(await store.findSpendable(makeRef('refresh'), 'refresh_token'), {
      record: makeRefreshToken(),
      spent: { spentAt: at(100), successor: successor.ref, salt: 'c2FsdA' },
      family: makeFamily(),
    })
    assert.deepEqual(await store.findSpendable(successor.ref, 'refresh_token'), {
      record: successor,
      family: makeFamily(),
    })
  })

  test('RFC 9700 §4.14.2: a refresh token used twice is replayed, and its family is revoked', async store => {
    await withRefreshToken(store)
    await store.exchange(makeRefreshing(), { refreshToken: successor })
    assert.deepEqual(await store.exchange(makeRefreshing({ at: at(1) }), {}), replayed)
    assert.equal((await store.findAccessToken(makeRef('access')))?.family?.revokedAt, at(1))
    assert.deepEqual(await store.exchange(makeRefreshing({ ref: successor.ref }), {}), { kind: 'missing' })
  })

  test('RFC 9700 §4.14.2: a refresh token used twice revokes its own family and no other, of the same user and client', async store => {
    await withRefreshToken(store)
    await store.saveAccessToken(otherToken, { family: otherFamily })
    await store.exchange(makeRefreshing(), { refreshToken: successor })
    assert.deepEqual(await store.exchange(makeRefreshing({ at: at(1) }), {}), replayed)
    assert.deepEqual(await store.findAccessToken(otherToken.ref), { record: otherToken, family: otherFamily })
  })

  test('a spent refresh token is replayed even after its own expiry, while its family lives', async store => {
    await withRefreshToken(store)
    await store.exchange(makeRefreshing(), { refreshToken: successor })
    assert.deepEqual(await store.exchange(makeRefreshing({ at: at(3_599) }), {}), replayed)
  })

  test('a refresh token is missing when it has expired', async store => {
    await withRefreshToken(store)
    assert.deepEqual(await store.exchange(makeRefreshing({ at: at(1_800) }), {}), { kind: 'missing' })
    assert.deepEqual(await store.exchange(makeRefreshing({ at: at(1_799) }), {}), { kind: 'spent' })
  })

  test('a refresh token is missing when its family has expired', async store => {
    await store.saveCode(makeCode())
    await store.exchange(makeSpending(), { ...issuedForCode, family: makeFamily({ expiresAt: at(50) }) })
    assert.deepEqual(await store.exchange(makeRefreshing({ at: at(50) }), {}), { kind: 'missing' })
    assert.deepEqual(await store.exchange(makeRefreshing({ at: at(49) }), {}), { kind: 'spent' })
  })

  test('a refresh token, spent or not, is missing when its family is revoked', async store => {
    await withRefreshToken(store)
    await store.exchange(makeRefreshing(), { refreshToken: successor })
    await store.revokeFamilies({ familyId }, start)
    assert.deepEqual(await store.exchange(makeRefreshing(), {}), { kind: 'missing' })
    assert.deepEqual(await store.exchange(makeRefreshing({ ref: successor.ref }), {}), { kind: 'missing' })
  })

  test('RFC 9700 §4.14.2: of 50 simultaneous refreshes exactly one is spent', async store => {
    await withRefreshToken(store)
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        store.exchange(makeRefreshing(), { refreshToken: makeRefreshToken({ ref: makeRef(`next-${index}`) }) }),
      ),
    )
    assert.equal(results.filter(({ kind }) => kind === 'spent').length, 1)
    const next = await Promise.all(
      results.map((_, index) => store.findSpendable(makeRef(`next-${index}`), 'refresh_token')),
    )
    assert.equal(next.filter(found => found).length, 1)
  })
}

function graces(test: Claim): void {
  const refreshing = makeRefreshing({ graceTtl, salt: 'c2FsdA' })
  const repeated: ExchangeResult = {
    kind: 'repeated',
    spent: { spentAt: start, successor: successor.ref, salt: 'c2FsdA' },
  }

  test('within the grace a second presentation is repeated, and nothing is stored or revoked', async store => {
    await withRefreshToken(store)
    await store.exchange(refreshing, { refreshToken: successor })
    const again = { refreshToken: makeRefreshToken({ ref: makeRef('branch') }) }
    assert.deepEqual(await store.exchange({ ...refreshing, at: at(10), salt: 'b3RoZXI' }, again), repeated)
    assert.equal(await store.findSpendable(makeRef('branch'), 'refresh_token'), undefined)
    assert.deepEqual(await store.exchange(makeRefreshing({ ref: successor.ref }), {}), { kind: 'spent' })
  })

  test('after the grace it is replayed', async store => {
    await withRefreshToken(store)
    await store.exchange(refreshing, { refreshToken: successor })
    assert.deepEqual(await store.exchange({ ...refreshing, at: at(11) }, {}), replayed)
  })

  test('within the grace it is replayed once the successor is spent', async store => {
    await withRefreshToken(store)
    await store.exchange(refreshing, { refreshToken: successor })
    await store.exchange(makeRefreshing({ ref: successor.ref }), {})
    assert.deepEqual(await store.exchange(refreshing, {}), replayed)
  })

  test('without a successor there is no grace', async store => {
    await withRefreshToken(store)
    await store.exchange(refreshing, { accessToken: makeAccessToken({ ref: makeRef('access-2') }) })
    assert.deepEqual(await store.exchange(refreshing, {}), replayed)
  })

  test('of 50 simultaneous refreshes within the grace one is spent and 49 are told of its successor', async store => {
    await withRefreshToken(store)
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        store.exchange(refreshing, { refreshToken: makeRefreshToken({ ref: makeRef(`next-${index}`) }) }),
      ),
    )
    const told = results.flatMap(result => (result.kind === 'repeated' ? [result.spent.successor?.hash] : []))
    assert.equal(results.filter(({ kind }) => kind === 'spent').length, 1)
    assert.equal(told.length, 49)
    assert.equal(new Set(told).size, 1)
  })
}

function wholeness(test: Claim): void {
  test('an exchange whose tokens cannot be stored rejects and spends nothing', async store => {
    await store.saveCode(makeCode())
    await store.saveAccessToken(makeAccessToken({ ref: makeRef('taken') }), { family: makeFamily() })
    const taken = { accessToken: makeAccessToken({ ref: makeRef('taken') }), refreshToken: makeRefreshToken() }
    await assert.rejects(store.exchange(makeSpending(), taken))
    assert.equal(await store.findSpendable(makeRef('refresh'), 'refresh_token'), undefined)
    assert.equal((await store.findSpendable(makeRef('code'), 'code'))?.spent, undefined)
    assert.deepEqual(await store.exchange(makeSpending(), {}), { kind: 'spent' })
  })

  test('of simultaneous writes only the one that cannot be stored rejects', async store => {
    await store.saveCode(makeCode({ ref: makeRef('code-3') }))
    const results = await Promise.allSettled(
      [1, 2, 3, 4, 5].map(index => store.saveCode(makeCode({ ref: makeRef(`code-${index}`) }))),
    )
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    )
    for (const index of [1, 2, 3, 4, 5]) assert.ok(await store.findSpendable(makeRef(`code-${index}`), 'code'))
  })
}
