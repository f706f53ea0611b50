import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { checkConfig } from '../../config/check-config.ts'
import { startConfigured } from '../../serve/start.ts'
import { parseJson } from '../testing/json.ts'
import { type Cli, smallConfig, testCli } from '../testing/run.ts'

type Answer = { readonly status: number; readonly body: Record<string, string>; readonly requestId: string }

/** Asks a server on the folder's store for a token, and lets it end. */
async function request(cli: Cli, scope: string): Promise<Answer> {
  const config = checkConfig({ ...smallConfig, port: 0 }, { environment: {}, directory: cli.folder })
  const server = await startConfigured(config)
  const response = await fetch(`${server.origin}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
    headers: { authorization: `Basic ${btoa('job:a-secret-of-a-job')}` },
  })
  const body = parseJson(await response.text())
  await server.close()
  return { status: response.status, body, requestId: response.headers.get('x-request-id') ?? '' }
}

async function withToken(
  t: TestContext,
): Promise<{ readonly cli: Cli; readonly token: string; readonly requestId: string }> {
  const cli = testCli(t)
  const { body, requestId } = await request(cli, 'read_pets')
  return { cli, token: body['access_token'] ?? '', requestId }
}

test('token inspect tells what a token is; its exit code whether it is active', async t => {
  const { cli, token } = await withToken(t)
  const { code, out } = await cli.run('token inspect -', { input: `${token}\n` })
  assert.equal(code, 0)
  assert.match(out, /access token of client job/)
  const json = parseJson<{ active: boolean; effective: string }>((await cli.run(`token inspect ${token} --json`)).out)
  assert.equal(json.active, true)
  assert.equal(json.effective, 'read_pets')
  assert.ok(!JSON.stringify(json).includes(token))
})

test('token revoke takes a token back', async t => {
  const { cli, token } = await withToken(t)
  assert.equal((await cli.run('token revoke -', { input: token })).code, 0)
  const { code, out } = await cli.run(`token inspect ${token}`)
  assert.equal(code, 3)
  assert.match(out, /now +revoked/)
  assert.deepEqual(parseJson<unknown>((await cli.run(`token revoke ${token} --json`)).out), { revoked: 'access_token' })
})

test('an unknown token is not found', async t => {
  const cli = testCli(t)
  for (const command of ['inspect', 'revoke']) {
    const { code, err } = await cli.run(`token ${command} at_nothing`)
    assert.equal(code, 3)
    assert.match(err, /the token is unknown/)
    const json = await cli.run(`token ${command} at_nothing --json`)
    assert.equal(json.code, 3)
    assert.deepEqual(parseJson<unknown>(json.out), { active: false })
  }
})

test('why tells of a token, and of the request that it came from', async t => {
  const { cli, token, requestId } = await withToken(t)
  assert.match((await cli.run('why -', { input: token })).out, /requested +read_pets/)
  const { out, code } = await cli.run(`why ${requestId}`)
  assert.equal(code, 0)
  assert.match(out, /effective +read_pets/)
  assert.equal(parseJson((await cli.run(`why ${requestId} --json`)).out)['kind'], 'request')
})

test('why tells of a refused request which step refused what', async t => {
  const cli = testCli(t)
  const { status, requestId } = await request(cli, 'write_pets')
  assert.equal(status, 400)
  const { out, code } = await cli.run(`why ${requestId}`)
  assert.equal(code, 0)
  assert.match(out, /error +invalid_scope/)
  assert.match(out, /write_pets/)
})

test('why knows nothing of what never was', async t => {
  const { code, err } = await testCli(t).run('why nothing')
  assert.equal(code, 3)
  assert.match(err, /nothing is known of it/)
})
