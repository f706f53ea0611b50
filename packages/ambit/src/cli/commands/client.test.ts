import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { nodeCrypto } from '@ambit/server'
import { sqliteStore } from '@ambit/store'
import { parseClientId, parseUserId } from '../../config/ids.ts'
import { parseJson } from '../testing/json.ts'
import { type Cli, smallConfig, testCli } from '../testing/run.ts'

const add = 'client add web --redirect-uri https://web.example/cb --scope "openid read_pets"'

async function stored(cli: Cli, clientId: string) {
  const store = sqliteStore({ path: join(cli.folder, 'test.db') })
  const client = await store.findClient(clientId)
  await store.close()
  return client
}

async function storeDeclared(cli: Cli, clientId: string) {
  const client = await stored(cli, 'web')
  const store = sqliteStore({ path: join(cli.folder, 'test.db') })
  assert.ok(client)
  await store.saveClient({ ...client, clientId: parseClientId(clientId), isDeclared: true })
  await store.close()
}

test('client add registers a client, and prints the made secret once', async t => {
  const cli = testCli(t)
  const { code, out, err } = await cli.run(add)
  assert.equal(code, 0, err)
  const secret = /^secret: (\S{43})$/m.exec(out)?.[1] ?? ''
  const client = await stored(cli, 'web')
  assert.deepEqual(client?.secretHashes, [nodeCrypto().hash(secret)])
  assert.deepEqual(client?.redirectUris, ['https://web.example/cb'])
  assert.deepEqual(client?.grantTypes, ['authorization_code', 'refresh_token'])
  assert.equal(client?.scope, 'openid read_pets')
  assert.equal(client?.isDeclared, undefined)
})

test('client add takes a secret from standard input and does not print it', async t => {
  const cli = testCli(t)
  const { out, code } = await cli.run(`${add} --secret-stdin`, { input: 'a-secret-from-a-pipe\n' })
  assert.equal(code, 0)
  assert.doesNotMatch(out, /pipe/)
  assert.deepEqual((await stored(cli, 'web'))?.secretHashes, [nodeCrypto().hash('a-secret-from-a-pipe')])
})

test('client add --json gives a script the members and the secret', async t => {
  const { out } = await testCli(t).run(`${add} --json --name "A web app"`)
  const printed = parseJson(out)
  assert.equal(printed['clientId'], 'web')
  assert.equal(printed['name'], 'A web app')
  assert.equal(printed['secret']?.length, 43)
  assert.ok(!('secretHashes' in printed))
})

test('client add --public registers a client without a secret', async t => {
  const cli = testCli(t)
  const { out, code } = await cli.run(
    'client add app2 --public --native --redirect-uri com.example.app:/cb --scope openid',
  )
  assert.equal(code, 0)
  assert.doesNotMatch(out, /secret/)
  const client = await stored(cli, 'app2')
  assert.equal(client?.authenticationMethod, 'none')
  assert.equal(client?.applicationType, 'native')
})

test('client add --jwks registers a client that signs assertions', async t => {
  const cli = testCli(t)
  writeFileSync(join(cli.folder, 'keys.json'), '{"keys":[{"kty":"EC","crv":"P-256","x":"a","y":"b"}]}')
  writeFileSync(join(cli.folder, 'broken.json'), '{')
  assert.equal((await cli.run('client add robot --jwks keys.json --scope read_pets')).code, 0)
  assert.equal((await stored(cli, 'robot'))?.authenticationMethod, 'private_key_jwt')
  const missing = await cli.run('client add robot2 --jwks none.json --scope read_pets')
  assert.equal(missing.code, 2)
  assert.match(missing.err, /there is no file/)
  const broken = await cli.run('client add robot2 --jwks broken.json --scope read_pets')
  assert.equal(broken.code, 2)
  assert.match(broken.err, /is no JSON/)
})

