import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochSeconds, jwtTypes, seconds } from '@ambit/protocol'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { tokenEndpoint } from '../../endpoints/token.ts'
import type { Feature } from '../../feature.ts'
import { ServerOptionsError } from '../../options-error.ts'
import type { ClientRecord, SessionRecord } from '../../ports/records.ts'
import { secretHash } from '../../secret.ts'
import { createServer } from '../../server.ts'
import { endSession, endSessionsOf } from '../../session/session.ts'
import { authorize } from '../../testing/authorization.ts'
import { clientSecret, testClient, users } from '../../testing/clients.ts'
import { sessionId } from '../../testing/ids.ts'
import { bodyOf, outcomeOf, request } from '../../testing/requests.ts'
import { codeForm, postToken, redeem, type Tokens, tokensOf } from '../../testing/token-requests.ts'
import { type TestWorld, testWorld, type WorldOverrides } from '../../testing/world.ts'
import { tokenExchange } from '../token-exchange/token-exchange.ts'
import { tokenExchangeGrantType, tokenTypes } from '../token-exchange/token-type.ts'
import { identityAssertion } from './identity-assertion.ts'
import type { IdentityAssertionPolicy } from './identity-policy.ts'

const chat = 'https://chat.example'
const chatApi = 'https://api.chat.example'
const grantTypes = ['authorization_code', 'refresh_token', tokenExchangeGrantType]
const wiki = testClient({ name: 'wiki', grantTypes })
const open = testClient({ name: 'open', grantTypes, authenticationMethod: 'none' })
const pairwiseWiki = testClient({ name: 'pairwise-wiki', grantTypes, subjectType: 'pairwise' })
const pairwiseChat = testClient({ name: 'chat-login', subjectType: 'pairwise', sectorIdentifier: 'chat.example' })
const everyone = [wiki, open, pairwiseWiki, pairwiseChat, testClient({ name: 'stranger', grantTypes })]

const policy: IdentityAssertionPolicy = {
  client: 'wiki',
  audience: chat,
  clientId: 'wiki-at-chat',
  scope: ['chat.read', 'chat.history'],
  resources: [chatApi, `${chatApi}/files`],
}

type Changes = Partial<IdentityAssertionPolicy>

async function idpWorld(changes: Changes = {}, overrides: WorldOverrides = {}): Promise<TestWorld> {
  const features = [identityAssertion({ issue: [{ ...policy, ...changes }] }), ...(overrides.features ?? [])]
  return testWorld({ ...overrides, clients: [...everyone, ...(overrides.clients ?? [])], features })
}

const logIn = (world: TestWorld, client: ClientRecord = wiki, more: Parameters<typeof redeem>[1] = {}) =>
  redeem(world, { client, scope: 'openid offline_access', authTime: world.clock.now(), ...more })

type Form = Readonly<Record<string, string | readonly string[] | undefined>>

const formOf = (tokens: Tokens, form: Form = {}) => ({
  grant_type: tokenExchangeGrantType,
  requested_token_type: tokenTypes.identityAssertion,
  audience: chat,
  scope: 'chat.read',
  subject_token: tokens.id_token,
  subject_token_type: tokenTypes.idToken,
  ...form,
})

const ask = async (world: TestWorld, form: Form = {}, client = 'wiki', tokens?: Tokens) =>
  postToken(world, formOf(tokens ?? (await logIn(world)), form), client)

test('ID-JAG §4.3.4: an ID token is exchanged for an identity assertion, which is no access token', async () => {
  const response = await ask(await idpWorld())
  const body = bodyOf(response)
  assert.equal(body['issued_token_type'], tokenTypes.identityAssertion)
  assert.equal(body['token_type'], 'N_A')
  assert.equal(body['expires_in'], 300)
  assert.equal(body['scope'], 'chat.read')
  assert.equal(body['refresh_token'], undefined)
  assert.equal(response.headers['cache-control'], 'no-store')
})

