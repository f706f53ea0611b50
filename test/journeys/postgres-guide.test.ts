import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { startServer } from 'ambit'
import { smallConfig, testCli } from '../../packages/ambit/src/cli/testing/run.ts'
import { runSql } from '../../packages/store/src/copy/testing/run-sql.ts'
import { quickSettings, startDatabaseServer } from '../../packages/store/src/postgres/testing/database-server.ts'
import { noDatabase } from '../../packages/store/src/postgres/testing/empty-database.ts'

const guide = readFileSync(new URL('../../docs/guide/postgresql.md', import.meta.url), 'utf8')

/** The statements of the guide's SQL blocks, block by block. */
const blocks = [...guide.matchAll(/^```sql\n(.*?)^```$/gms)].map(([, block = '']) =>
  block.split(';').flatMap(statement => statement.trim() || []),
)

test('the roles of the guide: the owner migrates, and a server that may only read and write rows serves', {
  skip: noDatabase,
}, async t => {
  const database = await startDatabaseServer({ settings: quickSettings })
  t.after(() => database.remove())
  const as = (role: string) => database.url('ambit').replace('//ambit@', `//${role}@`)
  const [roles = [], grants = []] = blocks
  // the superuser of the tests has the name of the guide's role
  await runSql(database.url(), ['CREATE ROLE root_of_tests SUPERUSER LOGIN'])
  const superuser = database.url().replace('//ambit@', '//root_of_tests@')
  await runSql(superuser, ['ALTER ROLE ambit RENAME TO first_superuser', ...roles])
  await runSql(as('ambit_owner'), grants)

  const cli = testCli(t, { ...smallConfig, store: { migrate: 'never' } })
  const early = await cli.run('client list', { environment: { DATABASE_URL: as('ambit') } })
  assert.match(early.err, /run `ambit store migrate`/)
  const migrated = await cli.run('store migrate', { environment: { DATABASE_URL: as('ambit_owner') } })
  assert.equal(migrated.code, 0, migrated.err)

  const store = { url: as('ambit'), migrate: 'never' } as const
  const server = await startServer({
    port: 0,
    store,
    log: { level: 'silent' },
    catalogue: { scopes: { read_pets: {} } },
  })
  t.after(() => server.close())
  assert.equal((await fetch(`${server.origin}/readyz`)).status, 200)
  await assert.rejects(runSql(as('ambit'), ['CREATE TABLE other (id integer)']), /permission denied/)
})
