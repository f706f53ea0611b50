// RFC 9110
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { Hono } from 'hono'
import { fetchHandler } from '../../packages/ambit/src/edge/fetch.ts'
import { nodeHandler } from '../../packages/ambit/src/edge/node.ts'
import { nodeServerOptions } from '../../packages/ambit/src/edge/node-server-options.ts'
import {
  authorizationUrl,
  authorize,
  behind,
  consent,
  isActive,
  issuer,
  logIn,
  readAnswer,
  redemption,
  startTarget,
  type Target,
  tokensOf,
} from '../attacks/target.ts'
import type { Send } from './browser-like.ts'

/** Journeys that one server passes behind every edge. */
const journeys = {
  'RFC 8414 §3: metadata and keys': async ({ server, send }: Target) => {
    const metadata = await send(new Request(`${issuer}/.well-known/oauth-authorization-server`))
    assert.deepEqual(await metadata.json(), server.metadata)
    const head = await send(new Request(`${issuer}/jwks`, { method: 'HEAD' }))
    assert.equal(head.status, 200)
    assert.equal(await head.text(), '')
  },
  'RFC 6749 §4.1: login, consent, code, refresh, introspection, revocation and logout': async (target: Target) => {
    const browser = target.openBrowser()
    const asked = await logIn(browser, await browser.open(authorizationUrl({ scope: 'openid read_pets write_pets' })))
    const { left } = await consent(browser, asked, { scope: ['openid', 'read_pets'] })
    const code = left?.searchParams.get('code') ?? ''
    const tokens = tokensOf(await target.post('/token', redemption(code)))
    assert.equal(tokens['scope'], 'openid read_pets')
    const form = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] }
    const refreshed = tokensOf(await target.post('/token', form))
    assert.ok(await isActive(target, refreshed['access_token']))
    assert.equal((await target.post('/revoke', { token: refreshed['refresh_token'] })).status, 200)
    assert.ok(!(await isActive(target, refreshed['access_token'])))
    await browser.open(`${issuer}/logout?id_token_hint=${tokens['id_token']}`)
    assert.equal((await browser.open(`${issuer}/`)).url.pathname, '/login')
  },
  'OpenID Connect Core §5.3: userinfo': async (target: Target) => {
    const code = (await authorize(target.openBrowser(), { scope: 'openid email' })).searchParams.get('code') ?? ''
    const { access_token } = tokensOf(await target.post('/token', redemption(code)))
    const request = new Request(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } })
    const { body } = await readAnswer(await target.send(request))
    assert.equal(body['email'], 'alice@example.org')
  },
  'RFC 6749 §4.1.1: an authorization request as a form': async (target: Target) => {
    const browser = target.openBrowser()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const body = new URL(authorizationUrl()).search.slice(1)
    const response = await browser.send(`${issuer}/authorize`, { method: 'POST', headers, body })
    const landing = await browser.open(new URL(response.headers.get('location') ?? '', issuer))
    assert.equal(landing.url.pathname, '/login')
  },
  'RFC 6749 §3.2: a body that is too large, not UTF-8, or no form': async ({ send }: Target) => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const bodies = [
      [type, 'a'.repeat(100_000)],
      [type, new Uint8Array([0x61, 0x3d, 0xff, 0xfe])],
      [{ 'content-type': 'application/json' }, '{}'],
      [type, 'grant_type=x&grant_type=x'],
    ] as const
    for (const [headers, body] of bodies) {
      const answer = await readAnswer(await send(new Request(`${issuer}/token`, { method: 'POST', headers, body })))
      assert.equal(answer.status, 400)
      assert.equal(answer.body['error'], 'invalid_request')
    }
  },
  'RFC 6749 §2.3: a client that authenticates in two ways at once': async (target: Target) => {
    const form = { grant_type: 'client_credentials', client_id: 'machine', client_secret: 'x' }
    const answer = await target.post('/token', form, 'machine')
    assert.equal(answer.status, 400)
    assert.equal(answer.body['error'], 'invalid_request')
  },
  'RFC 9110 §15.5: what is not there, and what may not be done there': async ({ send }: Target) => {
    assert.equal((await send(new Request(`${issuer}/nowhere`))).status, 404)
    const wrong = await send(new Request(`${issuer}/token`))
    assert.equal(wrong.status, 405)
    assert.equal(wrong.headers.get('allow'), 'POST, OPTIONS')
  },
} as const

describe('one server behind each edge', () => {
  let target: Target
  let listener: Server
  let sends: Readonly<Record<string, Send>>
  before(async () => {
    target = await startTarget()
    const { handle } = target.server
    listener = createServer(nodeServerOptions, nodeHandler(handle))
    const port = await listen(listener)
    const edge = fetchHandler(handle)
    const app = new Hono().all('*', context => edge(context.req.raw))
    sends = { node: to(port), fetch: edge, hono: async request => app.fetch(request) }
  })
  after(() => {
    listener.close()
    listener.closeAllConnections()
  })

  for (const edge of ['node', 'fetch', 'hono'])
    for (const [name, journey] of Object.entries(journeys))
      test(`${name}, behind ${edge}`, async () => {
        const send = sends[edge]
        assert.ok(send)
        await journey(behind(target, send))
      })
})

function listen(server: Server): Promise<number> {
  return new Promise(resolve =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    }),
  )
}

/** Sends what is meant for the issuer to a port of this machine, as a proxy in front of the server would. */
function to(port: number): Send {
  return async request => {
    const { pathname, search } = new URL(request.url)
    const body = request.body === null ? {} : { body: await request.arrayBuffer() }
    const init = { method: request.method, headers: request.headers, redirect: 'manual', ...body } as const
    return fetch(`http://127.0.0.1:${port}${pathname}${search}`, init)
  }
}
