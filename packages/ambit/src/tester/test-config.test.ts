import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { ConfigError } from '../config/config-error.ts'
import { defineTest, type TestDeclaration } from './declaration.ts'
import { checkTestConfig, type TestConfig } from './test-config.ts'

const good = defineTest({
  title: 'Shop',
  api: {
    openapi: 'api.yaml',
    baseUrl: 'http://localhost:3000',
    resources: { '/': 'https://shop.example' },
    headers: { 'X-Tenant': 'a', 'X-Key': { env: 'API_KEY' } },
    policy: 'shop.ts',
  },
  issuer: 'https://as.example',
  clients: [
    { clientId: 'tester', secret: { env: 'SECRET' }, redirectUris: ['http://127.0.0.1/callback'], scope: ['read'] },
    { clientId: 'robot', secret: { env: 'SECRET' }, method: 'client_secret_post', facts: { stores: ['main'] } },
    { clientId: 'open', redirectUris: ['http://127.0.0.1/callback'] },
  ],
  users: [{ username: 'ada', password: { env: 'PASSWORD' }, owns: { order: ['1'] }, claims: { sub: 'ada' } }],
  failOn: 'warn',
  reports: { html: 'out/report.html' },
})

const environment = { SECRET: 'a-secret-of-a-client', PASSWORD: 'correct horse', API_KEY: 'key-of-the-api' }

function read(raw: unknown, more: Partial<typeof environment> = environment): TestConfig {
  return checkTestConfig(raw, { environment: more, directory: '/etc/shop' })
}

function problemsOf(raw: unknown, more: Partial<typeof environment> = environment): string {
  try {
    read(raw, more)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.message
  }
  return 'none'
}

describe('a configuration of the tester', () => {
  test('is completed with what is usual', () => {
    const { api, server, login, concurrency, timeout, failOn, reports } = read(good)
    assert.equal(api?.openapi, '/etc/shop/api.yaml')
    assert.deepEqual(api?.policy, { file: '/etc/shop/shop.ts' })
    assert.deepEqual(api?.reading.resources, [{ path: '/', resource: 'https://shop.example' }])
    assert.deepEqual(
      server?.clients.map(({ name, credential: { method }, grantTypes }) => [name, method, grantTypes]),
      [
        ['tester', 'client_secret_basic', ['authorization_code', 'refresh_token']],
        ['robot', 'client_secret_post', ['client_credentials']],
        ['open', 'none', ['authorization_code', 'refresh_token']],
      ],
    )
    assert.deepEqual([concurrency, timeout, failOn, login.by], [8, 120, 'low', 'form'])
    assert.deepEqual(reports, { html: '/etc/shop/out/report.html' })
  })

  test('RFC 6750 §5.3: its secrets are remembered and show themselves to nobody', () => {
    const config = read(good)
    const texts = config.secrets.all().map(secret => secret.reveal())
    assert.deepEqual(texts.toSorted(), Object.values(environment).toSorted())
    assert.doesNotMatch(JSON.stringify(config.server), /a-secret-of|correct horse/)
  })

  test('RFC 9449 §5.2: tells how the server wants the requests of its clients', context => {
    const { folder, write } = files(context)
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    write('key.pem', String(privateKey.export({ type: 'pkcs8', format: 'pem' })))
    const bank = {
      clientId: 'bank',
      key: { file: 'key.pem' },
      binding: 'dpop',
      signsRequests: true,
      responseMode: 'jwt',
    }
    const declared = { issuer: 'https://as.example', clients: [bank], registrationToken: { env: 'INVITATION' } }
    const environment = { INVITATION: 'an-invitation' }
    const { server } = checkTestConfig(declared, { environment, directory: folder })
    const [client] = server?.clients ?? []
    assert.deepEqual([client?.binding, client?.signsRequests, client?.responseMode], ['dpop', true, 'jwt'])
    assert.equal(server?.registrationToken?.reveal(), 'an-invitation')
  })

  test('RFC 9101 §10.5: who signs requests has a key', () => {
    const clients = [{ clientId: 'tester', secret: { env: 'SECRET' }, signsRequests: true }]
    assert.match(
      problemsOf({ issuer: 'https://as.example', clients }),
      /clients\[0\]\.signsRequests: wants a client with a `key`/,
    )
  })

  test('tells whose claims and facts are known', () => {
    assert.deepEqual(
      read(good).api?.holders.map(({ holder }) => holder),
      [
        { kind: 'user', user: 'first' },
        { kind: 'client', client: 'first' },
      ],
    )
  })

  test('may hold a secret in clear for a server on this machine alone', () => {
    const clients = [{ clientId: 'tester', secret: 'in clear' }]
    assert.equal(problemsOf({ issuer: 'http://localhost:8080', clients }), 'none')
    assert.match(
      problemsOf({ issuer: 'https://as.example', clients }),
      /clients\[0\]\.secret: a secret may stand here only for a server on this machine/,
    )
    assert.doesNotMatch(problemsOf({ issuer: 'https://as.example', clients }), /in clear/)
  })

  test('reads secrets and keys from files beside it', context => {
    const { folder, write } = files(context)
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    write('secret', 'from-a-file\n')
    write('key.pem', String(privateKey.export({ type: 'pkcs8', format: 'pem' })))
    write('key.json', JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'its-own' }))
    const declared: TestDeclaration = {
      issuer: 'https://as.example',
      clients: [
        { clientId: 'a', secret: { file: 'secret' } },
        { clientId: 'b', key: { file: 'key.pem' }, kid: 'given' },
        { clientId: 'c', key: { file: 'key.json' } },
      ],
    }
    const { server } = checkTestConfig(declared, { environment: {}, directory: folder })
    const [a, b, c] = (server?.clients ?? []).map(({ credential }) => credential)
    assert.ok(a?.method === 'client_secret_basic' && a.secret.reveal() === 'from-a-file')
    assert.ok(b?.method === 'private_key_jwt' && 'kid' in b.key.publicJwk && b.key.publicJwk.kid === 'given')
    assert.ok(c?.method === 'private_key_jwt' && 'kid' in c.key.publicJwk && c.key.publicJwk.kid === 'its-own')
    assert.equal(b.key.publicJwk.d, undefined)
  })

  test('RFC 7517 §4: has the keys of a test issuer in their roles', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const key = JSON.stringify(privateKey.export({ format: 'jwk' }))
    const declared = (role: string) => ({
      issuer: 'http://localhost:8080',
      testIssuer: { issuer: 'http://localhost:8080', keys: [{ kid: 'k', alg: 'ES256', key, role }] },
    })
    assert.equal(read(declared('signing')).testIssuer?.issuer.keys[0].kid, 'k')
    assert.match(problemsOf(declared('retired')), /testIssuer\.keys: a key is wanted whose `role` is `signing`/)
  })
})

