import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { demoUser } from '../../packages/ambit/src/demo/config.ts'
import { type Demo, startDemo } from '../../packages/ambit/src/demo/start-demo.ts'
import { recordingFetch } from '../../packages/ambit/src/demo/tour/recorder.ts'
import { runTour } from '../../packages/ambit/src/demo/tour/run-tour.ts'
import { createShortener } from '../../packages/ambit/src/demo/tour/shorten.ts'
import { expectEqual, expectTrue } from '../../packages/ambit/src/demo/tour/world.ts'
import { type BrowserLike, type Changes, formWith, type Landing, openBrowser } from './browser-like.ts'

describe('the demonstration’s web app, over HTTP', () => {
  let demo: Demo
  let browser: BrowserLike
  let page: Landing

  before(async () => {
    demo = await startDemo({ port: 0, store: 'memory' })
    browser = openDemoBrowser()
  })
  after(() => demo.close())

  const openDemoBrowser = () => openBrowser(fetch, [demo.places.app, demo.places.issuer])

  test('somebody who is not logged in is asked to', async () => {
    page = await browser.open(demo.places.app)
    assert.match(page.html, /Log in/)
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/)
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
  })

  test('the login leads to the server and asks for consent', async () => {
    await send('/login')
    assert.equal(page.url.origin, demo.places.issuer)
    page = await browser.submit(page, { ...demoUser }, formWith(page, 'password'))
    assert.deepEqual(asked(), ['openid', 'profile', 'read_orders', 'read_pets', 'write_pets'])
  })

  test('one scope is refused, and the app goes on', async () => {
    const scope = ['openid', 'profile', 'read_orders', 'read_pets']
    page = await browser.submit(page, { scope, decision: 'allow' }, formWith(page, 'decision'))
    assert.equal(page.url.href, `${demo.places.app}/`)
    assert.match(page.html, /Hello, Ada Lovelace/)
  })

  test('what was allowed works', async () => {
    await press('list_pets')
    assert.equal(shown('status'), '200')
    assert.match(shown('body'), /Bello/)
  })

  test('RFC 6750 §3.1: what was refused is 403 with the challenge', async () => {
    await press('add_pet')
    assert.equal(shown('status'), '403')
    assert.match(shown('challenge'), /error=&quot;insufficient_scope&quot;.*scope=&quot;write_pets&quot;/)
  })

  test('RFC 8707 §2.2: without consent for the other API there is no token for it', async () => {
    await press('change_price')
    assert.equal(shown('status'), '400')
    assert.match(shown('body'), /invalid_target/)
  })

  test('asking for more asks for the difference', async () => {
    await send('/more')
    assert.deepEqual(asked(), ['inventory:price:write', 'order', 'write_orders', 'write_pets'])
    page = await browser.submit(page, { decision: 'allow' }, formWith(page, 'decision'))
    await press('change_price')
    assert.equal(shown('status'), '200')
    await press('add_pet')
    assert.equal(shown('status'), '201')
  })

  test('RFC 6749 §6: a narrowed refresh opens less, a whole one opens the same again', async () => {
    await send('/narrow')
    await press('list_orders')
    assert.equal(shown('status'), '403')
    await send('/whole')
    await press('list_orders')
    assert.equal(shown('status'), '200')
  })

  test('what the user takes back at the server stops at once where tokens are asked about', async () => {
    const account = await browser.open(`${demo.places.issuer}/`)
    const isWanted = ([name, value]: readonly [string, string]) => name === 'scope' && value === 'inventory:price:write'
    const form = account.forms.find(({ fields }) => fields.some(isWanted))
    await browser.submit(account, {}, form ?? assert.fail(account.html))
    await press('change_price')
    assert.equal(shown('status'), '403')
    assert.match(shown('challenge'), /scope=&quot;inventory:price:write&quot;/)
  })

  test('a form of another session is refused', async () => {
    const stranger = openDemoBrowser()
    await stranger.open(demo.places.app)
    const answer = await stranger.submit(page, {}, formFor('/more'))
    assert.equal(answer.status, 400)
  })

  test('an answer that nobody asked for is refused', async () => {
    const answer = await openDemoBrowser().open(`${demo.places.app}/callback?code=a&state=b`)
    assert.equal(answer.status, 400)
  })

  test('a call that the app does not offer is refused', async () => {
    const answer = await browser.submit(page, { call: '__proto__' }, formFor('/call'))
    assert.equal(answer.status, 400)
  })

  test('two tabs may log in at once, and the second comes back to a login that is there', async () => {
    const both = openDemoBrowser()
    const welcome = await both.open(demo.places.app)
    const begin = () => both.submit(welcome, {}, formWith(welcome, 'csrf'))
    const [first, second] = [await begin(), await begin()]
    for (const landing of [
      await both.submit(first, { ...demoUser }, formWith(first, 'password')),
      await both.open(second.url),
    ]) {
      assert.equal(landing.url.href, `${demo.places.app}/`)
      assert.match(landing.html, /Hello, Ada Lovelace/)
    }
  })

  test('after logout the login begins anew', async () => {
    await send('/logout')
    if (page.url.origin === demo.places.issuer)
      page = await browser.submit(page, { decision: 'logout' }, formWith(page, 'decision'))
    page = await browser.open(demo.places.app)
    assert.match(page.html, /Look after the pets/)
    await send('/login')
    assert.match(page.html, /name="password"/)
  })

  async function press(call: string): Promise<void> {
    await send('/call', { call })
  }

  async function send(action: string, changes: Changes = {}): Promise<void> {
    page = await browser.submit(page, changes, formFor(action))
  }

  function formFor(action: string) {
    return page.forms.find(form => form.action === action) ?? assert.fail(`no form for ${action}:\n${page.html}`)
  }

  function asked(): readonly string[] {
    const { fields } = formWith(page, 'decision')
    return fields.flatMap(([name, value]) => (name === 'scope' ? [value] : [])).toSorted()
  }

  function shown(id: string): string {
    return new RegExp(`id="${id}"[^>]*>([^<]*)<`).exec(page.html)?.[1] ?? ''
  }
})

