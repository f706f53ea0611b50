// RFC 9700 §4.9, §4.10
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard, type Guard, introspectionVerifier, jwtVerifier } from '@ambit/resource'
import { decodeJwt } from 'jose'
import { testCatalogue } from '../../packages/server/src/testing/catalogue.ts'
import { testClient } from '../../packages/server/src/testing/clients.ts'
import {
  authorize,
  clientSecret,
  inventory,
  isActive,
  issuer,
  obtainCode,
  obtainTokens,
  pets,
  redemption,
  startTarget,
  type Target,
  tokensOf,
} from './target.ts'

const withoutGrants = { redirectUris: [], grantTypes: [], responseTypes: [] }
const petsApi = testClient({ name: 'pets-api', ...withoutGrants, introspects: [pets] })
const inventoryApi = testClient({ name: 'inventory-api', ...withoutGrants, introspects: [inventory] })

type ShopScope = 'read_pets' | 'order'
type ShopGuard = Guard<ShopScope>

/** A resource server that verifies JWT access tokens by the server's published keys. */
function jwtGuard({ send, world: { clock } }: Target, resource: string): ShopGuard {
  const fetch = (url: string, init: RequestInit) => send(new Request(url, init))
  const jwt = jwtVerifier({ jwksUri: `${issuer}/jwks`, fetch, clock })
  return createGuard({ issuers: [{ issuer, jwt }], resource, catalogue: testCatalogue })
}

/** A resource server that asks about tokens. */
function askingGuard({ send, world: { clock } }: Target, resource: string, clientId: string): ShopGuard {
  const fetch = (url: string, init: RequestInit) => send(new Request(url, init))
  const opaque = introspectionVerifier({ endpoint: `${issuer}/introspect`, clientId, clientSecret, fetch, clock })
  return createGuard({ issuers: [{ issuer, opaque }], resource, catalogue: testCatalogue })
}

async function statusAt(guard: ShopGuard, token: string | undefined, scope: ShopScope): Promise<number> {
  const request = { query: '', headers: { authorization: `Bearer ${token}` }, body: '' }
  const guarded = await guard(request, scope)
  return guarded.kind === 'allowed' ? 200 : guarded.response.status
}

test('RFC 9700 §4.10.2: a JWT access token that leaked from one resource server is refused at another', async () => {
  const target = await startTarget()
  const { access_token } = await obtainTokens(target)
  assert.equal(decodeJwt(access_token ?? '')['aud'], pets)
  assert.equal(await statusAt(jwtGuard(target, pets), access_token, 'read_pets'), 200)
  assert.equal(await statusAt(jwtGuard(target, 'https://api.example/other'), access_token, 'read_pets'), 401)
})

test('RFC 9700 §4.10.2: an opaque access token says nothing to a resource server that it is not for', async () => {
  const target = await startTarget({ clients: [petsApi, inventoryApi] })
  const { access_token } = await obtainTokens(target, { scope: 'order' })
  assert.equal(await statusAt(askingGuard(target, inventory, 'inventory-api'), access_token, 'order'), 200)
  const { body } = await target.post('/introspect', { token: access_token }, 'pets-api')
  assert.deepEqual(body, { active: false })
})

test('RFC 9700 §2.3: an access token for scope of two resources is for the one that is named, and each has its own', async () => {
  const target = await startTarget()
  const code = await obtainCode(target, { scope: 'read_pets order', resource: [pets, inventory] })
  const first = tokensOf(await target.post('/token', redemption(code, { resource: pets })))
  assert.equal(decodeJwt(first['access_token'] ?? '')['aud'], pets)
  assert.equal(first['scope'], 'read_pets')
  const second = tokensOf(
    await target.post('/token', {
      grant_type: 'refresh_token',
      refresh_token: first['refresh_token'],
      resource: inventory,
    }),
  )
  assert.equal(second['scope'], 'order')
  const { body } = await target.post('/introspect', { token: second['access_token'] })
  assert.equal(body['aud'], inventory)
})

