import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from 'pg'
import { at, makeClient, makeFamily, makeUser } from '../testing/records.ts'
import { openDatabase } from './node/open-database.ts'
import { postgresStore, storeIn } from './node/postgres-store.ts'
import type { Row } from './node/statement.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'

const families = 20_000
const { userId, clientId } = makeFamily()

test('what has more families than one statement can revoke in its time is revoked all the same', {
  skip: noDatabase,
}, async t => {
  const url = await emptyDatabase()
  const store = await postgresStore({ url })
  const hurried = storeIn(openDatabase({ url, statementMillis: 30, graceMillis: 5_000 }))
  const client = new Client({ connectionString: url })
  await client.connect()
  t.after(() => Promise.all([client.end(), store.close(), hurried.close()]))
  const count = async (condition: string) => {
    const { rows } = await client.query<Row>(`SELECT count(*) AS count FROM family WHERE ${condition}`)
    return Number(rows[0]?.['count'])
  }
  const fill = () =>
    client.query(
      `INSERT INTO family (family_id, shard, client_id, user_id, is_begun, created_at, expires_at)
       SELECT gen_random_uuid()::text, 0, $1, $2, true, $3, $4 FROM generate_series(1, ${families})`,
      [clientId, userId, at(0), at(9_000)],
    )

  await fill()
  assert.equal(await hurried.revokeFamilies({ userId }, at(1)), families)
  assert.equal(await count('revoked_at IS NULL'), 0)

  await store.saveClient(makeClient())
  await fill()
  assert.equal(await hurried.deleteClient(clientId, at(2)), true)
  assert.equal(await count('revoked_at IS NULL'), 0)

  await store.saveUser(makeUser())
  await fill()
  assert.equal(await hurried.deleteUser(userId, at(3)), true)
  assert.equal(await count('revoked_at IS NULL'), 0)
})
