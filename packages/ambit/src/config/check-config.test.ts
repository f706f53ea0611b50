import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { defineScopes } from '@ambit/scope'
import { checkConfig } from './check-config.ts'
import type { Config } from './config.ts'
import { ConfigError } from './config-error.ts'
import { withOpenIdScopes } from './openid-scopes.ts'

const catalogue = { scopes: { read_pets: {}, write_pets: { implies: ['read_pets'] } } }
const app = { clientId: 'app', redirectUris: ['https://app.example/cb'], scope: ['openid', 'read_pets'] }
const job = { clientId: 'job', secret: 'a-secret-of-a-job', scope: ['read_pets'] }

function read(raw: object, environment: Readonly<Record<string, string>> = {}): Config {
  return checkConfig({ catalogue, ...raw }, { environment, directory: '/etc/ambit' })
}

function problemsOf(raw: unknown, environment: Readonly<Record<string, string>> = {}): string {
  try {
    checkConfig(raw, { environment, directory: '/etc/ambit' })
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.message
  }
  return 'none'
}

test('a catalogue is all that a configuration needs', () => {
  const config = read({})
  assert.equal(config.port, 4000)
  assert.equal(config.host, '127.0.0.1')
  assert.equal(config.store, '/etc/ambit/ambit.db')
  assert.equal(config.keys.idTokenAlgorithm, 'ES256')
  assert.equal(config.issuer, undefined)
  assert.equal(config.dangerouslyAllowImplicit, false)
  assert.ok(config.catalogue.names.includes('openid'))
})

test('a path of a store is relative to the file, unless it is absolute or `memory`', () => {
  assert.equal(read({ store: 'data/a.db' }).store, '/etc/ambit/data/a.db')
  assert.equal(read({ store: '/var/a.db' }).store, '/var/a.db')
  assert.equal(read({ store: 'memory' }).store, 'memory')
})

test('a catalogue that is made already is taken as it is', () => {
  const made = defineScopes({ scopes: { read_pets: {} } })
  assert.equal(read({ catalogue: made }).catalogue, made)
  assert.deepEqual(read({ catalogue: made }).catalogue.names, ['read_pets'])
})

test('a status list has a window of whole seconds, and is off where nothing is said of it', () => {
  assert.equal(read({}).statusList, undefined)
  assert.deepEqual(read({ statusList: { window: 60 } }).statusList, { window: 60 })
  assert.match(
    problemsOf({ catalogue, statusList: { window: 1 } }),
    /statusList\.window: a whole number from 2 to 86400/,
  )
  assert.match(problemsOf({ catalogue, statusList: {} }), /statusList\.window: is missing/)
})

test('all problems are told at once, each with its path', () => {
  const problems = problemsOf({ catalogue, port: 'x', issuer: 'ftp://x', clients: [{ clientId: 'a b' }], nonsense: 1 })
  for (const path of ['port', 'issuer', 'clients[0].clientId', 'clients[0].scope', 'nonsense'])
    assert.match(problems, new RegExp(`^  ${path.replaceAll(/[[\]]/g, '\\$&')}: `, 'm'))
  assert.match(problems, /has 5 problems/)
})

