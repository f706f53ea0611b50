import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJson } from '../testing/json.ts'
import { smallConfig, testCli } from '../testing/run.ts'

test('scope list tells what each scope reaches', async t => {
  const cli = testCli(t)
  const { out, code } = await cli.run('scope list')
  assert.equal(code, 0)
  assert.match(out, /write_pets\s+Change the pets\s+sensitive\s+ask\s+read_pets/)
  assert.match(out, /^openid /m)
  const json = parseJson<readonly { name: string; reaches: readonly string[] }[]>(
    (await cli.run('scope list --json')).out,
  )
  assert.deepEqual(json.find(each => each.name === 'write_pets')?.reaches, ['read_pets'])
})

test('scope explain tells who may have a scope, also through a wider one', async t => {
  const cli = testCli(t)
  const { out, code } = await cli.run('scope explain read_pets')
  assert.equal(code, 0)
  assert.match(out, /is reached by\s+write_pets/)
  assert.match(out, /clients that may have it\s+app job/)
  const json = parseJson<{ scope: readonly { scope: string; clients: readonly string[] }[] }>(
    (await cli.run('scope explain "write_pets read_pets" --json')).out,
  )
  assert.deepEqual(
    json.scope.map(each => [each.scope, each.clients]),
    [
      ['write_pets', ['app']],
      ['read_pets', ['app', 'job']],
    ],
  )
})

test('scope explain counts the clients of the store', async t => {
  const cli = testCli(t)
  await cli.run('client add more --grant-type client_credentials --scope read_pets')
  assert.match((await cli.run('scope explain read_pets')).out, /app job more/)
})

test('scope explain reads no store where there is none', async t => {
  const { out } = await testCli(t, { ...smallConfig, store: 'memory' }).run('scope explain read_pets')
  assert.match(out, /clients that may have it\s+app job/)
})

test('an unknown scope is not found, and a near miss is told', async t => {
  const cli = testCli(t)
  const near = await cli.run('scope explain read_pet')
  assert.equal(near.code, 3)
  assert.match(near.err, /did you mean `read_pets`/)
  assert.match((await cli.run('scope explain qqqqqqqqq')).err, /ambit scope list/)
})

test('RFC 6749 §3.3: a malformed scope value is wrong usage', async t => {
  const { code, err } = await testCli(t).run('scope explain "read_pets  openid"')
  assert.equal(code, 2)
  assert.match(err, /ambit: /)
})
