import assert from 'node:assert/strict'
import type { Store } from '@ambit/server'
import type { Claim } from './claim.ts'
import {
  at,
  bound,
  makeClient,
  makeCode,
  makeGrant,
  makeInteraction,
  makeRef,
  makeSession,
  makeSpending,
  makeUser,
  parseClientId,
  parseUserId,
  start,
} from './records.ts'

const ada = parseUserId('user-ada')
const bob = parseUserId('user-bob')

/** Claims about users, sessions and interactions. */
export function accountContract(test: Claim): void {
  users(test)
  emails(test)
  sessions(test)
  interactions(test)
}

function users(test: Claim): void {
  test('a saved user is found by identifier and by name', async store => {
    const user = makeUser({ scope: 'read' })
    assert.equal(await store.saveUser(user), true)
    assert.deepEqual(await store.findUser(ada), user)
    assert.deepEqual(await store.findUserByName('ada'), user)
    assert.equal(await store.findUser(bob), undefined)
    assert.equal(await store.findUserByName('bob'), undefined)
  })

  test('usernames are compared after NFKC and lower-casing', async store => {
    await store.saveUser(makeUser({ username: 'Ａda' }))
    assert.equal((await store.findUserByName('ADA'))?.username, 'Ａda')
    assert.equal(await store.saveUser(makeUser({ userId: bob, username: 'aDa' })), false)
  })

  test('saving a user under the name of another answers false and writes nothing', async store => {
    await store.saveUser(makeUser())
    await store.saveUser(makeUser({ userId: bob, username: 'bob' }))
    assert.equal(await store.saveUser(makeUser({ userId: bob, username: 'ada', claims: {} })), false)
    assert.deepEqual(await store.findUser(bob), makeUser({ userId: bob, username: 'bob' }))
    assert.equal((await store.findUserByName('ada'))?.userId, ada)
  })

  test('RFC 9700 §4.15: a user does not get the identifier of a client, nor a client that of a user', async store => {
    const app = parseClientId('app')
    assert.equal(await store.saveClient(makeClient()), true)
    assert.equal(await store.saveUser(makeUser({ userId: parseUserId('app') })), false)
    assert.equal(await store.findUserByName('ada'), undefined)
    await store.saveUser(makeUser())
    assert.equal(await store.saveClient(makeClient({ clientId: parseClientId('user-ada') })), false)
    assert.equal(await store.findClient('user-ada'), undefined)
    await store.deleteClient(app, at(10))
    assert.equal(await store.saveUser(makeUser({ userId: parseUserId('app'), username: 'app' })), true)
  })

  test('RFC 9700 §4.15: of a client and a user that are saved with one identifier at once, one is', async store => {
    const saved = await Promise.all([
      store.saveClient(makeClient({ clientId: parseClientId('same') })),
      store.saveUser(makeUser({ userId: parseUserId('same') })),
    ])
    assert.deepEqual(
      saved.filter(isSaved => isSaved),
      [true],
    )
  })

  test('of simultaneous users with one name exactly one is saved', async store => {
    const ids = ['a', 'b', 'c'].map(parseUserId)
    const saved = await Promise.all(ids.map(userId => store.saveUser(makeUser({ userId }))))
    assert.deepEqual(
      saved.filter(isSaved => isSaved),
      [true],
    )
    assert.equal((await store.listUsers()).length, 1)
  })

  test('a user can be saved again and take another name, which frees the old one', async store => {
    await store.saveUser(makeUser())
    assert.equal(await store.saveUser(makeUser({ username: 'countess' })), true)
    assert.equal(await store.findUserByName('ada'), undefined)
    assert.equal(await store.saveUser(makeUser({ userId: bob, username: 'ada' })), true)
    assert.deepEqual(
      (await store.listUsers()).map(({ userId }) => userId),
      [ada, bob],
    )
  })

  test('a part of the list of users begins after an identifier, ends after so many, and may be only what is declared', async store => {
    const idsOf = async (part: Parameters<typeof store.listUsers>[0]) =>
      (await store.listUsers(part)).map(({ userId }) => userId)
    for (const id of ['b', 'a', 'd', 'c'])
      await store.saveUser(makeUser({ userId: parseUserId(id), username: id, ...(id < 'c' && { isDeclared: true }) }))
    assert.deepEqual(await idsOf({ limit: 3 }), ['a', 'b', 'c'])
    assert.deepEqual(await idsOf({ after: 'b', limit: 1 }), ['c'])
    assert.deepEqual(await idsOf({ isDeclared: true, limit: 9 }), ['a', 'b'])
    await store.saveUser(makeUser({ userId: parseUserId('a'), username: 'a' }))
    assert.deepEqual(await idsOf({ isDeclared: true }), ['b'])
  })

  test('deleting a user answers whether there was one', async store => {
    await store.saveUser(makeUser())
    assert.equal(await store.deleteUser(ada, start), true)
    assert.equal(await store.findUserByName('ada'), undefined)
    assert.equal(await store.deleteUser(ada, start), false)
  })

  test("deleting a user ends the user's sessions, revokes their families and forgets their grants", async store => {
    await store.saveUser(makeUser())
    await store.saveSession(makeSession())
    await store.saveSession(makeSession({ ref: makeRef('bob'), userId: bob }))
    await store.addToGrant(makeGrant())
    await store.saveCode(makeCode())
    await store.deleteUser(ada, start)
    assert.equal(await store.findSession(makeRef('session')), undefined)
    assert.ok(await store.findSession(makeRef('bob')))
    assert.deepEqual(await store.exchange(makeSpending(), {}), { kind: 'missing' })
    assert.equal(await store.findGrant(ada, parseClientId('app')), undefined)
  })
}