const wrong: readonly (readonly [string, unknown, RegExp])[] = [
  ['no object', 7, /an object is wanted/],
  ['no catalogue', {}, /catalogue: is missing; an object is wanted/],
  ['a client that is no object', { catalogue, clients: [7] }, /clients\[0\]: an object is wanted/],
  ['an unknown key that is nearly known', { catalogue, isuer: 'x' }, /isuer: unknown key; did you mean `issuer`\?/],
  ['an unknown key', { catalogue, colour: 'x' }, /colour: unknown key; known are `issuer`/],
  ['a catalogue with a problem', { catalogue: { scopes: { a: { implies: ['b'] } } } }, /catalogue\.scopes\.a\.implies/],
  ['an unknown key in the catalogue', { catalogue: { scope: {}, scopes: {} } }, /catalogue\.scope: unknown key/],
  ['a port out of range', { catalogue, port: 70_000 }, /port: a whole number from 0 to 65535 is wanted, not `70000`/],
  [
    'a span that is no number',
    { catalogue, ttl: { accessToken: '10m' } },
    /ttl\.accessToken: a whole number .* not `10m`/,
  ],
  ['a code that lives too long', { catalogue, ttl: { code: 601 } }, /ttl\.code/],
  ['a misspelt algorithm', { catalogue, keys: { idTokenAlgorithm: 'ES265' } }, /did you mean `ES256`/],
  ['a list that is none', { catalogue, clients: {} }, /clients: a list is wanted/],
  ['a flag that is none', { catalogue, dangerouslyAllowImplicit: 'yes' }, /true or false is wanted, not `yes`/],
  ['a hook that is none', { catalogue, scopeHook: 'x' }, /scopeHook: a function is wanted/],
  [
    'a proxy that is no address',
    { catalogue, trustedProxies: ['10.0.0.0/33'] },
    /trustedProxies\[0\]: an IP address or a network/,
  ],
  ['a proxy by name', { catalogue, trustedProxies: ['proxy'] }, /trustedProxies\[0\]/],
  ['a proxy with an odd prefix', { catalogue, trustedProxies: ['10.0.0.0/x'] }, /trustedProxies\[0\]/],
  ['a proxy with an empty prefix', { catalogue, trustedProxies: ['10.0.0.0/'] }, /trustedProxies\[0\]/],
  ['a proxy with a prefix as a sum', { catalogue, trustedProxies: ['10.0.0.0/1e1'] }, /trustedProxies\[0\]/],
  ['a proxy with two prefixes', { catalogue, trustedProxies: ['10.0.0.0/8/8'] }, /trustedProxies\[0\]/],
  [
    'an origin with a path',
    { catalogue, outbound: { dangerouslyAllow: ['http://127.0.0.1:9000/keys'] } },
    /outbound\.dangerouslyAllow\[0\]: an origin such as/,
  ],
  ['an unknown feature', { catalogue, features: { nothing: true } }, /features\.nothing: unknown key/],
  ['a level that is none', { catalogue, log: { level: 'inf' } }, /did you mean `info`/],
  [
    'a sealing key of the wrong length',
    { catalogue, keys: { sealingKey: 'short' } },
    /keys\.sealingKey: 32 random bytes/,
  ],
  [
    'a word that no page shows',
    { catalogue, pages: { words: { en: { nothing: 'x' } } } },
    /pages\.words: .*shown on no page/,
  ],
  [
    'words that are no texts',
    { catalogue, pages: { words: { en: { login_title: 7 } } } },
    /pages\.words: an object of texts/,
  ],
  ['a brand without a name', { catalogue, pages: { brand: {} } }, /pages\.brand\.name: is missing/],
  [
    'an idle span beyond the absolute one',
    { catalogue, ttl: { refreshIdle: 99, refreshAbsolute: 9 } },
    /ttl\.refreshIdle/,
  ],
  [
    'a session idle span beyond the absolute one',
    { catalogue, ttl: { sessionIdle: 99, sessionAbsolute: 9 } },
    /ttl\.sessionIdle/,
  ],
  ['a port that the proxy has', { catalogue, issuer: 'https://as.example', port: 443 }, /port: TLS ends at a proxy/],
  ['a key gone before its tokens', { catalogue, keys: { overlapFor: 60 } }, /keys\.overlapFor: .*at least 600/],
  ['a key that never signs', { catalogue, keys: { rotateEvery: 100, announceFor: 100 } }, /keys\.announceFor/],
  [
    'a default resource that is none',
    { catalogue, defaultResource: 'https://a.example' },
    /defaultResource: .*is no resource/,
  ],
  [
    'a resource twice',
    { catalogue, resources: [{ resource: 'https://a' }, { resource: 'https://a' }] },
    /resources\[1\]\.resource: .*declared twice/,
  ],
  [
    'a resource with a fragment',
    { catalogue, resources: [{ resource: 'https://a#b' }] },
    /resources\[0\]\.resource: an absolute URI/,
  ],
  [
    'a scope of a resource that is not declared',
    { catalogue: { scopes: { a: { resource: 'https://x.example' } } } },
    /catalogue\.scopes\.a\.resource: `https:\/\/x.example` is no resource/,
  ],
]

for (const [name, raw, wanted] of wrong) test(`refused: ${name}`, () => assert.match(problemsOf(raw), wanted))

for (const issuer of [
  'https://as.example',
  'https://as.example/tenant',
  'http://localhost:4000',
  'http://127.0.0.1',
  'http://[::1]:1',
])
  test(`RFC 8414 §2: the issuer \`${issuer}\` is fine`, () => assert.equal(read({ issuer }).issuer, issuer))

