import assert from 'node:assert/strict'
import type { GrantedScope } from '@ambit/server'
import type { Claim } from './claim.ts'
import {
  at,
  makeCode,
  makeGrant,
  makeRef,
  makeSpending,
  parseClientId,
  parseFamilyId,
  parseUserId,
  start,
} from './records.ts'

const ada = parseUserId('user-ada')
const app = parseClientId('app')

function granted(token: string, version = 1, offset = 0): GrantedScope {
  return { token, version, grantedAt: at(offset) }
}

/** Claims about what users allow clients. */
export function grantContract(test: Claim): void {
  test('adding to no grant begins it, and answers what it is', async store => {
    const grant = makeGrant({ expiresAt: at(1_000) })
    assert.deepEqual(await store.addToGrant(grant), grant)
    assert.deepEqual(await store.findGrant(ada, app), grant)
    assert.equal(await store.findGrant(ada, parseClientId('other')), undefined)
    assert.equal(await store.findGrant(parseUserId('user-bob'), app), undefined)
  })

  test('adding to a grant keeps its scopes and its beginning', async store => {
    await store.addToGrant(makeGrant())
    const merged = await store.addToGrant(
      makeGrant({ scopes: [granted('write', 1, 9)], createdAt: at(9), updatedAt: at(9) }),
    )
    assert.deepEqual(merged, makeGrant({ scopes: [granted('read'), granted('write', 1, 9)], updatedAt: at(9) }))
    assert.deepEqual(await store.findGrant(ada, app), merged)
  })

  test('the newer version of a scope wins, and the newer time of one version', async store => {
    await store.addToGrant(makeGrant({ scopes: [granted('a', 2, 5), granted('b', 1, 5), granted('c', 1, 5)] }))
    const merged = await store.addToGrant(
      makeGrant({ scopes: [granted('a', 1, 9), granted('b', 2, 9), granted('c', 1, 9)] }),
    )
    assert.deepEqual(merged.scopes, [granted('a', 2, 5), granted('b', 2, 9), granted('c', 1, 9)])
  })

  test('simultaneous additions are all kept', async store => {
    const tokens = Array.from({ length: 20 }, (_, index) => `scope-${index}`)
    await Promise.all(tokens.map(token => store.addToGrant(makeGrant({ scopes: [granted(token)] }))))
    const found = await store.findGrant(ada, app)
    assert.deepEqual(new Set(found?.scopes.map(({ token }) => token)), new Set(tokens))
  })

  test('an expired grant does not come back with what is added after it', async store => {
    await store.addToGrant(makeGrant({ expiresAt: at(10) }))
    const later = makeGrant({ scopes: [granted('write', 1, 10)], createdAt: at(10), updatedAt: at(10) })
    assert.deepEqual(await store.addToGrant(later), later)
  })

  test("a user's grants are listed by client", async store => {
    for (const id of ['b', 'a']) await store.addToGrant(makeGrant({ clientId: parseClientId(id) }))
    await store.addToGrant(makeGrant({ userId: parseUserId('user-bob') }))
    const grants = await store.listGrants(ada)
    assert.deepEqual(
      grants.map(({ clientId }) => clientId),
      ['a', 'b'],
    )
  })

  test('scopes are taken out of a grant, and its tokens go on', async store => {
    await store.addToGrant(makeGrant({ scopes: [granted('read'), granted('write')] }))
    await store.saveCode(makeCode())
    await store.removeFromGrant(ada, app, ['write', 'never'], at(5))
    assert.deepEqual(await store.findGrant(ada, app), makeGrant({ updatedAt: at(5) }))
    assert.deepEqual(await store.exchange(makeSpending(), {}), { kind: 'spent' })
  })

  test('a grant without scopes is removed, and its tokens stand as they do without one', async store => {
    await store.addToGrant(makeGrant())
    await store.saveCode(makeCode())
    await store.removeFromGrant(ada, app, ['read'], at(5))
    assert.equal(await store.findGrant(ada, app), undefined)
    assert.deepEqual(await store.listGrants(ada), [])
    assert.deepEqual(await store.exchange(makeSpending({ at: at(6) }), {}), { kind: 'spent' })
  })

  test('taking scopes out of no grant changes nothing', async store => {
    await store.saveCode(makeCode())
    await store.removeFromGrant(ada, app, ['read'], at(5))
    assert.equal(await store.findGrant(ada, app), undefined)
    assert.deepEqual(await store.exchange(makeSpending(), {}), { kind: 'spent' })
  })

  test("deleting a grant revokes the user's families with this client and no others", async store => {
    await store.addToGrant(makeGrant())
    await store.saveCode(makeCode())
    const other = { ref: makeRef('other'), familyId: parseFamilyId('other'), clientId: parseClientId('other') }
    await store.saveCode(makeCode(other))
    await store.deleteGrant(ada, app, start)
    assert.equal(await store.findGrant(ada, app), undefined)
    assert.deepEqual(await store.exchange(makeSpending(), {}), { kind: 'missing' })
    assert.deepEqual(await store.exchange(makeSpending({ ref: other.ref }), {}), { kind: 'spent' })
  })
}
