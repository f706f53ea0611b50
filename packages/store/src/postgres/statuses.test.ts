import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { AccessTokenRecord, Store } from '@ambit/server'
import { statusLeeway } from '../limits.ts'
import {
  at,
  makeAccessToken,
  makeClient,
  makeClientToken,
  makeFamily,
  makeRef,
  parseClientId,
  parseFamilyId,
} from '../testing/records.ts'
import type { Query } from './node/database.ts'
import { postgresStore } from './node/postgres-store.ts'
import { revokeFamiliesIn } from './node/revocation.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'
import { beginTransaction, type OpenTransaction } from './testing/open-transaction.ts'

const { clientId } = makeClient()
const { familyId } = makeFamily()
const agent = parseClientId('agent')
const ofFamily = makeAccessToken({ status: { list: 0, index: 1 } })
const ofClient = makeClientToken({ status: { list: 0, index: 2 } })
const exchanged = makeAccessToken({
  ref: makeRef('exchanged'),
  clientId: agent,
  consentOf: clientId,
  status: { list: 0, index: 3 },
})

describe('statuses of tokens in PostgreSQL', { skip: noDatabase }, () => {
  let url = ''
  let store: Store
  before(async () => {
    url = await emptyDatabase()
    store = await postgresStore({ url })
  })
  after(() => store?.close())
  beforeEach(async () => {
    await inTransaction(async ({ query }) => {
      for (const table of ['access_token', 'token_status', 'family', 'client']) await query(`DELETE FROM ${table}`)
    })
    for (const id of [clientId, agent]) await store.saveClient(makeClient({ clientId: id }))
    await store.saveAccessToken(ofFamily, { family: makeFamily() })
    await store.saveAccessToken(ofClient)
    await store.saveAccessToken(exchanged)
  })

  async function inTransaction<T>(work: (transaction: OpenTransaction) => Promise<T>): Promise<T> {
    const transaction = await beginTransaction(url)
    try {
      return await work(transaction)
    } finally {
      await transaction.end('COMMIT')
    }
  }

  const revokedAt = ({ ref }: AccessTokenRecord) =>
    inTransaction(async ({ query }) => {
      const rows = await query('SELECT revoked_at FROM token_status WHERE hash = $1', [ref.hash])
      return rows.map(row => Number(row['revoked_at']))
    })

  const secondTimes: readonly (readonly [string, AccessTokenRecord, () => Promise<unknown>])[] = [
    ['it is revoked again', ofFamily, () => store.revokeAccessToken(ofFamily.ref, at(5))],
    ['its family is revoked', ofFamily, () => store.revokeFamilies({ familyId }, at(5))],
    ['its client is deleted', ofClient, () => store.deleteClient(clientId, at(5))],
    ['the client that exchanged it is deleted', exchanged, () => store.deleteClient(agent, at(5))],
  ]
  for (const [what, token, end] of secondTimes)
    test(`Token Status List §7.1: the status of a revoked token keeps its time when ${what}`, async () => {
      await store.revokeAccessToken(token.ref, at(3))
      await end()
      assert.deepEqual(await revokedAt(token), [at(3)])
    })

  test('Token Status List §13.1: a sweep that removes a status leaves those that are still to be told', async () => {
    const later = makeAccessToken({ ref: makeRef('later'), expiresAt: at(301), status: { list: 0, index: 9 } })
    await store.saveAccessToken(later)
    await store.revokeFamilies({ familyId }, at(5))
    const now = at(300 + statusLeeway)
    while ((await store.sweep(now, 100)) > 0);
    assert.deepEqual(await store.findRevokedStatuses(0, now), [9])
  })

  test('Token Status List §7.1: a family that begins in the middle of a revocation is not half revoked', async () => {
    const familyId = parseFamilyId('new')
    const fresh = makeAccessToken({ ref: makeRef('fresh'), familyId, status: { list: 0, index: 8 } })
    await inTransaction(async ({ query }) => {
      const interrupted: Query = async (sql, values) => {
        const rows = await query(sql, values)
        if (sql.includes('UPDATE family')) await store.saveAccessToken(fresh, { family: makeFamily({ familyId }) })
        return rows
      }
      assert.equal(await revokeFamiliesIn(interrupted, { userId: makeFamily().userId }, at(5)), 1)
    })
    assert.deepEqual(new Set(await store.findRevokedStatuses(0, at(1))), new Set([1, 3]))
    assert.equal((await store.findAccessToken(fresh.ref))?.family?.revokedAt, undefined)
  })

  test('Token Status List §7.1: a token that is exchanged while its client is being deleted is revoked', async () => {
    const late = { ...exchanged, ref: makeRef('late'), status: { list: 0, index: 4 } }
    const deletion = await beginTransaction(url)
    await deletion.query('DELETE FROM client WHERE client_id = $1', [agent])
    const saving = store.saveAccessToken(late)
    await deletion.waiting()
    await deletion.end('COMMIT')
    await saving
    assert.deepEqual(await store.findRevokedStatuses(0, at(1)), [4])
    assert.equal(await store.findAccessToken(late.ref), undefined)
  })

  test('Token Status List §7.1: a token of no user that is exchanged while either client is being deleted is revoked', async () => {
    const { familyId: _family, userId: _user, ...ofApp } = exchanged
    for (const [index, gone] of [agent, clientId].entries()) {
      const late = { ...ofApp, ref: makeRef(`late ${index}`), status: { list: 0, index: 5 + index } }
      const deletion = await beginTransaction(url)
      await deletion.query('DELETE FROM client WHERE client_id = $1', [gone])
      const saving = store.saveAccessToken(late)
      await deletion.waiting()
      await deletion.end('COMMIT')
      await saving
      assert.ok((await store.findRevokedStatuses(0, at(1))).includes(5 + index))
      await store.saveClient(makeClient({ clientId: gone }))
    }
  })
})
