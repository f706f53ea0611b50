import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineScopes } from '@ambit/scope'
import { ServerOptionsError } from '../../options-error.ts'
import { createServer } from '../../server.ts'
import {
  consent,
  logIn,
  type OpenedWorld,
  openWorld,
  type RequestChanges,
  sentParameters,
  verifier,
} from '../../testing/authorize.ts'
import { hiddenFields, pageOf } from '../../testing/browser.ts'
import { inventory, pets } from '../../testing/catalogue.ts'
import { clientSecret, redirectUri, testClient, users } from '../../testing/clients.ts'
import { account, detailTypes } from '../../testing/details.ts'
import { userId } from '../../testing/ids.ts'
import { push } from '../../testing/push.ts'
import { bodyOf, outcomeOf, request } from '../../testing/requests.ts'
import { testTtls, type WorldOverrides } from '../../testing/world.ts'
import { authorizationDetails } from '../authorization-details/authorization-details.ts'
import { pushedRequests } from '../pushed-requests/pushed-requests.ts'
import { type GrantManagementOptions, grantManagement } from './grant-management.ts'

const catalogue = defineScopes({
  scopes: {
    openid: { title: 'Know who you are', consent: 'mandatory' },
    offline_access: { title: 'Act while you are away' },
    read_pets: { title: 'See pets', resource: pets },
    write_pets: { title: 'Change pets', resource: pets },
    order: { title: 'See orders', resource: inventory },
    grant_management_query: { title: 'See what was granted' },
    grant_management_revoke: { title: 'Give back what was granted' },
  },
})

const scope = catalogue.names.join(' ')
const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials']
const metadata = { authorization_details_types: ['account'] }
const clients = [
  testClient({ name: 'bank', scope, grantTypes, metadata }),
  testClient({ name: 'rival', scope, grantTypes }),
  testClient({ name: 'shop', scope: 'read_pets order', grantTypes }),
  testClient({ name: 'spa', scope, authenticationMethod: 'none' }),
  testClient({ name: 'api', grantTypes: [], introspects: [pets, inventory] }),
]

const carol = { ...users.alice, userId: userId('user-carol'), username: 'carol' }

function open(options: GrantManagementOptions = {}, { features = [], ...overrides }: WorldOverrides = {}) {
  const all = [grantManagement(options), pushedRequests(), authorizationDetails({ types: detailTypes }), ...features]
  return openWorld({ catalogue, clients, users: [carol], ...overrides, features: all })
}

/** Asks as the bank, allows all scope that is asked, and answers where the browser leaves to. */
async function ask(opened: OpenedWorld, changes: RequestChanges = {}, username = 'alice') {
  let arrival = await opened.authorize({ client_id: 'bank', scope: 'read_pets write_pets', ...changes })
  if (arrival.location === undefined && pageOf(arrival).page === 'login')
    arrival = await logIn(opened.browser, arrival, username)
  if (arrival.location === undefined) {
    const groups = pageOf(arrival)['groups'] as readonly { readonly scopes: readonly { readonly token: string }[] }[]
    const asked = groups.flatMap(({ scopes }) => scopes.map(({ token }) => token))
    const { detail, choice } = { detail: ['0'], choice: ['[0,"actions","list"]'] }
    const fields = { ...hiddenFields(pageOf(arrival)), scope: asked, detail, choice, decision: 'allow' }
    arrival = await opened.browser.post('/consent', fields)
  }
  return sentParameters(arrival)
}

async function tokensOf(opened: OpenedWorld, changes: RequestChanges = {}, client = 'bank') {
  const sent = await ask(opened, { client_id: client, ...changes })
  assert.equal(sent.get('error'), null, `${sent}`)
  const form = { grant_type: 'authorization_code', code: sent.get('code') ?? '', redirect_uri: redirectUri }
  const by = { form: { ...form, code_verifier: verifier }, basic: [client, clientSecret] as const }
  return bodyOf(await opened.server.handle(request({ path: '/token', ...by })))
}

function refresh(opened: OpenedWorld, tokens: Readonly<Record<string, unknown>>, client = 'bank') {
  const form = { grant_type: 'refresh_token', refresh_token: String(tokens['refresh_token']) }
  return opened.server.handle(request({ path: '/token', form, basic: [client, clientSecret] }))
}

async function managementToken(
  opened: OpenedWorld,
  client = 'bank',
  asked = 'grant_management_query grant_management_revoke',
) {
  const form = { grant_type: 'client_credentials', scope: asked }
  return String(
    bodyOf(await opened.server.handle(request({ path: '/token', form, basic: [client, clientSecret] })))[
      'access_token'
    ],
  )
}