test('ID-JAG §3.1: it says who issued it, about whom, to which server and for which client there', async () => {
  const world = await idpWorld()
  const now = world.clock.now()
  const asked = { scope: 'chat.read chat.history', resource: chatApi }
  const { access_token } = tokensOf(await ask(world, asked))
  assert.equal(decodeProtectedHeader(access_token).typ, 'oauth-id-jag+jwt')
  const { jti, ...claims } = decodeJwt(access_token)
  assert.match(jti ?? '', /^.{43}$/)
  assert.deepEqual(claims, {
    iss: 'https://as.example',
    sub: users.alice.userId,
    aud: chat,
    client_id: 'wiki-at-chat',
    iat: now,
    exp: now + 300,
    ...asked,
    auth_time: now,
    acr: 'urn:ambit:acr:password',
    amr: ['pwd'],
  })
  assert.ok(await world.context.signer.verifyOwn(access_token, jwtTypes.identityAssertion))
  assert.equal(await world.context.signer.verifyOwn(access_token, jwtTypes.accessToken), undefined)
})

test('ID-JAG §4.3.3: several resources are told as a list', async () => {
  const resource = [chatApi, `${chatApi}/files`]
  const { access_token } = tokensOf(await ask(await idpWorld(), { resource }))
  assert.deepEqual(decodeJwt(access_token)['resource'], resource)
})

test('ID-JAG §4.3.3: a refresh token of the client will do as well, and is not spent by it', async () => {
  const world = await idpWorld()
  const tokens = await logIn(world)
  world.clock.advance(600)
  assert.equal(outcomeOf(await ask(world, {}, 'wiki', tokens)), '400 invalid_request', 'the ID token has expired')
  const byRefresh = { subject_token: tokens.refresh_token, subject_token_type: tokenTypes.refreshToken }
  for (let round = 0; round < 2; round++) assert.equal(outcomeOf(await ask(world, byRefresh, 'wiki', tokens)), '200')
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
  assert.equal(outcomeOf(await postToken(world, refresh, 'wiki')), '200')
  assert.equal(outcomeOf(await ask(world, byRefresh, 'wiki', tokens)), '400 invalid_request', 'by now it is spent')
})

test('ID-JAG §5: the subject is the one whom the other server sees when its users log in by us', async () => {
  const world = await idpWorld({ relyingParty: 'chat-login' })
  const { access_token } = tokensOf(await ask(world))
  const login = await redeem(world, { client: pairwiseChat, scope: 'openid' })
  assert.equal(decodeJwt(access_token).sub, decodeJwt(login.id_token).sub)
  assert.notEqual(decodeJwt(access_token).sub, users.alice.userId)
})

test('OpenID Connect Core §8.1: a client with pairwise subjects presents its refresh token', async () => {
  const world = await idpWorld({ client: 'pairwise-wiki' })
  const tokens = await logIn(world, pairwiseWiki)
  const refused = await ask(world, {}, 'pairwise-wiki', tokens)
  assert.equal(outcomeOf(refused), '400 invalid_request')
  assert.match(String(bodyOf(refused)['error_description']), /refresh token/)
  const byRefresh = { subject_token: tokens.refresh_token, subject_token_type: tokenTypes.refreshToken }
  const { access_token } = tokensOf(await ask(world, byRefresh, 'pairwise-wiki', tokens))
  assert.equal(decodeJwt(access_token).sub, decodeJwt(tokens.id_token).sub)
})

test('ID-JAG §3.1: claims of the policy are told, an address only where it is verified', async () => {
  const world = await idpWorld({ claims: ['email', 'name', 'nickname'] })
  const told = async (user: keyof typeof users) => {
    const tokens = await logIn(world, wiki, { user: users[user] })
    const { email, email_verified, name, nickname } = decodeJwt(
      tokensOf(await ask(world, {}, 'wiki', tokens)).access_token,
    )
    return [email, email_verified, name, nickname]
  }
  assert.deepEqual(await told('alice'), ['alice@example.org', true, 'Alice Example', undefined])
  assert.deepEqual(await told('bob'), [undefined, undefined, 'Bob Example', undefined])
})

test('ID-JAG §4.3: without a scope parameter the default of the policy, or none at all', async () => {
  const given = await idpWorld({ defaultScope: ['chat.history'] })
  assert.equal(tokensOf(await ask(given, { scope: undefined })).scope, 'chat.history')
  assert.equal(outcomeOf(await ask(await idpWorld(), { scope: undefined })), '400 invalid_scope')
})

test('ID-JAG §4.3.4: it is as short as the policy says', async () => {
  assert.equal(tokensOf(await ask(await idpWorld({ ttl: seconds(60) }))).expires_in, 60)
})