for (const issuer of [
  'http://as.example',
  'https://as.example/tenant/',
  'https://as.example?x=1',
  'https://as.example#x',
  'https://u:p@as.example',
  'https://AS.example',
  'as.example',
  '',
])
  test(`RFC 8414 §2: the issuer \`${issuer}\` is refused`, () =>
    assert.match(problemsOf({ catalogue, issuer }), /issuer: /))

test('a client gets the defaults that fit what it has', () => {
  const [web, machine, robot] = read({
    clients: [app, job, { clientId: 'robot', jwks: { keys: [{ kty: 'OKP' }] }, scope: ['read_pets'] }],
  }).clients
  assert.equal(web?.authenticationMethod, 'none')
  assert.deepEqual(web?.grantTypes, ['authorization_code', 'refresh_token'])
  assert.deepEqual(web?.responseTypes, ['code'])
  assert.equal(web?.scope, 'openid read_pets')
  assert.equal(machine?.authenticationMethod, 'client_secret_basic')
  assert.deepEqual(machine?.grantTypes, ['client_credentials'])
  assert.deepEqual(machine?.responseTypes, [])
  assert.equal(robot?.authenticationMethod, 'private_key_jwt')
})

test('a problem is told without those that only follow from it', () => {
  const problems = problemsOf({ catalogue, clients: [{ ...app, redirectUris: ['/cb'], scope: ['read_pet'] }] })
  assert.match(problems, /has 2 problems/)
  assert.match(problems, /clients\[0\]\.redirectUris\[0\]: [\s\S]*clients\[0\]\.scope: unknown scope/)
})

test('a secret is hashed when it is loaded, wherever it comes from', () => {
  const digest = hash('sha256', 'a-secret-of-a-job', 'base64url')
  const { secret: _secret, ...bare } = job
  const given = [job, { ...bare, secretEnv: 'JOB_SECRET' }, { ...bare, secretHash: digest }]
  for (const client of given) {
    const [read1] = read({ clients: [client] }, { JOB_SECRET: 'a-secret-of-a-job' }).clients
    assert.deepEqual(read1?.secretHashes, [digest])
    assert.ok(!JSON.stringify(read1).includes('a-secret-of-a-job'))
  }
})

