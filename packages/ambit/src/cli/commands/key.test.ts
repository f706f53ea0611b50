import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJson } from '../testing/json.ts'
import { smallConfig, testCli } from '../testing/run.ts'

type Key = { kid: string; algorithm: string; state: string; isSealed: boolean; activeAt: number; createdAt: number }

test('key rotate makes the first key, then announces the next', async t => {
  const cli = testCli(t)
  const keys = async () => parseJson<readonly Key[]>((await cli.run('key list --json')).out)
  assert.deepEqual(await keys(), [])
  assert.equal((await cli.run('key rotate')).code, 0)
  const [first] = (await keys()).filter(key => key.state === 'signing')
  assert.equal(first?.algorithm, 'ES256')
  const listed = (await cli.run('key list')).out
  assert.match(listed, /signing/)
  assert.match(listed, /announced/)
  const announced = (await keys()).find(key => key.state === 'announced')
  assert.ok(announced && announced.activeAt > announced.createdAt)
})

test('key rotate knows the algorithms', async t => {
  const cli = testCli(t)
  const wrong = await cli.run('key rotate --algorithm HS256')
  assert.equal(wrong.code, 2)
  assert.match(wrong.err, /`HS256` is no signature algorithm/)
  assert.match((await cli.run('key rotate --algorithm EdDSA')).out, /^EdDSA: /)
})

test('key remove removes a key and puts another in its place', async t => {
  const cli = testCli(t)
  await cli.run('key rotate')
  const before = parseJson<readonly Key[]>((await cli.run('key list --json')).out)
  const signing = before.find(key => key.state === 'signing')
  assert.ok(signing)
  assert.equal((await cli.run(`key remove ${signing.kid}`)).code, 0)
  const after = parseJson<readonly Key[]>((await cli.run('key list --json')).out)
  assert.ok(!after.some(key => key.kid === signing.kid))
  assert.ok(after.some(key => key.state === 'signing'))
  const missing = await cli.run('key remove nothing')
  assert.equal(missing.code, 3)
  assert.match(missing.err, /there is no key `nothing`/)
})

test('key remove takes a key whose identifier begins like an option', async t => {
  for (const kid of ['-kX9a1', '--kX9a1']) {
    const { code, err } = await testCli(t).run(`key remove ${kid} --config ambit.config.json`)
    assert.equal(code, 3)
    assert.ok(err.includes(`there is no key \`${kid}\``), err)
  }
})

test('key seal makes a key with which private keys are sealed at rest', async t => {
  const cli = testCli(t, smallConfig)
  const sealingKey = (await cli.run('key seal')).out.trim()
  assert.match(sealingKey, /^[A-Za-z0-9_-]{43}$/)
  await cli.run('key rotate', { environment: { AMBIT_KEY: sealingKey } })
  const keys = parseJson<readonly Key[]>((await cli.run('key list --json')).out)
  assert.ok(keys.every(key => key.isSealed))
  const other = (await cli.run('key seal')).out.trim()
  const { code, err } = await cli.run('key rotate', { environment: { AMBIT_KEY: other } })
  assert.equal(code, 1)
  assert.match(err, /seal/)
  assert.ok(!err.includes(other) && !err.includes(sealingKey))
})
