import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { argon2Passwords } from '@ambit/server'
import { sqliteStore } from '@ambit/store'
import { parseJson } from '../testing/json.ts'
import { type Cli, testCli } from '../testing/run.ts'

async function stored(cli: Cli, username: string) {
  const store = sqliteStore({ path: join(cli.folder, 'test.db') })
  const user = await store.findUserByName(username)
  await store.close()
  return user
}

async function passwordFits(cli: Cli, username: string, password: string): Promise<boolean> {
  return argon2Passwords().verify(password, (await stored(cli, username))?.passwordHash ?? '')
}

test('user add asks twice for the password', async t => {
  const cli = testCli(t)
  const differing = await cli.run('user add mia', { answers: ['correct horse', 'correct house'] })
  assert.equal(differing.code, 2)
  assert.match(differing.err, /differ/)
  const { code } = await cli.run('user add mia --name Mia --email mia@example.com', {
    answers: ['correct horse', 'correct horse'],
  })
  assert.equal(code, 0)
  assert.ok(await passwordFits(cli, 'mia', 'correct horse'))
  assert.deepEqual((await stored(cli, 'mia'))?.claims, { name: 'Mia', email: 'mia@example.com' })
})

test('user add takes the password from standard input, or makes one and prints it once', async t => {
  const cli = testCli(t)
  assert.equal((await cli.run('user add mia --password-stdin', { input: 'correct horse\n' })).code, 0)
  assert.ok(await passwordFits(cli, 'mia', 'correct horse'))
  const { out } = await cli.run('user add ben --generate')
  const password = /^password: (\S+)$/m.exec(out)?.[1] ?? ''
  assert.ok(await passwordFits(cli, 'ben', password))
})

test('user add without anybody to ask says how to give a password', async t => {
  const { code, err } = await testCli(t).run('user add mia')
  assert.equal(code, 2)
  assert.match(err, /--password-stdin/)
})

test('user add reads claims as JSON or text, and checks scope', async t => {
  const cli = testCli(t)
  const { code } = await cli.run(
    'user add mia --generate --claim email_verified=true --claim zoneinfo=Europe/Berlin --scope read_pets',
  )
  assert.equal(code, 0)
  const user = await stored(cli, 'mia')
  assert.deepEqual(user?.claims, { email_verified: true, zoneinfo: 'Europe/Berlin' })
  assert.equal(user?.scope, 'read_pets')
})

for (const [words, wanted] of [
  ['user add mia --generate --claim nothing', /`name=value` is wanted/],
  ['user add mia --generate --scope read_pet', /unknown scope `read_pet`/],
  ['user add mia --generate --scope "read_pets  openid"', /scope|space/],
  ['user add " " --generate', /a username that is not empty/],
] as const)
  test(`\`${words}\` is wrong usage`, async t => {
    const { code, err } = await testCli(t).run(words)
    assert.equal(code, 2)
    assert.match(err, wanted)
  })

for (const command of ['user add mia', 'user password mia'])
  test(`\`${command}\` wants a password of 8 characters to 1,024 bytes`, async t => {
    const cli = testCli(t)
    if (command.includes('password')) await cli.run('user add mia --generate')
    const short = await cli.run(`${command} --password-stdin`, { input: 'seven77' })
    assert.equal(short.code, 2)
    assert.match(short.err, /at least 8 characters/)
    const long = await cli.run(`${command} --password-stdin`, { input: 'x'.repeat(1025) })
    assert.equal(long.code, 2)
    assert.match(long.err, /at most 1,024 bytes/)
  })

test('user add does not replace a user, whatever the case of the name', async t => {
  const cli = testCli(t)
  await cli.run('user add Mia --generate')
  const { code, err } = await cli.run('user add mia --generate')
  assert.equal(code, 1)
  assert.match(err, /there is a user `mia` already/)
})

test('user password changes the password', async t => {
  const cli = testCli(t)
  await cli.run('user add mia --generate')
  assert.equal((await cli.run('user password mia --password-stdin', { input: 'another horse' })).code, 0)
  assert.ok(await passwordFits(cli, 'mia', 'another horse'))
  const { out } = await cli.run('user password mia --generate --json')
  assert.ok(await passwordFits(cli, 'mia', parseJson(out)['password'] ?? ''))
  const nobody = await cli.run('user password mia')
  assert.equal(nobody.code, 2)
})

test('RFC 9700 §4.14.2: user password ends what was issued for the user', async t => {
  const cli = testCli(t)
  await cli.run('user add mia --generate')
  const user = await stored(cli, 'mia')
  const db = new DatabaseSync(join(cli.folder, 'test.db'))
  t.after(() => db.close())
  db.prepare(
    `INSERT INTO family (family_id, client_id, user_id, is_begun, created_at, expires_at) VALUES ('f', 'app', ?, 1, 1, 9e9)`,
  ).run(user?.userId ?? '')
  await cli.run('user password mia --generate')
  assert.notEqual(db.prepare('SELECT revoked_at FROM family').get()?.['revoked_at'], null)
})

test('user list shows no hash, and user remove removes', async t => {
  const cli = testCli(t)
  await cli.run('user add mia --generate --name Mia')
  const { out } = await cli.run('user list')
  assert.match(out, /mia .*Mia .*\(all\) .*store/)
  const json = (await cli.run('user list --json')).out
  assert.doesNotMatch(json, /argon2/)
  assert.equal(parseJson<readonly { username: string }[]>(json)[0]?.username, 'mia')
  assert.equal((await cli.run('user remove mia')).code, 0)
  assert.equal(await stored(cli, 'mia'), undefined)
})

test('a user that is not there is not found', async t => {
  const cli = testCli(t)
  for (const command of ['user password nobody --generate', 'user remove nobody'])
    assert.equal((await cli.run(command)).code, 3)
})

test('a declared user is changed in the file', async t => {
  const cli = testCli(t)
  await cli.run('user add mia --generate')
  const user = await stored(cli, 'mia')
  assert.ok(user)
  const store = sqliteStore({ path: join(cli.folder, 'test.db') })
  await store.saveUser({ ...user, isDeclared: true })
  await store.close()
  for (const command of ['user password mia --generate', 'user remove mia']) {
    const { code, err } = await cli.run(command)
    assert.equal(code, 1)
    assert.match(err, /is declared in/)
  }
})
