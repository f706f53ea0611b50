import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { document, startIssuer } from '../../guard/testing/world.ts'
import { parseJson } from '../testing/json.ts'
import { type Cli, testCli } from '../testing/run.ts'

function cliWith(t: TestContext, files: Readonly<Record<string, object | string>> = {}): Cli {
  const cli = testCli(t, 'none')
  for (const [name, content] of Object.entries({ 'api.json': document, ...files }))
    writeFileSync(join(cli.folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  return cli
}

const flags = '--openapi api.json --issuer https://as.example --resource https://api.example'

describe('ambit guard --dry-run', () => {
  test('lists operations, and tells on the side what is strange', async t => {
    const { code, out, err } = await cliWith(t).run(`guard ${flags} --dry-run`)
    assert.equal(code, 0)
    assert.match(out, /GET +\/v1\/things +list +read\n/)
    assert.equal(err, '')
  })

  test('as JSON', async t => {
    const strange = { ...document, paths: { '/a': { get: { security: [{ oauth: ['other'] }] } } } }
    const { code, out } = await cliWith(t, { 'api.json': strange }).run(`guard ${flags} --dry-run --json`)
    assert.equal(code, 0)
    const { operations, warnings } = parseJson<{ operations: object[]; warnings: object[] }>(out)
    assert.deepEqual(operations, [
      { method: 'GET', path: '/v1/a', kind: 'token', scopes: [['other']], notCounted: [], pointer: '/paths/~1a/get' },
    ])
    assert.equal(warnings.length, 3)
  })

  test('reads a file, whose paths begin beside it, and lets options go before', async t => {
    const config =
      "export default { openapi: './api.json', resource: 'https://api.example', issuers: ['https://as.example'], basePath: '/file' }"
    const cli = cliWith(t, { 'ambit.guard.mjs': config })
    assert.match((await cli.run('guard --dry-run')).out, /\/file\/things/)
    assert.match((await cli.run('guard --dry-run --base-path /option')).out, /\/option\/things/)
    assert.match((await cli.run('guard --dry-run --config ambit.guard.mjs')).out, /\/file\/things/)
  })
})

describe('wrong usage is told, exit code 2', () => {
  const cases: readonly [string, RegExp][] = [
    ['guard', /openapi: is missing.*resource: is missing.*issuers: is missing/s],
    [`guard ${flags} --upstream nowhere`, /upstream: an http or https URL/],
    [`guard ${flags} --for nginks`, /proxy: .*did you mean `nginx`/],
    [`guard ${flags} --checked-by-api oauth`, /checkedByApi: oauth/],
    ['guard --openapi none.yaml --issuer https://as.example --resource https://api.example', /there is no such file/],
    ['guard --config none.ts', /there is no file/],
    ['guard --print apache', /`--print` wants nginx, traefik, caddy, envoy, not `apache`/],
    [`guard ${flags} --listen 1 --listen 2`, /only once/],
  ]
  for (const [words, wanted] of cases)
    test(words, async t => {
      const { code, err } = await cliWith(t).run(words)
      assert.equal(code, 2)
      assert.match(err, wanted)
    })

  test('a dangerous switch in JSON', async t => {
    const issuers = [{ issuer: 'https://as.example', dangerouslyAcceptPlainJwt: true }]
    const config = { openapi: 'api.json', resource: 'https://api.example', issuers }
    const { code, err } = await cliWith(t, { 'ambit.guard.json': config }).run('guard --dry-run')
    assert.equal(code, 2)
    assert.match(err, /a dangerous switch cannot come from JSON/)
  })

  test('half of the credentials for introspection', async t => {
    const environment = { AMBIT_GUARD_CLIENT_ID: 'api' }
    const { code, err } = await cliWith(t).run(`guard ${flags} --dry-run`, { environment })
    assert.equal(code, 2)
    assert.match(err, /introspection\.clientSecret/)
  })
})

describe('ambit guard --print', () => {
  for (const [kind, wanted] of [
    ['nginx', /auth_request \/_ambit_guard;.*proxy_set_header X-Auth-Subject \$ambit_x_auth_subject;/s],
    ['traefik', /address: http:\/\/127\.0\.0\.1:9000\/check\n.*- X-Auth-Issuer/s],
    ['caddy', /request_header -X-Auth-Scope\n.*forward_auth 127\.0\.0\.1:9000/s],
    ['envoy', /- remove: x-auth-client\n.*path_prefix: \/check\n.*port_value: 9000/s],
  ] as const)
    test(`${kind} takes away what a client says of himself`, async t => {
      const { code, out } = await cliWith(t).run(`guard --print ${kind}`)
      assert.equal(code, 0)
      assert.match(out, wanted)
    })

  test('names the places that were given', async t => {
    const { out } = await cliWith(t).run('guard --print nginx --listen 10.0.0.1:9 --upstream http://api:80')
    assert.match(out, /proxy_pass http:\/\/10\.0\.0\.1:9\/check;/)
    assert.match(out, /proxy_pass http:\/\/api;/)
  })
})

test('ambit guard runs until it is stopped, and says what is open and what is shut', async t => {
  const { issuer } = await startIssuer(t)
  let stop = (): void => {}
  let status = 0
  const { promise, resolve } = Promise.withResolvers<string>()
  const setting = {
    onStop: (call: () => void) => {
      stop = call
      return () => {}
    },
    onOut: (text: string) => {
      const [origin] = /http:\/\/127\.0\.0\.1:\d+(?=")/.exec(/guarding on/.test(text) ? text : '') ?? []
      if (origin !== undefined) resolve(origin)
    },
  }
  const running = cliWith(t).run(
    `guard --openapi api.json --issuer ${issuer} --resource https://api.example --listen 127.0.0.1:0 --for traefik --json`,
    setting,
  )
  const origin = await promise
  status = (await fetch(`${origin}/check`, { headers: { 'x-forwarded-method': 'GET', 'x-forwarded-uri': '/v1/open' } }))
    .status
  stop()
  const { code, out } = await running
  assert.equal(status, 200)
  assert.equal(code, 0)
  assert.match(out, /GET \/v1\/open.*open to anybody/)
  assert.match(out, /GET \/v1\/keyed.*no access token opens/)
  assert.match(out, /"message":"stopped"/)
})