type Managing = {
  readonly method: 'GET' | 'DELETE'
  readonly grantId: unknown
  readonly token?: string
  readonly query?: string
}

async function manage(opened: OpenedWorld, { method, grantId, token, query = '' }: Managing) {
  const authorization = `Bearer ${token ?? (await managementToken(opened))}`
  return opened.server.handle(
    request({ method, path: `/grants/${String(grantId)}`, query, headers: { authorization } }),
  )
}

test('Grant Management §5.5: the token response tells an identifier of the grant, the same for as long as it is there', async () => {
  const opened = await open()
  const tokens = await tokensOf(opened)
  assert.match(String(tokens['grant_id']), /^gr_[\w-]{43}$/)
  assert.equal(bodyOf(await refresh(opened, tokens))['grant_id'], tokens['grant_id'])
  assert.equal((await tokensOf(opened, { scope: 'order' }))['grant_id'], tokens['grant_id'])
  const kept = await opened.world.options.store.listTickets({ kind: 'grant_id' }, 10)
  assert.equal(kept.length, 1)
})

test('Grant Management §5.5: no two grants have one identifier, and the store has none of them in clear', async () => {
  const opened = await open()
  const first = await tokensOf(opened)
  const second = await tokensOf(opened, {}, 'rival')
  assert.notEqual(first['grant_id'], second['grant_id'])
  const kept = JSON.stringify(await opened.world.options.store.listTickets({ kind: 'grant_id' }, 10))
  assert.ok(!kept.includes(String(first['grant_id'])))
})

test('Grant Management §5.5: a grant that is begun anew has a new identifier', async () => {
  const opened = await open()
  const first = await tokensOf(opened)
  await manage(opened, { method: 'DELETE', grantId: first['grant_id'] })
  opened.world.clock.advance(2)
  const second = await tokensOf(opened)
  assert.notEqual(second['grant_id'], first['grant_id'])
  assert.equal((await manage(opened, { method: 'GET', grantId: first['grant_id'] })).status, 404)
})

test('Grant Management §5.1: a public client is told no identifier, and manages nothing', async () => {
  const opened = await open()
  const sent = await ask(opened, { client_id: 'spa' })
  const form = {
    grant_type: 'authorization_code',
    code: sent.get('code') ?? '',
    redirect_uri: redirectUri,
    client_id: 'spa',
    code_verifier: verifier,
  }
  const tokens = bodyOf(await opened.server.handle(request({ path: '/token', form })))
  assert.equal(typeof tokens['access_token'], 'string')
  assert.equal('grant_id' in tokens, false)
  const refused = await ask(opened, { client_id: 'spa', grant_management_action: 'create' })
  assert.equal(refused.get('error'), 'invalid_request')
})

test('Grant Management §5.5: a client that acts for itself has no grant', async () => {
  const opened = await open()
  const form = { grant_type: 'client_credentials', scope: 'order' }
  const issued = await opened.server.handle(request({ path: '/token', form, basic: ['bank', clientSecret] }))
  assert.equal('grant_id' in bodyOf(issued), false)
})

const malformed: readonly (readonly [string, RequestChanges, string])[] = [
  ['an unknown action', { grant_management_action: 'update' }, 'invalid_request'],
  ['`create` with an identifier', { grant_management_action: 'create', grant_id: 'gr_x' }, 'invalid_request'],
  ['`merge` without one', { grant_management_action: 'merge' }, 'invalid_request'],
  ['`replace` without one', { grant_management_action: 'replace' }, 'invalid_request'],
  ['an identifier without an action', { grant_id: 'gr_x' }, 'invalid_request'],
  ['an unknown identifier', { grant_management_action: 'merge', grant_id: 'gr_x' }, 'invalid_grant_id'],
]
for (const [name, changes, error] of malformed) {
  test(`Grant Management §5.4: ${name} is refused before anybody logs in`, async () => {
    const opened = await open()
    const left = await opened.authorize({ client_id: 'bank', scope: 'order', ...changes })
    assert.equal(sentParameters(left).get('error'), error)
  })
  test(`Grant Management §5.4: ${name} is refused when it is pushed`, async () => {
    const opened = await open()
    const response = await push(opened, { client_id: 'bank', scope: 'order', ...changes }, { by: 'bank' })
    assert.equal(outcomeOf(response), `400 ${error}`)
  })
}

