import assert from 'node:assert/strict'
import { chownSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { makeCertificate, usages } from '../../packages/server/src/testing/certificates.ts'
import { openDatabase } from '../../packages/store/src/postgres/node/open-database.ts'
import {
  type DatabaseServer,
  quickSettings,
  startDatabaseServer,
} from '../../packages/store/src/postgres/testing/database-server.ts'
import { noDatabase } from '../../packages/store/src/postgres/testing/empty-database.ts'

const authority = makeCertificate({ subject: [[['CN', 'authority']]], isAuthority: true })
const stranger = makeCertificate({ subject: [[['CN', 'stranger']]], isAuthority: true })
const own = makeCertificate({
  subject: [[['CN', 'database']]],
  dns: ['localhost'],
  usage: [usages.server],
  signedBy: authority,
})

describe('PostgreSQL over TLS', { skip: noDatabase }, () => {
  let server: DatabaseServer
  before(async () => {
    server = await startDatabaseServer({ settings: quickSettings })
    write('server.crt', own.cert)
    write('server.key', own.key)
    write('authority.pem', authority.cert)
    write('stranger.pem', stranger.cert)
    await ask(server.url(), 'ALTER SYSTEM SET ssl = on')
    await ask(server.url(), 'SELECT pg_reload_conf()')
  })
  after(() => server.remove())

  function write(name: string, content: string): void {
    const { uid, gid } = statSync(server.folder)
    const path = join(server.folder, name)
    writeFileSync(path, content, { mode: 0o600 })
    chownSync(path, uid, gid)
  }
  async function ask(url: string, sql: string): Promise<readonly unknown[]> {
    const db = openDatabase(url)
    try {
      return await db.list(sql)
    } finally {
      await db.close()
    }
  }
  const isEncrypted = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'
  const tls = (host: string, query: string) => `postgres://ambit@${host}:${server.port}/postgres?${query}`
  const rootcert = (name: string) => `sslrootcert=${encodeURIComponent(join(server.folder, name))}`

  test('each sslmode accepts what it should', async () => {
    for (const url of [
      tls('127.0.0.1', 'sslmode=require'),
      tls('127.0.0.1', `sslmode=require&${rootcert('authority.pem')}`),
      tls('127.0.0.1', `sslmode=verify-ca&${rootcert('authority.pem')}`),
      tls('localhost', `sslmode=verify-full&${rootcert('authority.pem')}`),
      tls('localhost', `${rootcert('authority.pem')}&sslmode=verify-full&channel_binding=require`),
    ])
      assert.deepEqual(await ask(url, isEncrypted), [{ ssl: true }])
    assert.deepEqual(await ask(tls('127.0.0.1', 'sslmode=disable'), isEncrypted), [{ ssl: false }])
  })

  const [otherName, unknownAuthority] = [/has a certificate for other names/, /of an authority that is unknown here/]
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['127.0.0.1', 'sslmode=verify-full&AUTHORITY', otherName],
    ['localhost', 'sslmode=verify-full', unknownAuthority],
    ['localhost', 'sslmode=verify-full&STRANGER', unknownAuthority],
    ['localhost', 'sslmode=verify-ca&STRANGER', unknownAuthority],
    ['localhost', 'sslmode=require&STRANGER', unknownAuthority],
  ]
  for (const [host, query, sentence] of refused)
    test(`a certificate that does not fit is refused: ${host} ${query}`, async () => {
      const url = tls(
        host,
        query.replace('AUTHORITY', rootcert('authority.pem')).replace('STRANGER', rootcert('stranger.pem')),
      )
      await assert.rejects(ask(url, isEncrypted), sentence)
    })
})
