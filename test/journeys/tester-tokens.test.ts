import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  createFormLogin,
  createSecretLedger,
  createSend,
  createTokenSource,
  fetchMetadata,
  type HeldToken,
  type ManagedTokenSource,
  originsOf,
  peculiaritiesOf,
  recognizeProvider,
  type SecretLedger,
  type Send,
  type ServerTarget,
  type Target,
  type TestClient,
  type TokenWish,
} from '@ambit/tester'
import { pets, type Running, redirectUri, secret, signingKey, startRunning } from './running-server.ts'
import { startTokenProvider, type TokenProvider } from './token-provider.ts'

const now = Date.now
const wait = async (): Promise<void> => {}

type World = {
  readonly source: ManagedTokenSource
  readonly server: ServerTarget
  readonly send: Send
  readonly secrets: SecretLedger
  readonly isActive: (token: HeldToken, which?: 'accessToken' | 'refreshToken') => Promise<boolean>
}

type Lent = {
  readonly clients: (secrets: SecretLedger) => readonly TestClient[]
  /** Name and secret of a client that may introspect. */
  readonly asker: readonly [string, string]
  readonly password: string
}

async function enter(issuer: string, { clients, asker, password }: Lent): Promise<World> {
  const secrets = createSecretLedger()
  const send = createSend({ now, clock: () => performance.now() })
  const found = await fetchMetadata(issuer, { send })
  assert.ok(found.kind === 'metadata', JSON.stringify(found))
  const ada = { name: 'Ada', username: 'ada', password: secrets.secret('password', password), owns: {} }
  const server: ServerTarget = {
    issuer,
    metadata: found.metadata,
    provider: recognizeProvider(found.metadata, issuer),
    clients: clients(secrets),
    users: [ada],
    isUnderTest: false,
  }
  const front = createFormLogin({ send, secrets, now, users: server.users, origins: originsOf(server) })
  const target: Target = { server, levels: new Set(['L0']), mayWrite: false, depth: 'guard' }
  const source = createTokenSource({ target, send, secrets, now, wait, front })
  const isActive: World['isActive'] = async (held, which = 'accessToken') => {
    const headers = { authorization: `Basic ${btoa(asker.map(encodeURIComponent).join(':'))}` }
    const body = new URLSearchParams({ token: held[which]?.reveal() ?? '' })
    const endpoint = String(found.metadata['introspection_endpoint'])
    const answer: unknown = await (await fetch(endpoint, { method: 'POST', headers, body })).json()
    return typeof answer === 'object' && answer !== null && 'active' in answer && answer.active === true
  }
  return { source, server, send, secrets, isActive }
}

async function tokenOf({ source }: Pick<World, 'source'>, wish: TokenWish): Promise<HeldToken> {
  const outcome = await source.token(wish)
  assert.ok(outcome.kind === 'token', outcome.kind === 'unavailable' ? outcome.reason : '')
  return outcome.token
}

const client = { kind: 'client', client: 'first' } as const
const user = { kind: 'user', user: 'first' } as const

describe('the tester gets tokens from this server', () => {
  let running: Running
  let world: World

  before(async () => {
    running = await startRunning()
    const privateJwk = await crypto.subtle.exportKey('jwk', signingKey.key)
    const { d: _, ...publicJwk } = { ...privateJwk, kid: signingKey.kid }
    const web = {
      redirectUris: [redirectUri],
      grantTypes: ['authorization_code', 'refresh_token'],
      mayIntrospect: false,
    }
    world = await enter(running.origin, {
      password: 'a password of some length',
      asker: ['orders-api', secret],
      clients: secrets => [
        {
          name: 'signed',
          clientId: 'signed',
          credential: {
            method: 'private_key_jwt',
            key: { publicJwk, privateJwk: secrets.secret('private key', JSON.stringify(privateJwk)) },
          },
          ...web,
        },
        {
          name: 'machine',
          clientId: 'machine',
          credential: { method: 'client_secret_basic', secret: secrets.secret('client secret', secret) },
          redirectUris: [],
          grantTypes: ['client_credentials'],
          scope: ['read_pets', 'read_orders'],
          mayIntrospect: false,
        },
      ],
    })
  })
  after(() => running.close())

  test('and recognises it by its metadata', () => {
    assert.equal(world.server.provider, 'ambit')
    assert.equal(peculiaritiesOf(world.server.provider).namesApiBy, 'resource')
  })

  test('RFC 6749 §4.4: a client’s own token, the same for the same wish', async () => {
    const token = await tokenOf(world, { holder: client, scope: ['read_pets'], resource: pets })
    assert.deepEqual(token.scope, ['read_pets'])
    assert.equal(await world.isActive(token), true)
    assert.equal(await tokenOf(world, { holder: client, scope: ['read_pets'], resource: pets }), token)
  })

  test('RFC 6749 §4.1: a user’s token through login and consent, the client authenticated by its key', async () => {
    const token = await tokenOf(world, {
      holder: user,
      scope: ['read_pets'],
      resource: pets,
      alsoWants: ['refresh_token', 'id_token'],
    })
    assert.deepEqual(token.scope.toSorted(), ['offline_access', 'openid', 'read_pets'])
    assert.ok(token.idToken !== undefined)
    const renewed = await world.source.renew(token)
    assert.ok(renewed.kind === 'token')
    assert.notEqual(renewed.token.accessToken.reveal(), token.accessToken.reveal())
    assert.equal(await world.isActive(renewed.token), true)
  })

  test('RFC 6749 §3.3: a user’s token without any scope of the API', async () => {
    const token = await tokenOf(world, { holder: user, scope: [] })
    assert.deepEqual(token.scope, ['openid'])
  })

  test('RFC 6749 §3.3: a scope that the server refuses is unavailable, with the server’s words', async () => {
    const outcome = await world.source.token({ holder: user, scope: ['no_such_scope'] })
    assert.ok(outcome.kind === 'unavailable')
    assert.match(outcome.reason, /invalid_scope/)
  })

  test('RFC 7009 §2: after the end no token is active, and none is given any more', async () => {
    const machine = await tokenOf(world, { holder: client, scope: ['read_pets'], resource: pets })
    const ada = await tokenOf(world, {
      holder: user,
      scope: ['read_pets'],
      resource: pets,
      alsoWants: ['refresh_token', 'id_token'],
    })
    const meanwhile = world.source.token({ holder: user, scope: ['read_orders'] })
    const report = await world.source.close()
    assert.deepEqual(report.left, [])
    assert.ok(report.revoked >= 4)
    const last = await meanwhile
    for (const token of [machine, ada, ...(last.kind === 'token' ? [last.token] : [])])
      assert.equal(await world.isActive(token), false)
    assert.equal(await world.isActive(ada, 'refreshToken'), false)
    const afterwards = await world.source.token({ holder: client, scope: ['read_pets'] })
    assert.deepEqual(afterwards, { kind: 'unavailable', reason: 'the run is over' })
  })
})