test('Grant Management §5.1: a public client that wants a grant to be managed is refused before anybody logs in', async () => {
  const opened = await open()
  const left = await opened.authorize({ client_id: 'spa', scope: 'order', grant_management_action: 'create' })
  assert.equal(sentParameters(left).get('error'), 'invalid_request')
})

test('Grant Management §6.1: a client that may not manage grants is told no identifier, and can want nothing of one', async () => {
  const opened = await open()
  assert.equal((await tokensOf(opened, { scope: 'order' }, 'shop'))['grant_id'], undefined)
  const left = await opened.authorize({ client_id: 'shop', scope: 'order', grant_management_action: 'create' })
  assert.equal(sentParameters(left).get('error'), 'invalid_request')
})

for (const grant_management_action of ['update', undefined])
  test(`Grant Management §5.4: a grant that is there is not changed by the action ${grant_management_action}`, async () => {
    const opened = await open()
    const first = await tokensOf(opened)
    const changes = { client_id: 'bank', scope: 'order', grant_management_action, grant_id: String(first['grant_id']) }
    const sent = sentParameters(await opened.authorize(changes))
    assert.equal(sent.get('error'), 'invalid_request')
    const isMissing = grant_management_action === undefined
    assert.match(String(sent.get('error_description')), isMissing ? /`grant_id` needs/ : /must be one of/)
    assert.equal((await refresh(opened, first)).status, 200)
  })

test('Grant Management §5.4: the grant of another client is unknown', async () => {
  const opened = await open()
  const { grant_id } = await tokensOf(opened)
  const sent = await ask(opened, { client_id: 'rival', grant_management_action: 'merge', grant_id: String(grant_id) })
  assert.equal(sent.get('error'), 'invalid_grant_id')
})

test('Grant Management §5.4: the grant of another user is unknown, and that user is not asked', async () => {
  const opened = await open()
  const { grant_id } = await tokensOf(opened)
  opened.browser.cookies.clear()
  const changes = { scope: 'order', grant_management_action: 'merge', grant_id: String(grant_id) }
  const login = await opened.authorize({ client_id: 'bank', ...changes })
  const left = await logIn(opened.browser, login, 'bob')
  assert.equal(sentParameters(left).get('error'), 'invalid_grant_id')
})

test('Grant Management §5.2: `create` begins a grant, where the user has none', async () => {
  const opened = await open()
  const tokens = await tokensOf(opened, { grant_management_action: 'create' })
  assert.equal(typeof tokens['grant_id'], 'string')
})

test('Grant Management §5.2: `create` is refused where there is a grant, since a user has one to a client', async () => {
  const opened = await open()
  const tokens = await tokensOf(opened)
  const sent = await ask(opened, { grant_management_action: 'create', scope: 'order' })
  assert.equal(sent.get('error'), 'invalid_request')
  assert.equal((await refresh(opened, tokens)).status, 200)
})

async function scopesOf(opened: OpenedWorld, grantId: unknown): Promise<unknown> {
  return bodyOf(await manage(opened, { method: 'GET', grantId }))['scopes']
}

test('Grant Management §5.2: `merge` adds to the grant, and ends the refresh tokens that were issued for it', async () => {
  const opened = await open()
  const first = await tokensOf(opened)
  const grantId = String(first['grant_id'])
  const second = await tokensOf(opened, { scope: 'order', grant_management_action: 'merge', grant_id: grantId })
  assert.equal(second['grant_id'], grantId)
  assert.deepEqual(await scopesOf(opened, grantId), [
    { scope: 'read_pets write_pets', resource: [pets] },
    { scope: 'order', resource: [inventory] },
  ])
  assert.equal(outcomeOf(await refresh(opened, first)), '400 invalid_grant')
  assert.equal((await refresh(opened, second)).status, 200)
})

test('Grant Management §5.2: `replace` leaves nothing of the grant but what is granted now', async () => {
  const opened = await open()
  const first = await tokensOf(opened)
  const grantId = String(first['grant_id'])
  const changes = {
    scope: 'read_pets order',
    resource: [pets, inventory],
    grant_management_action: 'replace',
    grant_id: grantId,
  }
  const sent = await ask(opened, changes)
  assert.notEqual(sent.get('code'), null)
  assert.deepEqual(await scopesOf(opened, grantId), [
    { scope: 'read_pets', resource: [pets] },
    { scope: 'order', resource: [inventory] },
  ])
  assert.equal(outcomeOf(await refresh(opened, first)), '400 invalid_grant')
})

