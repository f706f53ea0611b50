import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from './node/open-database.ts'
import type { Statement } from './node/statement.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'

const find: Statement<number, number | undefined> = {
  name: 'find_entry',
  input: { shard: 'smallint', locator: 'bigint', hash: 'text' },
  sql: input => `WITH input AS (${input})
    SELECT input.n, e.locator FROM input JOIN entry AS e ON e.shard = input.shard AND e.locator = input.locator
      AND e.hash = input.hash`,
  values: locator => [locator % 16, locator, String(locator)],
  parse: ([row]) => (row ? Number(row['locator']) : undefined),
}

/** The planner takes an empty table for one of ten pages; of wide rows it then expects one for each shard. */
const wide = Array.from({ length: 12 }, (_, column) => `text${column} text`).join(', ')

test('a plan that was made for an empty table is made again when it has grown', { skip: noDatabase }, async () => {
  const db = openDatabase({ url: await emptyDatabase(), planMillis: 0 })
  await db.transact([], async query => {
    await query(
      `CREATE TABLE entry (shard smallint, locator bigint, hash text COLLATE "C", ends_at bigint, ${wide}, PRIMARY KEY (shard, locator, hash))`,
    )
    await query('CREATE INDEX entry_end ON entry (shard, ends_at)')
    await query('ALTER TABLE entry SET (autovacuum_enabled = false)')
  })
  const read = db.read(find)
  assert.equal(await read(1), undefined)
  await db.transact([], query =>
    query(
      'INSERT INTO entry (shard, locator, hash, ends_at) SELECT row % 16, row, row::text, row FROM generate_series(1, 20000) AS row',
    ),
  )
  assert.equal(await read(17), 17)
  const plan = await db.hold(5_000, query => query('EXPLAIN EXECUTE find_entry (NULL, NULL, NULL, NULL)'))
  assert.match(plan.map(row => Object.values(row).join('')).join('\n'), /entry_pkey/)
  await db.close()
})
