import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { postgresStore } from '@ambit/store'
import { startServer } from 'ambit'
import { quickSettings, startDatabaseServer } from '../../packages/store/src/postgres/testing/database-server.ts'
import { noDatabase } from '../../packages/store/src/postgres/testing/empty-database.ts'
import { configure } from '../../scripts/growth/clients.ts'
import type { Engine } from '../../scripts/growth/engine.ts'
import { populate, proveRows } from '../../scripts/growth/populate.ts'
import type { Population } from '../../scripts/growth/population.ts'
import { postgresEngine } from '../../scripts/growth/postgres.ts'
import { proveServed } from '../../scripts/growth/prove-served.ts'
import { sqliteEngine } from '../../scripts/growth/sqlite.ts'

const population: Population = { grants: 400, at: Date.now() }
const sample = [0, 1, 2, 3, 40, 77, 398, 399]

function sqlite(t: TestContext): Engine {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-growth-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return sqliteEngine(folder)
}

async function postgres(t: TestContext): Promise<Engine> {
  const server = await startDatabaseServer({ settings: quickSettings })
  t.after(server.remove)
  return postgresEngine(server, url => postgresStore({ url }))
}

for (const [name, open, skip] of [
  ['SQLite', sqlite, false],
  ['PostgreSQL', postgres, noDatabase],
] as const) {
  test(`grants that are made in bulk in ${name} are those that the store writes, and serve as such`, {
    skip,
  }, async t => {
    const engine = await open(t)
    const place = await engine.create('grown')
    await (await startServer(configure(place))).close()
    await populate(engine, place, { population, progress: () => {} })
    const wanted = { family: population.grants, consent: population.grants }
    for (const [table, rows] of Object.entries(wanted))
      assert.equal((await engine.readTable(place, table)).get(table)?.length, rows)
    assert((await proveRows(engine, place, { population, grants: sample })) > sample.length * 4)
    const later = { ...population, at: population.at + 1_000 }
    await assert.rejects(proveRows(engine, place, { population: later, grants: [4] }), /which is not there/)
    const server = await startServer(configure(place))
    t.after(server.close)
    assert.equal(await proveServed(server.origin, { population, grants: sample }), 2 * 5 + 6 * 4)
    const sizes = await engine.sizes(place)
    assert(sizes.some(({ table, rows }) => table === 'family' && rows === population.grants))
  })
}
