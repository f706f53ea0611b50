import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SecretRef, Store } from '@ambit/server'
import {
  at,
  makeAccessToken,
  makeClient,
  makeFamily,
  makeInteraction,
  makeNode,
  makeRef,
  makeSession,
  makeTicket,
  makeUser,
  parseClientId,
  parseFamilyId,
  parseUserId,
  start,
} from '../testing/records.ts'
import { postgresStore } from './node/postgres-store.ts'
import { shardOf } from './node/shard.ts'
import type { SqlValue } from './node/statement.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'
import { beginTransaction } from './testing/open-transaction.ts'

const { clientId } = makeClient()
const { userId } = makeUser()
const { familyId } = makeFamily()

/** Two calls of one node about the same record, made at once, of which the first is held up by a row that another node inserts. */
type Pair = {
  readonly insert: readonly [sql: string, ...values: SqlValue[]]
  readonly first: (store: Store) => Promise<unknown>
  readonly second: (store: Store) => Promise<unknown>
  /** As the second, of another record: where nothing kept the second back, it has ended by the time that this has. */
  readonly other: (store: Store) => Promise<unknown>
  /** What there is afterwards. */
  readonly left: (store: Store) => Promise<unknown>
  readonly expected?: unknown
}

const atRef = ({ locator, hash }: SecretRef) => [shardOf({ hash }), locator, hash] as const
const other = makeRef('other')

const pairs: Readonly<Record<string, Pair>> = {
  'a client that is saved and deleted': {
    insert: ["INSERT INTO identifier VALUES ($1, 'client')", clientId],
    first: store => store.saveClient(makeClient()),
    second: store => store.deleteClient(clientId, start),
    other: store => store.deleteClient(parseClientId('other'), start),
    left: store => store.findClient(clientId),
  },
  'a user that is saved and deleted': {
    insert: ["INSERT INTO identifier VALUES ($1, 'user')", userId],
    first: store => store.saveUser(makeUser()),
    second: store => store.deleteUser(userId, start),
    other: store => store.deleteUser(parseUserId('other'), start),
    left: store => store.findUser(userId),
  },
  'a family that begins and is revoked': {
    insert: [
      `INSERT INTO family (family_id, shard, client_id, user_id, is_begun, created_at, expires_at)
       VALUES ($1, 0, '', '', false, 0, 0)`,
      familyId,
    ],
    first: store => store.saveAccessToken(makeAccessToken(), { family: makeFamily() }),
    second: store => store.revokeFamilies({ familyId }, at(5)),
    other: store => store.revokeFamilies({ familyId: parseFamilyId('other') }, at(5)),
    left: async store => (await store.findAccessToken(makeAccessToken().ref))?.family?.revokedAt,
    expected: at(5),
  },
  'a session that is saved and deleted': {
    insert: ["INSERT INTO session VALUES ($1, $2, $3, '', '', 0, 0, false, '{}')", ...atRef(makeSession().ref)],
    first: store => store.saveSession(makeSession()),
    second: store => store.deleteSession(makeSession().ref),
    other: store => store.deleteSession(other),
    left: store => store.findSession(makeSession().ref),
  },
  'an interaction that is saved and ended': {
    insert: [
      `INSERT INTO interaction (shard, locator, hash, expires_at, is_ended, data) VALUES ($1, $2, $3, 0, false, '{}')`,
      ...atRef(makeInteraction().ref),
    ],
    first: store => store.saveInteraction(makeInteraction()),
    second: store => store.endInteraction(makeInteraction().ref),
    other: store => store.endInteraction(other),
    left: store => store.findInteraction(makeInteraction().ref),
  },
  'a ticket that is saved and taken': {
    insert: [
      `INSERT INTO ticket (shard, locator, hash, kind, created_at, expires_at, revision, is_droppable, data)
       VALUES ($1, $2, $3, '', 0, 0, 0, false, '')`,
      ...atRef(makeTicket().ref),
    ],
    first: store => store.saveTicket(makeTicket()),
    second: store => store.takeTicket(makeTicket().ref, makeTicket().kind),
    other: store => store.takeTicket(other, makeTicket().kind),
    left: store => store.findTicket(makeTicket().ref, makeTicket().kind),
  },
  'a ticket that is saved and changed': {
    insert: [
      `INSERT INTO ticket (shard, locator, hash, kind, created_at, expires_at, revision, is_droppable, data)
       VALUES ($1, $2, $3, '', 0, 0, 0, false, '')`,
      ...atRef(makeTicket().ref),
    ],
    first: store => store.saveTicket(makeTicket()),
    second: store => store.changeTicket(makeTicket({ revision: 1 })),
    other: store => store.changeTicket(makeTicket({ ref: other, revision: 1 })),
    left: async store => (await store.findTicket(makeTicket().ref, makeTicket().kind))?.revision,
    expected: 1,
  },
  'a node that is announced and forgotten': {
    insert: ["INSERT INTO node VALUES ($1, 0, '{}')", makeNode().nodeId],
    first: store => store.announceNode(makeNode(), start),
    second: store => store.forgetNode(makeNode().nodeId),
    other: store => store.settle('other', 'other'),
    left: async store => (await store.announceNode(makeNode({ nodeId: 'other', expiresAt: start }), start)).nodes,
    expected: [],
  },
}

describe('calls of one node about one record', { skip: noDatabase }, () => {
  let url = ''
  let store: Store
  before(async () => {
    url = await emptyDatabase()
    store = await postgresStore({ url })
  })
  after(() => store?.close())

  for (const [what, { insert, first, second, other: unrelated, left, expected }] of Object.entries(pairs))
    test(`are carried out in the order in which they were made: ${what}`, async () => {
      const node = await beginTransaction(url)
      const [sql, ...values] = insert
      await node.query(sql, values)
      const both = Promise.all([first(store), second(store)])
      await node.waiting()
      await unrelated(store)
      await node.end('ROLLBACK')
      await both
      assert.deepEqual(await left(store), expected)
    })
})
