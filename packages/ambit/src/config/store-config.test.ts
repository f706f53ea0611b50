import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { checkConfig } from './check-config.ts'
import type { Config } from './config.ts'
import { ConfigError } from './config-error.ts'
import { describeStore, hidePassword } from './database-url.ts'
import { storeOverride } from './overrides.ts'
import { listConfig, printConfig } from './print-config.ts'
import { type ResolveOptions, resolveConfig } from './resolve-config.ts'

type Environment = Readonly<Record<string, string>>

const catalogue = { scopes: { read_pets: {} } }
const url = 'postgres://ambit:hush-hush@db.example/ambit'
const other = 'postgres://other:not-this@db.example/other'

function storeOf(store: unknown, environment: Environment = {}): Config['store'] {
  return checkConfig({ catalogue, store }, { environment, directory: '/etc/ambit' }).store
}

function problemsOf(store: unknown, environment: Environment = {}): string {
  try {
    storeOf(store, environment)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.message
  }
  return 'none'
}

function resolve(t: TestContext, store: unknown, more: Partial<ResolveOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-store-config-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'ambit.config.json'), JSON.stringify({ catalogue, store }))
  return resolveConfig({ folder, environment: {}, ...more })
}

test('a store may be the URL of a database, or more about one', () => {
  assert.deepEqual(storeOf(url), { url, migrate: 'start' })
  const store = { url, replicaUrl: other, poolSize: 20, statementTimeout: 5, migrate: 'never' }
  assert.deepEqual(storeOf(store), store)
})

test('the URL of a database may stand in the environment, in a variable of any name', () => {
  assert.deepEqual(storeOf({ urlEnv: 'PG' }, { PG: url }), { url, migrate: 'start' })
  assert.deepEqual(storeOf({ poolSize: 2 }, { DATABASE_URL: url }), { url, poolSize: 2, migrate: 'start' })
  const both = { urlEnv: 'PG', replicaUrlEnv: 'PG_REPLICA' }
  assert.deepEqual(storeOf(both, { PG: url, PG_REPLICA: other }), { url, replicaUrl: other, migrate: 'start' })
})

for (const [name, store, environment, wanted] of [
  ['a variable that is not set', { urlEnv: 'PG' }, {}, /store\.urlEnv: the environment variable `PG` is not set/],
  ['no URL at all', {}, {}, /store\.urlEnv: the environment variable `DATABASE_URL` is not set/],
  ['a variable with something else', { urlEnv: 'PG' }, { PG: 'mysql://a:b@c/d' }, /`PG` does not hold a URL like/],
  ['two URLs', { url, urlEnv: 'PG' }, { PG: url }, /one of `url` and `urlEnv` is wanted, not both/],
  ['another kind of database', 'mysql://ambit:hush-hush@db/x', {}, /store: a path, `memory`, or a `postgres:\/\/` URL/],
  [
    'a URL that is none',
    { url: 'hush-hush' },
    {},
    /store\.url: a URL like `postgres:\/\/name:password@host\/database`/,
  ],
  [
    'a URL with a parameter that is unknown',
    `${url}?ssl=true`,
    {},
    /has a problem\n.*store\.url: the URL of the database has the parameter `ssl`/,
  ],
  [
    'a variable with a URL that cannot be read',
    { url: other, replicaUrlEnv: 'PG' },
    { PG: 'postgres://ambit:hush-hush/x@db/ambit' },
    /has a problem\n.*store\.replicaUrlEnv: a host in the URL of the database cannot be read/,
  ],
  ['an unknown member', { url, poolsize: 3 }, {}, /store\.poolsize: unknown key; did you mean `poolSize`/],
  ['an empty path', ' ', {}, /store: a path/],
  ['no connections', { url, poolSize: 0 }, {}, /store\.poolSize: a whole number from 1 to 1000/],
  ['a word for migrations', { url, migrate: 'later' }, {}, /store\.migrate: `start` or `never`/],
] as const)
  test(`refused as a store, without its password: ${name}`, () => {
    const problems = problemsOf(store, environment)
    assert.match(problems, wanted)
    assert.doesNotMatch(problems, /hush-hush/)
  })

