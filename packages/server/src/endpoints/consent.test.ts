import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineScopes } from '@ambit/scope'
import type { ConsentPage } from '../ports/pages.ts'
import {
  authorizationQuery,
  consent,
  logIn,
  openWorld,
  type RequestChanges,
  sentParameters,
} from '../testing/authorize.ts'
import { type Arrival, hiddenFields, pageOf } from '../testing/browser.ts'
import { clients, testClient, users } from '../testing/clients.ts'
import type { WorldOverrides } from '../testing/world.ts'

async function asking(changes: RequestChanges = {}, overrides: WorldOverrides = {}) {
  const opened = await openWorld(overrides)
  const asked = await logIn(opened.browser, await opened.authorize(changes))
  return { ...opened, asked }
}

function shown(arrival: Arrival): ConsentPage {
  const page = pageOf(arrival)
  assert.equal(page.page, 'consent')
  return page as unknown as ConsentPage
}

function askedTokens(arrival: Arrival): readonly string[] {
  return shown(arrival).groups.flatMap(({ scopes }) => scopes.map(({ token }) => token))
}

test('OpenID Connect Core §3.1.2.4: the page says who asks, of whom, and what, grouped by resource', async () => {
  const { asked } = await asking({ scope: 'openid read_pets admin order offline_access' })
  const page = shown(asked)
  assert.equal(page.client.name, 'web')
  assert.equal(page.client.redirectHost, 'app.example')
  assert.equal(page.username, 'alice')
  const groups = page.groups.map(({ resourceName, scopes }) => [resourceName, scopes.map(({ token }) => token)])
  assert.deepEqual(groups, [
    [undefined, ['openid', 'offline_access']],
    ['Pet store', ['read_pets', 'admin']],
    ['Inventory', ['order']],
  ])
  assert.equal(page.offlineTtl, 30 * 86_400)
  assert.equal(page.accessTokenTtl, 600)
})

test('RFC 6749 §10.2: an umbrella is shown with what it reaches, and risk is named', async () => {
  const { asked } = await asking({ scope: 'admin' })
  const [admin] = shown(asked).groups.flatMap(({ scopes }) => scopes)
  assert.equal(admin?.risk, 'dangerous')
  assert.deepEqual(admin?.reaches.map(({ token }) => token).sort(), [
    'read_orders',
    'read_pets',
    'write_orders',
    'write_pets',
  ])
})

test('OpenID Connect Core §3.1.2.4: a later request asks only for the difference', async () => {
  const { browser, authorize, asked } = await asking()
  await consent(browser, asked, ['read_pets'])
  const again = await authorize({ scope: 'openid read_pets read_orders' })
  assert.deepEqual(askedTokens(again), ['read_orders'])
  assert.deepEqual(
    shown(again).alreadyGranted.map(({ token }) => token),
    ['openid', 'read_pets'],
  )
})

test('RFC 6749 §3.3: a refused scope is asked again by the next request, and told', async () => {
  const { browser, authorize, asked, world } = await asking()
  await consent(browser, asked, ['read_pets'])
  assert.deepEqual(askedTokens(await authorize()), ['write_pets'])
  const event = world.events.find(each => each.kind === 'consent.given')
  assert.ok(event)
  assert.equal(event.granted, 'openid read_pets')
  assert.equal(event.refused, 'write_pets')
})

test('RFC 6749 §3.3: what was not asked cannot be granted by a form', async () => {
  const { browser, asked, world } = await asking({ scope: 'openid read_pets' })
  await consent(browser, asked, ['read_pets', 'admin', 'write_pets', 'nonsense', '"'])
  const grant = await world.options.store.findGrant(users.alice.userId, clients.web.clientId)
  assert.deepEqual(
    grant?.scopes.map(({ token }) => token),
    ['openid', 'read_pets'],
  )
})

test('RFC 6749 §3.3: a mandatory scope cannot be refused without refusing the whole', async () => {
  const mandatory = [testClient({ name: 'needy', mandatoryScope: 'write_pets' })]
  const { browser, asked, world } = await asking({ client_id: 'needy' }, { clients: mandatory })
  const flags = shown(asked).groups.flatMap(({ scopes }) =>
    scopes.map(({ token, isMandatory }) => [token, isMandatory]),
  )
  assert.deepEqual(flags, [
    ['openid', true],
    ['read_pets', false],
    ['write_pets', true],
  ])
  await consent(browser, asked, [])
  const [grant] = await world.options.store.listGrants(users.alice.userId)
  assert.deepEqual(
    grant?.scopes.map(({ token }) => token),
    ['openid', 'write_pets'],
  )
})

