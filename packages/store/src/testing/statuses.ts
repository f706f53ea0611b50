import assert from 'node:assert/strict'
import type { EpochSeconds } from '@ambit/protocol'
import type { AccessTokenRecord, Store } from '@ambit/server'
import type { Claim } from './claim.ts'
import {
  at,
  makeAccessToken,
  makeClient,
  makeClientToken,
  makeCode,
  makeFamily,
  makeRef,
  makeSpending,
  parseClientId,
  parseFamilyId,
  parseSessionId,
  parseUserId,
} from './records.ts'

const ada = parseUserId('user-ada')
const app = parseClientId('app')
const site = parseClientId('site')
const sessionId = parseSessionId('sid')

/** Claims about what status lists are made from. */
export function statusContract(test: Claim): void {
  test('Token Status List §6.1: a token is found with its place in a list', async store => {
    await saveAll(store)
    assert.deepEqual((await store.findAccessToken(makeRef('app')))?.record.status, { list: 0, index: 1 })
  })

  test('Token Status List §7.1: where nothing is revoked a list is empty', async store => {
    await saveAll(store)
    assert.deepEqual(await store.findRevokedStatuses(0, at(5)), [])
  })

  const ends: readonly (readonly [string, (store: Store) => Promise<unknown>, readonly number[]])[] = [
    ['one token', store => store.revokeAccessToken(makeRef('app'), at(5)), [1]],
    ['a family', store => store.revokeFamilies({ familyId: parseFamilyId('app') }, at(5)), [1]],
    ['a session', store => store.revokeFamilies({ sessionId }, at(5)), [2]],
    ['a user', store => store.revokeFamilies({ userId: ada }, at(5)), [1, 2, 3]],
    ['a user with one client', store => store.revokeFamilies({ userId: ada, clientId: app }, at(5)), [1, 2]],
    ['a grant that is deleted', store => store.deleteGrant(ada, site, at(5)), [3]],
    ['a user who is deleted', store => store.deleteUser(ada, at(5)), [1, 2, 3]],
    ['a client that is deleted', store => store.deleteClient(app, at(5)), [1, 2, 4]],
    ['a family that is replayed', replay, [1]],
  ]
  for (const [what, end, revoked] of ends)
    test(`Token Status List §7.1: the statuses follow ${what}, and no others do`, async store => {
      await saveAll(store)
      await end(store)
      assert.deepEqual(await revokedIn(store, at(6)), revoked)
      assert.deepEqual(await store.findRevokedStatuses(1, at(6)), [])
    })

  test('Token Status List §13.1, RFC 7519 §4.1.4: a revoked token is in its list until no clock lets it be good', async store => {
    await saveAll(store)
    await store.revokeFamilies({ userId: ada }, at(5))
    for (const later of [299, 300, 599]) {
      while ((await store.sweep(at(later), 100)) > 0);
      assert.deepEqual(await revokedIn(store, at(later)), [1, 2, 3])
    }
    assert.deepEqual(await store.findRevokedStatuses(0, at(600)), [])
    while ((await store.sweep(at(600), 100)) > 0);
    assert.deepEqual(await store.findRevokedStatuses(0, at(599)), [])
  })

  test('Token Status List §7.1: a token that is stored into what is revoked or gone is revoked at once', async store => {
    await store.saveAccessToken(tokenOf('first'), { family: makeFamily() })
    await store.revokeFamilies({ familyId: makeFamily().familyId }, at(5))
    await store.saveAccessToken(tokenOf('second', { status: { list: 0, index: 7 } }))
    await store.saveAccessToken(tokenOf('third', { familyId: parseFamilyId('never'), status: { list: 0, index: 8 } }))
    await store.saveAccessToken(makeClientToken({ status: { list: 0, index: 9 } }))
    assert.deepEqual(await revokedIn(store, at(6)), [1, 7, 8, 9])
  })

  test('Token Status List §7.1: tokens without a status are in no list', async store => {
    await store.saveAccessToken(makeAccessToken(), { family: makeFamily() })
    await store.revokeFamilies({ userId: ada }, at(5))
    assert.deepEqual(await store.findRevokedStatuses(0, at(6)), [])
  })

  test("a user's tokens with a status are found while they live, all or those of one client", async store => {
    await saveAll(store)
    const found = async (clientId?: typeof app, now = at(5)) =>
      (await store.findStatusTokens({ userId: ada, ...(clientId && { clientId }) }, now))
        .map(ref => ref.hash)
        .toSorted()
    assert.deepEqual(await found(), ['app', 'session', 'site'])
    assert.deepEqual(await found(app), ['app', 'session'])
    await store.revokeAccessToken(makeRef('app'), at(5))
    await store.revokeFamilies({ sessionId }, at(5))
    assert.deepEqual(await found(), ['site'])
    assert.deepEqual(await found(undefined, at(300)), [])
  })

  test('numbers are taken one after the other, under each name for itself, and never twice', async store => {
    assert.equal(await store.findNumber('a'), 0)
    const taken = await Promise.all(Array.from({ length: 20 }, () => store.takeNumber('a')))
    assert.deepEqual(
      taken.toSorted((a, b) => a - b),
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
    assert.equal(await store.takeNumber('b'), 1)
    assert.equal(await store.findNumber('a'), 20)
  })
}

async function revokedIn(store: Store, now: EpochSeconds): Promise<readonly number[]> {
  return (await store.findRevokedStatuses(0, now)).toSorted((a, b) => a - b)
}

function tokenOf(name: string, overrides: Partial<AccessTokenRecord> = {}): AccessTokenRecord {
  return makeAccessToken({ ref: makeRef(name), status: { list: 0, index: 1 }, ...overrides })
}

/** Ada's tokens 1 (app), 2 (app, with a session) and 3 (site), 4 of the app itself, 5 of Bob with the site; and 1 of another list. */
async function saveAll(store: Store): Promise<void> {
  await store.saveClient(makeClient())
  await store.saveClient(makeClient({ clientId: site }))
  const begin = async (name: string, index: number, more: Partial<AccessTokenRecord> = {}, session = {}) => {
    const familyId = parseFamilyId(name)
    const { clientId = app, userId = ada } = more
    const family = makeFamily({ familyId, clientId, userId, ...session })
    await store.saveAccessToken(tokenOf(name, { familyId, status: { list: 0, index }, ...more }), { family })
  }
  await begin('app', 1)
  await begin('session', 2, {}, { sessionId })
  await begin('site', 3, { clientId: site })
  await store.saveAccessToken(makeClientToken({ status: { list: 0, index: 4 } }))
  await begin('bob', 5, { clientId: site, userId: parseUserId('user-bob') })
  await begin('other', 1, { clientId: site, userId: parseUserId('user-bob'), status: { list: 1, index: 1 } })
}

async function replay(store: Store): Promise<void> {
  const familyId = parseFamilyId('app')
  await store.saveCode(makeCode({ familyId }))
  await store.exchange(makeSpending(), {})
  assert.equal((await store.exchange(makeSpending(), {})).kind, 'replayed')
}