describe('the tester gets tokens from oidc-provider', () => {
  let provider: TokenProvider
  let world: World

  before(async () => {
    provider = await startTokenProvider()
    world = await enter(provider.issuer, {
      password: 'any',
      asker: ['api', provider.secret],
      clients: secrets => [
        {
          name: 'web',
          clientId: 'web',
          credential: { method: 'client_secret_post', secret: secrets.secret('client secret', provider.secret) },
          redirectUris: [provider.redirectUri],
          grantTypes: ['authorization_code', 'refresh_token'],
          mayIntrospect: false,
        },
        {
          name: 'robot',
          clientId: 'robot',
          credential: {
            method: 'private_key_jwt',
            key: {
              publicJwk: provider.robotKey.publicJwk,
              privateJwk: secrets.secret('private key', JSON.stringify(provider.robotKey.privateJwk)),
            },
          },
          redirectUris: [],
          grantTypes: ['client_credentials'],
          mayIntrospect: false,
        },
      ],
    })
  })
  after(() => provider.close())

  test('RFC 7523 §2.2: a client’s own token, the client authenticated by its key', async () => {
    const token = await tokenOf(world, { holder: client, scope: ['read_pets'], resource: provider.resource })
    assert.deepEqual(token.scope, ['read_pets'])
    assert.equal(token.tokenType, 'Bearer')
    assert.equal(world.server.provider, 'unknown')
  })

  test('RFC 9449 §5: a user’s token that is bound to a key, with the nonce that the server asks for', async () => {
    const wish: TokenWish = { holder: user, scope: ['read_pets'], resource: provider.resource, binding: 'dpop' }
    const token = await tokenOf(world, wish)
    assert.equal(token.tokenType, 'DPoP')
    assert.ok(token.dpopKey !== undefined)
    assert.ok(provider.nonceAnswers() > 0)
  })

  test('RFC 6749 §6: a refresh token that is rotated, and a login that goes on without asking', async () => {
    const wish: TokenWish = {
      holder: user,
      scope: ['read_pets', 'write_pets'],
      resource: provider.resource,
      alsoWants: ['refresh_token', 'id_token'],
    }
    const token = await tokenOf(world, wish)
    const [first, second] = await Promise.all([world.source.renew(token), world.source.renew(token)])
    assert.ok(first.kind === 'token' && second.kind === 'token')
    assert.equal(first.token, second.token)
    assert.notEqual(first.token.refreshToken?.reveal(), token.refreshToken?.reveal())
  })

  test('RFC 8628 §3: a user’s token by the device flow', async () => {
    const { source, server, send, secrets } = world
    const device: ServerTarget = {
      ...server,
      clients: server.clients.map(each => ({
        ...each,
        grantTypes: ['urn:ietf:params:oauth:grant-type:device_code'],
      })),
    }
    const front = createFormLogin({ send, secrets, now, users: server.users, origins: originsOf(server) })
    const target: Target = { server: device, levels: new Set(['L0']), mayWrite: false, depth: 'guard' }
    const other = createTokenSource({ target, send, secrets, now, wait, front })
    const token = await tokenOf({ source: other }, { holder: user, scope: ['read_pets'], resource: provider.resource })
    assert.ok(token.accessToken.reveal() !== '')
    assert.deepEqual((await other.close()).left, [])
    assert.ok(source !== other)
  })

  test('RFC 7009 §2: after the end no token is active', async () => {
    const wish: TokenWish = { holder: client, scope: ['read_pets'], resource: provider.resource }
    const token = await tokenOf(world, wish)
    assert.equal(await world.isActive(token), true)
    const report = await world.source.close()
    assert.deepEqual(report.left, [])
    assert.equal(await world.isActive(token), false)
  })
})
