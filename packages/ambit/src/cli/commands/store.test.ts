import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { parseJson } from '../testing/json.ts'
import { smallConfig, testCli } from '../testing/run.ts'

const add = 'client add web --redirect-uri https://web.example/cb --scope openid'

test('store migrate tells what is to be done, does it, and does nothing twice', async t => {
  const cli = testCli(t)
  const planned = await cli.run('store migrate --dry-run')
  assert.match(planned.out, /schema version 0; still to be applied: 1, 2/)
  assert.ok(!existsSync(join(cli.folder, 'test.db')))
  const done = await cli.run('store migrate')
  assert.match(done.err, /ambit: schema version 1\n/)
  assert.match(done.out, /schema version \d+ is up to date/)
  const { applied, pending } = parseJson<{ applied: number[]; pending: number[] }>(
    (await cli.run('store migrate --json')).out,
  )
  assert.deepEqual([applied, pending], [[], []])
})

test('store check counts what there is', async t => {
  const cli = testCli(t)
  await cli.run(add)
  const { code, out, err } = await cli.run('store check')
  assert.equal(err, 'ambit: everything goes together\n')
  assert.equal(code, 0)
  assert.match(out, /^client +1 +[0-9a-f]{64}$/m)
  const { sheets } = parseJson<{ sheets: { sheet: string; rows: number }[] }>((await cli.run('store check --json')).out)
  assert.equal(sheets.find(each => each.sheet === 'client')?.rows, 1)
})

test('a store in memory is nothing that could be migrated, checked or copied', async t => {
  const cli = testCli(t, { ...smallConfig, store: 'memory' })
  for (const command of ['store migrate', 'store check', 'store copy --from a.db']) {
    const { code, err } = await cli.run(command)
    assert.equal(code, 1, command)
    assert.match(err, /a store in memory ends with its process/)
  }
})

for (const [words, wanted, expected] of [
  ['store copy --to b.db', /`--from` is missing/, 2],
  ['store copy --from nowhere.db --to b.db', /there is no store `.*nowhere\.db`/, 1],
  ['store copy --from env:NOWHERE --to b.db', /`--from`: the environment variable `NOWHERE` is not set/, 2],
  ['store copy --from test.db --to env:NOWHERE', /`--to`: the environment variable `NOWHERE` is not set/, 2],
  ['store copy --from memory --to b.db', /`--from` is `memory`, which ends with its process/, 2],
  ['store copy --from "" --to b.db', /`--from` wants a SQLite file/, 2],
  ['store copy --from mysql://ambit:hush@host/a --to b.db', /`--from` holds the URL of no database/, 2],
  ['store copy --from test.db --to postgres://db/a?sslmode=prefer', /`--to`: `sslmode` is `prefer`/, 2],
  ['store copy --from test.db --to test.db', /`--from` and the target are the same/, 2],
  ['store copy --from test.db', /`--from` and the target are the same/, 2],
  ['store copy --from test.db --to ambit.config.json', /`.*ambit\.config\.json` is not empty; copy to a new one/, 1],
] as const)
  test(`refused: ${words}`, async t => {
    const cli = testCli(t)
    await cli.run(add)
    const { code, err } = await cli.run(words)
    assert.match(err, wanted)
    assert.doesNotMatch(err, /hush/)
    assert.equal(code, expected)
  })

test('a variable of the configuration that is not set is wrong usage, and is named', async t => {
  const cli = testCli(t, { ...smallConfig, store: { urlEnv: 'OWNER_URL' } })
  for (const command of ['store migrate', 'store check', 'store copy --from a.db', 'nodes', 'why 4f1c9a2e']) {
    const { code, err } = await cli.run(command)
    assert.equal(code, 2, command)
    assert.match(err, /store\.urlEnv: the environment variable `OWNER_URL` is not set/)
  }
})

test('store copy copies to another file, and says how much', async t => {
  const cli = testCli(t)
  await cli.run(add)
  const { code, out, err } = await cli.run('store copy --from test.db --to b.db')
  assert.equal(code, 0, err)
  assert.match(out, /^1 row is copied and compared in [\d.]+ s; the source is as it was$/m)
  assert.match(err, /copied 0 of 1 rows/)
  const listed = await cli.run('client list', { environment: { AMBIT_STORE: 'b.db' } })
  assert.match(listed.out, /^web /m)
})

test('a copy that fails says why, and that the same command goes on', async t => {
  const cli = testCli(t)
  await cli.run(add)
  await cli.run('store migrate', { environment: { AMBIT_STORE: 'b.db.copying' } })
  const change = (sql: string) => {
    const file = new DatabaseSync(join(cli.folder, 'b.db.copying'))
    file.exec(sql)
    file.close()
  }
  change("CREATE TRIGGER full BEFORE INSERT ON client BEGIN SELECT raise(ROLLBACK, 'no room'); END")
  const failed = await cli.run('store copy --from test.db --to b.db')
  assert.equal(failed.code, 1)
  assert.match(failed.err, /^ambit: no room; the same command goes on where it was broken off$/m)
  change('DROP TRIGGER full')
  assert.equal((await cli.run('store copy --from test.db --to b.db')).code, 0)
})