test('Grant Management §5.2: `replace` by details alone leaves a grant without scope', async () => {
  const opened = await open()
  const first = await tokensOf(opened)
  const grantId = String(first['grant_id'])
  const details = { scope: undefined, authorization_details: JSON.stringify([account]) }
  const second = await tokensOf(opened, { ...details, grant_management_action: 'replace', grant_id: grantId })
  assert.equal(second['grant_id'], grantId)
  assert.deepEqual(await scopesOf(opened, grantId), [])
  assert.equal((await refresh(opened, second)).status, 200)
})

test('Grant Management §5.2: a request that the user refuses changes nothing', async () => {
  const opened = await open()
  const first = await tokensOf(opened)
  const changes = { scope: 'order', grant_management_action: 'replace', grant_id: String(first['grant_id']) }
  const page = await opened.authorize({ client_id: 'bank', ...changes })
  await opened.browser.post('/consent', { ...hiddenFields(pageOf(page)), decision: 'deny' })
  assert.equal((await refresh(opened, first)).status, 200)
})

test('Grant Management §7.1: a server that requires an action refuses requests without one, and says so', async () => {
  const opened = await open({ required: true })
  const sent = await ask(opened)
  assert.equal(sent.get('error'), 'invalid_request')
  assert.equal(opened.server.metadata.grant_management_action_required, true)
  assert.equal(typeof (await tokensOf(opened, { grant_management_action: 'create' }))['grant_id'], 'string')
})

test('Grant Management §7.1: the metadata tells the endpoint and the actions, and is silent where they are not mounted', async () => {
  const { server, world } = await open()
  assert.equal(server.metadata.grant_management_endpoint, 'https://as.example/grants')
  assert.deepEqual(server.metadata.grant_management_actions_supported, [
    'query',
    'revoke',
    'create',
    'merge',
    'replace',
  ])
  assert.equal(server.metadata.grant_management_action_required, undefined)
  const plain = createServer({ ...world.options, features: [] })
  assert.equal(plain.metadata.grant_management_endpoint, undefined)
  assert.equal(plain.metadata.grant_management_actions_supported, undefined)
})

test('Grant Management §5.5: a server without the feature passes the parameters over, tells no identifier and has no endpoint', async () => {
  const opened = await openWorld({ catalogue, clients })
  const tokens = await tokensOf(opened, { grant_management_action: 'merge', grant_id: 'gr_x' })
  assert.equal('grant_id' in tokens, false)
  assert.equal((await manage(opened, { method: 'GET', grantId: 'gr_x' })).status, 404)
})

test('Grant Management §6.4: a client sees what it may do, and neither a token nor the user', async () => {
  const opened = await open()
  const { grant_id } = await tokensOf(opened, { scope: 'openid read_pets' })
  const response = await manage(opened, { method: 'GET', grantId: grant_id })
  assert.equal(response.headers['cache-control'], 'no-store')
  assert.deepEqual(bodyOf(response), { scopes: [{ scope: 'openid' }, { scope: 'read_pets', resource: [pets] }] })
})

test('Grant Management §6.5: a revoked grant is gone, with every token that was issued for it', async () => {
  const opened = await open()
  const tokens = await tokensOf(opened)
  const response = await manage(opened, { method: 'DELETE', grantId: tokens['grant_id'] })
  assert.deepEqual([response.status, response.body], [204, ''])
  assert.equal(outcomeOf(await refresh(opened, tokens)), '400 invalid_grant')
  const form = { token: String(tokens['access_token']) }
  const told = await opened.server.handle(request({ path: '/introspect', form, basic: ['api', clientSecret] }))
  assert.deepEqual(bodyOf(told), { active: false })
  assert.deepEqual(pageOf(await opened.browser.open('/'))['grants'], [])
  assert.equal((await manage(opened, { method: 'DELETE', grantId: tokens['grant_id'] })).status, 404)
  assert.equal(opened.world.events.filter(({ kind }) => kind === 'grant.changed').length, 1)
})

test('Grant Management §6.5: a client can give back one scope alone', async () => {
  const opened = await open()
  const tokens = await tokensOf(opened)
  const grantId = tokens['grant_id']
  assert.equal((await manage(opened, { method: 'DELETE', grantId, query: 'scope=write_pets' })).status, 204)
  assert.deepEqual(await scopesOf(opened, grantId), [{ scope: 'read_pets', resource: [pets] }])
  assert.equal(bodyOf(await refresh(opened, tokens))['scope'], 'read_pets')
  await manage(opened, { method: 'DELETE', grantId, query: 'scope=order' })
  assert.deepEqual(await scopesOf(opened, grantId), [{ scope: 'read_pets', resource: [pets] }])
  await manage(opened, { method: 'DELETE', grantId, query: 'scope=read_pets' })
  assert.equal((await manage(opened, { method: 'GET', grantId })).status, 404)
})