const wrongClients: readonly (readonly [string, object, RegExp])[] = [
  [
    'a scope that is unknown',
    { ...app, scope: ['read_pet'] },
    /clients\[0\]\.scope: unknown scope `read_pet`; did you mean `read_pets`/,
  ],
  ['a default scope that is unknown', { ...app, defaultScope: ['x_y_z'] }, /defaultScope: unknown scope `x_y_z`/],
  [
    'a default scope above the ceiling',
    { ...app, defaultScope: ['read_pets', 'write_pets'] },
    /clients\[0\]\.defaultScope: `write_pets` is above the ceiling/,
  ],
  [
    'a mandatory scope above the ceiling',
    { ...app, mandatoryScope: ['write_pets'] },
    /clients\[0\]\.mandatoryScope: `write_pets` is above the ceiling/,
  ],
  ['a mandatory scope that is unknown', { ...app, mandatoryScope: ['x_y_z'] }, /mandatoryScope: unknown scope/],
  ['a scope-token with a space', { ...app, scope: ['a b'] }, /scope\[0\]: a scope-token is wanted/],
  ['two secrets', { ...job, secretHash: 'x'.repeat(43) }, /one of `secret`, `secretEnv` and `secretHash`/],
  ['a short secret', { ...job, secret: 'short' }, /clients\[0\]\.secret: a secret of 16 to 512/],
  [
    'a secret for `none`',
    { ...app, authenticationMethod: 'none', secret: 'a-secret-of-a-job' },
    /`none` takes no secret/,
  ],
  ['no secret for `client_secret_post`', { ...app, authenticationMethod: 'client_secret_post' }, /wants a `secret`/],
  ['no keys for `private_key_jwt`', { ...app, authenticationMethod: 'private_key_jwt' }, /wants `jwks`/],
  [
    'keys for a secret',
    { ...job, authenticationMethod: 'client_secret_basic', jwks: { keys: [{ kty: 'EC' }] } },
    /takes no keys/,
  ],
  [
    'keys in two places',
    { ...app, jwks: { keys: [{ kty: 'EC' }] }, jwksUri: 'https://app.example/keys' },
    /jwksUri: one of `jwks` and `jwksUri` is wanted, not both/,
  ],
  [
    'an address of keys for a secret',
    { ...job, authenticationMethod: 'client_secret_basic', jwksUri: 'https://app.example/keys' },
    /jwksUri: `client_secret_basic` takes no keys/,
  ],
  [
    'keys that are fetched without TLS',
    { ...app, jwksUri: 'http://app.example/keys' },
    /jwksUri: https is wanted, or an origin that `outbound\.dangerouslyAllow` names/,
  ],
  [
    'a method that nothing mounted offers',
    { ...app, authenticationMethod: 'tls_client_auth' },
    /authenticationMethod: `tls_client_auth` wants a feature that is switched on/,
  ],
  [
    'metadata that nothing mounted reads',
    { ...app, metadata: { dpop_bound_access_tokens: true } },
    /metadata\.dpop_bound_access_tokens: is not known here/,
  ],
  [
    'a private key',
    { ...app, jwks: { keys: [{ kty: 'EC', d: 'x' }] } },
    /jwks: an object with `keys`, a list of public JWKs/,
  ],
  [
    'a machine without a secret',
    { clientId: 'job', scope: ['read_pets'] },
    /`client_credentials` wants a client that authenticates/,
  ],
  [
    'a code without a place to go',
    { ...job, grantTypes: ['authorization_code'] },
    /redirectUris: `authorization_code` wants at least one/,
  ],
  ['an unknown grant type', { ...app, grantTypes: ['code'] }, /unknown grant type `code`; known are/],
  ['implicit without its switches', { ...app, grantTypes: ['implicit'] }, /on this client[\s\S]*on the server/],
  ['a password grant without its switches', { ...job, grantTypes: ['password'] }, /on this client[\s\S]*on the server/],
  ['a switch without its grant', { ...app, dangerouslyAllowImplicit: true }, /means nothing without the grant type/],
  ['an unknown response type', { ...app, responseTypes: ['kode'] }, /unknown response type `kode`/],
  [
    'a token from a client without implicit',
    { ...app, responseTypes: ['token'] },
    /`token` wants the grant type `implicit`/,
  ],
  [
    'a code from a client without the grant',
    { ...job, responseTypes: ['code'] },
    /`code` wants the grant type `authorization_code`/,
  ],
  [
    'a scheme of its own on the web',
    { ...app, redirectUris: ['com.example:/cb'] },
    /wants `applicationType: 'native'`/,
  ],
  [
    'pairwise over two hosts',
    { ...app, subjectType: 'pairwise', redirectUris: ['https://a.example', 'https://b.example'] },
    /sectorIdentifier/,
  ],
  [
    'no PKCE for a client without a secret',
    { ...app, dangerouslyAcceptNonceInsteadOfPkce: true },
    /dangerouslyAcceptNonceInsteadOfPkce: .*authenticates/,
  ],
  [
    'no PKCE without OpenID Connect',
    { ...app, secret: 'a-secret-of-a-job', scope: ['read_pets'], dangerouslyAcceptNonceInsteadOfPkce: true },
    /dangerouslyAcceptNonceInsteadOfPkce: .*`openid`/,
  ],
  ['a resource that is not declared', { ...job, introspects: ['https://x.example'] }, /introspects: .*is no resource/],
]

for (const [name, client, wanted] of wrongClients)
  test(`refused for a client: ${name}`, () => assert.match(problemsOf({ catalogue, clients: [client] }), wanted))

for (const uri of [
  'http://app.example/cb',
  'https:app.example/cb',
  'https://app.example\\cb',
  'https://*.app.example/cb',
  'https://app.example/#x',
  'javascript:alert(1)',
  'data:text/html,x',
  '/cb',
  'cb',
])
  test(`RFC 6749 §3.1.2: the redirect URI \`${uri}\` is refused`, () =>
    assert.match(
      problemsOf({ catalogue, clients: [{ ...app, redirectUris: [uri] }] }),
      /redirectUris\[0\]: an absolute https URI/,
    ))

test('a secret of the environment is wanted to be set and long enough', () => {
  const { secret: _secret, ...bare } = job
  const clients = [{ ...bare, secretEnv: 'JOB_SECRET' }]
  assert.match(problemsOf({ catalogue, clients }), /secretEnv: the environment variable `JOB_SECRET` is not set/)
  const problems = problemsOf({ catalogue, clients }, { JOB_SECRET: 'hunter2' })
  assert.match(problems, /`JOB_SECRET` holds less than 16 characters/)
  assert.doesNotMatch(problems, /hunter2/)
})

