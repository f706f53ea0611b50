import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { checkConnectionUrl, parseConnectionUrl } from './node/connection-url.ts'

const folder = mkdtempSync(join(tmpdir(), 'ambit-connection-url-'))
after(() => rmSync(folder, { recursive: true }))
const ours = join(folder, 'authority.pem')
writeFileSync(ours, '-----BEGIN CERTIFICATE-----\n')
const noPem = join(folder, 'none.pem')
writeFileSync(noPem, 'none')

describe('the URL of a database', () => {
  test('all of its parts are read', () => {
    const { tls, ...plan } = parseConnectionUrl(
      'postgresql://am%40bit:p%2F%3A%25%23@db1:5433,[::1]:5434,db3/auth%20z?sslmode=disable&application_name=node+1&connect_timeout=3&options=-c%20x%3Dy&target_session_attrs=any',
    )
    assert.deepEqual(plan, {
      hosts: [
        { host: 'db1', port: 5433 },
        { host: '::1', port: 5434 },
        { host: 'db3', port: 5432 },
      ],
      user: 'am@bit',
      password: 'p/:%#',
      database: 'auth z',
      applicationName: 'node+1',
      options: '-c x=y',
      connectMillis: 3_000,
      isPrimaryWanted: false,
    })
    assert.equal(tls, false)
  })

  test('the least that it says is enough', () => {
    const plan = parseConnectionUrl('postgres://')
    assert.deepEqual(plan, {
      hosts: [{ host: 'localhost', port: 5432 }],
      applicationName: 'ambit',
      isPrimaryWanted: true,
      tls: false,
    })
    assert.deepEqual(parseConnectionUrl('postgres://%2Frun%2Fpostgresql/ambit').hosts, [
      { host: '/run/postgresql', port: 5432 },
    ])
  })

  test('without sslmode a server elsewhere is verified in full, and one on this machine needs no TLS', () => {
    const { tls } = parseConnectionUrl('postgres://db.example/ambit')
    assert.deepEqual(tls, { rejectUnauthorized: true, isChannelBound: false })
    for (const host of ['localhost', '127.0.0.2', '[::1]', '%2Ftmp', 'localhost,127.0.0.1'])
      assert.equal(parseConnectionUrl(`postgres://${host}/ambit`).tls, false)
    assert.notEqual(parseConnectionUrl('postgres://localhost,db.example/ambit').tls, false)
  })

  test('sslmode means what it means in libpq', () => {
    const read = (query: string) => parseConnectionUrl(`postgres://db.example/ambit?${query}`).tls
    const verification = (query: string) => {
      const tls = read(query)
      return tls && [tls.rejectUnauthorized, tls.checkServerIdentity === undefined, tls.ca !== undefined]
    }
    assert.equal(read('sslmode=disable'), false)
    assert.deepEqual(verification('sslmode=require'), [false, false, false])
    assert.deepEqual(verification(`sslmode=require&sslrootcert=${ours}`), [true, false, true])
    assert.deepEqual(verification(`sslmode=verify-ca&sslrootcert=${ours}`), [true, false, true])
    assert.deepEqual(verification(`sslmode=verify-full&sslrootcert=${ours}`), [true, true, true])
    assert.deepEqual(verification('sslmode=verify-full&sslrootcert=system'), [true, true, false])
    assert.deepEqual(verification('sslmode=verify-full'), [true, true, false])
  })

  test('a login is bound to the channel where that is wanted, and only where the server is verified is it demanded', () => {
    const bound = (query: string) => {
      const { tls } = parseConnectionUrl(`postgres://db.example/ambit?${query}`)
      return tls && tls.isChannelBound
    }
    assert.equal(bound('channel_binding=prefer&sslmode=require'), true)
    assert.equal(bound('channel_binding=require'), true)
    assert.equal(bound('channel_binding=disable'), false)
  })

  const refusals: Readonly<Record<string, RegExp>> = {
    'mysql://secret@db/ambit': /cannot be read; it looks like `postgres:/,
    'db.example:5432/ambit': /cannot be read; it looks like/,
    'postgres://user:sec@ret@db/ambit': /cannot be read/,
    'postgres://user:secret%@db/ambit': /the user and password in the URL .* `%` is written as `%25`/,
    'postgres://db:port/ambit': /a host in the URL .* looks like `host:5432`/,
    'postgres://user:sec/ret@db/ambit': /a host in the URL .* in a password `\/`, `\?` and `@` are written as `%2F`/,
    'postgres://db:70000/ambit': /a host in the URL/,
    'postgres://[::1/ambit': /a host in the URL/,
    'postgres://db/ambit?ssl=true': /has the parameter `ssl`; known are application_name, /,
    'postgres://user:1?secret@db/ambit': /has a parameter that is unknown; known are application_name, /,
    'postgres://user:1?secret=@db/ambit': /has a parameter that is unknown/,
    'postgres://db/ambit?user:secret': /has a parameter that is unknown/,
    'postgres://db/ambit?sslmode=prefer':
      /`sslmode` is `prefer`; wanted is one of disable, require, verify-ca, verify-full/,
    'postgres://db/ambit?sslmode=verify-ca': /`sslmode=verify-ca` wants `sslrootcert`/,
    'postgres://db/ambit?sslrootcert=/nowhere': /`sslrootcert` names `\/nowhere`, which cannot be read/,
    [`postgres://db/ambit?sslrootcert=${noPem}`]: /which holds no certificate; a PEM file is wanted/,
    [`postgres://db/ambit?sslcert=${ours}&sslkey=${ours}`]: /`sslkey` names .* holds no private key/,
    [`postgres://db/ambit?sslcert=${ours}`]: /`sslcert` and `sslkey` belong together/,
    'postgres://db/ambit?channel_binding=always': /`channel_binding` is `always`/,
    'postgres://db/ambit?channel_binding=require&sslmode=require': /wants `sslmode=verify-full`/,
    'postgres://db/ambit?target_session_attrs=standby': /wanted is `read-write`, `primary` or `any`/,
    'postgres://db/ambit?connect_timeout=0': /`connect_timeout` is `0`; wanted is a number of seconds/,
    'postgres://db/ambit?connect_timeout=-1': /`connect_timeout` is `-1`; wanted is a number of seconds/,
    'postgres://db/ambit?connect_timeout=never': /`connect_timeout` is `never`; wanted is a number of seconds/,
  }
  for (const [url, sentence] of Object.entries(refusals))
    test(`refused without repeating a secret: ${url.replaceAll(/\/[^&]*\.(?:pem|ts)/g, 'file')}`, () => {
      assert.throws(
        () => parseConnectionUrl(url),
        error => error instanceof Error && sentence.test(error.message) && !/secret|sec.ret/.test(error.message),
      )
      assert.match(checkConnectionUrl(url) ?? '', sentence)
    })
})