const refused: readonly (readonly [string, Form, string])[] = [
  ['RFC 8693 §2.1: no subject token', { subject_token: undefined }, '400 invalid_request'],
  ['RFC 8693 §2.1: no type of the subject token', { subject_token_type: undefined }, '400 invalid_request'],
  ['ID-JAG §4.3: no audience', { audience: undefined }, '400 invalid_request'],
  ['ID-JAG §4.3: two audiences', { audience: [chat, 'https://other.example'] }, '400 invalid_target'],
  ['ID-JAG §4.3: an audience without a policy', { audience: 'https://other.example' }, '400 invalid_target'],
  ['ID-JAG §4.3: a resource that may not be named', { resource: 'https://other.example' }, '400 invalid_target'],
  ['ID-JAG §4.3: scope that may not be asked for', { scope: 'chat.read chat.admin' }, '400 invalid_scope'],
  ['RFC 6749 §3.3: malformed scope', { scope: 'chat.read  x' }, '400 invalid_scope'],
  ['ID-JAG §4.3: authorization details', { authorization_details: '[]' }, '400 invalid_authorization_details'],
  ['ID-JAG §4.3: an actor', { actor_token: 'x', actor_token_type: tokenTypes.accessToken }, '400 invalid_request'],
  ['RFC 8693 §2.2.2: a subject token that is nothing', { subject_token: 'x' }, '400 invalid_request'],
  [
    'RFC 8693 §2.2.2: an access token as subject token',
    { subject_token_type: tokenTypes.accessToken },
    '400 invalid_request',
  ],
  [
    'ID-JAG §4.3.3: an ID token as refresh token',
    { subject_token_type: tokenTypes.refreshToken },
    '400 invalid_request',
  ],
]
for (const [name, form, outcome] of refused)
  test(`${name} is ${outcome}`, async () => assert.equal(outcomeOf(await ask(await idpWorld(), form)), outcome))

test('ID-JAG §8.1: a public client gets none, nor does one without a policy', async () => {
  const world = await idpWorld({ client: 'open' })
  const tokens = await logIn(world, wiki)
  const form = { ...formOf(tokens), client_id: 'open' }
  assert.equal(outcomeOf(await postToken(world, form, null)), '400 unauthorized_client')
  assert.equal(outcomeOf(await ask(world, {}, 'stranger', tokens)), '400 unauthorized_client')
})

const strangers: readonly (readonly [string, (world: TestWorld) => Promise<Form>])[] = [
  [
    'ID-JAG §4.3.3: an ID token of another client',
    async world => ({ subject_token: (await redeem(world, { scope: 'openid' })).id_token }),
  ],
  [
    'ID-JAG §4.3.3: a refresh token of another client',
    async world => ({
      subject_token: (await redeem(world)).refresh_token,
      subject_token_type: tokenTypes.refreshToken,
    }),
  ],
  [
    'ID-JAG §4.3.3: a refresh token of no login',
    async world => ({
      subject_token: (await logIn(world, wiki, { scope: 'read_pets offline_access' })).refresh_token,
      subject_token_type: tokenTypes.refreshToken,
    }),
  ],
  [
    'ID-JAG §4.3.3: an ID token that another server issued',
    async world => ({
      subject_token: world.options.signer.sign(
        { ...decodeJwt((await logIn(world)).id_token), iss: 'https://other.example' },
        { typ: jwtTypes.idToken, algorithm: 'ES256' },
      ),
    }),
  ],
  [
    'RFC 8725 §3.11: something else that we signed for this client',
    async world => ({
      subject_token: world.options.signer.sign(
        { iss: 'https://as.example', aud: 'wiki', sub: users.alice.userId, exp: world.clock.now() + 60 },
        { typ: jwtTypes.idToken, algorithm: 'ES256' },
      ),
    }),
  ],
  [
    'RFC 8725 §3.11: an access token as ID token',
    async world => ({ subject_token: (await redeem(world, { client: wiki })).access_token }),
  ],
]
for (const [name, form] of strangers)
  test(`${name} is 400 invalid_request`, async () => {
    const world = await idpWorld()
    assert.equal(outcomeOf(await ask(world, await form(world))), '400 invalid_request')
  })

