import { seconds } from '@ambit/protocol'
import type { Store } from '@ambit/server'
import {
  at,
  bound,
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
  makeTicket,
  makeUser,
  parseClientId,
  parseFamilyId,
  parseHash,
  parseRequestId,
  parseSessionId,
  parseUserId,
  start,
} from '../../testing/records.ts'

const app = parseClientId('app')
const gone = parseClientId('gone')
const ada = parseUserId('user-ada')
const eve = parseUserId('user-eve')
const strange = 'a\0b "quoted" \\ {braces}, grüße 🦊'

/** Puts something of every kind into a store, in every state that it can be in. */
export async function fill(store: Store): Promise<void> {
  await fillPeople(store)
  await fillTokens(store)
  await fillWaiting(store)
  await fillRest(store)
}

async function fillPeople(store: Store): Promise<void> {
  await store.saveClient(makeClient({ name: 'App "with" \\ {braces}, grüße 🦊' }))
  await store.saveClient(makeClient({ clientId: gone }))
  await store.saveUser(makeUser())
  const claims = { email: 'Éve@example.org', email_verified: true }
  await store.saveUser(makeUser({ userId: eve, username: 'Éve', claims }))
  await store.saveSession(makeSession())
  await store.saveSession(makeSession({ ref: makeRef('ended'), sessionId: parseSessionId('ended') }))
  await store.deleteSession(makeRef('ended'))
  await store.saveSession(makeSession({ ref: makeRef('eve'), userId: eve }))
  await store.addToGrant(makeGrant())
  await store.addToGrant(makeGrant({ userId: eve }))
}

async function fillTokens(store: Store): Promise<void> {
  const family = makeFamily({ sessionId: parseSessionId('sid') })
  await store.saveCode(makeCode())
  const status = { list: 1, index: 7 }
  const refreshToken = makeRefreshToken(bound)
  await store.exchange(makeSpending({ salt: 'c2FsdA' }), {
    family,
    refreshToken,
    accessToken: makeAccessToken({ status }),
  })
  const successor = makeRefreshToken({ ref: makeRef('second'), generation: 1 })
  await store.exchange(makeRefreshing({ salt: 'cGVwcGVy' }), { refreshToken: successor })
  await store.saveCode(makeCode({ ref: makeRef('unspent'), familyId: parseFamilyId('announced') }))
  const other = makeFamily({ familyId: parseFamilyId('revoked'), userId: eve })
  const ofOther = { familyId: other.familyId, userId: eve }
  await store.saveAccessToken(
    makeAccessToken({ ...ofOther, ref: makeRef('of revoked'), status: { list: 1, index: 8 } }),
    {
      family: other,
      refreshToken: makeRefreshToken({ ...ofOther, ref: makeRef('refresh of revoked') }),
    },
  )
  await store.revokeFamilies({ familyId: other.familyId }, at(10))
  await store.saveAccessToken(makeClientToken())
  await store.saveAccessToken(makeClientToken({ ref: makeRef('revoked'), status: { list: 2, index: 1 } }))
  await store.revokeAccessToken(makeRef('revoked'), at(5))
  const exchanged = { ref: makeRef('exchanged'), clientId: gone, consentOf: app, status: { list: 2, index: 2 } }
  await store.saveAccessToken(makeAccessToken(exchanged))
  await store.saveAccessToken(makeClientToken({ ref: makeRef('of gone'), clientId: gone }))
  await store.deleteClient(gone, at(20))
  await store.saveClient(makeClient({ clientId: gone, name: 'another of the same name' }))
  for (const name of ['status list', 'status list', 'other']) await store.takeNumber(name)
}

async function fillWaiting(store: Store): Promise<void> {
  await store.saveInteraction(makeInteraction())
  await store.saveInteraction(makeInteraction({ ref: makeRef('done') }))
  await store.endInteraction(makeRef('done'))
  await store.saveTicket(makeTicket({ clientId: app, userId: ada, sessionId: parseSessionId('sid') }))
  await store.changeTicket(makeTicket({ clientId: app, userId: ada, revision: 1 }))
  await store.saveTicket(makeTicket({ ref: makeRef('droppable'), kind: 'pushed', isDroppable: true }))
}

async function fillRest(store: Store): Promise<void> {
  const change = { unlessCreatedAfter: start, retireOthersAt: at(100), removeOthersAt: at(200) }
  await store.addKey(makeKey(), { ...change, unlessCreatedAfter: at(-1) })
  await store.addKey(makeKey({ kid: 'key-2', createdAt: at(10), activeAt: at(50) }), change)
  await store.settle('pairwise salt', 'c2FsdA')
  await store.remember(parseHash('jti'), at(60))
  await store.countFailure('user ada', start, seconds(900))
  await store.countFailure(strange, start, seconds(900))
  await store.countFailure(strange, at(1), seconds(900))
  await store.recordScopeUsage([{ clientId: app, scope: 'read', count: 3, lastUsedAt: at(2) }])
  await store.saveRefusal(makeRefusal())
  await store.saveRefusal(makeRefusal({ requestId: parseRequestId('strange'), reason: strange }))
  await store.saveRefusal(makeRefusal({ reason: 'the second time' }))
  await store.findRefusal(parseRequestId('refused'))
}

/** Everything that can be seen of what {@link fill} stored. */
export async function look(store: Store): Promise<Readonly<Record<string, unknown>>> {
  const ref = (name: string) => makeRef(name)
  return {
    clients: await store.listClients(),
    users: await store.listUsers(),
    owners: await store.findUsersByEmail('éve@example.org', 2),
    ada: await store.findUserByName('ADA'),
    eve: await store.findUserByName('éve'),
    sessions: await Promise.all(['session', 'ended', 'eve'].map(name => store.findSession(ref(name)))),
    grants: [await store.listGrants(ada), await store.listGrants(eve)],
    codes: await Promise.all(['code', 'unspent'].map(name => store.findSpendable(ref(name), 'code'))),
    refreshTokens: await Promise.all(
      ['refresh', 'second', 'refresh of revoked'].map(name => store.findSpendable(ref(name), 'refresh_token')),
    ),
    accessTokens: await Promise.all(
      ['access', 'of revoked', 'own', 'revoked', 'exchanged', 'of gone'].map(name => store.findAccessToken(ref(name))),
    ),
    revokedStatuses: [await revoked(store, 1), await revoked(store, 2)],
    statusTokens: await store.findStatusTokens({ userId: ada }, at(1)),
    numbers: [await store.findNumber('status list'), await store.findNumber('other'), await store.findNumber('none')],
    interactions: await Promise.all(['interaction', 'done'].map(name => store.findInteraction(ref(name)))),
    tickets: [
      await store.listTickets({ kind: 'device_code', userId: ada }, 9),
      await store.listTickets({ kind: 'pushed' }, 9),
    ],
    keys: await store.listKeys(),
    failures: [await store.findFailures('user ada', at(2)), await store.findFailures(strange, at(2))],
    usage: await store.listScopeUsage(app),
    refusals: [await store.findRefusal(parseRequestId('refused')), await store.findRefusal(parseRequestId('strange'))],
    ofRequest: await store.findTokensOfRequest(parseRequestId('request'), [start * 1000, start * 1000 + 1]),
  }
}

async function revoked(store: Store, list: number): Promise<readonly number[]> {
  return (await store.findRevokedStatuses(list, at(1))).toSorted((a, b) => a - b)
}
