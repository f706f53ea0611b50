import assert from 'node:assert/strict'
import { seconds } from '@ambit/protocol'
import type { Store } from '@ambit/server'
import { interactionLimit } from '../limits.ts'
import type { Claim } from './claim.ts'
import {
  at,
  makeAccessToken,
  makeClient,
  makeClientToken,
  makeCode,
  makeFamily,
  makeGrant,
  makeInteraction,
  makeKey,
  makeRef,
  makeRefreshing,
  makeRefreshToken,
  makeRefusal,
  makeSession,
  makeSpending,
  makeUser,
  parseHash,
  start,
} from './records.ts'

/** Claims about the removal of what has expired. */
export function sweepContract(test: Claim): void {
  test('nothing is removed before its expiry', async store => {
    await saveOneOfEach(store)
    assert.equal(await store.sweep(at(9), 100), 0)
  })

  test('everything that expires is removed at its expiry, and everything else stays', async store => {
    await saveOneOfEach(store)
    assert.equal(await sweepAll(store, at(10)), 8)
    assert.equal(await store.findSpendable(makeRef('code'), 'code'), undefined)
    assert.equal(await store.findAccessToken(makeRef('own')), undefined)
    assert.equal(await store.findSession(makeRef('session')), undefined)
    assert.equal(await store.findInteraction(makeRef('interaction')), undefined)
    assert.equal(await store.findRefusal(makeRefusal().requestId), undefined)
    assert.equal(await store.remember(parseHash('jti'), at(10)), true)
    assert.ok(await store.findClient('app'))
    assert.ok(await store.findUser(makeUser().userId))
    assert.ok(await store.findGrant(makeUser().userId, makeClient().clientId))
    assert.equal((await store.listKeys()).length, 1)
  })

  test('a batch removes no more than it may, and answers how many', async store => {
    await store.saveClient(makeClient())
    for (let index = 0; index < 5; index++) await store.saveAccessToken(makeClientToken({ ref: makeRef(`t${index}`) }))
    assert.deepEqual(
      [await store.sweep(at(300), 2), await store.sweep(at(300), 2), await store.sweep(at(300), 2)],
      [2, 2, 1],
    )
    assert.equal(await store.sweep(at(300), 2), 0)
  })

  test('interactions are bounded in number, and the oldest go first', async store => {
    const refs = Array.from({ length: interactionLimit + 5 }, (_, index) => makeRef(`waiting ${index}`, index))
    await Promise.all(refs.map(ref => store.saveInteraction(makeInteraction({ ref }))))
    assert.equal(await store.sweep(start, 3), 3)
    assert.equal(await sweepAll(store, start), 2)
    const kept = await Promise.all(refs.slice(0, 7).map(async ref => (await store.findInteraction(ref)) !== undefined))
    assert.deepEqual(kept, [false, false, false, false, false, true, true])
  })

  test('RFC 9700 §4.14.2: spent codes and refresh tokens stay until their family expires', async store => {
    await store.saveCode(makeCode())
    await store.exchange(makeSpending(), { family: makeFamily(), refreshToken: makeRefreshToken() })
    const successor = makeRefreshToken({ ref: makeRef('successor'), expiresAt: at(3_600) })
    await store.exchange(makeRefreshing(), { refreshToken: successor })
    await sweepAll(store, at(3_599))
    const familyId = makeFamily().familyId
    assert.ok(await store.findSpendable(makeRef('refresh'), 'refresh_token'))
    assert.deepEqual(await store.exchange(makeRefreshing({ at: at(3_599) }), {}), { kind: 'replayed', familyId })
    assert.deepEqual(await store.exchange(makeSpending({ at: at(3_599) }), {}), { kind: 'replayed', familyId })
    await sweepAll(store, at(3_600))
    assert.equal(await store.findSpendable(makeRef('refresh'), 'refresh_token'), undefined)
    assert.equal(await store.findSpendable(makeRef('code'), 'code'), undefined)
  })

  test('a deleted session cannot be saved back before its absolute end', async store => {
    await store.saveSession(makeSession())
    await store.deleteSession(makeRef('session'))
    await store.saveSession(makeSession())
    assert.equal(await sweepAll(store, at(86_399)), 0)
    await store.saveSession(makeSession())
    assert.equal(await store.findSession(makeRef('session')), undefined)
    assert.equal(await sweepAll(store, at(86_400)), 1)
  })

  test('an access token that outlives its family is dead once the family is swept', async store => {
    await store.saveAccessToken(makeAccessToken({ expiresAt: at(9_000) }), { family: makeFamily() })
    await sweepAll(store, at(3_600))
    assert.equal(await store.findAccessToken(makeRef('access')), undefined)
  })
}

/** One record of each sort; those that expire do so ten seconds after the start. */
async function saveOneOfEach(store: Store): Promise<void> {
  const expiresAt = at(10)
  await store.saveClient(makeClient())
  await store.saveUser(makeUser())
  await store.addToGrant(makeGrant({ expiresAt }))
  await store.addKey(makeKey({ retiredAt: start, removedAt: start }), {
    unlessCreatedAfter: start,
    retireOthersAt: start,
    removeOthersAt: start,
  })
  await store.saveCode(makeCode({ expiresAt }))
  await store.saveAccessToken(makeClientToken({ expiresAt }))
  await store.saveSession(makeSession({ expiresAt }))
  await store.saveInteraction(makeInteraction({ expiresAt }))
  await store.remember(parseHash('jti'), expiresAt)
  await store.countFailure('ada', start, seconds(10))
  const refusal = makeRefusal({ expiresAt })
  await store.saveRefusal(refusal)
  assert.ok(await store.findRefusal(refusal.requestId), 'whoever looks for a refusal waits until it is stored')
}

async function sweepAll(store: Store, now: typeof start): Promise<number> {
  const removed = await store.sweep(now, 3)
  return removed === 0 ? 0 : removed + (await sweepAll(store, now))
}
