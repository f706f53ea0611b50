import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { seconds } from '@ambit/protocol'
import type { Store } from '@ambit/server'
import {
  at,
  makeAccessToken,
  makeClient,
  makeCode,
  makeFamily,
  makeGrant,
  makeInteraction,
  makeKey,
  makeRef,
  makeRefreshing,
  makeRefreshToken,
  makeSession,
  makeSpending,
  makeTicket,
  makeUser,
  parseClientId,
  parseFamilyId,
  parseHash,
  parseUserId,
  start,
} from '../testing/records.ts'
import { postgresStore } from './node/postgres-store.ts'
import { shardOf } from './node/shard.ts'
import type { Row } from './node/statement.ts'
import { endings, removalSql } from './node/sweep-sql.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'
import { beginTransaction, type OpenTransaction } from './testing/open-transaction.ts'

const noChange = { unlessCreatedAfter: at(-1), retireOthersAt: at(50), removeOthersAt: at(90) }

describe('two nodes on one database', { skip: noDatabase }, () => {
  let url = ''
  let one: Store
  let other: Store
  before(async () => {
    url = await emptyDatabase()
    one = await postgresStore({ url })
    other = await postgresStore({ url })
  })
  after(() => Promise.all([one?.close(), other?.close()]))

  /** A transaction that nobody ends would hold the others up, and the program that tests. */
  async function endIfFailed(transaction: OpenTransaction, work: (transaction: OpenTransaction) => Promise<unknown>) {
    try {
      await work(transaction)
    } catch (error) {
      await transaction.end('ROLLBACK')
      throw error
    }
  }

  /** What `slow` has done in a transaction is not finished when `meanwhile` begins, and is once that waits for it. */
  async function overtaken<T>(
    slow: (transaction: OpenTransaction) => Promise<unknown>,
    meanwhile: () => Promise<T>,
    how: 'COMMIT' | 'ROLLBACK' = 'COMMIT',
  ): Promise<T> {
    const transaction = await beginTransaction(url)
    await endIfFailed(transaction, slow)
    const result = meanwhile()
    await transaction.waiting()
    await transaction.end(how)
    return result
  }

  async function read(sql: string): Promise<readonly Row[]> {
    const transaction = await beginTransaction(url)
    const rows = await transaction.query(sql)
    await transaction.end('COMMIT')
    return rows
  }

  /** Begins something that waits for the row which a transaction has put there, lets others act, and takes the row away. */
  async function held<T>(
    occupy: (transaction: OpenTransaction) => Promise<unknown>,
    begin: () => Promise<T>,
    others: () => Promise<unknown>,
  ): Promise<T> {
    const transaction = await beginTransaction(url)
    await endIfFailed(transaction, occupy)
    const result = begin()
    await transaction.waiting()
    await others()
    await transaction.end('ROLLBACK')
    return result
  }

  describe('RFC 9700 §4.15: an identifier', () => {
    const claim = (id: string, owner: string) => (transaction: OpenTransaction) =>
      transaction.query('INSERT INTO identifier (id, owner) VALUES ($1, $2)', [id, owner])

    test('RFC 9700 §4.15: that a client gets at this moment is no user’s', async () => {
      const user = makeUser({ userId: parseUserId('taken'), username: 'taken' })
      assert.equal(await overtaken(claim('taken', 'client'), () => one.saveUser(user)), false)
      assert.equal(await one.findUserByName('taken'), undefined)
    })

    test('RFC 9700 §4.15: that a user gets at this moment is no client’s', async () => {
      const client = makeClient({ clientId: parseClientId('occupied') })
      assert.equal(await overtaken(claim('occupied', 'user'), () => one.saveClient(client)), false)
      assert.equal(await one.findClient('occupied'), undefined)
    })

    test('RFC 9700 §4.15: stays with its owner when the other sort of that name is deleted', async () => {
      const client = makeClient({ clientId: parseClientId('of client') })
      const user = makeUser({ userId: parseUserId('of user'), username: 'of user' })
      assert.deepEqual([await one.saveClient(client), await one.saveUser(user)], [true, true])
      await one.deleteUser(parseUserId('of client'), start)
      await one.deleteClient(parseClientId('of user'), start)
      assert.equal(await one.saveUser({ ...user, userId: parseUserId('of client'), username: 'thief' }), false)
      assert.equal(await one.saveClient({ ...client, clientId: parseClientId('of user') }), false)
    })

    test('RFC 9700 §4.15: is given once, to whoever of the two nodes is first', async () => {
      for (let round = 0; round < 20; round++) {
        const id = `both-${round}`
        const saved = await Promise.all([
          one.saveClient(makeClient({ clientId: parseClientId(id) })),
          other.saveUser(makeUser({ userId: parseUserId(id), username: id })),
        ])
        assert.equal(saved.filter(isSaved => isSaved).length, 1)
        assert.deepEqual(saved, [
          (await one.findClient(id)) !== undefined,
          (await one.findUserByName(id)) !== undefined,
        ])
      }
    })
  })

  describe('a username', () => {
    const insert = (transaction: OpenTransaction) =>
      transaction.query(
        "INSERT INTO account (user_id, folded_name, registration, is_declared, data) VALUES ('first', 'grace', '', false, '{}')",
      )
    const second = makeUser({ userId: parseUserId('second'), username: 'Grace' })

    test('that another user gets at this moment is refused, and nothing is written', async () => {
      assert.equal(await overtaken(insert, () => one.saveUser(second)), false)
      assert.equal(await one.findUser(second.userId), undefined)
      assert.equal(await one.saveClient(makeClient({ clientId: parseClientId('second') })), true)
    })

    test('that another user does not get after all is free', async () => {
      await one.deleteClient(parseClientId('second'), start)
      await one.deleteUser(parseUserId('first'), start)
      assert.equal(await overtaken(insert, () => one.saveUser(second), 'ROLLBACK'), true)
      assert.deepEqual(await other.findUserByName('grace'), second)
    })

    test('is given once, to whoever of the two nodes is first', async () => {
      for (let round = 0; round < 20; round++) {
        const users = ['x', 'y'].map(id =>
          makeUser({ userId: parseUserId(`${id}-${round}`), username: `name-${round}` }),
        )
        const saved = await Promise.all([one, other].map((store, index) => store.saveUser(users[index] ?? makeUser())))
        assert.equal(saved.filter(isSaved => isSaved).length, 1)
        assert.deepEqual(await one.findUserByName(`name-${round}`), users[saved.indexOf(true)])
      }
    })
  })

  describe('a grant', () => {
    const parties = (name: string) => ({ userId: parseUserId(`user-${name}`), clientId: parseClientId(`app-${name}`) })
    const granted = (token: string) => ({ token, version: 1, grantedAt: start })
    const grantOf = (name: string, token: string) => makeGrant({ ...parties(name), scopes: [granted(token)] })
    const tokensOf = async (name: string) => {
      const { userId, clientId } = parties(name)
      return (await other.findGrant(userId, clientId))?.scopes.map(({ token }) => token).toSorted() ?? []
    }
    const rowOf = (name: string, token: string) => {
      const { userId: _userId, clientId: _clientId, ...data } = grantOf(name, token)
      return JSON.stringify(data)
    }
    const insert = (name: string) => (transaction: OpenTransaction) =>
      transaction.query("INSERT INTO consent (user_id, client_id, registration, data) VALUES ($1, $2, ' ', $3)", [
        `user-${name}`,
        `app-${name}`,
        rowOf(name, 'theirs'),
      ])
    const change = (sql: string, name: string) => (transaction: OpenTransaction) =>
      transaction.query(`${sql} WHERE user_id = $1`, [`user-${name}`])

    test('that two nodes begin at once has the scopes of both', async () => {
      const merged = await overtaken(insert('begun'), () => one.addToGrant(grantOf('begun', 'ours')))
      assert.deepEqual(merged.scopes, [granted('theirs'), granted('ours')])
      assert.deepEqual(await tokensOf('begun'), ['ours', 'theirs'])
    })

    test('that another node has just added to keeps what was added', async () => {
      await one.addToGrant(grantOf('added', 'first'))
      const theirs = change(`UPDATE consent SET data = '${rowOf('added', 'theirs')}'`, 'added')
      await overtaken(theirs, () => one.addToGrant(grantOf('added', 'ours')))
      assert.deepEqual(await tokensOf('added'), ['ours', 'theirs'])
    })

    test('that another node has just added to keeps what was added when scopes are taken out', async () => {
      await one.addToGrant(grantOf('reduced', 'first'))
      const theirs = change(`UPDATE consent SET data = '${rowOf('reduced', 'theirs')}'`, 'reduced')
      const { userId, clientId } = parties('reduced')
      await overtaken(theirs, () => one.removeFromGrant(userId, clientId, ['first'], at(1)))
      assert.deepEqual(await tokensOf('reduced'), ['theirs'])
    })

    test('that another node has just deleted does not come back with what is added', async () => {
      await one.addToGrant(grantOf('deleted', 'first'))
      await overtaken(change('DELETE FROM consent', 'deleted'), () => one.addToGrant(grantOf('deleted', 'ours')))
      assert.deepEqual(await tokensOf('deleted'), ['ours'])
    })

    test('that another node has just begun anew, word for word, for a client that was registered again, stays that', async () => {
      const { userId, clientId } = parties('again')
      await one.saveClient(makeClient({ clientId }))
      await one.addToGrant(grantOf('again', 'theirs'))
      const begunAnew = async (transaction: OpenTransaction) => {
        await transaction.query("UPDATE client SET registration = 'anew' WHERE client_id = $1", [clientId])
        await transaction.query("UPDATE consent SET registration = 'anew ' WHERE client_id = $1", [clientId])
      }
      await overtaken(begunAnew, () => one.addToGrant(grantOf('again', 'ours')))
      assert.deepEqual(await tokensOf('again'), ['ours', 'theirs'])
      assert.equal((await one.listGrants(userId)).length, 1)
    })

    test('keeps everything that two nodes add many times at once', async () => {
      const tokens = Array.from({ length: 20 }, (_, index) => `scope-${index}`)
      await Promise.all(tokens.map((token, index) => (index % 2 ? one : other).addToGrant(grantOf('many', token))))
      assert.deepEqual(await tokensOf('many'), tokens.toSorted())
    })

    for (const [what, remove] of [
      ['client', async () => void (await other.deleteClient(parties('gone').clientId, start))],
      ['user', async () => void (await other.deleteUser(parties('gone').userId, start))],
    ] as const)
      test(`that is stored while its ${what} is deleted is not one of whoever gets the identifier later`, async () => {
        const { userId, clientId } = parties('gone')
        const exist = async () => {
          await one.saveClient(makeClient({ clientId }))
          await one.saveUser(makeUser({ userId, username: 'gone' }))
        }
        await exist()
        await held(insert('gone'), () => one.addToGrant(grantOf('gone', 'old')), remove)
        await exist()
        assert.equal(await one.findGrant(userId, clientId), undefined)
        assert.deepEqual(await one.listGrants(userId), [])
        const family = makeFamily({ familyId: parseFamilyId(`of a new ${what}`), userId, clientId })
        const token = makeAccessToken({ ref: makeRef(`of a new ${what}`), familyId: family.familyId, userId, clientId })
        await one.saveAccessToken(token, { family })
        assert.deepEqual(await one.findAccessToken(token.ref), { record: token, family })
        await one.removeFromGrant(userId, clientId, ['old'], at(1))
        assert.deepEqual(await one.addToGrant(grantOf('gone', 'new')), grantOf('gone', 'new'))
        assert.deepEqual((await one.findAccessToken(token.ref))?.grant, grantOf('gone', 'new'))
        assert.deepEqual(await tokensOf('gone'), ['new'])
        await one.deleteClient(clientId, start)
        await one.deleteUser(userId, start)
      })
  })

  describe('a code', () => {
    const code = makeCode({ ref: makeRef('late'), familyId: parseFamilyId('late') })
    const { userId, clientId } = code
    for (const [what, remove] of [
      ['user', async () => void (await other.deleteUser(userId, start))],
      ['client', async () => void (await other.deleteClient(clientId, start))],
    ] as const)
      test(`that is stored while its ${what} is deleted, before anybody can see that, is dead`, async () => {
        await one.saveClient(makeClient())
        await one.saveUser(makeUser())
        await one.addToGrant(makeGrant())
        // what is deleted last is held, so that the deletion has been everywhere else and is not finished
        const holdGrant = (transaction: OpenTransaction) => transaction.query('SELECT 1 FROM consent FOR UPDATE')
        await held(holdGrant, remove, async () => {
          await one.saveCode({ ...code, ref: makeRef(`late ${what}`), familyId: parseFamilyId(`late ${what}`) })
          assert.ok((await one.findUser(userId)) && (await one.findClient(clientId)))
        })
        assert.deepEqual(await one.exchange(makeSpending({ ref: makeRef(`late ${what}`) }), {}), { kind: 'missing' })
      })
  })

  describe('a session', () => {
    const session = makeSession({ ref: makeRef('raced') })
    const { ref } = session
    const place = [shardOf(ref), ref.locator, ref.hash] as const
    const insert = (transaction: OpenTransaction) =>
      transaction.query("INSERT INTO session VALUES ($1, $2, $3, 'nobody', '', 0, 0, false, '{}')", place)

    test('that is saved while its user is deleted is not one of whoever gets the identifier later', async () => {
      await one.saveUser(makeUser())
      await held(
        insert,
        () => one.saveSession(session),
        () => other.deleteUser(session.userId, start),
      )
      await one.saveUser(makeUser())
      assert.equal(await one.findSession(ref), undefined)
      await one.saveSession({ ...session, lastSeenAt: at(5) })
      assert.equal(await one.findSession(ref), undefined)
    })

    test('goes over to another user who logs in to it', async () => {
      const own = makeSession({ ref: makeRef('passed') })
      const next = makeUser({ userId: parseUserId('next'), username: 'next' })
      await one.saveUser(next)
      await one.saveSession(own)
      await other.saveSession({ ...own, userId: next.userId })
      assert.equal((await one.findSession(own.ref))?.userId, next.userId)
    })

    test('that another node has just ended is not saved back', async () => {
      const own = makeSession({ ref: makeRef('ended') })
      await one.saveSession(own)
      const end = (transaction: OpenTransaction) =>
        transaction.query("UPDATE session SET is_ended = true, data = '{}' WHERE hash = 'ended'")
      await overtaken(end, () => one.saveSession({ ...own, lastSeenAt: at(5) }))
      assert.equal(await one.findSession(own.ref), undefined)
      assert.deepEqual(await read("SELECT data FROM session WHERE hash = 'ended'"), [{ data: '{}' }])
    })

    test('that another node saves at this moment is deleted with the others of its user', async () => {
      const own = makeSession({ ref: makeRef('renewed') })
      await one.saveSession(own)
      const renew = (transaction: OpenTransaction) =>
        transaction.query("UPDATE session SET expires_at = expires_at + 1 WHERE hash = 'renewed'")
      await overtaken(renew, () => one.deleteSessionsOf(own.userId))
      assert.equal(await one.findSession(own.ref), undefined)
    })
  })

  test('a refresh token that a node whose clock is ahead removes at this moment is missing, and leaves nothing behind', async () => {
    const family = makeFamily({ familyId: parseFamilyId('swept') })
    const { familyId, expiresAt } = family
    const refreshToken = makeRefreshToken({ ref: makeRef('swept'), familyId, expiresAt })
    await one.saveAccessToken(makeAccessToken({ ref: makeRef('swept'), familyId }), { family, refreshToken })
    const isTokens = endings.filter(({ table }) => table === 'refresh_token')
    const sweep = (transaction: OpenTransaction) =>
      Promise.all(isTokens.map(ending => transaction.query(removalSql(ending), [expiresAt, 10])))
    const rotate = () =>
      one.exchange(makeRefreshing({ ref: refreshToken.ref, at: at(3_500) }), {
        refreshToken: makeRefreshToken({ ref: makeRef('unswept'), familyId }),
      })
    assert.deepEqual(await overtaken(sweep, rotate), { kind: 'missing' })
    assert.deepEqual(await read('SELECT hash FROM rotation'), [])
    assert.equal(await one.findSpendable(makeRef('unswept'), 'refresh_token'), undefined)
  })

  test('what a request holds at the moment is left by a sweep, which waits for nobody', async () => {
    const [held, free] = [makeTicket({ ref: makeRef('held') }), makeTicket({ ref: makeRef('free') })]
    await one.saveTicket(held)
    await one.saveTicket(free)
    const request = await beginTransaction(url)
    await endIfFailed(request, async ({ query }) => {
      await query("UPDATE ticket SET expires_at = expires_at + 600 WHERE hash = 'held'")
      while ((await one.sweep(at(600), 100)) > 0);
    })
    await request.end('COMMIT')
    assert.equal(await other.findTicket(free.ref, free.kind), undefined)
    assert.equal((await other.findTicket(held.ref, held.kind))?.expiresAt, at(1_200))
    await other.takeTicket(held.ref, held.kind)
  })

  test('an interaction that another node has just ended is not saved back, and does not end again', async () => {
    const end = (transaction: OpenTransaction) =>
      transaction.query("UPDATE interaction SET is_ended = true, data = '{}' WHERE hash = 'interaction'")
    await one.saveInteraction(makeInteraction())
    const ended = await overtaken(end, async () => {
      await one.saveInteraction(makeInteraction({ loggedInAt: at(1) }))
      return one.endInteraction(makeInteraction().ref)
    })
    assert.equal(ended, false)
    assert.equal(await one.findInteraction(makeInteraction().ref), undefined)
    assert.deepEqual(await read('SELECT data FROM interaction'), [{ data: '{}' }])
  })

  test('RFC 9126 §4: a ticket that another node has just taken is neither changed nor taken', async () => {
    const { ref, kind } = makeTicket()
    const take = (transaction: OpenTransaction) => transaction.query("DELETE FROM ticket WHERE hash = 'ticket'")
    await one.saveTicket(makeTicket())
    assert.equal(await overtaken(take, () => one.changeTicket(makeTicket({ revision: 1 }))), false)
    await one.saveTicket(makeTicket())
    assert.equal(await overtaken(take, () => one.takeTicket(ref, kind)), undefined)
  })

  test('a ticket that another node has just changed is not changed from what it was before', async () => {
    await one.saveTicket(makeTicket())
    const change = (transaction: OpenTransaction) =>
      transaction.query("UPDATE ticket SET revision = 1 WHERE hash = 'ticket'")
    assert.equal(await overtaken(change, () => one.changeTicket(makeTicket({ revision: 1, data: '{}' }))), false)
    assert.equal((await one.findTicket(makeTicket().ref, makeTicket().kind))?.data, makeTicket().data)
  })

  test('a key is not added while another node adds one', async () => {
    await one.addKey(makeKey(), noChange)
    await one.deleteKey(makeKey().kid)
    const add = async (transaction: OpenTransaction) => {
      await transaction.query('UPDATE turn SET taken = taken + 1')
      await transaction.query(
        `INSERT INTO signing_key (kid, algorithm, created_at, active_at, data) VALUES ('theirs', 'ES256', $1, $1, '{}')`,
        [start],
      )
    }
    assert.equal(await overtaken(add, () => one.addKey(makeKey(), noChange)), false)
    assert.deepEqual(
      (await one.listKeys()).map(({ kid }) => kid),
      ['theirs'],
    )
    await one.deleteKey('theirs')
    const kids = ['a', 'b', 'c', 'd', 'e', 'f']
    const added = await Promise.all(
      kids.map((kid, index) => (index % 2 ? one : other).addKey(makeKey({ kid }), noChange)),
    )
    assert.equal(added.filter(isAdded => isAdded).length, 1)
    assert.equal((await one.listKeys()).length, 1)
  })

  test('a setting that another node settles at this moment is what it stored', async () => {
    const settle = (transaction: OpenTransaction) => transaction.query("INSERT INTO setting VALUES ('salt', 'theirs')")
    assert.equal(await overtaken(settle, () => one.settle('salt', 'ours')), 'theirs')
  })

  test('RFC 7523 §3: a value that another node remembers at this moment is a replay', async () => {
    const remember = (transaction: OpenTransaction) =>
      transaction.query("INSERT INTO remembered (hash, shard, expires_at) VALUES ('jti', 0, 9999999999)")
    assert.equal(await overtaken(remember, () => one.remember(parseHash('jti'), at(60))), false)
  })

  test('RFC 7523 §3: of 60 presentations at two nodes one is the first', async () => {
    const seen = await Promise.all(
      Array.from({ length: 60 }, (_, index) => (index % 2 ? one : other).remember(parseHash('assertion'), at(60))),
    )
    assert.equal(seen.filter(isNew => isNew).length, 1)
  })

  test('failures of two nodes are all counted, and in one window', async () => {
    const counts = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        (index % 2 ? one : other).countFailure(`key-${index % 3}`, start, seconds(60)),
      ),
    )
    const each = Array.from({ length: 20 }, (_, index) => index + 1)
    assert.deepEqual(
      counts.map(({ count }) => count).toSorted((a, b) => a - b),
      each.flatMap(count => [count, count, count]),
    )
    assert.deepEqual(new Set(counts.map(({ windowEndsAt }) => windowEndsAt)), new Set([at(60)]))
  })

  test('numbers of two nodes are each taken once', async () => {
    const taken = await Promise.all(
      Array.from({ length: 60 }, (_, index) => (index % 2 ? one : other).takeNumber('places')),
    )
    assert.deepEqual(new Set(taken), new Set(Array.from({ length: 60 }, (_, index) => index + 1)))
    assert.equal(await one.findNumber('places'), 60)
  })

  test('a lease that another node takes at this moment is held', async () => {
    const take = (transaction: OpenTransaction) =>
      transaction.query("INSERT INTO lease (name, holder, taken_at, until) VALUES ('sweep', 'theirs', $1, $2)", [
        start,
        at(60),
      ])
    assert.equal(await overtaken(take, () => one.takeLease('sweep', 'ours', start, at(60))), false)
  })

  test('uses of a scope that two nodes count at once are added up', async () => {
    await one.saveClient(makeClient())
    const { clientId } = makeClient()
    const use = (scope: string) => ({ clientId, scope, count: 1, lastUsedAt: start })
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        (index % 2 ? one : other).recordScopeUsage(index % 4 > 1 ? [use('a'), use('b')] : [use('b'), use('a')]),
      ),
    )
    const usage = await one.listScopeUsage(clientId)
    assert.deepEqual(
      usage.map(({ scope, count }) => [scope, count]),
      [
        ['a', 40],
        ['b', 40],
      ],
    )
  })
})
