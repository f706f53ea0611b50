import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { epochSeconds, type JwtClaims } from '@ambit/protocol'
import { memoryStore } from '@ambit/store'
import {
  CompactEncrypt,
  type CompactJWEHeaderParameters,
  compactDecrypt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JWK,
} from 'jose'
import { findMetadataProblems } from '../../client/metadata-field.ts'
import type { Feature } from '../../feature.ts'
import { makeIdToken } from '../../issue/id-token.ts'
import { nodeKeyTools } from '../../node/key-tools.ts'
import type { ClientKey, ClientMetadata, ClientRecord } from '../../ports/records.ts'
import { protectJwt } from '../../protect-jwt.ts'
import { createServer } from '../../server.ts'
import { authorize } from '../../testing/authorization.ts'
import { openWorld, sentParameters } from '../../testing/authorize.ts'
import { testCatalogue } from '../../testing/catalogue.ts'
import { testClient, users } from '../../testing/clients.ts'
import { objectClaims, signer, signObject } from '../../testing/request-object.ts'
import { bodyOf, outcomeOf, request } from '../../testing/requests.ts'
import { codeForm, postToken } from '../../testing/token-requests.ts'
import { type TestWorld, testWorld, type WorldOverrides } from '../../testing/world.ts'
import { requestObjects } from '../request-objects/request-objects.ts'
import { encryption } from './encryption.ts'

const pairs = {
  ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
}
const jwks = (['ec', 'rsa'] as const).map(kid => ({
  ...pairs[kid].publicKey.export({ format: 'jwk' }),
  kid,
  use: 'enc',
}))

function wishing(metadata: ClientMetadata, keys: readonly ClientKey[] = jwks): ClientRecord {
  return testClient({ name: 'sealed', jwks: { keys }, metadata })
}

async function idToken({ context, clock }: TestWorld, client: ClientRecord): Promise<string> {
  const user = { userId: users.alice.userId, authTime: epochSeconds(1_799_999_990), acr: 'a', amr: ['pwd'] }
  const scope = testCatalogue.set('openid')
  return makeIdToken(context, { client, user, scope, accessToken: 'the access token', now: clock.now() })
}

/** What the client finds in an encrypted JWT. */
async function open(
  { context }: TestWorld,
  jwe: string,
): Promise<{ readonly header: JwtClaims; readonly claims: JwtClaims }> {
  const header = decodeProtectedHeader(jwe)
  const { privateKey } = String(header.alg).startsWith('RSA') ? pairs.rsa : pairs.ec
  const { plaintext } = await compactDecrypt(jwe, privateKey)
  const claims = await context.signer.verifyOwn(new TextDecoder().decode(plaintext), 'JWT')
  return { header: { ...header }, claims: claims ?? {} }
}

