import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { OAuthClient } from '../../packages/ambit/src/demo/app/oauth-client.ts'
import { demoClients, demoUsers } from '../../packages/ambit/src/demo/config.ts'
import { callbackOf, inventoryOf, petStoreOf } from '../../packages/ambit/src/demo/places.ts'
import { type Demo, startDemo } from '../../packages/ambit/src/demo/start-demo.ts'
import { createBrowser } from '../../packages/ambit/src/demo/tour/browser.ts'
import { answerOf } from '../../packages/ambit/src/demo/tour/log-in.ts'
import { createSend } from '../../packages/tester/src/node/raw-send.ts'
import { sharedOperations } from '../../packages/tester/src/testing/planted-api/operations.ts'
import { createPlantedApi, type PlantedApi } from '../../packages/tester/src/testing/planted-api/planted-api.ts'
import { plantedTokens } from '../../packages/tester/src/testing/planted-api/tokens.ts'
import { readChallenges } from '../../packages/tester/src/wire/challenge.ts'
import type { HeaderField, Send, SentRequest } from '../../packages/tester/src/wire/exchange.ts'

/** What is compared of an answer: its status, the codes and scopes of its challenges, and what it says. */
type Shown = { readonly status: number; readonly challenge: readonly string[]; readonly value: unknown }

/** One request that both are asked. */
type Question = {
  readonly call: string
  readonly scope?: string
  readonly token?: string
  readonly body?: object | string
  readonly headers?: Readonly<Record<string, string>>
}