function emails(test: Claim): void {
  const withEmail = (userId: typeof ada, email: unknown, isVerified: unknown = true) =>
    makeUser({ userId, username: userId, claims: { email, email_verified: isVerified } })
  const ownersIn = async (store: Store, email: string, limit = 9) =>
    (await store.findUsersByEmail(email, limit)).map(({ userId }) => userId).toSorted()

  test('RFC 9493 §3.2.2: a user is found by a verified address, whatever its case', async store => {
    const user = withEmail(ada, 'Ada@Example.org')
    await store.saveUser(user)
    await store.saveUser(withEmail(bob, 'bob@example.org'))
    for (const email of ['Ada@Example.org', 'ada@example.org', 'ADA@EXAMPLE.ORG'])
      assert.deepEqual(await store.findUsersByEmail(email, 2), [user], email)
    for (const email of ['ada@example.com', 'da@example.org', 'ada@example.org ', '', '%', 'a'.repeat(9_999)])
      assert.deepEqual(await store.findUsersByEmail(email, 2), [], email)
  })

  test('RFC 9493 §3.2.2: letters beyond ASCII have a case, too, and are not taken for others', async store => {
    await store.saveUser(withEmail(ada, 'Älice@Пример.рф'))
    assert.deepEqual(await ownersIn(store, 'äLICE@пРИМЕР.РФ'), [ada])
    for (const email of ['alice@пример.рф', 'A\u0308lice@пример.рф'])
      assert.deepEqual(await ownersIn(store, email), [], email)
    await store.saveUser(withEmail(ada, 'ıI@example.org'))
    assert.deepEqual(await ownersIn(store, 'ıi@example.org'), [ada])
    assert.deepEqual(await ownersIn(store, 'ii@example.org'), [])
  })

  test('OpenID Connect Core §5.1: an address that is not verified finds nobody', async store => {
    const others = [false, 'true', 1, null]
    for (const [place, isVerified] of others.entries())
      await store.saveUser(withEmail(parseUserId(`user-${place}`), 'ada@example.org', isVerified))
    await store.saveUser(withEmail(bob, ['ada@example.org']))
    await store.saveUser(makeUser({ claims: { email: 'ada@example.org' } }))
    assert.deepEqual(await ownersIn(store, 'ada@example.org'), [])
    await store.saveUser(withEmail(parseUserId('user-0'), 'ada@example.org', true))
    assert.deepEqual(await ownersIn(store, 'ada@example.org'), ['user-0'])
  })

  test('of users who share an address as many are found as are wanted', async store => {
    const ids = ['a', 'b', 'c'].map(parseUserId)
    for (const userId of ids) await store.saveUser(withEmail(userId, `${userId < 'c' ? 'both' : 'BOTH'}@example.org`))
    assert.deepEqual(await ownersIn(store, 'both@example.org'), ids)
    assert.equal((await ownersIn(store, 'both@example.org', 2)).length, 2)
    assert.equal((await ownersIn(store, 'both@example.org', 1)).length, 1)
  })

  test('who has changed their address, lost it, or is deleted is found by it no more', async store => {
    await store.saveUser(withEmail(ada, 'ada@example.org'))
    await store.saveUser(withEmail(ada, 'countess@example.org'))
    assert.deepEqual(await ownersIn(store, 'ada@example.org'), [])
    assert.deepEqual(await ownersIn(store, 'countess@example.org'), [ada])
    await store.saveUser(withEmail(ada, 'countess@example.org', false))
    assert.deepEqual(await ownersIn(store, 'countess@example.org'), [])
    await store.saveUser(withEmail(ada, 'countess@example.org'))
    await store.saveUser(makeUser({ username: ada, claims: {} }))
    assert.deepEqual(await ownersIn(store, 'countess@example.org'), [])
    await store.saveUser(withEmail(bob, 'bob@example.org'))
    await store.deleteUser(bob, start)
    assert.deepEqual(await ownersIn(store, 'bob@example.org'), [])
  })

  test('a user that is not saved, since another has the name, is not found by an address', async store => {
    await store.saveUser(withEmail(ada, 'ada@example.org'))
    const claims = { email: 'bob@example.org', email_verified: true }
    assert.equal(await store.saveUser(makeUser({ userId: bob, username: ada, claims })), false)
    assert.deepEqual(await ownersIn(store, 'bob@example.org'), [])
    assert.deepEqual(await ownersIn(store, 'ada@example.org'), [ada])
  })

  test('an address of any length and with any letters can be saved', async store => {
    for (const email of ['a'.repeat(9_999), 'a\0b@example.org', 'a\ud800@example.org', '']) {
      const user = withEmail(ada, email)
      assert.equal(await store.saveUser(user), true)
      assert.deepEqual(await store.findUser(ada), user)
      assert.deepEqual(await store.findUsersByEmail(email, 2), [])
    }
  })
}