test('RFC 9700 §4.9.1: no token is issued for a resource server that is not known', async () => {
  const target = await startTarget()
  const left = await authorize(target.openBrowser(), { resource: 'https://counterfeit.example/pets' })
  assert.equal(left.searchParams.get('error'), 'invalid_target')
  const form = { grant_type: 'client_credentials', resource: 'https://counterfeit.example/pets' }
  assert.equal((await target.post('/token', form, 'machine')).body['error'], 'invalid_target')
})

test('RFC 9700 §4.9.1: a code or refresh token does not open a resource that was not granted with it', async () => {
  const target = await startTarget()
  const code = await obtainCode(target, { resource: pets })
  assert.equal((await target.post('/token', redemption(code, { resource: inventory }))).body['error'], 'invalid_target')
  const { refresh_token } = tokensOf(await target.post('/token', redemption(code)))
  const form = { grant_type: 'refresh_token', refresh_token, resource: inventory }
  assert.equal((await target.post('/token', form)).body['error'], 'invalid_target')
})

test('RFC 9700 §2.3: a token does not do what its scope does not cover', async () => {
  const target = await startTarget()
  const { access_token } = await obtainTokens(target, { scope: 'write_pets' })
  assert.equal(await statusAt(jwtGuard(target, pets), access_token, 'read_pets'), 403)
})

test('RFC 9700 §4.10: a stolen access token lives for minutes, and less where its scope is dangerous', async () => {
  const target = await startTarget()
  const ordinary = await obtainTokens(target)
  const dangerous = await obtainTokens(target, { scope: 'admin' })
  assert.equal(ordinary['expires_in'], '600')
  assert.equal(dangerous['expires_in'], '60')
  target.world.clock.advance(60)
  assert.ok(!(await isActive(target, dangerous['access_token'])))
  assert.ok(await isActive(target, ordinary['access_token']))
  target.world.clock.advance(540)
  assert.ok(!(await isActive(target, ordinary['access_token'])))
  assert.equal(await statusAt(jwtGuard(target, pets), ordinary['access_token'], 'read_pets'), 200, 'within the skew')
  target.world.clock.advance(60)
  assert.equal(await statusAt(jwtGuard(target, pets), ordinary['access_token'], 'read_pets'), 401)
})

test('RFC 7009 §2.1: a stolen access token that is revoked is refused where the resource server asks', async () => {
  const target = await startTarget({ clients: [inventoryApi] })
  const { access_token } = await obtainTokens(target, { scope: 'order' })
  const guard = askingGuard(target, inventory, 'inventory-api')
  assert.equal(await statusAt(guard, access_token, 'order'), 200)
  assert.equal((await target.post('/revoke', { token: access_token })).status, 200)
  assert.equal(await statusAt(guard, access_token, 'order'), 401)
})

test('RFC 9068 §4: an ID token or a refresh token is no access token', async () => {
  const target = await startTarget()
  const tokens = await obtainTokens(target, { scope: 'openid read_pets' })
  for (const token of [tokens['id_token'], tokens['refresh_token']]) {
    assert.equal(await statusAt(jwtGuard(target, pets), token, 'read_pets'), 401)
    const request = new Request(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })
    assert.equal((await target.send(request)).status, 401)
  }
})

test('RFC 6749 §10.3: an access token that was changed by one character is worth nothing', async () => {
  const target = await startTarget({ clients: [inventoryApi] })
  const { access_token: jwt = '' } = await obtainTokens(target)
  const { access_token: opaque = '' } = await obtainTokens(target, { scope: 'order' })
  for (const token of [jwt, opaque])
    for (const position of [1, Math.floor(token.length / 2), token.length - 2]) {
      const letter = token[position] === 'A' ? 'B' : 'A'
      const forged = token.slice(0, position) + letter + token.slice(position + 1)
      assert.ok(!(await isActive(target, forged)), forged)
    }
})
