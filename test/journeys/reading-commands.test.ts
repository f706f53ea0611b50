import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { Client } from 'pg'
import { commands } from '../../packages/ambit/src/cli/command-table.ts'
import { testCli } from '../../packages/ambit/src/cli/testing/run.ts'
import { runSql } from '../../packages/store/src/copy/testing/run-sql.ts'
import { emptyDatabase, noDatabase } from '../../packages/store/src/postgres/testing/empty-database.ts'

/** The commands that read the store and change nothing in it. */
const reading = [
  'serve --print-config',
  'nodes',
  'client list',
  'client show web',
  'user list',
  'user roles mia',
  'scope list',
  'scope explain read_pets',
  'scope usage',
  'key list',
  'token inspect 4f1c9a2e-AbCdEfGhIjKl',
  `token inspect ${Buffer.from('{"alg":"ES256","typ":"at+jwt"}').toString('base64url')}.e30.AAAA`,
  'why 4f1c9a2e-AbCdEfGhIjKl',
  'store migrate --dry-run',
  'store check',
  'profile check --profile oauth2.1',
]
const changing = [
  'serve',
  'client add',
  'client remove',
  'client secret',
  'client invite',
  'user add',
  'user password',
  'user roles',
  'user otp',
  'user revoke',
  'user remove',
  'key rotate',
  'key remove',
  'token revoke',
  'store migrate',
  'store copy',
]
const withoutStore = [
  'guard',
  'test',
  'init',
  'key seal',
  ...commands.flatMap(({ name }) => /^policy /.exec(name)?.input ?? []),
]

test('of each command it is known whether it changes the store', () => {
  const known = [...reading, ...changing, ...withoutStore]
  for (const { name } of commands)
    assert.ok(
      known.some(words => words === name || words.startsWith(`${name} `)),
      name,
    )
})

/** Commands that fill a store, with keys whose successors are due and whose first ones have had their time. */
const fill = [
  'client add web --redirect-uri https://web.example/cb --scope openid',
  'user add mia --generate',
  'key rotate',
  'key rotate',
]
const outlived = [
  `UPDATE signing_key SET active_at = 1, removed_at = NULL`,
  `UPDATE signing_key SET removed_at = 2 WHERE kid = (SELECT min(kid) FROM signing_key)`,
]

/** Everything that a file holds. */
function dumpFile(path: string): Readonly<Record<string, unknown>> {
  const file = new DatabaseSync(path, { readOnly: true })
  try {
    const tables = file
      .prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
      .all()
    const rows = tables
      .filter(({ sql }) => String(sql).startsWith('CREATE TABLE'))
      .map(
        ({ name }) =>
          [
            String(name),
            file
              .prepare(`SELECT * FROM "${String(name)}"`)
              .all()
              .map(row => ({ ...row })),
          ] as const,
      )
    return {
      version: { ...file.prepare('PRAGMA user_version').get() },
      tables: tables.map(each => ({ ...each })),
      ...Object.fromEntries(rows),
    }
  } finally {
    file.close()
  }
}

/** Everything that a database holds, and how often each table was written. */
async function dumpDatabase(url: string): Promise<Readonly<Record<string, unknown>>> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const tables = await client.query(
      "SELECT relname AS name, oid FROM pg_class WHERE relkind IN ('r', 'i', 'S') AND relnamespace = 'public'::regnamespace ORDER BY relname",
    )
    const { rows: names } = await client.query<{ readonly tablename: string }>(
      "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    )
    const rows: [string, unknown][] = []
    // the place of a row changes with each writing, also where it is the same afterwards
    for (const table of names.map(({ tablename }) => tablename)) {
      const found = await client.query(`SELECT ctid, xmin, t.* FROM ${table} AS t ORDER BY ctid`)
      rows.push([table, found.rows])
    }
    return { tables: tables.rows, ...Object.fromEntries(rows) }
  } finally {
    await client.end()
  }
}

/** It was answered, if only that nothing is there. */
function assertAnswered(code: number, told: string): void {
  assert.ok([0, 1, 3].includes(code), told)
  assert.doesNotMatch(told, /a command that only reads called/)
}

describe('a command that only reads changes nothing', () => {
  test('where there is no store, none is made, and what is not there is told beside the answer', async t => {
    const cli = testCli(t)
    for (const command of reading) {
      const { code, err, out } = await cli.run(command)
      assertAnswered(code, `${command}: ${err}`)
      assert.deepEqual(readdirSync(cli.folder), ['ambit.config.json'], command)
      assert.doesNotMatch(out, /no store yet/)
    }
    const { code, out, err } = await cli.run('client list --json')
    assert.deepEqual([code, out], [0, '[]\n'])
    assert.match(err, /^ambit: there is no store yet at `.*test\.db`; the server makes it when it starts\n$/)
  })

  test('in a file that is empty, and in one that is full', async t => {
    const cli = testCli(t)
    const path = join(cli.folder, 'test.db')
    await cli.run('store migrate')
    for (const fillNow of [false, true]) {
      if (fillNow) for (const command of fill) assert.equal((await cli.run(command)).code, 0, command)
      if (fillNow) {
        const file = new DatabaseSync(path)
        for (const sql of outlived) file.exec(sql)
        file.close()
      }
      const before = dumpFile(path)
      for (const command of reading) {
        const { code, err } = await cli.run(command)
        assertAnswered(code, `${command}: ${err}`)
        assert.deepEqual(dumpFile(path), before, command)
      }
    }
  })

  test('a file with an older schema is not brought up to date by looking', async t => {
    const cli = testCli(t)
    const path = join(cli.folder, 'test.db')
    await cli.run('store migrate')
    const file = new DatabaseSync(path)
    file.exec('PRAGMA user_version = 1')
    file.close()
    const before = dumpFile(path)
    for (const command of ['client list', 'nodes', 'why 4f1c9a2e-AbCdEfGhIjKl', 'scope explain read_pets']) {
      const { code, err } = await cli.run(command)
      assert.equal(code, 1)
      assert.match(
        err,
        /^ambit: the store has schema version 1, and this program wants version \d+; run `ambit store migrate`\n$/,
      )
      assert.deepEqual(dumpFile(path), before, command)
    }
  })

  test('in a database that is new, empty, and full', { skip: noDatabase }, async t => {
    const cli = testCli(t)
    const environment = { DATABASE_URL: await emptyDatabase() }
    for (const stage of ['new', 'empty', 'full'] as const) {
      if (stage === 'empty') await cli.run('store migrate', { environment })
      if (stage === 'full') {
        for (const command of fill) assert.equal((await cli.run(command, { environment })).code, 0, command)
        await runSql(environment.DATABASE_URL, outlived)
      }
      const before = await dumpDatabase(environment.DATABASE_URL)
      for (const command of reading) {
        const { code, err } = await cli.run(command, { environment })
        assertAnswered(code, `${stage}: ${command}: ${err}`)
        assert.deepEqual(await dumpDatabase(environment.DATABASE_URL), before, `${stage}: ${command}`)
      }
    }
  })
})
