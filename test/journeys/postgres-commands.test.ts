import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startServer } from 'ambit'
import { smallConfig, testCli } from '../../packages/ambit/src/cli/testing/run.ts'
import { runSql } from '../../packages/store/src/copy/testing/run-sql.ts'
import { emptyDatabase, noDatabase } from '../../packages/store/src/postgres/testing/empty-database.ts'

const add = 'client add web --redirect-uri https://web.example/cb --scope openid'

describe('the commands of the program with a database', { skip: noDatabase }, () => {
  test('DATABASE_URL chooses the store of each command, and of a copy; no password is shown', async t => {
    const cli = testCli(t)
    await cli.run(add)
    const url = (await emptyDatabase()).replace('ambit@', 'ambit:hush-hush@')
    const environment = { DATABASE_URL: url }
    const planned = await cli.run('store migrate --dry-run', { environment })
    assert.match(planned.out, /schema version 0; still to be applied: 1/, planned.err)
    const copied = await cli.run('store copy --from test.db --json', { environment })
    assert.equal(copied.code, 0, copied.err)
    const listed = await cli.run('client list', { environment })
    assert.match(listed.out, /^web /m)
    const checked = await cli.run('store check', { environment })
    assert.equal(checked.code, 0, checked.err)
    const again = await cli.run('store copy --from test.db', { environment })
    assert.match(again.err, /`postgres:\/\/ambit:…@.*` is not empty/)
    for (const { out, err } of [planned, copied, listed, checked, again]) assert.doesNotMatch(out + err, /hush-hush/)
    const back = await cli.run('store copy --from env:DATABASE_URL --to back.db', { environment })
    assert.equal(back.code, 0, back.err)
    assert.match((await cli.run('client list', { environment: { AMBIT_STORE: 'back.db' } })).out, /^web /m)
  })

  test('with `migrate: never` nothing opens an older schema, and store migrate brings it up to date', async t => {
    const cli = testCli(t, { ...smallConfig, store: { migrate: 'never' } })
    const environment = { DATABASE_URL: await emptyDatabase() }
    const refused = await cli.run('client list', { environment })
    assert.equal(refused.code, 1)
    assert.match(refused.err, /run `ambit store migrate`/)
    const { code, out, err } = await cli.run('store migrate', { environment })
    assert.equal(code, 0, err)
    assert.match(out, /is up to date/)
    assert.equal((await cli.run('client list', { environment })).code, 0)
  })

  test('nobody opens a database that holds a part of a copy', async t => {
    const cli = testCli(t)
    const environment = { DATABASE_URL: await emptyDatabase() }
    await runSql(environment.DATABASE_URL, ['CREATE TABLE store_copy (sheet text)'])
    for (const command of ['client list', 'store check']) {
      const { code, err } = await cli.run(command, { environment })
      assert.equal(code, 1)
      assert.match(err, /holds a part of a copy that was broken off/)
    }
  })

  test('a database without a store is told, and nothing is made by looking', async t => {
    const cli = testCli(t)
    const environment = { DATABASE_URL: await emptyDatabase() }
    const { code, err } = await cli.run('store check', { environment })
    assert.equal(code, 1)
    assert.match(err, /has an older schema, or none; `ambit store migrate` brings it up to date first/)
    assert.match((await cli.run('store migrate --dry-run', { environment })).out, /schema version 0/)
  })

  test('a URL that cannot be used is a problem of the configuration', async t => {
    const environment = { DATABASE_URL: 'postgres://ambit:hush-hush@db.example/ambit?sslmode=prefer' }
    const { code, err } = await testCli(t).run('client list', { environment })
    assert.equal(code, 2)
    assert.match(err, /store\.url: `sslmode` is `prefer`; wanted is one of .* \(from `DATABASE_URL`\)/)
    assert.doesNotMatch(err, /hush-hush/)
  })

  test('store check tells what does not go together', async t => {
    const cli = testCli(t)
    const environment = { DATABASE_URL: await emptyDatabase() }
    await cli.run(add, { environment })
    await runSql(environment.DATABASE_URL, ['DELETE FROM identifier'])
    const { code, err } = await cli.run('store check', { environment })
    assert.equal(code, 1)
    assert.match(err, /an identifier is registered for each client and user: not so of 1 row\n/)
  })

  test('a database that cannot be had is a sentence, without the password', async t => {
    const cli = testCli(t)
    const environment = { DATABASE_URL: 'postgres://ambit:hush-hush@127.0.0.1:1/ambit' }
    const { code, err } = await cli.run('client list', { environment })
    assert.equal(code, 1)
    assert.match(err, /^ambit: .*127\.0\.0\.1:1/)
    assert.doesNotMatch(err, /hush-hush/)
  })

  test('a server says in its log what it does to the schema, once', async () => {
    const said: string[] = []
    const log = { say: (_level: string, message: string) => void said.push(message), observe: () => {} }
    const store = await emptyDatabase()
    const declaration = { port: 0, store, log: { level: 'silent' }, catalogue: { scopes: { read_pets: {} } } } as const
    for (const _start of ['first', 'second']) await (await startServer(declaration, { log })).close()
    assert.deepEqual(
      said.filter(message => message.startsWith('store: schema version 1')),
      ['store: schema version 1'],
    )
  })

  test('every command that reads or changes a store does so in the database', async t => {
    const cli = testCli(t)
    const environment = { DATABASE_URL: await emptyDatabase() }
    const commands = [
      add,
      'client show web',
      'client secret web',
      'user add mia --generate',
      'user list',
      'user revoke mia',
      'key rotate',
      'key list',
      'scope usage',
      'scope explain read_pets',
      'nodes',
      'user remove mia',
      'client remove web',
      'store check',
    ]
    for (const command of commands) {
      const { code, err } = await cli.run(command, { environment })
      assert.equal(code, 0, `${command}: ${err}`)
    }
    const { code, err } = await cli.run('why 4f1c9a2e-AbCdEfGhIjKl', { environment })
    assert.equal(code, 3, err)
  })
})
