import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { argon2Passwords, nodeCrypto } from '@ambit/server'
import { resolveConfig } from '../config/resolve-config.ts'
import { testCli } from './testing/run.ts'

test('init writes a configuration that works as it is, and prints its secrets once', async t => {
  const cli = testCli(t, 'none')
  const { code, out } = await cli.run('init')
  assert.equal(code, 0)
  const { config } = await resolveConfig({ folder: cli.folder, environment: {} })
  const secretOf = (name: string) => new RegExp(`${name}\\s+(\\S+)\\n`).exec(out)?.[1] ?? ''
  const crypto = nodeCrypto()
  const [shop, report] = config.clients
  assert.equal(shop?.secretHashes[0], crypto.hash(secretOf('client shop, secret')))
  assert.equal(report?.secretHashes[0], crypto.hash(secretOf('client report, secret')))
  const credential = config.users[0]?.credential
  assert.ok(credential?.kind === 'hash')
  assert.ok(await argon2Passwords().verify(secretOf('user demo, password'), credential.passwordHash))
  const written = readFileSync(join(cli.folder, 'ambit.config.ts'), 'utf8')
  for (const name of ['client shop, secret', 'client report, secret', 'user demo, password'])
    assert.ok(!written.includes(secretOf(name)), `the file holds the ${name} in clear`)
})

test('what init writes is readable by its owner alone', { skip: process.platform === 'win32' }, async t => {
  const cli = testCli(t, 'none')
  await cli.run('init')
  assert.equal(statSync(join(cli.folder, 'ambit.config.ts')).mode & 0o077, 0)
})

test('init replaces a file only with --force', async t => {
  const cli = testCli(t, 'none')
  const path = join(cli.folder, 'ambit.config.ts')
  writeFileSync(path, 'mine')
  const refused = await cli.run('init')
  assert.equal(refused.code, 1)
  assert.match(refused.err, /--force/)
  assert.equal(readFileSync(path, 'utf8'), 'mine')
  assert.equal((await cli.run('init --force')).code, 0)
  assert.match(readFileSync(path, 'utf8'), /defineConfig/)
  assert.ok(existsSync(path))
})