for (const alg of ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW', 'RSA-OAEP-256'])
  for (const enc of ['A128CBC-HS256', 'A128GCM', 'A256GCM'])
    test(`OpenID Connect Core §10.2: an ID token is signed, then encrypted by ${alg} and ${enc} where the client wants that`, async () => {
      const world = await testWorld({ features: [encryption()] })
      const client = wishing({ id_token_encrypted_response_alg: alg, id_token_encrypted_response_enc: enc })
      const { header, claims } = await open(world, await idToken(world, client))
      assert.deepEqual([header['alg'], header['enc'], header['cty']], [alg, enc, 'JWT'])
      assert.equal(header['kid'], alg.startsWith('RSA') ? 'rsa' : 'ec')
      assert.deepEqual([claims['iss'], claims['aud'], claims['sub']], ['https://as.example', 'sealed', 'user-alice'])
    })

test('OpenID Connect Dynamic Client Registration §2: without a wish for it, content is encrypted by A128CBC-HS256', async () => {
  const world = await testWorld({ features: [encryption()] })
  const { header } = await open(world, await idToken(world, wishing({ id_token_encrypted_response_alg: 'ECDH-ES' })))
  assert.equal(header['enc'], 'A128CBC-HS256')
})

for (const [use, name] of [
  ['authorization_response', 'authorization_encrypted_response_alg'],
  ['introspection', 'introspection_encrypted_response_alg'],
] as const)
  test(`a client that wants its ${use} encrypted gets that, and nothing else`, async () => {
    const world = await testWorld({ features: [encryption()] })
    const client = wishing({ [name]: 'RSA-OAEP-256' })
    const jws = world.context.signer.sign({ a: 1 }, { typ: 'JWT', algorithm: 'ES256' })
    assert.deepEqual((await open(world, await protectJwt(world.context, { client, use, jws }))).claims, { a: 1 })
    for (const other of ['id_token', 'authorization_response', 'introspection', 'userinfo'] as const)
      if (other !== use) assert.equal(await protectJwt(world.context, { client, use: other, jws }), jws)
  })

test('OpenID Connect Core §10.2: of several keys the one that is named is taken, and its name is told', async () => {
  const world = await testWorld({ features: [encryption()] })
  const { kid: _kid, ...nameless } = jwks[0] as ClientKey
  const signing = { ...jwks[0], kid: 'signing', use: 'sig' } as ClientKey
  const wish = { id_token_encrypted_response_alg: 'ECDH-ES' }
  const named = decodeProtectedHeader(await idToken(world, wishing(wish, [signing, nameless, ...jwks])))
  assert.equal(named['kid'], 'ec')
  const unnamed = decodeProtectedHeader(await idToken(world, wishing(wish, [nameless])))
  assert.equal('kid' in unnamed, false)
})

test('OpenID Connect Core §10.2: where the client has no key that would do, nothing is answered in clear', async () => {
  const world = await testWorld({ features: [encryption()] })
  const wish = { id_token_encrypted_response_alg: 'RSA-OAEP-256' }
  for (const keys of [[], [jwks[0] as ClientKey], [{ ...jwks[1], use: 'sig' } as ClientKey]])
    await assert.rejects(idToken(world, wishing(wish, keys)), /client `sealed` wants this encrypted by RSA-OAEP-256/)
})

test('RFC 7591 §2: the key to encrypt to is fetched from where the client publishes it', async () => {
  const outbound = async () => ({ status: 200, headers: {}, body: JSON.stringify({ keys: jwks }) })
  const world = await testWorld({ features: [encryption()], outbound })
  const { jwks: _jwks, ...keyless } = wishing({ id_token_encrypted_response_alg: 'ECDH-ES' })
  const token = await idToken(world, { ...keyless, jwksUri: 'https://client.example/keys' })
  assert.equal(decodeProtectedHeader(token)['kid'], 'ec')
})

test('OpenID Connect Core §10.2: where the key cannot be had for the moment, the code is not spent, and serves when it can', async () => {
  let status = 503
  const outbound = async () => ({ status, headers: {}, body: JSON.stringify({ keys: jwks }) })
  const { jwks: _jwks, ...keyless } = wishing({ id_token_encrypted_response_alg: 'ECDH-ES' })
  const client = { ...keyless, jwksUri: 'https://client.example/keys' }
  const world = await testWorld({ features: [encryption()], outbound, clients: [client] })
  const form = codeForm(await authorize(world, { client }))
  await assert.rejects(postToken(world, form, 'sealed'), /wants this encrypted/)
  status = 200
  world.clock.advance(10)
  assert.equal(outcomeOf(await postToken(world, form, 'sealed')), '200')
})

test('without the feature an ID token is signed alone, no key is published and the metadata is silent', async () => {
  const world = await testWorld()
  const token = await idToken(world, wishing({ id_token_encrypted_response_alg: 'ECDH-ES' }))
  assert.equal(token.split('.').length, 3)
  const server = createServer(world.options)
  assert.deepEqual(
    Object.keys(server.metadata).filter(name => name.includes('encryption')),
    [],
  )
  assert.deepEqual(await encryptionKeys(world.options), [])
})

const fields = encryption().clientMetadata ?? []
for (const [name, wanted] of [
  ['ECDH-ES', true],
  ['RSA-OAEP-256', true],
  ['RSA1_5', false],
  ['RSA-OAEP', false],
  ['dir', false],
  ['A128KW', false],
  ['PBES2-HS256+A128KW', false],
  ['none', false],
] as const)
  test(`RFC 8725 §3.2: a client can${wanted ? '' : 'not'} register to be encrypted to by ${name}`, () => {
    const metadata = { id_token_encrypted_response_alg: name, authorization_encrypted_response_alg: name }
    assert.equal(findMetadataProblems(metadata, fields).length, wanted ? 0 : 2)
  })

test('RFC 8725 §3.2: a client cannot register another encryption of content', () => {
  for (const enc of ['A256GCM', 'A128CBC-HS256', 'A128GCM', 'A256CBC', 'none'])
    assert.equal(
      findMetadataProblems({ id_token_encrypted_response_enc: enc }, fields).length,
      /A.*C$/.test(enc) || enc === 'none' ? 1 : 0,
    )
})

const [rule = () => []] = encryption().clientRules ?? []
test('OpenID Connect Dynamic Client Registration §2: an encryption of content wants an algorithm for its key beside it', () => {
  const problems = rule(wishing({ id_token_encrypted_response_enc: 'A256GCM' }))
  assert.deepEqual(
    problems.map(({ name }) => name),
    ['id_token_encrypted_response_enc'],
  )
  assert.deepEqual(
    rule(wishing({ id_token_encrypted_response_alg: 'ECDH-ES', id_token_encrypted_response_enc: 'A256GCM' })),
    [],
  )
})

test('OpenID Connect Dynamic Client Registration §2: a client that wants encryption has a key for it, or publishes it', () => {
  const wish = { id_token_encrypted_response_alg: 'RSA-OAEP-256' }
  assert.deepEqual(rule(wishing(wish)), [])
  assert.equal(rule(wishing(wish, [jwks[0] as ClientKey]))[0]?.name, 'id_token_encrypted_response_alg')
  const { jwks: _jwks, ...keyless } = wishing(wish)
  assert.equal(rule(keyless).length, 1)
  assert.deepEqual(rule({ ...keyless, jwksUri: 'https://client.example/keys' }), [])
})

/** The keys of the JWKS that clients encrypt to. */
async function encryptionKeys(options: TestWorld['options']): Promise<readonly JWK[]> {
  const response = await createServer(options).handle(request({ path: '/jwks' }))
  const { keys } = bodyOf(response) as { readonly keys: readonly JWK[] }
  return keys.filter(({ use }) => use === 'enc')
}

const reading = (more: Partial<Parameters<typeof encryption>[0]> = {}): readonly Feature[] => [
  requestObjects({ encrypted: true }),
  encryption(more),
]

/** A server that reads encrypted request objects, and the header and key to encrypt one by. */
async function openReading(overrides: WorldOverrides = {}) {
  const opened = await openWorld({ features: reading(), clients: [signer], ...overrides })
  const keys = await encryptionKeys(opened.world.options)
  const keyFor = (alg: string) =>
    keys.find(({ kty }) => kty === (alg.startsWith('RSA') ? 'RSA' : 'EC')) ?? assert.fail()
  const seal = async (header: Partial<CompactJWEHeaderParameters> = {}, text?: string, key?: JWK) => {
    const alg = header.alg ?? 'ECDH-ES'
    const to = key ?? keyFor(alg)
    const object = text ?? (await signObject(objectClaims(opened.world.clock.now())))
    const full = { alg, enc: 'A256GCM', kid: to.kid, cty: 'oauth-authz-req+jwt', ...header }
    const kept = Object.fromEntries(Object.entries(full).filter(([, value]) => value !== undefined))
    const options = header.crit ? { crit: { [String(header.crit[0])]: true } } : {}
    return new CompactEncrypt(new TextEncoder().encode(object))
      .setProtectedHeader(kept as CompactJWEHeaderParameters)
      .encrypt(to, options)
  }
  /** `page` where the request is good, otherwise the error. */
  const send = async (object: string) => {
    const none = { redirect_uri: undefined, scope: undefined, state: undefined, code_challenge: undefined }
    const rest = { response_type: undefined, code_challenge_method: undefined }
    const arrival = await opened.authorize({ ...none, ...rest, client_id: 'signer', request: object })
    const sent = arrival.location ? sentParameters(arrival).get('error') : undefined
    return sent ?? (JSON.stringify(arrival).includes('invalid_request_object') ? 'invalid_request_object' : 'page')
  }
  return { ...opened, keys, keyFor, seal, send }
}

for (const alg of ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW', 'RSA-OAEP-256'])
  for (const enc of ['A128CBC-HS256', 'A128GCM', 'A256GCM'])
    test(`RFC 9101 §6.1: a request object that is encrypted by ${alg} and ${enc} is read`, async () => {
      const { seal, send } = await openReading()
      assert.equal(await send(await seal({ alg, enc })), 'page')
    })

test('RFC 7516 §4.1.6: an encrypted request object need not name the key', async () => {
  const { seal, send } = await openReading()
  assert.equal(await send(await seal({ kid: undefined } as never)), 'page')
})

type Sealed = (opened: Awaited<ReturnType<typeof openReading>>) => Promise<string>
const badObjects: readonly (readonly [string, Sealed])[] = [
  [
    'RFC 8725 §3.2: one by RSA-OAEP with SHA-1',
    ({ seal, keyFor }) => seal({ alg: 'RSA-OAEP' }, undefined, withoutAlg(keyFor('RSA'))),
  ],
  ['RFC 8725 §3.2: one whose content is encrypted by A256CBC-HS512', ({ seal }) => seal({ enc: 'A256CBC-HS512' })],
  ['RFC 7516 §4.1.6: one that names another key', ({ seal }) => seal({ kid: 'other' })],
  ['RFC 7516 §4.1.3: one that is compressed', async ({ seal }) => seal({ zip: 'DEF' })],
  ['RFC 7516 §4.1.13: one with a critical extension', ({ seal }) => seal({ crit: ['x'], x: 1 })],
  [
    'RFC 7516 §5.2: one for another key',
    async ({ seal, keyFor }) => seal({}, undefined, { ...(await strangersKey()), kid: keyFor('EC').kid ?? '' }),
  ],
  ['RFC 7516 §5.2: one whose content was changed', async ({ seal }) => change(await seal(), 3)],
  ['RFC 7516 §5.2: one whose authentication tag was changed', async ({ seal }) => change(await seal(), 4)],
  ['RFC 7516 §5.2: one whose key was changed', async ({ seal }) => change(await seal({ alg: 'RSA-OAEP-256' }), 1)],
  ['RFC 7516 §5.2: one whose header was changed', async ({ seal }) => change(await seal(), 0)],
  [
    'RFC 9101 §6.1: one that is encrypted and not signed',
    async ({ seal, world }) => seal({}, JSON.stringify(objectClaims(world.clock.now()))),
  ],
  ['RFC 9101 §6.1: one that is encrypted twice', async ({ seal }) => seal({}, await seal())],
  ['RFC 7516 §5.2: one that is no UTF-8', async ({ seal }) => seal({}, '\ud800')],
  ['RFC 7516 §7.1: five parts of nothing', async () => '....'],
  ['RFC 7516 §7.1: five parts without a header', async () => 'e30.e30.e30.e30.e30'],
]
for (const [name, make] of badObjects)
  test(`${name} is invalid_request_object`, async () => {
    const opened = await openReading()
    assert.equal(await opened.send(await make(opened)), 'invalid_request_object')
  })

for (const alg of ['dir', 'A128KW', 'PBES2-HS256+A128KW', 'RSA1_5'])
  test(`RFC 8725 §3.2: a request object by ${alg} is invalid_request_object, before anything is computed`, async () => {
    const { seal, send } = await openReading()
    const [, ...parts] = (await seal()).split('.')
    const header = Buffer.from(JSON.stringify({ alg, enc: 'A256GCM', p2c: 1_000_000_000, p2s: 'x' })).toString(
      'base64url',
    )
    assert.equal(await send([header, ...parts].join('.')), 'invalid_request_object')
  })

test('RFC 7516 §11: a request object that is too long is not decrypted', async () => {
  const { world, seal } = await openReading()
  const [decrypt = assert.fail()] = createServer(world.options).context.mounted.decryptJwt
  const long = (length: number) => seal({}, 'x'.repeat(length))
  assert.ok(await decrypt(world.context, signer, await long(24_000)))
  assert.equal(await decrypt(world.context, signer, await long(25_000)), undefined)
})

test('RFC 7517 §4.2: the keys to encrypt to are published for that, without their private halves, beside those that sign', async () => {
  const { keys, world } = await openReading()
  assert.deepEqual(
    keys.map(({ kty, use, alg }) => [kty, use, alg]),
    [
      ['EC', 'enc', undefined],
      ['RSA', 'enc', 'RSA-OAEP-256'],
    ],
  )
  for (const key of keys) {
    assert.deepEqual(
      ['d', 'p', 'q', 'dp', 'dq', 'qi', 'key_ops', 'ext'].filter(name => name in key),
      [],
    )
    assert.match(key.kid ?? '', /^[\w-]{43}$/)
  }
  const { jwks_uri: _uri, ...metadata } = createServer(world.options).metadata
  assert.ok(metadata.request_object_encryption_alg_values_supported?.includes('RSA-OAEP-256'))
  assert.ok(metadata.request_object_encryption_enc_values_supported?.includes('A256GCM'))
})

test('where nothing is decrypted, no key is published and the metadata lists nothing for it', async () => {
  const world = await testWorld({ features: [requestObjects(), encryption()] })
  assert.deepEqual(await encryptionKeys(world.options), [])
  const { metadata } = createServer(world.options)
  assert.deepEqual(
    Object.keys(metadata).filter(name => name.includes('_encryption_')),
    ['id_token_encryption_alg_values_supported', 'id_token_encryption_enc_values_supported'],
  )
})

test('the metadata lists what responses are encrypted by where there are such responses', async () => {
  const more: Feature = {
    name: 'more',
    responseModes: [{ name: 'jwt', travels: 'default', wrap: async (_context, _client, parameters) => parameters }],
    formatIntrospection: async () => undefined,
  }
  const { options } = await testWorld({ features: [encryption(), more] })
  const { metadata } = createServer(options)
  assert.deepEqual(
    metadata.authorization_encryption_alg_values_supported,
    metadata.id_token_encryption_alg_values_supported,
  )
  assert.deepEqual(
    metadata.introspection_encryption_enc_values_supported,
    metadata.id_token_encryption_enc_values_supported,
  )
})

const sealing = { tools: nodeKeyTools(), key: 'A'.repeat(43) }

test('the keys are made once for a store, and another process finds the same', async () => {
  const store = memoryStore()
  const one = await testWorld({ features: reading({ sealing }), store })
  const other = await testWorld({ features: reading({ sealing }), store: { ...store } })
  const [first, second] = [await encryptionKeys(one.options), await encryptionKeys(other.options)]
  assert.equal(first.length, 2)
  assert.deepEqual(first, second)
})

/** A store that tells what is settled in it. */
function openStore() {
  const settled = new Map<string, string>()
  const settle = async (name: string, value: string) => {
    if (!settled.has(name)) settled.set(name, value)
    return settled.get(name) ?? ''
  }
  return { settled, store: () => ({ ...memoryStore(), settle }) }
}

test('where there is a key to seal with, the private halves do not stand in the store in clear', async () => {
  const { settled, store } = openStore()
  const { options, events } = await testWorld({ features: reading({ sealing }), store: store() })
  assert.equal((await encryptionKeys(options)).length, 2)
  assert.equal(settled.size, 2)
  for (const text of settled.values()) assert.match(text, /^sealed:[\w-]+$/)
  assert.deepEqual(events, [])
})

test('keys that cannot be opened are none, and the operator is told; those that were stored in clear serve', async () => {
  const { store } = openStore()
  await encryptionKeys((await testWorld({ features: reading({ sealing }), store: store() })).options)
  for (const wrong of [{}, { sealing: { ...sealing, key: 'B'.repeat(43) } }]) {
    const { options, events } = await testWorld({ features: reading(wrong), store: store() })
    assert.deepEqual(await encryptionKeys(options), [])
    assert.match(JSON.stringify(events), /cannot be opened: the sealing key/)
  }
  const clear = openStore()
  await encryptionKeys((await testWorld({ features: reading(), store: clear.store() })).options)
  const { options, events } = await testWorld({ features: reading({ sealing }), store: clear.store() })
  assert.equal((await encryptionKeys(options)).length, 2)
  assert.match(JSON.stringify(events), /stored in clear/)
})

test('a store that fails once is asked again', async () => {
  const store = memoryStore()
  let isDown = true
  const settle = (name: string, value: string) =>
    isDown ? Promise.reject(new Error('down')) : store.settle(name, value)
  const { options } = await testWorld({ features: reading(), store: { ...store, settle } })
  await assert.rejects(encryptionKeys(options))
  isDown = false
  assert.equal((await encryptionKeys(options)).length, 2)
})

test('a sealing key that is not 32 bytes in base64url is refused', () => {
  assert.throws(() => encryption({ sealing: { ...sealing, key: 'short' } }), /32 random bytes/)
})

test('RFC 9101 §6.1: without the feature, and with one that does not decrypt, an encrypted request object is not read', async () => {
  const { seal } = await openReading()
  const object = await seal()
  const world = await openWorld({ clients: [signer], features: [requestObjects(), encryption()] })
  const arrival = await world.authorize({ client_id: 'signer', request: object })
  assert.match(JSON.stringify([arrival, arrival.location && [...sentParameters(arrival)]]), /invalid_request_object/)
  assert.throws(
    () => createServer({ ...world.world.options, features: [requestObjects({ encrypted: true })] }),
    /encryption/,
  )
})

function change(jwe: string, part: number): string {
  const parts = jwe.split('.')
  const text = parts[part] ?? ''
  // not the last character, of which some bits do not count
  parts[part] = `${text.slice(0, -2)}${text.at(-2) === 'A' ? 'B' : 'A'}${text.slice(-1)}`
  return parts.join('.')
}

async function strangersKey(): Promise<JWK> {
  const { publicKey } = await generateKeyPair('ECDH-ES')
  return exportJWK(publicKey)
}

function withoutAlg({ alg: _alg, ...key }: JWK): JWK {
  return key
}
