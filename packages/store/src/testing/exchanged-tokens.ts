import assert from 'node:assert/strict'
import type { AccessTokenRecord, Store } from '@ambit/server'
import type { Claim } from './claim.ts'
import {
  at,
  makeAccessToken,
  makeClient,
  makeClientToken,
  makeFamily,
  makeGrant,
  makeRef,
  makeSession,
  makeUser,
  parseClientId,
  start,
} from './records.ts'

const ada = makeUser().userId
const app = makeClient().clientId
const agent = parseClientId('agent')
const { familyId } = makeFamily()
const sessionId = makeSession().sessionId
const exchanged = makeAccessToken({
  ref: makeRef('exchanged'),
  clientId: agent,
  consentOf: app,
  actor: { sub: 'agent', clientId: 'agent' },
  status: { list: 0, index: 2 },
})

/** Claims about tokens that a client got by exchange: they stand in the family of the other client, on the consent given to it. */
export function exchangedTokenContract(test: Claim): void {
  grants(test)
  ends(test)
  statuses(test)
}

function grants(test: Claim): void {
  test('an exchanged token is found with what the user allows the client whose consent it stands on', async store => {
    await saveAll(store)
    const family = makeFamily({ sessionId })
    assert.deepEqual(await store.findAccessToken(exchanged.ref), { record: exchanged, family, grant: makeGrant() })
    const own = makeAccessToken({ status: { list: 0, index: 1 } })
    assert.deepEqual(await store.findAccessToken(own.ref), { record: own, family, grant: makeGrant() })
  })

  test('an exchanged token is found without a grant once the user took back what they allowed the other client', async store => {
    await saveAll(store)
    await store.removeFromGrant(ada, app, ['read'], at(5))
    assert.equal((await store.findAccessToken(exchanged.ref))?.grant, undefined)
  })

  test("an exchanged token does not end with the user's grant to its own client, which it does not stand on", async store => {
    await saveAll(store)
    await store.deleteGrant(ada, agent, at(5))
    const found = await store.findAccessToken(exchanged.ref)
    assert.deepEqual([found?.grant, found?.family?.revokedAt], [makeGrant(), undefined])
  })

  test('an access token of a user that stands in no family is refused, and nothing is stored', async store => {
    await store.saveClient(makeClient())
    const refreshable = { family: makeFamily() }
    await assert.rejects(store.saveAccessToken(makeClientToken({ userId: ada }), refreshable), /needs a family/)
    await store.saveAccessToken(makeAccessToken())
    assert.equal(await store.findAccessToken(makeRef('access')), undefined)
    assert.equal(await store.findAccessToken(makeRef('own')), undefined)
  })
}