describe('the planted copy and the demonstration', () => {
  let demo: Demo
  let copy: PlantedApi
  before(async () => {
    demo = await startDemo({ port: 0, store: 'memory' })
    copy = createPlantedApi({ origin: demo.places.api })
  })
  after(() => demo.close())

  test('describe the operations that they share in the same words', async () => {
    const theirs = readDocument(await (await fetch(`${demo.places.api}/openapi.json`)).json())
    const ours = readDocument(copy.document)
    for (const { path, method } of sharedOperations) {
      const name = method.toLowerCase()
      assert.deepEqual(ours.paths[path]?.[name], theirs.paths[path]?.[name], `${method} ${path}`)
    }
    const shared = new Set(sharedOperations.map(({ path }) => path))
    const theirsAlone = Object.keys(theirs.paths).filter(path => !shared.has(path))
    assert.deepEqual(theirsAlone, ['/'])
    assert.deepEqual(ours.paths['/'], theirs.paths['/'])
    assert.deepEqual(scopesOf(ours), scopesOf(theirs))
  })

  test('RFC 9728 §2: publish the same metadata', async () => {
    for (const name of ['petstore', 'inventory']) {
      const path = `/.well-known/oauth-protected-resource/${name}`
      const theirs: unknown = await (await fetch(`${demo.places.api}${path}`)).json()
      const answer = await copy.answer({ method: 'GET', origin: demo.places.api, target: path, headers: [] })
      const ours: unknown = JSON.parse(answer.body)
      assert.deepEqual(withoutServers(ours), withoutServers(theirs))
    }
  })

  const calls: readonly Question[] = [
    { call: 'GET /' },
    { call: 'GET /nowhere' },
    { call: 'GET /petstore/pets' },
    { call: 'GET /petstore/pets', scope: 'read_pets' },
    { call: 'GET /petstore/pets', scope: 'read_orders' },
    { call: 'GET /petstore/pets', scope: 'admin' },
    { call: 'GET /petstore/pets', token: 'garbage' },
    { call: 'GET /petstore/pets', token: 'a.b.c' },
    { call: 'GET /petstore/pets', token: '' },
    { call: 'GET /petstore/pets', headers: { authorization: 'Basic YTpi' } },
    { call: 'GET /petstore/pets?access_token=garbage', scope: 'read_pets' },
    { call: 'GET //petstore/pets' },
    { call: 'GET /petstore/pets/' },
    { call: 'GET /petstore/./pets' },
    { call: 'GET /petstore/%70ets' },
    { call: 'DELETE /petstore/pets' },
    { call: 'DELETE /petstore/pets', scope: 'admin' },
    { call: 'POST /petstore/pets', scope: 'read_pets', body: { name: 'Rex' } },
    { call: 'POST /petstore/pets', scope: 'write_pets', body: { name: 'Rex' } },
    { call: 'POST /petstore/pets', scope: 'write_pets', body: { name: 7 } },
    { call: 'POST /petstore/pets', scope: 'write_pets', body: 'no JSON' },
    { call: 'GET /petstore/orders', scope: 'read_orders' },
    { call: 'GET /petstore/orders?ids=1,2', scope: 'read_orders' },
    { call: 'GET /petstore/orders/1', scope: 'read_orders' },
    { call: 'GET /petstore/orders/2', scope: 'read_orders' },
    { call: 'GET /petstore/orders/99', scope: 'read_orders' },
    { call: 'GET /petstore/orders/x', scope: 'read_orders' },
    { call: 'POST /petstore/orders', scope: 'write_orders', body: { pet: 'Minka', by: 'grace' } },
    { call: 'PUT /petstore/orders/1', scope: 'write_orders', body: { pet: 'Bello' } },
    { call: 'PUT /petstore/orders/1', scope: 'read_orders write_orders', body: { pet: 'Bello' } },
    { call: 'PUT /petstore/orders/2', scope: 'admin', body: { pet: 'Bello' } },
    { call: 'DELETE /petstore/orders/2', scope: 'write_orders' },
    { call: 'DELETE /petstore/orders/3', scope: 'write_orders' },
    { call: 'DELETE /petstore/orders/3', scope: 'write_orders' },
    { call: 'GET /petstore/orders/3', scope: 'read_orders' },
    { call: 'GET /petstore/report', scope: 'read_pets write_pets' },
    { call: 'GET /inventory/orders' },
    { call: 'GET /inventory/orders', token: 'garbage' },
    { call: 'GET /inventory/orders', scope: 'order' },
    { call: 'GET /inventory/orders', scope: 'order:items' },
    { call: 'GET /inventory/orders/items', scope: 'order' },
    { call: 'GET /inventory/stores/main/items/hay', scope: 'inventory:read' },
    { call: 'GET /inventory/stores/harbour/items/hay', scope: 'inventory:read' },
    { call: 'GET /inventory/stores/harbour/items/straw', scope: 'inventory:read' },
    { call: 'GET /inventory/stores/main/items/hay', scope: 'inventory:write' },
    { call: 'POST /inventory/stock', scope: 'inventory:write', body: { item: 'hay', number: 30 } },
    { call: 'POST /inventory/stock', scope: 'inventory:write', body: { item: 'hay', number: 1.5 } },
    { call: 'POST /inventory/stock', scope: 'inventory:stock:write', body: { item: 'hay', number: 30 } },
    { call: 'POST /inventory/stock', scope: 'inventory:write', body: { item: 'straw', number: 30 } },
    { call: 'POST /inventory/withdrawals', scope: 'inventory:stock:write', body: { item: 'hay', number: 31 } },
    { call: 'POST /inventory/withdrawals', scope: 'inventory:stock:write', body: { item: 'hay', number: 30 } },
    { call: 'POST /inventory/withdrawals', scope: 'inventory:stock:write', body: { item: 'hay', number: -1 } },
    { call: 'POST /inventory/withdrawals', scope: 'inventory:write', body: { item: 'hay', number: null } },
    { call: 'POST /inventory/prices', scope: 'inventory:price:write', body: { item: 'hay', price: 9.1 } },
    { call: 'POST /inventory/prices', scope: 'inventory:price:write', body: { item: 'hay', price: 9 } },
    { call: 'POST /inventory/prices', scope: 'inventory:write', body: { item: 'bell', price: 21 } },
    { call: 'POST /inventory/prices', scope: 'inventory:price:write', body: { item: 'gold', price: 1 } },
    { call: 'POST /inventory/prices', scope: 'inventory:stock:write', body: { item: 'hay', price: 9 } },
  ]

  test(`answer ${calls.length} requests alike, one after the other`, async () => {
    const tokens = plantedTokens({ api: copy, now: Date.now, has: () => false })
    const ofDemo = await logIn(demo)
    const ofCopy: TokenFor = async (scope, resource) => {
      const outcome = await tokens.token({ scope: scope.split(' '), resource })
      return outcome.kind === 'token' ? outcome.token.accessToken.reveal() : assert.fail(outcome.reason)
    }
    const send = createSend({ now: Date.now, clock: () => performance.now() })
    for (const question of calls) {
      const theirs = await ask({ send, tokenFor: ofDemo, origin: demo.places.api }, question)
      const ours = await ask({ send: copy.send, tokenFor: ofCopy, origin: demo.places.api }, question)
      assert.deepEqual(ours, theirs, JSON.stringify(question))
    }
    send.close()
  })
})

