import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { type HttpHeaders, seconds } from '@ambit/protocol'
import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader } from 'jose'
import { endLostTokens } from '../issue/end-lost-tokens.ts'
import { authorize } from '../testing/authorization.ts'
import { consent, logIn, openWorld } from '../testing/authorize.ts'
import { hiddenFields, pageOf } from '../testing/browser.ts'
import { inventory } from '../testing/catalogue.ts'
import { revoke } from '../testing/client-requests.ts'
import { clientSecret, clients, users } from '../testing/clients.ts'
import { bodyOf, request } from '../testing/requests.ts'
import { codeForm, postToken, redeem, tokensOf } from '../testing/token-requests.ts'
import { type TestWorld, testWorld, type WorldOverrides } from '../testing/world.ts'
import { introspectionEndpoint } from './introspection.ts'
import { statusListEndpoint } from './status-list.ts'

const window = 60
const statusList = { window: seconds(window) }

type Place = { readonly idx: number; readonly uri: string }

function placeOf(token: string): Place {
  const { status } = decodeJwt<{ status: { status_list: Place } }>(token)
  return status.status_list
}

function ask(world: TestWorld, path: string, headers: HttpHeaders = {}) {
  return statusListEndpoint.handle(world.context, world.exchange(request({ path, headers })))
}

async function fetchList(world: TestWorld, uri: string) {
  const response = await ask(world, new URL(uri).pathname)
  assert.equal(response.status, 200)
  return response
}

type ListClaims = {
  readonly iat: number
  readonly exp: number
  readonly ttl: number
  readonly status_list: { readonly bits: number; readonly lst: string }
}

/** The bit of a token, as any reader of the specification computes it. */
async function statusOf(world: TestWorld, token: string): Promise<number> {
  const { idx, uri } = placeOf(token)
  const { status_list: list } = decodeJwt<ListClaims>((await fetchList(world, uri)).body)
  return ((inflateSync(Buffer.from(list.lst, 'base64url'))[idx >> 3] ?? 0) >> (idx & 7)) & 1
}

const open = (overrides: WorldOverrides = {}) => testWorld({ statusList, ...overrides })

async function clientToken(world: TestWorld): Promise<string> {
  return tokensOf(await postToken(world, { grant_type: 'client_credentials', scope: 'read_pets' }, 'machine'))
    .access_token
}

describe('a JWT access token with a status', () => {
  test('Token Status List §6.2: names its place and the address of the list', async () => {
    const world = await open()
    const [one, other] = [placeOf((await redeem(world)).access_token), placeOf(await clientToken(world))]
    assert.equal(one.uri, 'https://as.example/status-lists/0')
    assert.ok(Number.isSafeInteger(one.idx) && one.idx >= 0)
    assert.notEqual(one.idx, other.idx)
  })

  test('an opaque token has none, and where lists are off no token has one', async () => {
    const world = await open()
    const opaque = await redeem(world, { scope: 'order', resources: [inventory] })
    assert.equal(await world.context.store.findNumber('status block'), 0)
    assert.match(opaque.access_token, /^at_/)
    const { status } = decodeJwt((await redeem(await testWorld())).access_token)
    assert.equal(status, undefined)
  })
})

