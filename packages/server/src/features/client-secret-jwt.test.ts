import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type JWTHeaderParameters, SignJWT } from 'jose'
import { tokenEndpoint } from '../endpoints/token.ts'
import { nodeKeyTools } from '../node/key-tools.ts'
import type { ClientRecord } from '../ports/records.ts'
import { createServer } from '../server.ts'
import { clients, testClient } from '../testing/clients.ts'
import { clientKeys } from '../testing/keys.ts'
import { outcomeOf, request } from '../testing/requests.ts'
import { type TestWorld, testWorld, type WorldOverrides } from '../testing/world.ts'
import { clientSecretJwt, sealClientSecret } from './client-secret-jwt.ts'

const sealing = { tools: nodeKeyTools(), key: 'A'.repeat(43) }
const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const long = 'a secret of more than sixty-four bytes, which is enough for each algorithm'

/** A client that signs with a secret. */
function sharing(secret = long, overrides: Partial<ClientRecord> = {}): ClientRecord {
  return testClient({
    name: 'sharing',
    authenticationMethod: 'client_secret_jwt',
    secretHashes: [],
    sealedSecret: sealClientSecret(sealing, 'sharing', secret),
    grantTypes: ['client_credentials'],
    ...overrides,
  })
}

function worldOf(client = sharing(), overrides: WorldOverrides = {}): Promise<TestWorld> {
  return testWorld({ features: [clientSecretJwt({ sealing })], clients: [client], ...overrides })
}

type Given = {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Partial<JWTHeaderParameters>
  readonly secret?: string
}

async function assertion({ clock, context }: TestWorld, { claims = {}, header = {}, secret = long }: Given = {}) {
  const now = clock.now()
  const times = { iat: now, exp: now + 60, jti: context.crypto.random(8) }
  const all = { iss: 'sharing', sub: 'sharing', aud: 'https://as.example', ...times, ...claims }
  return new SignJWT(all).setProtectedHeader({ alg: 'HS256', ...header }).sign(new TextEncoder().encode(secret))
}

async function send(world: TestWorld, client_assertion: string, more: Readonly<Record<string, string>> = {}) {
  const form = {
    grant_type: 'client_credentials',
    scope: 'read_pets',
    client_assertion_type: type,
    client_assertion,
    ...more,
  }
  return outcomeOf(await tokenEndpoint.handle(world.context, world.exchange(request({ form }))))
}

for (const alg of ['HS256', 'HS384', 'HS512'])
  test(`OpenID Connect Core §9: a client authenticates by an assertion that it signed with its secret by ${alg}`, async () => {
    const world = await worldOf()
    assert.equal(await send(world, await assertion(world, { header: { alg } })), '200')
  })

const now = 1_800_000_000
const bad: readonly (readonly [string, Given])[] = [
  ['OpenID Connect Core §9: another secret', { secret: `${long}!` }],
  ['RFC 7523 §3: another iss', { claims: { iss: 'web' } }],
  ['RFC 7523 §3: another audience', { claims: { aud: 'https://other.example' } }],
  ['RFC 7523 §3: an exp that has passed', { claims: { exp: now - 30 } }],
  ['RFC 7523 §3: an exp far ahead', { claims: { exp: now + 631 } }],
  ['RFC 7523 §3: no exp', { claims: { exp: undefined } }],
  ['OpenID Connect Core §9: no jti', { claims: { jti: undefined } }],
  ['RFC 8725 §3.11: the type of another kind of JWT', { header: { typ: 'at+jwt' } }],
]
for (const [name, given] of bad)
  test(`${name}, signed with a secret, is invalid_client`, async () => {
    const world = await worldOf()
    assert.equal(await send(world, await assertion(world, given)), '401 invalid_client')
  })

test('OpenID Connect Core §9: an assertion that was signed with a secret is good once, and its replay is told', async () => {
  const world = await worldOf()
  const token = await assertion(world)
  assert.equal(await send(world, token), '200')
  assert.equal(await send(world, token), '401 invalid_client')
  assert.ok(world.events.some(event => event.kind === 'replay.detected' && event.of === 'client_assertion'))
})

for (const [alg, least] of [
  ['HS256', 32],
  ['HS384', 48],
  ['HS512', 64],
] as const)
  test(`RFC 7518 §3.2: ${alg} wants a secret of ${least} bytes`, async () => {
    const by = async (secret: string) => {
      const world = await worldOf(sharing(secret))
      return send(world, await assertion(world, { header: { alg }, secret }))
    }
    assert.equal(await by('x'.repeat(least)), '200')
    if (least > 32) assert.equal(await by('x'.repeat(least - 1)), '401 invalid_client')
    else assert.throws(() => sealClientSecret(sealing, 'sharing', 'x'.repeat(least - 1)), RangeError)
  })

