import type { Tokens } from '../app/tokens.ts'
import { type Answer, callApi, expectEqual, expectTrue, postAs, requestToken, type TourWorld, textOf } from './world.ts'

/** One call that the token's scope covers, one that it does not. @spec RFC 6750 §3.1 */
export async function callPetStore(world: TourWorld, { accessToken: token }: Tokens): Promise<void> {
  const list = await callApi(world, { path: '/petstore/pets', token })
  expectEqual(world, '`read_pets` opens the list', [list.status, 200])
  const add = await callApi(world, { path: '/petstore/pets', token, body: { name: 'Rex' } })
  expectForbidden(world, add, 'write_pets')
}

/** A refresh for less, which opens less, and one for all that was granted. @spec RFC 6749 §6 */
export async function narrow(world: TourWorld, refreshToken: string): Promise<string> {
  const { petStore: resource } = world
  const less = await refresh(world, refreshToken, { resource, scope: 'read_pets' })
  expectEqual(world, 'the scope of the narrowed token', [less.value['scope'], 'read_pets'])
  expectForbidden(
    world,
    await callApi(world, { path: '/petstore/orders', token: textOf(less, 'access_token') }),
    'read_orders',
  )
  const whole = await refresh(world, textOf(less, 'refresh_token'), { resource })
  const orders = await callApi(world, { path: '/petstore/orders', token: textOf(whole, 'access_token') })
  expectEqual(world, 'the next refresh brings back what was granted', [orders.status, 200])
  return textOf(whole, 'refresh_token')
}

/** Tokens for the other API: opaque, and looked up. @spec RFC 8707 §2.2, RFC 7662 §2 */
export async function callInventory(world: TourWorld, refreshToken: string): Promise<Answer> {
  const tokens = await refresh(world, refreshToken, { resource: world.inventory })
  const token = textOf(tokens, 'access_token')
  expectEqual(world, 'the scope that belongs to the inventory', [tokens.value['scope'], 'openid order'])
  const items = await callApi(world, { path: '/inventory/orders/items', token })
  expectEqual(world, '`order` covers `order:items`', [items.status, 200])
  const price = await callApi(world, { path: '/inventory/prices', token, body: { item: 'hay', price: 8 } })
  expectForbidden(world, price, 'inventory:price:write')
  const elsewhere = await callApi(world, { path: '/petstore/pets', token })
  expectEqual(world, 'the inventory’s token is nothing to the pet store', [elsewhere.status, 401])
  return tokens
}

/** What the API learns about a token, and what a stranger does not. @spec RFC 7662 §2.2 */
export async function introspect(world: TourWorld, token: string): Promise<void> {
  const url = world.demo.server.metadata.introspection_endpoint
  const own = await postAs(world, 'api', { url, form: { token } })
  expectEqual(world, 'the API is told', [own.value['active'], true])
  expectEqual(world, 'the token is for the inventory', [own.value['aud'], world.inventory])
  const strange = await postAs(world, 'machine', { url, form: { token } })
  expectEqual(world, 'another client is told nothing', [strange.value, { active: false }])
}

/** The end of a token, and then of the whole authorization. @spec RFC 7009 §2.1 */
export async function revoke(world: TourWorld, token: string, refreshToken: string): Promise<void> {
  const url = world.demo.server.metadata.revocation_endpoint
  expectEqual(world, 'the token is revoked', [(await postAs(world, 'app', { url, form: { token } })).status, 200])
  const refused = await callApi(world, { path: '/inventory/orders', token })
  expectEqual(world, 'the revoked token is refused', [refused.status, 401])
  expectTrue(world, 'the challenge says `invalid_token`', challengeOf(refused).includes('error="invalid_token"'))
  await postAs(world, 'app', { url, form: { token: refreshToken } })
  const again = await refresh(world, refreshToken, { resource: world.petStore })
  expectEqual(world, 'the revoked refresh token is refused', [again.value['error'], 'invalid_grant'])
}

/** A client that acts for itself. @spec RFC 6749 §4.4 */
export async function beMachine(world: TourWorld): Promise<void> {
  const tokens = await requestToken(world, 'machine', {
    grant_type: 'client_credentials',
    scope: 'read_pets',
    resource: world.petStore,
  })
  expectEqual(world, 'the machine has its scope', [tokens.value['scope'], 'read_pets'])
  expectTrue(world, 'and no refresh token', !('refresh_token' in tokens.value))
  const token = textOf(tokens, 'access_token')
  expectEqual(world, '`read_pets` opens the list', [
    (await callApi(world, { path: '/petstore/pets', token })).status,
    200,
  ])
  expectForbidden(world, await callApi(world, { path: '/petstore/pets', token, body: { name: 'Bot' } }), 'write_pets')
}

/** Refreshes as the web app. */
export function refresh(
  world: TourWorld,
  refreshToken: string,
  asking: { readonly resource: string; readonly scope?: string },
): Promise<Answer> {
  return requestToken(world, 'app', { grant_type: 'refresh_token', refresh_token: refreshToken, ...asking })
}

function expectForbidden(world: TourWorld, answer: Answer, missing: string): void {
  expectEqual(world, 'the API refuses', [answer.status, 403])
  const challenge = challengeOf(answer)
  expectTrue(
    world,
    `the challenge names \`${missing}\``,
    challenge.includes('error="insufficient_scope"') && challenge.includes(`scope="${missing}"`),
  )
  expectEqual(world, 'the body lists what is missing', [answer.value['missing_scope'], [missing]])
}

function challengeOf({ headers }: Answer): string {
  return headers.get('www-authenticate') ?? ''
}