describe('the tour', () => {
  test('does the whole journey, and prints no secret in whole', async () => {
    const printed: string[] = []
    const { checks, exchanges, secrets } = await runTour(text => printed.push(text))
    assert.ok(checks >= 40 && exchanges >= 30, `${checks} checks, ${exchanges} exchanges`)
    const text = printed.join('\n')
    assert.ok(secrets.size >= 10)
    for (const secret of secrets) assert.equal(text.includes(secret), false, secret)
    assert.equal(text.includes(demoUser.password), false)
  })

  test('stops where something is not as it should be, and tells what differed', () => {
    const world = { print: () => {} }
    assert.throws(() => expectEqual(world, 'the status', [500, 200]), {
      name: 'TourError',
      message: 'the status: wanted 200, came 500',
    })
    assert.throws(() => expectTrue(world, 'it is so', false), { name: 'TourError', message: 'not so: it is so' })
  })

  test('cookies and credentials are printed by name only', async () => {
    const printed: string[] = []
    const fetch = recordingFetch(text => printed.push(text), createShortener())
    const server = createServer((_, outgoing) => {
      outgoing.writeHead(200, { 'set-cookie': 'session=very-secret-cookie; Path=/; HttpOnly' }).end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const headers = {
      cookie: 'session=very-secret-cookie; other=another-secret',
      authorization: 'Bearer secret-token-1',
    }
    await fetch(`http://127.0.0.1:${port}/?code=very-secret-code`, { headers })
    server.close()
    assert.match(printed.join('\n'), /session=…; other=…[\s\S]*set-cookie: session=…/)
    assert.doesNotMatch(printed.join('\n'), /very-secret-c|another-secret|secret-token-1/)
  })
})

describe('the demonstration’s addresses', () => {
  test('a port in use is told in a sentence with the variable that chooses another', async () => {
    const demo = await startDemo({ port: 0, store: 'memory' })
    const taken = Number(new URL(demo.places.api).port)
    await assert.rejects(startDemo({ port: taken - 1, store: 'memory' }), /is in use; .*AMBIT_DEMO_PORT/)
    const own = Number(new URL(demo.places.issuer).port)
    await assert.rejects(startDemo({ port: own, store: 'memory' }), /is in use; .*AMBIT_DEMO_PORT/)
    await demo.close()
  })
})