test('DATABASE_URL goes before the file, AMBIT_STORE before DATABASE_URL, an option before both', async t => {
  const environment = { DATABASE_URL: url }
  assert.deepEqual((await resolve(t, 'memory', { environment })).config.store, { url, migrate: 'start' })
  const named = { ...environment, AMBIT_STORE: '/var/a.db' }
  assert.equal((await resolve(t, 'memory', { environment: named })).config.store, '/var/a.db')
  const database = { ...environment, AMBIT_STORE: other }
  assert.deepEqual((await resolve(t, 'memory', { environment: database })).config.store, {
    url: other,
    migrate: 'start',
  })
  const overrides = [storeOverride('memory', '`--store`')]
  assert.equal((await resolve(t, 'x.db', { environment: named, overrides })).config.store, 'memory')
})

test('what the file says of a database beside its URL stays when the URL comes from the environment', async t => {
  const environment = { DATABASE_URL: url }
  const { config } = await resolve(t, { urlEnv: 'NOWHERE', poolSize: 3, migrate: 'never' }, { environment })
  assert.deepEqual(config.store, { url, poolSize: 3, migrate: 'never' })
})

test('a DATABASE_URL of another kind is refused with where it came from, and does not matter beside AMBIT_STORE', async t => {
  const environment = { DATABASE_URL: 'mysql://a:hush-hush@b/c' }
  await assert.rejects(resolve(t, 'memory', { environment }), (error: Error) => {
    assert.match(error.message, /has a problem\n.*store\.url: a URL like .* is wanted \(from `DATABASE_URL`\)/)
    assert.doesNotMatch(error.message, /hush-hush/)
    return true
  })
  const named = { ...environment, AMBIT_STORE: 'memory' }
  assert.equal((await resolve(t, 'x.db', { environment: named })).config.store, 'memory')
})

test('the effective configuration shows the database without its password, and where it came from', async t => {
  const environment = { DATABASE_URL: url }
  for (const [store, setting, from] of [
    ['memory', { environment }, 'DATABASE_URL'],
    [url, {}, 'ambit.config.json'],
    [{ url, poolSize: 3 }, {}, 'ambit.config.json'],
    [{ urlEnv: 'PG', replicaUrlEnv: 'PG' }, { environment: { PG: url } }, 'ambit.config.json'],
  ] as const) {
    const lines = listConfig(await resolve(t, store, setting))
    const shown = lines.find(line => line.path === 'store.url')
    assert.deepEqual(shown, { path: 'store.url', value: 'postgres://ambit:…@db.example/ambit', from })
    assert.equal(lines.find(line => line.path === 'store.migrate')?.from, 'default')
    assert.doesNotMatch(printConfig(lines), /hush-hush/)
  }
})

test('a password is hidden wherever a URL may hold it', () => {
  for (const [written, shown] of [
    ['postgres://ambit@db/x', 'postgres://ambit@db/x'],
    [
      'postgresql://ambit:a%20b@db:5432,db2:5433/x?sslmode=require',
      'postgresql://ambit:…@db:5432,db2:5433/x?sslmode=require',
    ],
    ['postgres://ambit:a@b/c:d@db/x', 'postgres://ambit:…@db/x'],
    ['postgres://db/x?user=a&password=b&sslpassword=c', 'postgres://db/x?user=a&password=…&sslpassword=…'],
    ['postgres://db:5432/x', 'postgres://db:5432/x'],
  ] as const)
    assert.equal(hidePassword(written), shown)
  assert.equal(describeStore({ url }), 'postgres://ambit:…@db.example/ambit')
  assert.equal(describeStore('/var/a.db'), '/var/a.db')
})