test('RFC 6749 §4.1.2.1: who refuses the whole sends the client access_denied, with state and iss', async () => {
  const { browser, asked, world } = await asking()
  const done = await browser.post('/consent', {
    ...hiddenFields(pageOf(asked)),
    decision: 'deny',
    scope: ['read_pets'],
  })
  const sent = sentParameters(done)
  assert.equal(sent.get('error'), 'access_denied')
  assert.equal(sent.get('state'), 'the state')
  assert.equal(sent.get('iss'), 'https://as.example')
  assert.equal(await world.options.store.findGrant(users.alice.userId, clients.web.clientId), undefined)
  assert.ok(world.events.some(event => event.kind === 'consent.denied'))
})

test('RFC 6749 §4.1.2.1: who ticks nothing is access_denied', async () => {
  const { browser, asked } = await asking({ scope: 'read_pets' })
  assert.equal(sentParameters(await consent(browser, asked, [])).get('error'), 'access_denied')
})

test('RFC 6749 §10.12: a form without the right token or decision asks again', async () => {
  const { browser, asked, world } = await asking()
  const { interaction = '', csrf = '' } = hiddenFields(pageOf(asked))
  for (const fields of [
    { interaction, csrf: 'x', decision: 'allow', scope: 'read_pets' },
    { interaction, decision: 'deny' },
    { interaction, csrf, decision: 'perhaps' },
    { interaction, csrf },
  ])
    assert.deepEqual(askedTokens(await browser.post('/consent', fields)), ['openid', 'read_pets', 'write_pets'])
  assert.equal(await world.options.store.findGrant(users.alice.userId, clients.web.clientId), undefined)
})

test('RFC 6749 §10.12: an answer that was shown to one user does not count for another', async () => {
  const { browser, asked, authorize, world } = await asking()
  const fields = hiddenFields(pageOf(asked))
  await logIn(browser, await authorize({ prompt: 'login' }), 'bob')
  const again = await browser.post('/consent', { ...fields, decision: 'allow', scope: ['read_pets'] })
  assert.equal(shown(again).username, 'bob')
  assert.deepEqual(await world.options.store.listGrants(users.bob.userId), [])
})

test('RFC 6749 §10.12: an answer to one request does not count for another', async () => {
  const { browser, asked, authorize, world } = await asking()
  const { csrf = '' } = hiddenFields(pageOf(asked))
  const { interaction = '' } = hiddenFields(pageOf(await authorize({ scope: 'admin' })))
  const again = await browser.post('/consent', { interaction, csrf, decision: 'allow', scope: ['admin'] })
  assert.deepEqual(askedTokens(again), ['admin'])
  assert.deepEqual(await world.options.store.listGrants(users.alice.userId), [])
})

test('RFC 6749 §10.12: an answer that one user gave does not count for another who logs in before the request is done', async () => {
  const { browser, asked, authorize, world } = await asking()
  const { interaction = '', csrf = '' } = hiddenFields(pageOf(asked))
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = new URLSearchParams({ interaction, csrf, decision: 'allow', scope: 'read_pets' }).toString()
  await browser.send({ method: 'POST', path: '/consent', body, headers })
  await logIn(browser, await authorize({ prompt: 'login' }), 'bob')
  const again = await browser.open(`/continue?interaction=${interaction}`)
  assert.equal(shown(again).username, 'bob')
  assert.deepEqual(await world.options.store.listGrants(users.bob.userId), [])
})

test('RFC 6749 §10.12: what is asked anew since the page was shown is not granted by its answer', async () => {
  const { browser, asked, authorize, world } = await asking()
  await consent(browser, asked, ['write_pets'])
  const later = await authorize()
  assert.deepEqual(askedTokens(later), ['read_pets'])
  const { clientId } = clients.web
  const all = ['openid', 'write_pets']
  await world.options.store.removeFromGrant(users.alice.userId, clientId, all, world.clock.now())
  const again = await consent(browser, later, ['read_pets'])
  assert.deepEqual(askedTokens(again), ['openid', 'read_pets', 'write_pets'])
  assert.equal(await world.options.store.findGrant(users.alice.userId, clientId), undefined)
})