test('Grant Management §6.4: what the user takes back at home is gone from the grant', async () => {
  const opened = await open()
  const { grant_id } = await tokensOf(opened)
  const home = await opened.browser.open('/')
  await opened.browser.post('/account/grant', { ...hiddenFields(pageOf(home)), client_id: 'bank', scope: 'write_pets' })
  assert.deepEqual(await scopesOf(opened, grant_id), [{ scope: 'read_pets', resource: [pets] }])
})

const scopeOf = { GET: 'grant_management_query', DELETE: 'grant_management_revoke' } as const
for (const method of ['GET', 'DELETE'] as const) {
  const other = scopeOf[method === 'GET' ? 'DELETE' : 'GET']
  test(`Grant Management §6.1: ${method} needs an access token for its scope`, async () => {
    const opened = await open()
    const { grant_id: grantId } = await tokensOf(opened)
    const token = await managementToken(opened, 'bank', other)
    const refused = await manage(opened, { method, grantId, token })
    assert.equal(outcomeOf(refused), '403 insufficient_scope')
    assert.match(String(refused.headers['www-authenticate']), new RegExp(`scope="${scopeOf[method]}"`))
  })
  test(`Grant Management §6.6: ${method} with a token that is not good is refused`, async () => {
    const opened = await open()
    const { grant_id: grantId } = await tokensOf(opened)
    assert.equal(outcomeOf(await manage(opened, { method, grantId, token: 'at_nothing' })), '401 invalid_token')
    const bare = await opened.server.handle(request({ method, path: `/grants/${String(grantId)}` }))
    assert.equal(bare.status, 401)
  })
  test(`Grant Management §6.6: ${method} of a grant that is unknown, or another client’s, is answered 404`, async () => {
    const opened = await open()
    const { grant_id: grantId } = await tokensOf(opened)
    const token = await managementToken(opened, 'rival')
    for (const each of [grantId, 'gr_nothing', `gr_${'a'.repeat(43)}`]) {
      const response = await manage(opened, { method, grantId: each, token })
      assert.equal(outcomeOf(response), '404 invalid_request')
      assert.equal(response.headers['www-authenticate'], undefined)
    }
    assert.equal((await manage(opened, { method: 'GET', grantId })).status, 200)
  })
  test(`Grant Management §6.1: ${method} by a token of another user of the client is refused`, async () => {
    const opened = await open()
    const { grant_id: grantId } = await tokensOf(opened)
    opened.browser.cookies.clear()
    const login = await opened.authorize({ client_id: 'bank', scope: scopeOf[method] })
    const page = await logIn(opened.browser, login, 'carol')
    const code = sentParameters(await consent(opened.browser, page, [scopeOf[method]])).get('code') ?? ''
    const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
    const tokens = bodyOf(await opened.server.handle(request({ path: '/token', form, basic: ['bank', clientSecret] })))
    const token = String(tokens['access_token'])
    assert.equal((await manage(opened, { method, grantId, token })).status, 404)
    assert.equal(
      (await manage(opened, { method, grantId: tokens['grant_id'], token })).status,
      method === 'GET' ? 200 : 204,
    )
  })
}

test('Grant Management §6.6: a query that is malformed is refused', async () => {
  const opened = await open()
  const { grant_id: grantId } = await tokensOf(opened)
  const response = await manage(opened, { method: 'DELETE', grantId, query: 'scope=a&scope=b' })
  assert.equal(outcomeOf(response), '400 invalid_request')
  assert.equal((await manage(opened, { method: 'GET', grantId })).status, 200)
})

test('Grant Management §6.4: a grant that has expired is unknown', async () => {
  const opened = await open({}, { ttl: { ...testTtls, grant: testTtls.accessToken } })
  const { grant_id: grantId } = await tokensOf(opened)
  assert.equal((await manage(opened, { method: 'GET', grantId })).status, 200)
  opened.world.clock.advance(601)
  assert.equal((await manage(opened, { method: 'GET', grantId })).status, 404)
})

test('Grant Management §6.1: a catalogue without the scopes stops the server', async () => {
  const { world } = await openWorld()
  const features = [grantManagement()]
  assert.throws(() => createServer({ ...world.options, features }), ServerOptionsError)
})
