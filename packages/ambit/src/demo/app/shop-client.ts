import type { DemoCatalogue } from '../catalogue.ts'
import { inventoryOf, type Places, petStoreOf } from '../places.ts'
import type { AppFetch } from './discovery.ts'
import type { OAuthClient } from './oauth-client.ts'
import type { AppLogin, HeldToken } from './session.ts'
import { type Shown, showAnswer, showFailure } from './shown.ts'
import { type Failure, fail, type Tokens } from './tokens.ts'

/** A call that the app offers as a button. */
export type Call = {
  readonly label: string
  readonly api: 'petstore' | 'inventory'
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: object
  /** What the app expects the call to need. */
  readonly scope: DemoCatalogue['names'][number]
}

/** The calls by the value of their button. */
export const calls = {
  list_pets: { label: 'List pets', api: 'petstore', method: 'GET', path: '/pets', scope: 'read_pets' },
  add_pet: {
    label: 'Add a pet',
    api: 'petstore',
    method: 'POST',
    path: '/pets',
    body: { name: 'Rex' },
    scope: 'write_pets',
  },
  list_orders: { label: 'List orders', api: 'petstore', method: 'GET', path: '/orders', scope: 'read_orders' },
  change_price: {
    label: 'Change a price',
    api: 'inventory',
    method: 'POST',
    path: '/prices',
    body: { item: 'hay', price: 8 },
    scope: 'inventory:price:write',
  },
} as const satisfies Readonly<Record<string, Call>>

/** What the app needs for its calls. */
export type ShopClient = { readonly oauth: OAuthClient; readonly places: Places; readonly fetch: AppFetch }

/** Calls an API with a token for it, fetched or renewed where needed, and tells what came. */
export async function callApi(client: ShopClient, login: AppLogin, call: Call): Promise<Shown> {
  const resource = resourceOf(client, call)
  const held = login.tokens.get(resource) ?? (await renew(client, login, { resource }))
  if ('kind' in held) return showFailure(call.label, held)
  const answer = await send(client, call, held)
  if (answer.status !== 401) return showAnswer(call.label, answer, held.scope)
  const renewed = await renew(client, login, { resource })
  if ('kind' in renewed) return showAnswer(call.label, answer, held.scope)
  return showAnswer(call.label, await send(client, call, renewed), renewed.scope)
}

/** Fetches a new access token by the refresh token; with `scope`, a narrower one. */
export async function renew(
  { oauth }: ShopClient,
  login: AppLogin,
  asking: { readonly resource: string; readonly scope?: string },
): Promise<HeldToken | Failure> {
  const tokens = await oauth.refresh(login.refreshToken, asking)
  if (tokens.kind === 'failed') return tokens
  login.refreshToken = tokens.refreshToken ?? login.refreshToken
  const held = { accessToken: tokens.accessToken, scope: tokens.scope }
  login.tokens.set(asking.resource, held)
  return held
}

/** Makes a login of the first tokens. */
export function loginFrom(
  tokens: Tokens,
  of: { readonly name: string; readonly resource: string; readonly resources: readonly string[] },
): AppLogin | Failure {
  const { idToken, refreshToken, accessToken, scope } = tokens
  if (idToken === undefined || refreshToken === undefined) return fail('the answer lacks an ID token or refresh token')
  const { name, resource, resources } = of
  return { name, idToken, refreshToken, resources, tokens: new Map([[resource, { accessToken, scope }]]) }
}

/** The name of the user of a token. @spec OpenID Connect Core §5.3 */
export async function nameOfUser({ oauth }: ShopClient, accessToken: string): Promise<string> {
  const { name, sub } = await oauth.userInfo(accessToken)
  return [name, sub].find(each => typeof each === 'string') ?? 'somebody'
}

function resourceOf({ places }: ShopClient, { api }: Call): string {
  return api === 'petstore' ? petStoreOf(places) : inventoryOf(places)
}

async function send({ places, fetch }: ShopClient, call: Call, { accessToken }: HeldToken) {
  const { api, method, path, body } = call
  const url = `${places.api}/${api}${path}`
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${accessToken}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const challenge = response.headers.get('www-authenticate') ?? undefined
  return { request: `${method} ${url}`, status: response.status, challenge, body: await response.text() }
}