test('OpenID Connect Core §10.1: the key is the UTF-8 of the secret, whose bytes count', async () => {
  const secret = 'ü'.repeat(16)
  const world = await worldOf(sharing(secret))
  assert.equal(await send(world, await assertion(world, { secret })), '200')
})

test('RFC 8725 §2.1: a public key, or the sealed secret itself, is no secret', async () => {
  const world = await worldOf(sharing(long, { jwks: { keys: [clientKeys.publicJwk] } }))
  for (const secret of [JSON.stringify(clientKeys.publicJwk), sharing().sealedSecret ?? '', 'A'.repeat(64)])
    assert.equal(await send(world, await assertion(world, { secret })), '401 invalid_client')
})

test('RFC 6749 §2.3: a client of another method cannot sign with its secret, nor a client of this one send it', async () => {
  const other = testClient({ ...clients.machine, sealedSecret: sealClientSecret(sealing, 'machine', long) })
  const world = await worldOf(other)
  const claims = { iss: 'machine', sub: 'machine' }
  assert.equal(await send(world, await assertion(world, { claims })), '401 invalid_client')
  const shared = await worldOf(sharing(long, { secretHashes: [world.context.crypto.hash(long)] }))
  const form = { grant_type: 'client_credentials', client_id: 'sharing', client_secret: long }
  const asked = shared.exchange(request({ form }))
  assert.equal(outcomeOf(await tokenEndpoint.handle(shared.context, asked)), '401 invalid_client')
})

test('RFC 6749 §2.3: a client of this method that signs with a key of its own is invalid_client', async () => {
  const world = await worldOf(sharing(long, { jwks: { keys: [clientKeys.publicJwk] } }))
  const claims = { iss: 'sharing', sub: 'sharing', aud: 'https://as.example', exp: world.clock.now() + 60, jti: 'x' }
  const signed = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(clientKeys.privateKey)
  assert.equal(await send(world, signed), '401 invalid_client')
})

test('OpenID Connect Core §9: a client that is not known, or has no secret that signs, is invalid_client', async () => {
  const { sealedSecret: _sealed, ...without } = sharing()
  const world = await worldOf(without)
  const nobodys = 'A'.repeat(64)
  for (const [iss, secret] of [
    ['sharing', long],
    ['sharing', nobodys],
    ['nobody', nobodys],
  ] as const) {
    const claims = { iss, sub: iss }
    assert.equal(await send(world, await assertion(world, { claims, secret })), '401 invalid_client')
  }
})

test('the sealed secret of one client opens for no other', async () => {
  const world = await worldOf(sharing(long, { sealedSecret: sealClientSecret(sealing, 'web', long) }))
  await assert.rejects(send(world, await assertion(world)), /another sealing key/)
})

test('a secret that was sealed with another key is the operator’s matter, and never good', async () => {
  const features = [clientSecretJwt({ sealing: { ...sealing, key: 'B'.repeat(43) } })]
  const world = await worldOf(sharing(), { features })
  await assert.rejects(
    send(world, await assertion(world)),
    /secret of client `sharing` was sealed with another sealing key/,
  )
})

test('RFC 7521 §4.2: an assertion without its type is invalid_request', async () => {
  const world = await worldOf()
  assert.equal(await send(world, await assertion(world), { client_assertion_type: '' }), '400 invalid_request')
})

test('a secret does not stand in what is kept of it', () => {
  const [method] = clientSecretJwt({ sealing }).clientAuthentications ?? []
  const kept = method?.keepSecret?.(clients.web.clientId, long)
  assert.ok(kept?.sealedSecret)
  assert.doesNotMatch(JSON.stringify(kept), /sixty-four/)
  assert.equal(sealing.tools.unseal(kept.sealedSecret, sealing.key, 'client secret web'), long)
})

test('a sealing key that is not 32 bytes in base64url is refused', () => {
  assert.throws(() => clientSecretJwt({ sealing: { ...sealing, key: 'short' } }), /32 random bytes/)
})

test('RFC 8414 §2: the metadata lists the method and its algorithms where it is mounted', async () => {
  const { options } = await worldOf()
  const { metadata } = createServer(options)
  assert.ok(metadata.token_endpoint_auth_methods_supported?.includes('client_secret_jwt'))
  for (const alg of ['HS256', 'HS384', 'HS512'])
    assert.ok(metadata.token_endpoint_auth_signing_alg_values_supported?.includes(alg))
})

test('without the feature an assertion by a secret is invalid_client, and the metadata is silent', async () => {
  const world = await testWorld({ clients: [sharing()] })
  assert.equal(await send(world, await assertion(world)), '401 invalid_client')
  assert.doesNotMatch(JSON.stringify(createServer(world.options).metadata), /client_secret_jwt|HS256/)
})