const alice = users.alice.userId
const byEither = [tokenTypes.idToken, tokenTypes.refreshToken] as const
const endings: readonly (readonly [string, (world: TestWorld) => Promise<unknown>])[] = [
  [
    'the user no longer lets the client know who they are',
    ({ context }) => context.store.removeFromGrant(alice, wiki.clientId, ['openid'], context.clock.now()),
  ],
  ['the user is deleted', ({ context }) => context.store.deleteUser(alice, context.clock.now())],
  [
    'the password was changed since',
    async ({ context, clock }) => {
      clock.advance(1)
      return context.store.saveUser({ ...users.alice, passwordChangedAt: context.clock.now() })
    },
  ],
]
for (const [name, end] of endings)
  test(`ID-JAG §4.3.3: neither an ID token nor a refresh token is exchanged when ${name}`, async () => {
    const world = await idpWorld()
    const tokens = await logIn(world)
    await end(world)
    for (const type of byEither) {
      const subject_token = type === tokenTypes.idToken ? tokens.id_token : tokens.refresh_token
      const response = await ask(world, { subject_token, subject_token_type: type }, 'wiki', tokens)
      assert.equal(outcomeOf(response), '400 invalid_request')
    }
  })

const session: SessionRecord = {
  ref: { locator: 1, hash: secretHash('session') },
  sessionId: sessionId('session-1'),
  userId: alice,
  authTime: epochSeconds(1_800_000_000),
  acr: 'urn:ambit:acr:password',
  amr: ['pwd'],
  createdAt: epochSeconds(1_800_000_000),
  lastSeenAt: epochSeconds(1_800_000_000),
  expiresAt: epochSeconds(1_800_003_600),
  endsAt: epochSeconds(1_800_086_400),
}

test('ID-JAG §4.3.3: an ID token of a session that ended is exchanged no longer; what outlives the session is', async () => {
  const world = await idpWorld()
  const [first, second] = [await logIn(world), await logIn(world, wiki, { sessionId: sessionId('session-2') })]
  await endSession(world.context, session)
  assert.equal(outcomeOf(await ask(world, {}, 'wiki', first)), '400 invalid_request')
  const refresh = { subject_token: first.refresh_token, subject_token_type: tokenTypes.refreshToken }
  assert.equal(outcomeOf(await ask(world, refresh, 'wiki', first)), '200')
  assert.equal(outcomeOf(await ask(world, {}, 'wiki', second)), '200')
})

test('ID-JAG §4.3.3: nothing of before is exchanged once everything of the user was ended, and what comes after is', async () => {
  const world = await idpWorld()
  const before = await logIn(world)
  await endSessionsOf(world.context, alice)
  assert.equal(outcomeOf(await ask(world, {}, 'wiki', before)), '400 invalid_request')
  const refresh = { subject_token: before.refresh_token, subject_token_type: tokenTypes.refreshToken }
  assert.equal(outcomeOf(await ask(world, refresh, 'wiki', before)), '400 invalid_request')
  world.clock.advance(1)
  assert.equal(outcomeOf(await ask(world, {}, 'wiki', await logIn(world))), '200')
  for (let times = 0; times < 100; times++) await endSessionsOf(world.context, alice)
  world.clock.advance(1)
  assert.equal(outcomeOf(await ask(world, {}, 'wiki', await logIn(world))), '400 invalid_request')
})

test('ID-JAG §8.2: a login that is too weak for the audience is told as such', async () => {
  const world = await idpWorld({ acr: 'urn:ambit:acr:otp' })
  assert.equal(outcomeOf(await ask(world)), '400 insufficient_user_authentication')
  const strong = await logIn(world, wiki, { acr: 'urn:ambit:acr:otp' })
  assert.equal(outcomeOf(await ask(world, {}, 'wiki', strong)), '200')
})

test('ID-JAG §5: the other server must be registered where the policy names it', async () => {
  assert.equal(outcomeOf(await ask(await idpWorld({ relyingParty: 'nobody' }))), '400 invalid_target')
})

/** A way to prove a key for tests: the header says which one. */
const keys: Feature = {
  name: 'keys',
  senderBindings: [
    {
      member: 'jkt',
      prove: async (_context, { request: { headers } }) => {
        const jkt = headers['x-key']
        return typeof jkt === 'string' ? { confirmation: { jkt } } : {}
      },
    },
  ],
}

test('ID-JAG §8.6.1: what the request proves is what the assertion is bound to', async () => {
  const world = await idpWorld({}, { features: [keys] })
  const form = formOf(await logIn(world))
  const sent = request({ path: '/token', form, basic: ['wiki', clientSecret], headers: { 'x-key': 'key-a' } })
  const response = await tokenEndpoint.handle(world.context, world.exchange(sent))
  assert.deepEqual(decodeJwt(tokensOf(response).access_token)['cnf'], { jkt: 'key-a' })
  assert.equal(bodyOf(response)['token_type'], 'N_A')
  assert.equal(decodeJwt(tokensOf(await ask(world)).access_token)['cnf'], undefined)
})