describe('a status list', () => {
  test('Token Status List §5.1: is a JWT of its own type, signed by a key of the server, about its address', async () => {
    const world = await open()
    const { uri } = placeOf((await redeem(world)).access_token)
    const { body, headers } = await fetchList(world, uri)
    assert.equal(headers['content-type'], 'application/statuslist+jwt')
    assert.equal(decodeProtectedHeader(body).typ, 'statuslist+jwt')
    const { keys } = world.context.signer.jwks()
    await compactVerify(body, createLocalJWKSet({ keys: keys.map(key => ({ ...key, kty: String(key.kty) })) }))
    const now = world.clock.now()
    const { status_list: list, ...claims } = decodeJwt<ListClaims>(body)
    assert.deepEqual(claims, { iss: 'https://as.example', sub: uri, iat: now, exp: now + window, ttl: window / 2 })
    assert.equal(list.bits, 1)
    assert.equal(inflateSync(Buffer.from(list.lst, 'base64url')).length, 131_072 / 8)
  })

  test('Token Status List §4.1: bits are counted from the least significant one of each byte', async () => {
    const world = await open()
    const token = (await redeem(world)).access_token
    const { idx, uri } = placeOf(token)
    await revoke(world, { token })
    const { status_list: list } = decodeJwt<ListClaims>((await fetchList(world, uri)).body)
    const bytes = inflateSync(Buffer.from(list.lst, 'base64url'))
    assert.equal(bytes[Math.floor(idx / 8)], 2 ** (idx % 8))
    assert.equal(bytes.filter(byte => byte !== 0).length, 1)
  })

  test('Token Status List §13.7: is made at most twice in a window, and is good for one', async () => {
    const world = await open()
    const token = (await redeem(world)).access_token
    const { store } = world.context
    let made = 0
    const find = store.findRevokedStatuses
    Object.assign(store, { findRevokedStatuses: (...words: Parameters<typeof find>) => (made++, find(...words)) })
    assert.deepEqual(await Promise.all([statusOf(world, token), statusOf(world, token)]), [0, 0])
    await revoke(world, { token })
    world.clock.advance(window / 2 - 1)
    assert.equal(await statusOf(world, token), 0)
    const late = await fetchList(world, placeOf(token).uri)
    assert.equal(late.headers['cache-control'], `public, max-age=${window / 2 + 1}`)
    assert.equal(made, 1)
    world.clock.advance(1)
    assert.equal(await statusOf(world, token), 1)
    assert.equal(made, 2)
  })

  test('Token Status List §13.7: is made anew where the clock was set back, so that what is revoked is seen', async () => {
    const world = await open()
    const token = (await redeem(world)).access_token
    world.clock.advance(500)
    assert.equal(await statusOf(world, token), 0)
    world.clock.advance(-400)
    await revoke(world, { token })
    assert.equal(await statusOf(world, token), 1)
  })

  test('Token Status List §8.4: of the past is not kept, which the answer says', async () => {
    const world = await open()
    await redeem(world)
    const at = async (query: string) => {
      const asked = request({ path: '/status-lists/0', query })
      return (await statusListEndpoint.handle(world.context, world.exchange(asked))).status
    }
    assert.deepEqual(await Promise.all(['time=1686925000', 'a=b&time=', 'times=1', ''].map(at)), [501, 501, 200, 200])
  })

  test('RFC 9110 §13.1.2: is not sent again to whoever has it', async () => {
    const world = await open()
    const { uri } = placeOf((await redeem(world)).access_token)
    const { etag } = (await fetchList(world, uri)).headers
    const again = await ask(world, new URL(uri).pathname, { 'if-none-match': `"x", W/${String(etag)}` })
    assert.deepEqual([again.status, again.body, again.headers['etag']], [304, '', etag])
    assert.equal((await ask(world, new URL(uri).pathname, { 'if-none-match': '"x"' })).status, 200)
    world.clock.advance(window)
    assert.equal((await ask(world, new URL(uri).pathname, { 'if-none-match': String(etag) })).status, 200)
  })

  for (const [accept, status] of [
    [undefined, 200],
    ['*/*', 200],
    ['text/html, application/statuslist+jwt;q=0.9', 200],
    ['Application/*', 200],
    ['application/statuslist+cwt', 406],
    ['application/statuslist+jwt;q=0', 406],
    ['text/html', 406],
  ] as const)
    test(`Token Status List §8.1: to \`Accept: ${accept ?? '(nothing)'}\` the answer is ${status}`, async () => {
      const world = await open()
      await redeem(world)
      const answer = await ask(world, '/status-lists/0', accept === undefined ? {} : { accept })
      assert.equal(answer.status, status)
      assert.equal(answer.headers['vary'], 'Accept')
    })

  test('Token Status List §8.2: that does not exist is not found', async () => {
    const world = await open()
    assert.equal((await ask(world, '/status-lists/0')).status, 404)
    await redeem(world)
    for (const name of ['1', '00', '-1', 'x', '', '99999999999', '0.0'])
      assert.equal((await ask(world, `/status-lists/${name}`)).status, 404, name)
    assert.equal((await ask(world, '/status-lists/0')).status, 200)
  })

  test('Token Status List §8.1: may be read by scripts of every origin, and is not there where lists are off', async () => {
    const { server } = await openWorld({ statusList })
    const answer = await server.handle(request({ path: '/status-lists/0' }))
    assert.equal(answer.headers['access-control-allow-origin'], '*')
    const plain = await openWorld()
    assert.equal((await plain.server.handle(request({ path: '/status-lists/0' }))).status, 404)
    assert.equal(bodyOf(await plain.server.handle(request({ path: '/status-lists/0' })))['error'], 'not_found')
  })

  test('a list that could not be made is made when it is asked for again', async () => {
    const world = await open()
    const token = (await redeem(world)).access_token
    const { store } = world.context
    const { findRevokedStatuses } = store
    Object.assign(store, { findRevokedStatuses: () => Promise.reject(new Error('busy')) })
    await assert.rejects(ask(world, '/status-lists/0'), /busy/)
    Object.assign(store, { findRevokedStatuses })
    assert.equal(await statusOf(world, token), 0)
  })

  test('a server does not keep more lists than a few', async () => {
    const world = await open()
    for (let block = 0; block < 128 * 70; block++) await world.context.store.takeNumber('status block')
    for (let list = 0; list < 70; list++) assert.equal((await ask(world, `/status-lists/${list}`)).status, 200)
    let made = 0
    const find = world.context.store.findRevokedStatuses
    Object.assign(world.context.store, {
      findRevokedStatuses: (...words: Parameters<typeof find>) => (made++, find(...words)),
    })
    for (const list of [69, 6, 5]) await ask(world, `/status-lists/${list}`)
    assert.equal(made, 1)
  })
})