test('client add judges by the rules of the configuration file, all problems at once', async t => {
  const cli = testCli(t)
  const { code, err } = await cli.run(
    'client add web --redirect-uri http://evil.example/cb --scope read_pet --grant-type code',
  )
  assert.equal(code, 2)
  assert.match(err, /redirectUris\[0\]/)
  const second = await cli.run(
    'client add web --redirect-uri https://web.example/cb --scope read_pet --introspects https://x.example',
  )
  assert.match(second.err, /did you mean `read_pets`/)
  assert.match(second.err, /introspects: `https:\/\/x.example` is no resource/)
  assert.equal(await stored(cli, 'web'), undefined)
})

test('client add does not replace a client', async t => {
  const cli = testCli(t)
  await cli.run(add)
  const { code, err } = await cli.run(add)
  assert.equal(code, 1)
  assert.match(err, /there is a client `web` already/)
})

test('client add leaves a client of the configuration file to the file', async t => {
  const cli = testCli(t)
  await cli.run(add)
  await storeDeclared(cli, 'filed')
  const { code, err } = await cli.run('client add filed --redirect-uri https://filed.example/cb --scope openid')
  assert.equal(code, 1)
  assert.match(err, /client `filed` is declared in/)
})

test('client add says when a client can get nothing', async t => {
  const cli = testCli(t)
  const { code, err } = await cli.run('client add idle --grant-type client_credentials')
  assert.equal(code, 0)
  assert.match(err, /it may have no scope, so no token either/)
  assert.doesNotMatch((await cli.run(add)).err, /no scope/)
})

test('RFC 9700 §4.15: client add does not give a client the id of a user', async t => {
  const cli = testCli(t)
  await cli.run('user add mia --generate')
  const store = sqliteStore({ path: join(cli.folder, 'test.db') })
  const mia = await store.findUserByName('mia')
  assert.ok(mia)
  await store.saveUser({ ...mia, userId: parseUserId('web'), username: 'other' })
  await store.close()
  const { code, err } = await cli.run(add)
  assert.equal(code, 1)
  assert.match(err, /is the id of a user already/)
})

test('client list and show tell everything but secrets', async t => {
  const cli = testCli(t)
  const { out: added } = await cli.run(`${add} --json`)
  const { secret = '' } = parseJson(added)
  const list = await cli.run('client list')
  assert.match(list.out, /web .*client_secret_basic .*openid read_pets/)
  const show = await cli.run('client show web')
  assert.match(show.out, /redirect URIs\s+https:\/\/web.example\/cb/)
  const json = parseJson<{ secrets: number }>((await cli.run('client show web --json')).out)
  assert.equal(json.secrets, 1)
  assert.deepEqual(parseJson<unknown>((await cli.run('client list --json')).out), [json])
  for (const each of [list.out, show.out, JSON.stringify(json)]) {
    assert.ok(!each.includes(secret))
    assert.ok(!each.includes(nodeCrypto().hash(secret)))
  }
})

test('a client that is not there is not found', async t => {
  const cli = testCli(t)
  for (const command of ['show', 'remove', 'secret']) {
    const { code, err } = await cli.run(`client ${command} nobody`)
    assert.equal(code, 3)
    assert.match(err, /there is no client `nobody`/)
  }
})

test('client remove removes it', async t => {
  const cli = testCli(t)
  await cli.run(add)
  assert.equal((await cli.run('client remove web')).code, 0)
  assert.equal(await stored(cli, 'web'), undefined)
})

test('client secret replaces the secret, or keeps the one before it', async t => {
  const cli = testCli(t)
  const before = parseJson<{ secret: string }>((await cli.run(`${add} --json`)).out)
  const kept = parseJson<{ secret: string }>((await cli.run('client secret web --keep --json')).out)
  const hash = nodeCrypto().hash
  assert.deepEqual((await stored(cli, 'web'))?.secretHashes, [hash(kept.secret), hash(before.secret)])
  const { out } = await cli.run('client secret web')
  const secret = /^secret: (\S+)$/m.exec(out)?.[1] ?? ''
  assert.deepEqual((await stored(cli, 'web'))?.secretHashes, [hash(secret)])
})