function sessions(test: Claim): void {
  test('a saved session is found by its reference alone', async store => {
    await store.saveSession(makeSession())
    assert.deepEqual(await store.findSession(makeRef('session')), makeSession())
    assert.equal(await store.findSession(makeRef('other')), undefined)
    assert.equal(await store.findSession(makeRef('session', 1)), undefined)
  })

  test('saving a session with the same reference replaces it', async store => {
    await store.saveSession(makeSession())
    const later = makeSession({ lastSeenAt: at(60), expiresAt: at(1_860), amr: ['pwd', 'otp'] })
    await store.saveSession(later)
    assert.deepEqual(await store.findSession(makeRef('session')), later)
  })

  test('a deleted session is gone, and a request still under way cannot save it back', async store => {
    assert.equal(await store.deleteSession(makeRef('session')), false)
    await store.saveSession(makeSession())
    assert.equal(await store.deleteSession(makeRef('session')), true)
    assert.equal(await store.deleteSession(makeRef('session')), false)
    assert.equal(await store.findSession(makeRef('session')), undefined)
    await store.saveSession(makeSession({ lastSeenAt: at(1) }))
    assert.equal(await store.findSession(makeRef('session')), undefined)
  })

  test("all of a user's sessions are deleted, and no others", async store => {
    await store.saveSession(makeSession())
    await store.saveSession(makeSession({ ref: makeRef('second') }))
    await store.saveSession(makeSession({ ref: makeRef('bob'), userId: bob }))
    await store.deleteSessionsOf(ada)
    assert.equal(await store.findSession(makeRef('session')), undefined)
    assert.equal(await store.findSession(makeRef('second')), undefined)
    assert.ok(await store.findSession(makeRef('bob')))
  })
}

function interactions(test: Claim): void {
  test('a saved interaction is found, and replaced by saving it again', async store => {
    await store.saveInteraction(makeInteraction())
    assert.deepEqual(await store.findInteraction(makeRef('interaction')), makeInteraction())
    const later = makeInteraction({ loggedInAt: at(5), consented: 'read' })
    await store.saveInteraction(later)
    assert.deepEqual(await store.findInteraction(makeRef('interaction')), later)
    assert.equal(await store.findInteraction(makeRef('other')), undefined)
  })

  test('an interaction keeps the details that the user left, and what it is about', async store => {
    const purpose = { kind: 'device', ticket: makeRef('ticket') }
    const interaction = makeInteraction({ consentedDetails: bound.details, purpose })
    await store.saveInteraction(interaction)
    assert.deepEqual(await store.findInteraction(makeRef('interaction')), interaction)
  })

  test('an interaction ends once, however many end it', async store => {
    await store.saveInteraction(makeInteraction())
    const ends = await Promise.all(Array.from({ length: 50 }, () => store.endInteraction(makeRef('interaction'))))
    assert.equal(ends.filter(isFirst => isFirst).length, 1)
    assert.equal(await store.findInteraction(makeRef('interaction')), undefined)
    assert.equal(await store.endInteraction(makeRef('interaction')), false)
  })

  test('an interaction that has ended cannot be saved back', async store => {
    await store.saveInteraction(makeInteraction())
    await store.endInteraction(makeRef('interaction'))
    await store.saveInteraction(makeInteraction({ loggedInAt: at(5) }))
    assert.equal(await store.findInteraction(makeRef('interaction')), undefined)
    assert.equal(await store.endInteraction(makeRef('interaction')), false)
  })

  test('an interaction that never was does not end', async store => {
    assert.equal(await store.endInteraction(makeRef('interaction')), false)
  })
}