describe('the status of a token', () => {
  const alice = { ...users.alice, roles: ['clerk'] }
  const roles = { everyone: ['read_pets'], clerk: ['write_pets'] }

  const ends: readonly (readonly [string, (world: TestWorld, token: string) => Promise<unknown>])[] = [
    ['the client revokes it', (world, token) => revoke(world, { token })],
    ['its user is deleted', ({ context }) => context.store.deleteUser(alice.userId, context.clock.now())],
    ['its client is deleted', ({ context }) => context.store.deleteClient(clients.web.clientId, context.clock.now())],
    [
      'a role of its user is taken away',
      async ({ context }) => {
        await context.store.saveUser({ ...alice, roles: [] })
        await endLostTokens(context, { userId: alice.userId })
      },
    ],
  ]
  for (const [what, end] of ends)
    test(`Token Status List §7.1: is revoked when ${what}, and that of others is not`, async () => {
      const world = await open({ roles, users: [alice] })
      const given = { user: alice, scope: 'read_pets write_pets' }
      const token = (await redeem(world, given)).access_token
      const other = (await redeem(world, { user: users.bob, client: clients.pairwise, scope: 'read_pets' }))
        .access_token
      assert.deepEqual([await statusOf(world, token), await statusOf(world, other)], [0, 0])
      await end(world, token)
      world.clock.advance(window / 2)
      assert.deepEqual([await statusOf(world, token), await statusOf(world, other)], [1, 0])
    })

  test('Token Status List §7.1: is revoked with its family when the code comes twice', async () => {
    const world = await open()
    const code = await authorize(world)
    const { access_token: token } = tokensOf(await postToken(world, codeForm(code)))
    await postToken(world, codeForm(code))
    assert.equal(await statusOf(world, token), 1)
  })

  test('Token Status List §7.1: of a client itself is revoked when the client is deleted', async () => {
    const world = await open()
    const token = await clientToken(world)
    await world.context.store.deleteClient(clients.machine.clientId, world.clock.now())
    assert.equal(await statusOf(world, token), 1)
  })

  const meanwhile: readonly (readonly [string, (world: TestWorld) => Promise<unknown>])[] = [
    ['a role of its user is taken away', ({ context }) => context.store.saveUser({ ...alice, roles: [] })],
    [
      'its user takes scope back',
      ({ context }) =>
        context.store.removeFromGrant(alice.userId, clients.web.clientId, ['write_pets'], context.clock.now()),
    ],
  ]
  for (const [what, change] of meanwhile)
    test(`Token Status List §7.1: is revoked when ${what} while it is made`, async () => {
      const world = await open({ roles, users: [alice] })
      const { store } = world.context
      const code = await authorize(world, { user: alice, scope: 'read_pets write_pets' })
      const { exchange } = store
      const changeFirst: typeof exchange = async (...words) => {
        await change(world)
        await endLostTokens(world.context, { userId: alice.userId })
        return exchange(...words)
      }
      Object.assign(store, { exchange: changeFirst })
      const { access_token: token, scope } = tokensOf(await postToken(world, codeForm(code)))
      assert.equal(scope, 'read_pets write_pets')
      assert.equal(await statusOf(world, token), 1)
    })

  test('a role that stays changes nothing', async () => {
    const world = await open({ roles, users: [alice] })
    const token = (await redeem(world, { user: alice, scope: 'read_pets write_pets' })).access_token
    await endLostTokens(world.context, { userId: alice.userId })
    assert.equal(await statusOf(world, token), 0)
  })
})

describe('scope that a user takes back', () => {
  async function granted() {
    const opened = await openWorld({ statusList })
    const { browser, server, world } = opened
    const scope = 'openid read_pets write_pets'
    const done = await consent(browser, await logIn(browser, await opened.authorize({ scope })), scope.split(' '))
    const code = new URL(done.location ?? '').searchParams.get('code') ?? ''
    const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
    const form = codeForm(code, { code_verifier: verifier })
    const { access_token: token } = tokensOf(
      await server.handle(request({ path: '/token', form, basic: ['web', clientSecret] })),
    )
    return { ...opened, world: { ...world, context: server.context }, token }
  }

  test('RFC 7009 §2.1: at the home page is seen in the list, and by whoever asks the server', async () => {
    const { browser, world, token } = await granted()
    assert.equal(await statusOf(world, token), 0)
    const { csrf = '' } = hiddenFields(pageOf(await browser.open('/')))
    await browser.post('/account/grant', { csrf, client_id: 'web', scope: 'write_pets' })
    world.clock.advance(window)
    assert.equal(await statusOf(world, token), 1)
    const asked = request({ form: { token }, basic: ['api', clientSecret] })
    assert.equal(bodyOf(await introspectionEndpoint.handle(world.context, world.exchange(asked)))['active'], false)
  })

  test('RFC 7009 §2.1: by refusing it when asked again is seen in the list', async () => {
    const { browser, authorize, world, token } = await granted()
    const asked = await authorize({ scope: 'openid read_pets write_pets', prompt: 'consent' })
    await consent(browser, asked, ['openid', 'read_pets'])
    assert.equal(await statusOf(world, token), 1)
  })
})