test('client secret refuses a short secret, and a client without secrets', async t => {
  const cli = testCli(t)
  await cli.run(add)
  const short = await cli.run('client secret web --secret-stdin', { input: 'short' })
  assert.equal(short.code, 2)
  assert.match(short.err, /at least 16 characters/)
  await cli.run('client add app2 --public --redirect-uri https://a.example/cb --scope openid')
  const none = await cli.run('client secret app2')
  assert.equal(none.code, 1)
  assert.match(none.err, /without a secret/)
})

test('a declared client is changed in its file', async t => {
  const cli = testCli(t)
  await cli.run(add)
  await storeDeclared(cli, 'declared')
  for (const command of ['remove', 'secret']) {
    const { code, err } = await cli.run(`client ${command} declared`)
    assert.equal(code, 1)
    assert.match(err, /is declared in `.*ambit.config.json`/)
  }
  assert.ok(await stored(cli, 'declared'))
})

test('a store in memory cannot be changed from outside', async t => {
  const { code, err } = await testCli(t, { ...smallConfig, store: 'memory' }).run('client list')
  assert.equal(code, 1)
  assert.match(err, /the store is `memory`/)
})

test('client add takes keys that are published, and what features read of the client', async t => {
  const cli = testCli(t, { ...smallConfig, features: { dpop: true } })
  const keys = '--jwks-uri https://robot.example/keys --metadata dpop_bound_access_tokens=true'
  const { code, err, out } = await cli.run(`client add robot --scope read_pets ${keys} --json`)
  assert.equal(code, 0, err)
  assert.ok(!('secret' in parseJson(out)))
  const client = await stored(cli, 'robot')
  assert.equal(client?.authenticationMethod, 'private_key_jwt')
  assert.equal(client?.jwksUri, 'https://robot.example/keys')
  assert.deepEqual(client?.metadata, { dpop_bound_access_tokens: true })
  const shown = await cli.run('client show robot')
  assert.match(shown.out, /^keys +https:\/\/robot\.example\/keys$/m)
  assert.match(shown.out, /^metadata +\{"dpop_bound_access_tokens":true\}$/m)
})

test('client add refuses metadata that no feature reads, and what is no metadata', async t => {
  const unread = await testCli(t).run(`${add} --metadata dpop_bound_access_tokens=true`)
  assert.equal(unread.code, 2)
  assert.match(unread.err, /metadata\.dpop_bound_access_tokens: is not known here/)
  const nameless = await testCli(t).run(`${add} --metadata true`)
  assert.equal(nameless.code, 2)
  assert.match(nameless.err, /--metadata: `true`: `name=value` is wanted/)
})

test('client add refuses a client that the profile forbids, with the rule and its source', async t => {
  const cli = testCli(t, { ...smallConfig, clients: [], profile: 'fapi2-security' })
  const { code, err } = await cli.run(add)
  assert.equal(code, 2)
  assert.match(
    err,
    /authenticationMethod: .* \(rule `client-authentication`, FAPI 2\.0 Security Profile §5\.3\.2\.1-6\)/,
  )
  assert.equal(await stored(cli, 'web'), undefined)
})

test('the secret of a client that signs with it is kept sealed, and sealed anew when it changes', async t => {
  const sealed = { ...smallConfig, keys: { sealingKey: 'A'.repeat(43) }, features: { clientSecretJwt: true } }
  const cli = testCli(t, sealed)
  const { code, err, out } = await cli.run(`${add} --method client_secret_jwt --json`)
  assert.equal(code, 0, err)
  assert.ok(!('sealedSecret' in parseJson(out)))
  const before = await stored(cli, 'web')
  assert.ok(before?.sealedSecret)
  await cli.run('client secret web')
  const after = await stored(cli, 'web')
  assert.ok(after?.sealedSecret)
  assert.notEqual(after.sealedSecret, before.sealedSecret)
})
