import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ConfigError } from './config-error.ts'
import type { Override } from './overrides.ts'
import { listConfig, printConfig } from './print-config.ts'
import { type ResolvedConfig, resolveConfig } from './resolve-config.ts'

type Setting = {
  readonly files: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
  readonly overrides?: readonly Override[]
  readonly file?: string
}

function resolveIn(t: TestContext, { files, environment = {}, ...rest }: Setting): Promise<ResolvedConfig> {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-config-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return resolveConfig({ folder, environment, ...rest })
}

async function problemsIn(t: TestContext, setting: Setting): Promise<string> {
  try {
    await resolveIn(t, setting)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.message
  }
  return 'none'
}

const small = { catalogue: { scopes: { read_pets: {} } }, port: 1111, store: 'memory' }
const json = JSON.stringify(small)
const script = `export default { catalogue: { scopes: {} }, port: 2222, store: 'memory' }`
const typed = `import { defineConfig } from 'ambit'
import { defineScopes } from '@ambit/scope'
const port: number = 3333
export default defineConfig({ catalogue: defineScopes({ scopes: { a: {} } }), port, store: 'memory' })`

test('a file may be TypeScript, JavaScript or JSON, and imports this package wherever it lies', async t => {
  assert.equal((await resolveIn(t, { files: { 'ambit.config.ts': typed } })).config.port, 3333)
  assert.equal((await resolveIn(t, { files: { 'ambit.config.mjs': script } })).config.port, 2222)
  assert.equal((await resolveIn(t, { files: { 'ambit.config.json': json } })).config.port, 1111)
})

test('another file is named by --config, or else by AMBIT_CONFIG', async t => {
  const files = { 'ambit.config.json': json, 'other.mjs': script, 'third.mjs': script.replace('2222', '4444') }
  const environment = { AMBIT_CONFIG: 'third.mjs' }
  assert.equal((await resolveIn(t, { files, environment })).config.port, 4444)
  assert.equal((await resolveIn(t, { files, environment, file: 'other.mjs' })).config.port, 2222)
})

test('an option goes before the environment, the environment before the file', async t => {
  const files = { 'ambit.config.json': json }
  const environment = { AMBIT_PORT: '5555', AMBIT_HOST: '::1', AMBIT_ISSUER: '' }
  const overrides = [{ path: 'port', value: 6666, source: '`--port`' }]
  const { config } = await resolveIn(t, { files, environment, overrides })
  assert.equal(config.port, 6666)
  assert.equal(config.host, '::1')
  assert.equal(config.issuer, undefined)
})

test('each variable reaches its member', async t => {
  const environment = {
    AMBIT_ISSUER: 'https://as.example',
    AMBIT_PORT: '5555',
    AMBIT_HOST: '0.0.0.0',
    AMBIT_STORE: 'other.db',
    AMBIT_KEY: 'k'.repeat(43),
    AMBIT_LOG_LEVEL: 'warn',
    AMBIT_LOG_FORMAT: 'json',
    AMBIT_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    AMBIT_METRICS_PORT: '9464',
    AMBIT_METRICS_HOST: '0.0.0.0',
  }
  const { config } = await resolveIn(t, { files: { 'ambit.config.json': json }, environment })
  assert.equal(config.issuer, 'https://as.example')
  assert.equal(config.host, '0.0.0.0')
  assert.ok(typeof config.store === 'string')
  assert.match(config.store, /other\.db$/)
  assert.equal(config.keys.sealingKey, 'k'.repeat(43))
  assert.deepEqual(config.log, { level: 'warn', format: 'json' })
  assert.deepEqual(config.trustedProxies, ['10.0.0.0/8', '::1'])
  assert.equal(config.metricsPort, 9464)
  assert.equal(config.metricsHost, '0.0.0.0')
})

