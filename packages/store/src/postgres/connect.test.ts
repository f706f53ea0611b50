import assert from 'node:assert/strict'
import { chownSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { StoreUnavailable } from '@ambit/server'
import { DatabaseError } from 'pg'
import { explainConnectFailure } from './node/connect-failure.ts'
import { openDatabase } from './node/open-database.ts'
import { type DatabaseServer, quickSettings, startDatabaseServer } from './testing/database-server.ts'
import { noDatabase } from './testing/empty-database.ts'

/** Who is let in: everybody on 127.0.0.1, with a password to `locked`; nobody to `closed`. */
const rules = `host closed all 127.0.0.1/32 reject
host locked all 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
host all all ::1/128 trust
`

describe('connecting to PostgreSQL', { skip: noDatabase }, () => {
  let server: DatabaseServer
  before(async () => {
    server = await startDatabaseServer({ settings: quickSettings })
    write('pg_hba.conf', rules)
    const db = openDatabase(server.url())
    for (const sql of [
      'CREATE DATABASE locked',
      'CREATE DATABASE closed',
      `CREATE DATABASE foreign_texts ENCODING 'LATIN1' TEMPLATE template0`,
      `CREATE ROLE reader LOGIN PASSWORD 'p@ss/w%rd'`,
      'CREATE DATABASE private',
      'REVOKE CONNECT ON DATABASE private FROM PUBLIC',
      'CREATE DATABASE frozen',
      'ALTER DATABASE frozen SET default_transaction_read_only = on',
      'CREATE DATABASE hasty',
      'ALTER DATABASE hasty SET synchronous_commit = off',
      'CREATE DATABASE careful',
      'ALTER DATABASE careful SET synchronous_commit = remote_apply',
      'SELECT pg_reload_conf()',
    ])
      await db.list(sql)
    await db.close()
  })
  after(() => server.remove())

  function write(name: string, content: string): void {
    const { uid, gid } = statSync(server.folder)
    const path = join(server.folder, name)
    writeFileSync(path, content, { mode: 0o600 })
    chownSync(path, uid, gid)
  }
  const urlOf = (rest: string) => `postgres://${rest.replace('PORT', String(server.port))}`
  async function ask(url: string, sql = 'SELECT 1 AS one'): Promise<readonly unknown[]> {
    const db = openDatabase({ url, patienceMillis: 150, connectMillis: 100 })
    try {
      return await db.list(sql)
    } finally {
      await db.close()
    }
  }

  const lasting: Readonly<Record<string, RegExp>> = {
    'reader:wrong@127.0.0.1:PORT/locked': /refuses the user or the password$/,
    'reader@127.0.0.1:PORT/locked': /wants a password, and its URL has none$/,
    'reader@127.0.0.1:PORT/closed': /does not let this user in from here; see its pg_hba.conf$/,
    'reader@127.0.0.1:PORT/private': /does not permit this user to use the database; GRANT it CONNECT$/,
    'ambit@127.0.0.1:PORT/none': /has no such database; make it with CREATE DATABASE$/,
    'ambit@127.0.0.1:PORT/foreign_texts': /does not suit: its encoding is `LATIN1`/,
    'ambit@127.0.0.1:PORT/postgres?sslmode=require': /speaks no TLS; .*`sslmode=disable`/,
  }
  for (const [url, sentence] of Object.entries(lasting))
    test(`whoever starts is told what is wrong: ${url}`, async () => {
      await assert.rejects(ask(urlOf(url)), error => {
        assert.ok(error instanceof Error && !(error instanceof StoreUnavailable))
        assert.match(error.message, sentence)
        return !error.message.includes('wrong')
      })
    })

  const passing: Readonly<Record<string, RegExp>> = {
    'ambit@127.0.0.1:1/postgres': /^nothing listens at the database at `127.0.0.1:1`$/,
    'ambit@127.0.0.1:PORT/frozen': /may only be read$/,
    'ambit@127.0.0.1:1,127.0.0.1:2/postgres': /`127.0.0.1:1`; nothing listens .* `127.0.0.1:2`$/,
  }
  for (const [url, sentence] of Object.entries(passing))
    test(`what may pass is unavailable for now: ${url}`, async () => {
      await assert.rejects(ask(urlOf(url)), error => error instanceof StoreUnavailable && sentence.test(error.message))
    })

  test('a host that nobody knows is named, and a name that cannot be looked up just now may pass', () => {
    const host = { host: 'db.example', port: 5432 }
    const unknown = explainConnectFailure(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }), host)
    assert.deepEqual(
      [unknown.message, unknown.isLasting],
      ['the host of the database at `db.example:5432` is unknown', true],
    )
    const unsure = explainConnectFailure(Object.assign(new Error('getaddrinfo'), { code: 'EAI_AGAIN' }), host)
    assert.equal(unsure.isLasting, false)
  })

  test('a certificate that does not fit is told with what would', () => {
    const explained = (code: string) =>
      explainConnectFailure(Object.assign(new Error('as told'), { code }), { host: 'db.example', port: 5432 })
    for (const code of ['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'])
      assert.match(explained(code).message, /an authority that is unknown here; `sslrootcert=<file>` in the URL/)
    const misnamed = explained('ERR_TLS_CERT_ALTNAME_INVALID')
    assert.match(misnamed.message, /a certificate for other names; name the host as the certificate does$/)
    assert.ok(misnamed.isLasting)
    assert.match(explained('CERT_HAS_EXPIRED').message, /a certificate that does not fit: as told/)
  })

  test('what a server answers while it ends or has no room may pass, and anything else lasts', () => {
    const isLasting = (code: string) => {
      const error = Object.assign(new DatabaseError('as told', 0, 'error'), { code })
      return explainConnectFailure(error, { host: 'db.example', port: 5432 }).isLasting
    }
    for (const code of ['08006', '40001', '53200', '57P01', '57P02', '57014', '58030'])
      assert.equal(isLasting(code), false, code)
    for (const code of ['22023', '42704']) assert.equal(isLasting(code), true, code)
  })

  test('a password with special characters lets in', async () => {
    assert.deepEqual(await ask(urlOf('reader:p%40ss%2Fw%25rd@127.0.0.1:PORT/locked')), [{ one: 1 }])
  })

  test('of several hosts the first that may be written is used', async () => {
    assert.deepEqual(await ask(urlOf('ambit@127.0.0.1:1,127.0.0.1:PORT/postgres')), [{ one: 1 }])
  })

  test('an answer means that it is durable, whatever the database was told', async () => {
    const show = 'SHOW synchronous_commit'
    assert.deepEqual(await ask(urlOf('ambit@127.0.0.1:PORT/hasty'), show), [{ synchronous_commit: 'on' }])
    assert.deepEqual(await ask(urlOf('ambit@127.0.0.1:PORT/careful'), show), [{ synchronous_commit: 'remote_apply' }])
  })

  test('connections have their limits, their name, and a planner that uses indexes', async () => {
    const names = ['statement_timeout', 'lock_timeout', 'enable_seqscan', 'plan_cache_mode', 'application_name']
    const settings = names.map(name => `current_setting('${name}') AS ${name}`)
    assert.deepEqual(
      await ask(urlOf('ambit@127.0.0.1:PORT/postgres?application_name=node-7'), `SELECT ${settings.join(', ')}`),
      [
        {
          statement_timeout: '5s',
          lock_timeout: '2s',
          enable_seqscan: 'off',
          plan_cache_mode: 'force_generic_plan',
          application_name: 'node-7',
        },
      ],
    )
  })
})
