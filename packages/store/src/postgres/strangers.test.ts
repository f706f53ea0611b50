import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { seconds } from '@ambit/protocol'
import type { Store } from '@ambit/server'
import {
  at,
  makeClient,
  makeGrant,
  makeRefusal,
  makeTicket,
  makeUser,
  parseClientId,
  parseHash,
  parseRequestId,
  parseUserId,
  start,
} from '../testing/records.ts'
import { postgresStore } from './node/postgres-store.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'
import { unstorableTexts } from './testing/unstorable-texts.ts'

describe('texts of strangers that a database cannot hold', { skip: noDatabase }, () => {
  let store: Store
  before(async () => {
    store = await postgresStore({ url: await emptyDatabase() })
  })
  after(() => store?.close())

  for (const [what, text] of unstorableTexts)
    describe(what, () => {
      test('names no client and no user', async () => {
        const [clientId, userId] = [parseClientId(text), parseUserId(text)]
        assert.equal(await store.findClient(text), undefined)
        assert.equal(await store.findUser(userId), undefined)
        assert.equal(await store.findUserByName(text), undefined)
        assert.deepEqual(await store.findUsersByEmail(text, 2), [])
        assert.equal(await store.findGrant(userId, clientId), undefined)
        assert.deepEqual(await store.listGrants(userId), [])
        assert.deepEqual(await store.listScopeUsage(clientId), [])
        assert.equal(await store.deleteClient(clientId, start), false)
        assert.equal(await store.deleteUser(userId, start), false)
      })

      test('takes nothing from others where a grant is deleted or tickets are listed', async () => {
        const replaced = parseClientId('a\ufffdb')
        const { userId } = makeUser()
        const grant = makeGrant({ userId, clientId: replaced })
        await store.addToGrant(grant)
        await store.deleteGrant(userId, parseClientId(text), start)
        await store.removeFromGrant(userId, parseClientId(text), ['read'], start)
        assert.deepEqual(await store.listGrants(userId), [grant])
        await store.saveTicket(makeTicket({ clientId: replaced }))
        const { kind } = makeTicket()
        assert.deepEqual(await store.listTickets({ kind, clientId: parseClientId(text) }, 10), [])
        assert.deepEqual(await store.listTickets({ kind, userId: parseUserId(text) }, 10), [])
        assert.deepEqual(await store.findStatusTokens({ userId, clientId: parseClientId(text) }, start), [])
        assert.deepEqual(await store.findTokensOfRequest(parseRequestId(text), [0, 1]), [])
      })

      test('is counted, cleared and remembered like any other text', async () => {
        await store.countFailure(text, start, seconds(60))
        assert.equal((await store.countFailure(text, start, seconds(60))).count, 2)
        assert.equal((await store.findFailures(text, start)).count, 2)
        assert.equal((await store.findFailures('ab', start)).count, 0)
        await store.clearFailures(text)
        assert.equal((await store.findFailures(text, start)).count, 0)
      })

      test('is kept in a refusal, and names one', async () => {
        const refusal = makeRefusal({ requestId: parseRequestId(text), clientId: text, requested: text })
        await store.saveRefusal(refusal)
        assert.deepEqual(await store.findRefusal(refusal.requestId), refusal)
      })

      test('is kept in what is stored of a client or a user', async () => {
        const client = makeClient({ clientId: parseClientId('kept'), name: text })
        const user = makeUser({ claims: { nickname: text } })
        await store.saveClient(client)
        await store.saveUser(user)
        assert.deepEqual(await store.listClients(), [client])
        assert.deepEqual(await store.findUser(user.userId), user)
      })

      test('does not spoil the uses that are reported with it', async () => {
        await store.saveClient(makeClient())
        const { clientId } = makeClient()
        const use = { clientId, scope: 'read', count: 1, lastUsedAt: start }
        await store.recordScopeUsage([{ ...use, clientId: parseClientId(text) }, { ...use, scope: text }, use])
        assert.equal((await store.listScopeUsage(clientId)).length, 1)
        await store.deleteClient(clientId, start)
      })

      test('is refused as a name, and what others save at the same time is saved', async () => {
        const saved = await Promise.allSettled([
          store.saveUser(makeUser({ userId: parseUserId('odd'), username: text })),
          store.saveUser(makeUser({ userId: parseUserId(`even ${what}`), username: `even ${what}` })),
          store.remember(parseHash(what), at(60)),
        ])
        assert.deepEqual(
          saved.map(({ status }) => status),
          ['rejected', 'fulfilled', 'fulfilled'],
        )
      })
    })

  test('does not decide the order of lists, which is that of bytes', async () => {
    const ids = ['a b', 'a-b', 'aB', 'ab', 'B', 'ä', 'Z', '_']
    for (const [index, id] of ids.entries()) {
      await store.saveClient(makeClient({ clientId: parseClientId(`order ${id}`) }))
      await store.saveUser(makeUser({ userId: parseUserId(`user ${id}`), username: `order ${index}` }))
    }
    const ordered = ['B', 'Z', '_', 'a b', 'a-b', 'aB', 'ab', 'ä']
    const clients = (await store.listClients()).map(({ clientId }) => clientId)
    const users = (await store.listUsers()).map(({ userId }) => userId)
    assert.deepEqual(
      clients.filter(id => id.startsWith('order ')),
      ordered.map(id => `order ${id}`),
    )
    assert.deepEqual(
      users.filter(id => id.startsWith('user ') && id.length < 9),
      ordered.map(id => `user ${id}`),
    )
  })
})