test('a problem tells from which variable or file it came', async t => {
  const problems = await problemsIn(t, { files: { 'ambit.config.json': json }, environment: { AMBIT_PORT: 'http' } })
  assert.match(problems, /ambit\.config\.json` has a problem/)
  assert.match(problems, /port: a whole number from 0 to 65535 is wanted, not `http` \(from `AMBIT_PORT`\)/)
})

test('a misspelt variable is refused, another program’s is not', async t => {
  const files = { 'ambit.config.json': json }
  assert.match(
    await problemsIn(t, { files, environment: { AMBIT_ISUER: 'x' } }),
    /AMBIT_ISUER: unknown variable; did you mean `AMBIT_ISSUER`/,
  )
  assert.equal(await problemsIn(t, { files, environment: { AMBIT_SHOP_SECRET: 'x', AMBIT_DEMO_PORT: 'x' } }), 'none')
})

test('a dangerous switch cannot come from JSON, wherever it stands, and is told with the other problems', async t => {
  const raw = {
    ...small,
    prot: 1111,
    dangerouslyAllowImplicit: true,
    clients: [{ clientId: 'a', dangerouslyAllowPassword: false }],
  }
  const problems = await problemsIn(t, { files: { 'ambit.config.json': JSON.stringify(raw) } })
  assert.match(problems, /dangerouslyAllowImplicit: a dangerous switch cannot come from JSON/)
  assert.match(problems, /clients\[0\]\.dangerouslyAllowPassword: a dangerous switch/)
  assert.match(problems, /prot: unknown key; did you mean `port`/)
})

for (const [name, setting, wanted] of [
  ['no file', { files: {} }, /`ambit init` writes one/],
  ['a named file that is not there', { files: {}, file: 'x.ts' }, /there is no file/],
  ['a file that is no JSON', { files: { 'ambit.config.json': '{' } }, /it is no JSON/],
  [
    'a file that throws',
    { files: { 'ambit.config.mjs': 'throw new Error("on purpose")' } },
    /it could not be run: on purpose/,
  ],
  [
    'a module where files are CommonJS',
    { files: { 'ambit.config.ts': typed, 'package.json': '{ "type": "commonjs" }' } },
    /it could not be run: it is a module, and the `package\.json` .* write `"type": "module"` there/,
  ],
  [
    'a module without imports where files are CommonJS',
    { files: { 'ambit.config.ts': script, 'package.json': '{ "type": "commonjs" }' } },
    /write `"type": "module"` there/,
  ],
  [
    'a file that imports nothing known',
    { files: { 'ambit.config.mjs': 'import "nowhere"' } },
    /it could not be run: .*nowhere/,
  ],
  [
    'a file without a default export',
    { files: { 'ambit.config.mjs': 'export const a = 1' } },
    /it has no default export/,
  ],
] as const)
  test(`refused: ${name}`, async t => assert.match(await problemsIn(t, setting), wanted))

test('the effective configuration tells where each value came from, and hides secrets', async t => {
  const secrets = ['a-secret-of-a-job', 'correct horse', 'k'.repeat(43)]
  const phc = `$argon2id$v=19$m=64,t=1,p=1$${'c'.repeat(22)}$${'c'.repeat(43)}`
  const raw = {
    ...small,
    clients: [
      { clientId: 'job', secret: secrets[0], scope: ['read_pets'] },
      { clientId: 'job2', secretHash: 'h'.repeat(43), scope: ['read_pets'] },
    ],
    users: [
      { username: 'ada', password: secrets[1] },
      { username: 'bob', passwordHash: phc },
    ],
  }
  const environment = { AMBIT_KEY: secrets[2] ?? '', AMBIT_HOST: '::1' }
  const lines = listConfig(await resolveIn(t, { files: { 'ambit.config.json': JSON.stringify(raw) }, environment }))
  const find = (path: string) => lines.find(line => line.path === path)
  assert.deepEqual(find('port'), { path: 'port', value: 1111, from: 'ambit.config.json' })
  assert.deepEqual(find('host'), { path: 'host', value: '::1', from: 'AMBIT_HOST' })
  assert.deepEqual(find('ttl.code'), { path: 'ttl.code', value: 60, from: 'default' })
  assert.deepEqual(find('issuer'), { path: 'issuer', value: 'http://localhost:1111', from: 'default' })
  assert.deepEqual(find('keys.sealingKey'), { path: 'keys.sealingKey', value: '(hidden)', from: 'AMBIT_KEY' })
  assert.deepEqual(find('catalogue')?.value, ['read_pets'])
  for (const path of ['clients[0].secret', 'clients[1].secretHash', 'users[0].password', 'users[1].passwordHash'])
    assert.equal(find(path)?.value, '(hidden)', path)
  const printed = printConfig(lines)
  for (const secret of [...secrets, 'h'.repeat(43), phc]) assert.ok(!printed.includes(secret))
  assert.match(printed, /^port +1111 +ambit\.config\.json$/m)
})
