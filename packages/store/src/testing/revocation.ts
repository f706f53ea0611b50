import assert from 'node:assert/strict'
import type { FamilySelection, Store } from '@ambit/server'
import type { Claim } from './claim.ts'
import {
  at,
  makeAccessToken,
  makeCode,
  makeFamily,
  makeRef,
  makeSpending,
  parseClientId,
  parseFamilyId,
  parseSessionId,
  parseUserId,
  start,
} from './records.ts'

const ada = parseUserId('user-ada')
const bob = parseUserId('user-bob')
const app = parseClientId('app')
const site = parseClientId('site')
const sessionId = parseSessionId('sid')

/** Four families: three of Ada's (two with the app, one of them ending with her session), one of Bob's. */
const families = [
  makeFamily({ familyId: parseFamilyId('ada-app-session'), sessionId }),
  makeFamily({ familyId: parseFamilyId('ada-app') }),
  makeFamily({ familyId: parseFamilyId('ada-site'), clientId: site }),
  makeFamily({ familyId: parseFamilyId('bob-app'), userId: bob, sessionId: parseSessionId('bob') }),
]

const selections: readonly (readonly [string, FamilySelection, readonly string[]])[] = [
  ['one family', { familyId: parseFamilyId('ada-site') }, ['ada-site']],
  ['all of a session', { sessionId }, ['ada-app-session']],
  ['all of a user', { userId: ada }, ['ada-app-session', 'ada-app', 'ada-site']],
  ['all of a user with one client', { userId: ada, clientId: app }, ['ada-app-session', 'ada-app']],
  ['a family that never was', { familyId: parseFamilyId('never') }, []],
  ['a user without families', { userId: parseUserId('user-carol') }, []],
]

/** Claims about the revocation of families. */
export function revocationContract(test: Claim): void {
  for (const [what, selection, revoked] of selections) {
    test(`RFC 7009 §2.1: revoking ${what} reaches exactly its tokens, and answers how many families`, async store => {
      await saveTokens(store)
      assert.equal(await store.revokeFamilies(selection, at(5)), revoked.length)
      assert.deepEqual(await revokedAmong(store, 'access'), revoked)
      assert.equal(await store.revokeFamilies(selection, at(6)), 0)
    })

    test(`revoking ${what} reaches exactly the codes that nobody has redeemed yet`, async store => {
      await saveCodes(store)
      await store.revokeFamilies(selection, at(5))
      const results = await Promise.all(
        families.map(({ familyId }) => store.exchange(makeSpending({ ref: makeRef(`code ${familyId}`) }), {})),
      )
      const dead = families.filter((_, index) => results[index]?.kind === 'missing')
      assert.deepEqual(
        dead.map(({ familyId }) => familyId),
        revoked,
      )
    })
  }

  test('a family that goes on without its session no longer ends with it', async store => {
    await store.saveCode(makeCode({ sessionId }))
    await store.exchange(makeSpending(), { family: makeFamily(), accessToken: makeAccessToken() })
    assert.equal(await store.revokeFamilies({ sessionId }, at(5)), 0)
    assert.equal((await store.findAccessToken(makeRef('access')))?.family?.revokedAt, undefined)
  })

  test('a family that is revoked stays revoked, whatever is stored into it', async store => {
    await store.saveAccessToken(makeAccessToken(), { family: makeFamily() })
    await store.revokeFamilies({ familyId: makeFamily().familyId }, at(5))
    await store.saveAccessToken(makeAccessToken({ ref: makeRef('second') }), { family: makeFamily() })
    assert.equal((await store.findAccessToken(makeRef('second')))?.family?.revokedAt, at(5))
  })

  const laterEnds: readonly (readonly [string, (store: Store) => Promise<unknown>])[] = [
    ['its grant is deleted', store => store.deleteGrant(ada, app, at(9))],
    ['its client is deleted', store => store.deleteClient(app, at(9))],
    ['its user is deleted', store => store.deleteUser(ada, at(9))],
  ]
  for (const [what, end] of laterEnds) {
    test(`a family keeps the time of its first revocation when ${what}`, async store => {
      await store.saveAccessToken(makeAccessToken(), { family: makeFamily() })
      await store.revokeFamilies({ familyId: makeFamily().familyId }, at(5))
      await end(store)
      assert.equal((await store.findAccessToken(makeRef('access')))?.family?.revokedAt, at(5))
    })
  }

  test('a second code of a revoked family does not bring it back', async store => {
    await store.saveCode(makeCode())
    await store.revokeFamilies({ familyId: makeFamily().familyId }, at(5))
    await store.saveCode(makeCode({ ref: makeRef('second') }))
    assert.deepEqual(await store.exchange(makeSpending({ ref: makeRef('second') }), {}), { kind: 'missing' })
  })

  test('an unredeemed code is found with its family only once that is revoked', async store => {
    await store.saveCode(makeCode())
    assert.equal((await store.findSpendable(makeRef('code'), 'code'))?.family, undefined)
    await store.revokeFamilies({ userId: ada }, at(5))
    assert.equal((await store.findSpendable(makeRef('code'), 'code'))?.family?.revokedAt, at(5))
  })
}

async function saveTokens(store: Store): Promise<void> {
  for (const family of families) {
    const { familyId, clientId, userId } = family
    const token = makeAccessToken({ ref: makeRef(`access ${familyId}`), familyId, clientId, userId })
    await store.saveAccessToken(token, { family })
  }
}

async function saveCodes(store: Store): Promise<void> {
  for (const { familyId, clientId, userId, sessionId: session } of families) {
    const code = makeCode({ ref: makeRef(`code ${familyId}`), familyId, clientId, userId })
    await store.saveCode({ ...code, ...(session && { sessionId: session }), issuedAt: start })
  }
}

async function revokedAmong(store: Store, prefix: string): Promise<readonly string[]> {
  const found = await Promise.all(
    families.map(({ familyId }) => store.findAccessToken(makeRef(`${prefix} ${familyId}`))),
  )
  return found.flatMap(token => (token?.family?.revokedAt === at(5) ? [token.family.familyId] : []))
}
