import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { AccessTokenRecord, Store } from '@ambit/server'
import { Client } from 'pg'
import {
  at,
  makeAccessToken,
  makeClient,
  makeClientToken,
  makeCode,
  makeFamily,
  makeRef,
  makeRefreshing,
  makeRefreshToken,
  makeSpending,
  start,
} from '../testing/records.ts'
import { postgresStore } from './node/postgres-store.ts'
import { revokeClientTokensIn, revokeFamiliesIn } from './node/revocation.ts'
import { shardOf } from './node/shard.ts'
import type { Row } from './node/statement.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'

const { familyId } = makeFamily()
const status = { list: 0, index: 7 }
const stored = makeAccessToken({ ref: makeRef('late'), status })
const ofClient = makeClientToken({ ref: makeRef('late'), status })

/** Each writing of a token with a status, what it needs before, and which token it stores. */
const writers: readonly (readonly [string, (store: Store) => Promise<unknown>, AccessTokenRecord])[] = [
  ['redemption', store => store.exchange(makeSpending(), { family: makeFamily(), accessToken: stored }), stored],
  [
    'rotation',
    store =>
      store.exchange(makeRefreshing({ ref: makeRef('older') }), {
        refreshToken: makeRefreshToken({ ref: makeRef('successor') }),
        accessToken: stored,
      }),
    stored,
  ],
  ['token of a family', store => store.saveAccessToken(stored), stored],
  ['token that begins the family again', store => store.saveAccessToken(stored, { family: makeFamily() }), stored],
  ['token of a client', store => store.saveAccessToken(ofClient), ofClient],
]

describe('a revocation at the same time as the writing of a token', { skip: noDatabase }, () => {
  let url = ''
  let stores: readonly Store[] = []
  before(async () => {
    url = await emptyDatabase()
    stores = [await postgresStore({ url }), await postgresStore({ url })]
  })
  after(() => Promise.all(stores.map(store => store.close())))

  for (const [what, write, token] of writers) {
    test(`Token Status List §7.1: a ${what} that was begun before the revocation leaves the status revoked`, async t => {
      const [writer, revoker] = stores
      assert.ok(writer && revoker)
      const session = await openSession(url)
      t.after(() => session.end())
      await prepare(writer, session)
      await session.query('BEGIN')
      await occupyStatus(session)
      const writing = write(writer)
      await session.waiting(1)
      const revoking = revoke(revoker, token)
      await session.waiting(2)
      await session.query('ROLLBACK')
      await Promise.all([writing, revoking])
      await assertDead(writer, token)
    })

    test(`Token Status List §7.1: a ${what} that comes while the revocation is not finished leaves the status revoked`, async t => {
      const [writer] = stores
      assert.ok(writer)
      const session = await openSession(url)
      t.after(() => session.end())
      await prepare(writer, session)
      await session.query('BEGIN')
      await revokeWith(session, token)
      const writing = write(writer)
      await session.waiting(1)
      await session.query('COMMIT')
      await writing
      await assertDead(writer, token)
    })
  }
})

test('a revocation that waits for another one of the same families leaves the first time and counts none', {
  skip: noDatabase,
}, async t => {
  const url = await emptyDatabase()
  const store = await postgresStore({ url })
  const session = await openSession(url)
  t.after(() => Promise.all([session.end(), store.close()]))
  await prepare(store, session)
  await session.query('BEGIN')
  await revokeFamiliesIn(session.query, { userId: makeFamily().userId }, at(1))
  const waiting = store.revokeFamilies({ familyId }, at(5))
  await session.waiting(1)
  await session.query('COMMIT')
  assert.equal(await waiting, 0)
  assert.equal((await store.findAccessToken(makeRef('first')))?.family?.revokedAt, at(1))
})

/** A client, and a family with a code and a refresh token that nobody has spent. */
async function prepare(store: Store, session: Session): Promise<void> {
  for (const table of ['code', 'refresh_token', 'rotation', 'access_token', 'token_status', 'family'])
    await session.query(`DELETE FROM ${table}`)
  await store.saveClient(makeClient())
  await store.saveCode(makeCode())
  const refreshToken = makeRefreshToken({ ref: makeRef('older') })
  await store.saveAccessToken(makeAccessToken({ ref: makeRef('first') }), { family: makeFamily(), refreshToken })
}

/** Takes the place of the status without keeping it: whoever stores it waits here, with all its locks. */
async function occupyStatus(session: Session): Promise<void> {
  const { locator, hash } = stored.ref
  await session.query(
    `INSERT INTO token_status (shard, locator, hash, list, place, client_id, expires_at) VALUES ($1, $2, $3, 1, 1, 'x', 0)`,
    [shardOf(stored.ref), locator, hash],
  )
}

function revoke(store: Store, { familyId: family, clientId }: AccessTokenRecord): Promise<unknown> {
  return family === undefined ? store.deleteClient(clientId, at(5)) : store.revokeFamilies({ familyId }, at(5))
}

async function revokeWith(session: Session, { familyId: family, clientId }: AccessTokenRecord): Promise<void> {
  if (family !== undefined) return void (await revokeFamiliesIn(session.query, { familyId }, at(5)))
  await session.query('DELETE FROM client WHERE client_id = $1', [clientId])
  await revokeClientTokensIn(session.query, clientId, at(5))
}

/** Either nothing was stored, or the token is dead and its status says so. */
async function assertDead(store: Store, { ref }: AccessTokenRecord): Promise<void> {
  const found = await store.findAccessToken(ref)
  assert.ok(found === undefined || found.family?.revokedAt !== undefined)
  const isStored = (await store.findTokensOfRequest(makeCode().trace.requestId, [ref.locator, ref.locator])).some(
    record => record.ref.hash === ref.hash,
  )
  assert.deepEqual(await store.findRevokedStatuses(0, start), isStored ? [status.index] : [])
}

type Session = {
  readonly query: (sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>
  /** Resolves once so many statements of the database wait for a lock. */
  readonly waiting: (count: number) => Promise<void>
  readonly end: () => Promise<void>
}

async function openSession(url: string): Promise<Session> {
  const [client, watcher] = [new Client({ connectionString: url }), new Client({ connectionString: url })]
  await Promise.all([client.connect(), watcher.connect()])
  const countWaiting = async () => {
    const { rows } = await watcher.query<Row>(
      `SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )
    return Number(rows[0]?.['count'])
  }
  return {
    query: async (sql, values = []) => (await client.query<Row>(sql, [...values])).rows,
    waiting: async count => {
      for (let tries = 0; (await countWaiting()) < count; tries++) assert.ok(tries < 2_000, 'nobody waits for a lock')
    },
    end: async () => {
      await Promise.all([client.end(), watcher.end()])
    },
  }
}