function ends(test: Claim): void {
  const revocations: readonly (readonly [string, (store: Store) => Promise<unknown>])[] = [
    ['its family', store => store.revokeFamilies({ familyId }, at(5))],
    ['the session', store => store.revokeFamilies({ sessionId }, at(5))],
    ["the user's tokens", store => store.revokeFamilies({ userId: ada }, at(5))],
    ["the user's tokens of the other client", store => store.revokeFamilies({ userId: ada, clientId: app }, at(5))],
    ["the user's grant to the other client", store => store.deleteGrant(ada, app, at(5))],
    ['the other client', store => store.deleteClient(app, at(5))],
    ['the user', store => store.deleteUser(ada, at(5))],
  ]
  for (const [what, end] of revocations)
    test(`RFC 8693 §2.1: an exchanged token ends with ${what}`, async store => {
      await saveAll(store)
      await end(store)
      assert.equal((await store.findAccessToken(exchanged.ref))?.family?.revokedAt, at(5))
      assert.deepEqual(new Set(await store.findRevokedStatuses(0, at(6))), new Set([1, 2]))
    })

  test('an exchanged token dies with its own client, for good, and what it was exchanged for lives', async store => {
    await saveAll(store)
    await store.deleteClient(agent, at(5))
    assert.equal(await store.findAccessToken(exchanged.ref), undefined)
    await store.saveClient(makeClient({ clientId: agent }))
    assert.equal(await store.findAccessToken(exchanged.ref), undefined)
    assert.equal((await store.findAccessToken(makeRef('access')))?.family?.revokedAt, undefined)
    assert.deepEqual(await store.findRevokedStatuses(0, at(6)), [2])
  })

  test('an exchanged token is dead once its family is swept, or if it never was, though its client lives', async store => {
    await saveAll(store)
    await store.saveAccessToken({ ...exchanged, ref: makeRef('longer'), expiresAt: at(9_000) })
    while ((await store.sweep(at(3_600), 100)) > 0);
    assert.equal(await store.findAccessToken(makeRef('longer')), undefined)
  })

  test('an exchanged token of a client that is no record of the store stands in its family alone', async store => {
    await saveAll(store)
    const visitor = { ...exchanged, ref: makeRef('visitor'), clientId: parseClientId('https://agent.example/client') }
    await store.saveAccessToken(visitor)
    assert.deepEqual((await store.findAccessToken(visitor.ref))?.record, visitor)
    assert.deepEqual(await store.findRevokedStatuses(0, at(4)), [])
    await store.revokeFamilies({ familyId }, at(5))
    assert.equal((await store.findAccessToken(visitor.ref))?.family?.revokedAt, at(5))
  })
}

function statuses(test: Claim): void {
  test("a user's tokens with one client are those that stand on the consent given to it, exchanged or not", async store => {
    await saveAll(store)
    const find = async (clientId?: typeof app) => {
      const refs = await store.findStatusTokens({ userId: ada, ...(clientId && { clientId }) }, at(5))
      return refs.map(ref => ref.hash).toSorted()
    }
    assert.deepEqual(
      [await find(), await find(app), await find(agent)],
      [['access', 'exchanged'], ['access', 'exchanged'], []],
    )
    await store.deleteClient(agent, at(5))
    assert.deepEqual([await find(), await find(app)], [['access'], ['access']])
  })

  for (const gone of [app, agent])
    test(`Token Status List §7.1: a token of no user that was exchanged is revoked with the client \`${gone}\``, async store => {
      await saveAll(store)
      const { familyId: _family, userId: _user, ...ofApp } = exchanged
      await store.saveAccessToken({ ...ofApp, ref: makeRef('of-app'), status: { list: 0, index: 4 } })
      assert.deepEqual(await store.findRevokedStatuses(0, at(4)), [])
      await store.deleteClient(gone, at(5))
      const revoked = await store.findRevokedStatuses(0, at(6))
      assert.ok(revoked.includes(4))
      await store.saveAccessToken({ ...ofApp, ref: makeRef('too-late'), status: { list: 0, index: 5 } })
      assert.ok((await store.findRevokedStatuses(0, at(6))).includes(5))
    })

  test('Token Status List §7.1: a token that is exchanged into what is revoked is revoked at once', async store => {
    await saveAll(store)
    await store.revokeFamilies({ familyId }, at(5))
    await store.saveAccessToken({ ...exchanged, ref: makeRef('late'), status: { list: 0, index: 3 } })
    assert.deepEqual(new Set(await store.findRevokedStatuses(0, at(6))), new Set([1, 2, 3]))
  })
}

/** Ada's token with the app, 1 in the status list, and what the agent got for it, 2; she allows the agent something else. */
async function saveAll(store: Store): Promise<void> {
  for (const clientId of [app, agent]) await store.saveClient(makeClient({ clientId }))
  await store.addToGrant(makeGrant())
  await store.addToGrant(makeGrant({ clientId: agent, scopes: [{ token: 'write', version: 1, grantedAt: start }] }))
  const own: AccessTokenRecord = makeAccessToken({ status: { list: 0, index: 1 } })
  await store.saveAccessToken(own, { family: makeFamily({ sessionId }) })
  await store.saveAccessToken(exchanged)
}