/** Gives a token of a user for one of the two resources. */
type TokenFor = (scope: string, resource: string) => Promise<string>

/** One of the two APIs, and how to get its tokens. */
type Asked = { readonly send: Send; readonly tokenFor: TokenFor; readonly origin: string }

async function ask({ send, tokenFor, origin }: Asked, question: Question): Promise<Shown> {
  const { call, scope, body, headers = {} } = question
  const [method = '', target = ''] = call.split(' ')
  const resource = `${origin}/${target.split('/')[1]}`
  const token = question.token ?? (scope === undefined ? undefined : await tokenFor(scope, resource))
  const fields: readonly HeaderField[] = [
    ...Object.entries(headers),
    ...(token === undefined ? [] : [['authorization', `Bearer ${token}`] as const]),
    ...(body === undefined ? [] : [['content-type', 'application/json'] as const]),
  ]
  const text = typeof body === 'object' ? JSON.stringify(body) : body
  const request: SentRequest = { method, origin, target, headers: fields, ...(text !== undefined && { body: text }) }
  const exchange = await send(request)
  if (exchange.kind === 'failed') assert.fail(`${call}: ${exchange.detail}`)
  const { response } = exchange
  const challenge = readChallenges(response.headers).challenges.map(({ scheme, parameters }) =>
    [scheme, ...['error', 'scope', 'realm', 'resource_metadata'].map(name => parameters.get(name) ?? '')].join(' '),
  )
  const isDone = response.status < 300 && response.body !== '' && target !== '/'
  const value: unknown = isDone ? JSON.parse(response.body) : undefined
  return { status: response.status, challenge, value }
}

/** Logs Ada in for all scopes, and gives narrowed tokens from then on. */
async function logIn({ places, setting }: Demo): Promise<TokenFor> {
  const callback = callbackOf(places)
  const client = new OAuthClient({ places, clientId: demoClients.tester, clientSecret: setting.secrets.tester, fetch })
  const resources = [petStoreOf(places), inventoryOf(places)]
  const scope = `openid offline_access ${namedScopes.join(' ')}`
  const { url, pending } = await client.begin({ scope, resources })
  const browser = createBrowser({ fetch, stopAt: callback })
  const { username, password } = demoUsers.ada
  const login = await browser.submit(await browser.open(url), { action: '/login', set: { username, password } })
  const back = await browser.submit(login, { action: '/consent', set: { decision: 'allow' } })
  const tokens = await client.finish(answerOf(back, callback), pending, petStoreOf(places))
  assert.ok(tokens.kind === 'tokens', 'there are tokens')
  let refreshToken = tokens.refreshToken ?? ''
  return async (wanted, resource) => {
    const refreshed = await client.refresh(refreshToken, { resource, scope: wanted })
    assert.ok(refreshed.kind === 'tokens', `there is a token for ${wanted}`)
    refreshToken = refreshed.refreshToken ?? refreshToken
    return refreshed.accessToken
  }
}

const namedScopes = [...new Set(sharedOperations.flatMap(({ needs }) => needs))]

type ReadDocument = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: {
    readonly securitySchemes: {
      readonly oauth: { readonly flows: Readonly<Record<string, { readonly scopes: object }>> }
    }
  }
}

function readDocument(value: unknown): ReadDocument {
  const isDocument = (read: unknown): read is ReadDocument =>
    typeof read === 'object' && read !== null && 'paths' in read
  return isDocument(value) ? value : assert.fail('a document is wanted')
}

function scopesOf({ components }: ReadDocument): unknown {
  return Object.entries(components.securitySchemes.oauth.flows).map(([name, { scopes }]) => [name, scopes])
}

/** The two have different authorization servers. */
function withoutServers(metadata: unknown): unknown {
  return { ...(typeof metadata === 'object' ? metadata : undefined), authorization_servers: [] }
}