const wrong: readonly (readonly [what: string, raw: unknown, message: RegExp])[] = [
  ['nothing to test', {}, /`api`, `issuer` or `clientUnderTest` is wanted/],
  ['an unknown key', { ...good, clinets: [] }, /clinets: unknown key; did you mean `clients`\?/],
  ['an unknown key deep inside', { api: { openapi: 'a', baseurl: 'x' } }, /api\.baseurl: .*`baseUrl`/],
  ['clients without a server', { api: { openapi: 'a' }, clients: [{ clientId: 'x' }] }, /issuer: is missing/],
  [
    'two clients of one name',
    { ...good, clients: [{ clientId: 'x' }, { clientId: 'x' }] },
    /two clients are called `x`/,
  ],
  [
    'a resource below no path',
    { api: { openapi: 'a', resources: { pets: 'https://a.example' } } },
    /`pets` is no begin/,
  ],
  [
    'a header that cannot stand on the wire',
    { api: { openapi: 'a', headers: { X: 'a\nb' } } },
    /api\.headers\.X: .*line/,
  ],
  ['a header without a name', { api: { openapi: 'a', headers: { 'a b': 'c' } } }, /no name of a header field/],
  ['policy and catalogue', { api: { openapi: 'a', policy: 'p', catalogue: { scopes: {} } } }, /leave one of them out/],
  [
    'a catalogue that is none',
    { api: { openapi: 'a', catalogue: { scopes: { a: { implies: ['b'] } } } } },
    /api\.catal/,
  ],
  [
    'a secret with a key',
    { ...good, clients: [{ clientId: 'x', secret: { env: 'SECRET' }, key: { env: 'SECRET' } }] },
    /clients\[0\]\.key: means nothing/,
  ],
  [
    'a method without its secret',
    { ...good, clients: [{ clientId: 'x', method: 'private_key_jwt' }] },
    /\.key: is missing/,
  ],
  ['a key that is none', { ...good, clients: [{ clientId: 'x', key: { env: 'SECRET' } }] }, /as JWK or PEM/],
  [
    'a secret from two places',
    { ...good, clients: [{ clientId: 'x', secret: { env: 'A', file: 'b' } }] },
    /\{ env: 'NAME' \}/,
  ],
  [
    'a variable that is not set',
    { ...good, users: [{ username: 'a', password: { env: 'NONE' } }] },
    /`NONE` is not set/,
  ],
  ['a file that is not there', { ...good, users: [{ username: 'a', password: { file: 'none' } }] }, /cannot be read/],
  ['an authority that is none', { ...good, ca: ['/etc/hostname'] }, /ca\[0\]: .*(no certificate|cannot be read)/],
  ['a way to nowhere', { api: { openapi: 'a' }, introspectionPort: 9000 }, /introspectionPort: means nothing/],
  ['a language that is none', { ...good, locale: 'x' }, /locale: a language tag/],
  ['a time zone that is none', { ...good, timeZone: 'Moon/Sea' }, /timeZone: a time zone/],
  ['an origin with a path', { api: { openapi: 'a', plainOrigin: 'http://a.example/b' } }, /plainOrigin: /],
]
for (const [what, raw, message] of wrong)
  test(`a configuration with ${what} is refused`, () => assert.match(problemsOf(raw), message))

test('a secret that stands where the name of its variable is wanted is not told', () => {
  const message = problemsOf({ ...good, users: [{ username: 'a', password: { env: 'kT9-very-secret' } }] })
  assert.match(message, /users\[0\]\.password: the environment variable of that name is not set; its name is wanted/)
  assert.doesNotMatch(message, /kT9/)
})

test('an issuer that is wrong is not missing as well', () => {
  const message = problemsOf({ ...good, issuer: 'http://as.example', introspectionPort: 9000 })
  assert.match(message, /has a problem\n {2}issuer: an https URL/)
  const nothing = problemsOf({ clients: [{ clientId: 'x' }] })
  assert.match(nothing, /has a problem\n {2}issuer: is missing/)
})

test('all problems are told at once', () => {
  const message = problemsOf({ ...good, concurrency: 0, locale: 'x', users: [{ username: 'ada' }] })
  assert.match(message, /3 problems/)
})

function files(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-test-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return { folder, write: (name: string, text: string) => writeFileSync(join(folder, name), text) }
}