test('keys may be fetched from an https address, or from an origin that the operator named for it', () => {
  const [named] = read({ clients: [{ ...app, jwksUri: 'https://app.example/keys' }] }).clients
  assert.equal(named?.authenticationMethod, 'private_key_jwt')
  assert.equal(named?.jwksUri, 'https://app.example/keys')
  const clients = [{ ...app, jwksUri: 'http://127.0.0.1:9000/keys' }]
  const outbound = { dangerouslyAllow: ['http://127.0.0.1:9000'] }
  assert.deepEqual(read({ clients, outbound }).outbound, outbound)
})

test('no problem shows a secret', () => {
  const raw = {
    catalogue,
    keys: { sealingKey: 'hunter2-sealing' },
    clients: [{ ...app, secret: 'hunter2', secretHash: 'hunter2-hash' }],
    users: [{ username: 'a', password: '', passwordHash: 'hunter2-password' }],
  }
  assert.doesNotMatch(problemsOf(raw), /hunter2/)
})

test('implicit and password are possible where both switches are set', () => {
  const clients = [{ ...app, grantTypes: ['implicit'], responseTypes: ['token'], dangerouslyAllowImplicit: true }]
  assert.deepEqual(read({ clients, dangerouslyAllowImplicit: true }).clients[0]?.responseTypes, ['token'])
})

test('a user has one password, from the file or the environment, or its hash', () => {
  const users = [
    { username: 'ada ', password: 'x' },
    { username: 'ben', passwordEnv: 'BEN' },
  ]
  const [ada, ben] = read({ users }, { BEN: 'y' }).users
  assert.deepEqual(ada?.credential, { kind: 'password', password: 'x' })
  assert.equal(ada?.username, 'ada')
  assert.deepEqual(ben?.credential, { kind: 'password', password: 'y' })
  const passwordHash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo'
  assert.deepEqual(read({ users: [{ username: 'c', passwordHash }] }).users[0]?.credential, {
    kind: 'hash',
    passwordHash,
  })
})

for (const [name, user, wanted] of [
  ['no password', { username: 'ada' }, /users\[0\]: one of `password`, `passwordEnv` and `passwordHash`/],
  ['two passwords', { username: 'ada', password: 'x', passwordEnv: 'Y' }, /one of `password`/],
  [
    'a variable that is not set',
    { username: 'ada', passwordEnv: 'ADA' },
    /users\[0\]\.passwordEnv: the environment variable `ADA` is not set/,
  ],
  ['a hash that is none', { username: 'ada', passwordHash: 'x' }, /a PHC string/],
  [
    'a scope that is unknown',
    { username: 'ada', password: 'x', scope: ['read_pet'] },
    /users\[0\]\.scope: unknown scope/,
  ],
] as const)
  test(`refused for a user: ${name}`, () => assert.match(problemsOf({ catalogue, users: [user] }), wanted))

test('RFC 9700 §4.15: a user id that is declared twice or is a client id is refused', () => {
  const ada = { username: 'ada', password: 'x', userId: 'u1' }
  const twice = [ada, { ...ada, username: 'bob' }]
  assert.match(problemsOf({ catalogue, users: twice }), /users\[1\]\.userId: `u1` is declared twice/)
  const clients = [{ ...app, clientId: 'u1' }]
  assert.match(problemsOf({ catalogue, clients, users: [ada] }), /users\[0\]\.userId: `u1` is a client's id/)
})

test('a client or user that is declared twice is refused', () => {
  assert.match(problemsOf({ catalogue, clients: [app, app] }), /clients\[1\]\.clientId: `app` is declared twice/)
  const users = [
    { username: 'Ada', password: 'x' },
    { username: 'ada', password: 'y' },
  ]
  assert.match(problemsOf({ catalogue, users }), /users\[1\]\.username: `ada` is declared twice/)
})

test('OpenID Connect Core §5.4: the standard scopes are added, and one that is declared is kept as declared', () => {
  const declaration = withOpenIdScopes({ scopes: { email: { title: 'Our words' }, read_pets: {} } })
  assert.deepEqual(Object.keys(declaration.scopes), [
    'openid',
    'profile',
    'email',
    'address',
    'phone',
    'offline_access',
    'read_pets',
  ])
  const made = defineScopes(declaration)
  assert.equal(made.definition('email')?.title, 'Our words')
  assert.equal(made.definition('openid')?.consent, 'mandatory')
  assert.ok(!made.definition('profile')?.grantTypes?.includes('client_credentials'))
})
