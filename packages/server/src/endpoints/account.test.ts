import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HomePage } from '../ports/pages.ts'
import { consent, logIn, openWorld } from '../testing/authorize.ts'
import { type Arrival, hiddenFields, pageOf } from '../testing/browser.ts'
import { users } from '../testing/clients.ts'

async function atHome() {
  const opened = await openWorld()
  const { browser, authorize } = opened
  await consent(browser, await logIn(browser, await authorize()), ['read_pets', 'write_pets'])
  const home = await browser.open('/')
  const tokens = async () => {
    const grants = await opened.world.options.store.listGrants(users.alice.userId)
    return grants.flatMap(({ scopes }) => scopes.map(({ token }) => token))
  }
  return { ...opened, home, tokens }
}

function shown(arrival: Arrival): HomePage {
  assert.equal(pageOf(arrival).page, 'home')
  return pageOf(arrival) as unknown as HomePage
}

test('the home page shows who is logged in and what each app may do', async () => {
  const { home } = await atHome()
  const page = shown(home)
  assert.equal(page.username, 'alice')
  assert.equal(page.claims['email'], 'alice@example.org')
  assert.deepEqual(
    page.grants.map(({ client, scopes }) => [client.name, scopes.map(({ token }) => token)]),
    [['web', ['openid', 'read_pets', 'write_pets']]],
  )
})

test('the home page of nobody is the login page', async () => {
  const { browser } = await openWorld()
  assert.equal(pageOf(await browser.open('/')).page, 'login')
})

test('one scope can be taken back', async () => {
  const { browser, home, tokens, world } = await atHome()
  const fields = { ...hiddenFields(pageOf(home)), client_id: 'web', scope: 'write_pets' }
  const after = await browser.post('/account/grant', fields)
  assert.deepEqual(after.path, ['/account/grant', '/'])
  assert.deepEqual(await tokens(), ['openid', 'read_pets'])
  const event = world.events.find(each => each.kind === 'grant.changed')
  assert.equal(event?.removed, 'write_pets')
})

test('a whole grant can be taken back, and with the last scope it is gone', async () => {
  const { browser, home, tokens } = await atHome()
  const fields = { ...hiddenFields(pageOf(home)), client_id: 'web' }
  await browser.post('/account/grant', { ...fields, scope: 'openid' })
  await browser.post('/account/grant', { ...fields, scope: 'read_pets' })
  assert.deepEqual(await tokens(), ['write_pets'])
  await browser.post('/account/grant', { ...fields, scope: 'write_pets' })
  assert.deepEqual(await tokens(), [])
})

test('the whole grant goes at once without a scope', async () => {
  const { browser, home, tokens } = await atHome()
  await browser.post('/account/grant', { ...hiddenFields(pageOf(home)), client_id: 'web' })
  assert.deepEqual(await tokens(), [])
})

test('RFC 6749 §10.12: nothing is taken back by a form of another site, or of nobody', async () => {
  const { browser, tokens } = await atHome()
  await browser.post('/account/grant', { csrf: 'x', client_id: 'web' })
  await browser.post('/account/grant', { client_id: 'web' })
  assert.equal((await tokens()).length, 3)
  browser.cookies.clear()
  assert.equal(pageOf(await browser.post('/account/grant', { client_id: 'web' })).page, 'login')
})

test('RFC 6749 §10.12: a form of one login takes nothing back in the next one', async () => {
  const { browser, home, tokens, authorize } = await atHome()
  await logIn(browser, await authorize({ prompt: 'login' }), 'bob')
  await logIn(browser, await authorize({ prompt: 'login' }), 'alice')
  await browser.post('/account/grant', { ...hiddenFields(pageOf(home)), client_id: 'web' })
  assert.equal((await tokens()).length, 3)
})

test('a form that names no grant or cannot be read changes nothing', async () => {
  const { browser, home, tokens } = await atHome()
  await browser.post('/account/grant', { ...hiddenFields(pageOf(home)), client_id: 'nobody' })
  const type = { 'content-type': 'text/plain' }
  const broken = await browser.send({ method: 'POST', path: '/account/grant', body: 'x', headers: type })
  assert.equal(broken.status, 400)
  assert.equal((await tokens()).length, 3)
})

test('a grant that has expired is not shown', async () => {
  const { browser, world } = await atHome()
  const [grant] = await world.options.store.listGrants(users.alice.userId)
  assert.ok(grant)
  await world.options.store.addToGrant({ ...grant, expiresAt: world.clock.now() })
  assert.deepEqual(shown(await browser.open('/')).grants, [])
})