test('RFC 6749 §10.12: an answer to what an app was called before is asked again', async () => {
  const { browser, asked, world } = await asking()
  await world.options.store.saveClient({ ...clients.web, name: 'Another' })
  const again = await consent(browser, asked, ['read_pets'])
  assert.equal(shown(again).client.name, 'Another')
  assert.deepEqual(await world.options.store.listGrants(users.alice.userId), [])
})

test('an interaction ends once: the second answer finds it gone', async () => {
  const { browser, asked } = await asking()
  const fields = hiddenFields(pageOf(asked))
  assert.ok(sentParameters(await consent(browser, asked, ['read_pets'])).get('code'))
  assert.equal((await browser.post('/consent', { ...fields, decision: 'allow' })).response.status, 400)
  assert.equal((await browser.open(`/continue?interaction=${fields['interaction']}`)).response.status, 400)
})

test('of two tabs that go on at once, one gets the code', async () => {
  const { browser, asked, world } = await asking()
  const { interaction = '', csrf = '' } = hiddenFields(pageOf(asked))
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = new URLSearchParams({ interaction, csrf, decision: 'allow', scope: 'read_pets' }).toString()
  await browser.send({ method: 'POST', path: '/consent', body, headers: type })
  const query = `interaction=${interaction}`
  const both = await Promise.all([0, 1].map(() => browser.send({ path: '/continue', query })))
  assert.deepEqual(
    both.map(({ status }) => status).sort((a, b) => a - b),
    [303, 400],
  )
  assert.equal(world.events.filter(event => event.kind === 'request.refused').length, 1)
})

test('of two refusals at once, one goes to the client', async () => {
  const { browser, asked } = await asking()
  const { interaction = '', csrf = '' } = hiddenFields(pageOf(asked))
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = new URLSearchParams({ interaction, csrf, decision: 'deny' }).toString()
  const both = await Promise.all([0, 1].map(() => browser.send({ method: 'POST', path: '/consent', body, headers })))
  assert.deepEqual(
    both.map(({ status }) => status).sort((a, b) => a - b),
    [303, 400],
  )
})

test('OpenID Connect Core §3.1.2.1: prompt=consent asks all again, and a no takes back', async () => {
  const { browser, authorize, asked, world } = await asking()
  await consent(browser, asked, ['read_pets', 'write_pets'])
  const again = await authorize({ prompt: 'consent' })
  assert.deepEqual(askedTokens(again), ['openid', 'read_pets', 'write_pets'])
  await consent(browser, again, ['write_pets'])
  const grant = await world.options.store.findGrant(users.alice.userId, clients.web.clientId)
  assert.deepEqual(grant?.scopes.map(({ token }) => token).sort(), ['openid', 'write_pets'])
})

test('a scope whose meaning changed is asked again', async () => {
  const scopes = (version: number) => defineScopes({ scopes: { read_pets: { version }, write_pets: {} } })
  const { browser, asked, world } = await asking(
    { scope: 'read_pets write_pets' },
    { catalogue: scopes(1), resources: [] },
  )
  await consent(browser, asked, ['read_pets', 'write_pets'])
  const { createServer } = await import('../server.ts')
  const changed = createServer({ ...world.options, catalogue: scopes(2) })
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const { request } = await import('../testing/requests.ts')
  const query = authorizationQuery({ scope: 'read_pets write_pets' })
  const response = await changed.handle(request({ path: '/authorize', query, headers: { cookie } }))
  const next = new URL(String(response.headers['location']), 'https://as.example')
  const page = await changed.handle(request({ path: next.pathname, query: next.search.slice(1), headers: { cookie } }))
  assert.deepEqual(askedTokens({ response: page, path: [] }), ['read_pets'])
})

test('the consent page of a request that needs no consent leads on', async () => {
  const { browser, authorize } = await openWorld()
  const login = await authorize()
  const { interaction } = hiddenFields(pageOf(login))
  const led = await browser.open(`/consent?interaction=${interaction}`)
  assert.equal(pageOf(led).page, 'login')
})

test('the consent page speaks the language of ui_locales and lets its form end at the client', async () => {
  const { asked } = await asking({ ui_locales: 'de' })
  assert.equal((pageOf(asked)['frame'] as Record<string, string>)['uiLocales'], 'de')
  assert.match(String(asked.response.headers['content-security-policy']), /form-action 'self' https:\/\/app\.example;/)
})