test('RFC 9449 §5: a bound refresh token wants its key proved here, too', async () => {
  const world = await idpWorld({}, { features: [keys] })
  const { text } = await boundRefreshToken(world)
  const byRefresh = { subject_token: text, subject_token_type: tokenTypes.refreshToken }
  assert.equal(outcomeOf(await ask(world, byRefresh)), '400 invalid_request')
  const form = { ...formOf(await logIn(world)), ...byRefresh }
  const sent = request({ path: '/token', form, basic: ['wiki', clientSecret], headers: { 'x-key': 'key-a' } })
  assert.equal(outcomeOf(await tokenEndpoint.handle(world.context, world.exchange(sent))), '200')
})

/** A refresh token that was bound while its client was a public one. */
async function boundRefreshToken(world: TestWorld): Promise<{ readonly text: string }> {
  const { context } = world
  await context.store.saveClient({ ...wiki, authenticationMethod: 'none', secretHashes: [] })
  const code = await authorize(world, { client: wiki, scope: 'openid offline_access', authTime: context.clock.now() })
  const form = codeForm(code, { client_id: 'wiki' })
  const sent = request({ path: '/token', form, headers: { 'x-key': 'key-a' } })
  const tokens = tokensOf(await tokenEndpoint.handle(context, world.exchange(sent)))
  await context.store.saveClient(wiki)
  return { text: tokens.refresh_token }
}

test('ID-JAG §7.1: a server that issues them says so, in whatever order features stand', async () => {
  const exchange = tokenExchange({ policies: [] })
  const issuing = identityAssertion({ issue: [policy] })
  const { options } = await testWorld({ clients: everyone })
  for (const features of [[exchange, issuing], [issuing, exchange], [issuing]]) {
    const { metadata } = createServer({ ...options, features })
    assert.deepEqual(metadata.identity_chaining_requested_token_types_supported, [tokenTypes.identityAssertion])
    assert.equal(metadata.grant_types_supported?.filter(each => each === tokenExchangeGrantType).length, 1)
    assert.equal(metadata.authorization_grant_profiles_supported, undefined)
    const world = await testWorld({ clients: everyone, features })
    assert.equal(outcomeOf(await ask(world)), '200')
    const other = outcomeOf(await ask(world, { requested_token_type: tokenTypes.accessToken }))
    assert.equal(other, features.length === 1 ? '400 invalid_request' : '400 unauthorized_client')
  }
  assert.equal(createServer(options).metadata.identity_chaining_requested_token_types_supported, undefined)
})

test('ID-JAG §4.3: without the feature an identity assertion is a token type like any other that is not issued', async () => {
  const none = await testWorld({ clients: everyone })
  assert.equal(outcomeOf(await ask(none)), '400 unsupported_grant_type')
  const features = [
    tokenExchange({ policies: [{ client: 'wiki', audience: 'https://api.example/pets', mode: 'delegation' }] }),
  ]
  const exchanging = await testWorld({ clients: everyone, features })
  assert.equal(outcomeOf(await ask(exchanging)), '400 invalid_request')
})

test('policies that cannot be keep the server from starting', async () => {
  const { options } = await testWorld()
  const issue: readonly IdentityAssertionPolicy[] = [
    { ...policy, audience: 'https://as.example' },
    { ...policy, audience: 'chat', clientId: '' },
    { ...policy, scope: ['a b'], defaultScope: ['c'], claims: ['sub'], ttl: seconds(0) },
    { ...policy },
  ]
  assert.throws(
    () => createServer({ ...options, features: [identityAssertion({ issue })] }),
    (error: unknown) => {
      assert.ok(error instanceof ServerOptionsError)
      assert.deepEqual(
        error.problems.map(({ path }) => path.replace('features.identityAssertion.', '')),
        [
          'issue[0].audience',
          'issue[1].audience',
          'issue[1].clientId',
          'issue[2].scope',
          'issue[2].defaultScope',
          'issue[2].claims',
          'issue[2].ttl',
          'issue[3]',
        ],
      )
      return true
    },
  )
})
