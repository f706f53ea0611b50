import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { type RunningServer, type StartOptions, startServer } from 'ambit'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import * as openid from 'openid-client'
import { formWith, openBrowser } from './browser-like.ts'
import { journeyStore } from './journey-store.ts'
import { startWatch } from './step-up-world.ts'

const redirectUri = 'https://app.example/callback'
const secret = 'a secret of the tests'
const user = { username: 'ada', password: 'a password of some length' }

/** A relying party's server: it takes logout tokens, and answers as it is told to. */
async function startRelyingParty() {
  const state = { status: 200 }
  const tokens: string[] = []
  const http = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => {
      body += String(chunk)
    })
    request.on('end', () => {
      tokens.push(new URLSearchParams(body).get('logout_token') ?? '')
      response.writeHead(state.status).end()
    })
  }).listen(0, '127.0.0.1')
  await once(http, 'listening')
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  return { origin, state, tokens, close: () => http.close() }
}

describe('a server that tells its clients of logouts', () => {
  const watch = startWatch()
  let party: Awaited<ReturnType<typeof startRelyingParty>>
  let directory: string
  let store: string
  before(async () => {
    store = await journeyStore('ambit.db')
    party = await startRelyingParty()
    directory = await mkdtemp(join(tmpdir(), 'ambit-logout-'))
  })
  after(async () => {
    party.close()
    await rm(directory, { recursive: true })
  })

  /** Starts the server over the same file as before; what it does in the background it does when `work` says so. */
  async function start(t: TestContext) {
    const waiting = new Set<() => void>()
    const timer: StartOptions['timer'] = (_milliseconds, work) => {
      waiting.add(work)
      return () => waiting.delete(work)
    }
    const server = await startServer(
      {
        port: 0,
        store,
        log: { level: 'silent' },
        catalogue: { scopes: { read_pets: {} } },
        features: { backchannelLogout: true },
        outbound: { dangerouslyAllow: [party.origin] },
        clients: [
          {
            clientId: 'web',
            secret,
            redirectUris: [redirectUri],
            scope: ['openid'],
            metadata: {
              backchannel_logout_uri: `${party.origin}/logout`,
              backchannel_logout_session_required: true,
            },
          },
        ],
        users: [user],
      },
      { directory, clock: watch, timer },
    )
    t.after(() => server.close())
    const work = () => {
      const due = [...waiting]
      waiting.clear()
      for (const each of due) each()
    }
    return { server, work }
  }

  async function logInAndOut(server: RunningServer) {
    // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
    const options = { execute: [openid.allowInsecureRequests] }
    const config = await openid.discovery(
      new URL(server.issuer),
      'web',
      undefined,
      openid.ClientSecretBasic(secret),
      options,
    )
    assert.equal(config.serverMetadata()['backchannel_logout_session_supported'], true)
    const pkceCodeVerifier = openid.randomPKCECodeVerifier()
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid',
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const browser = openBrowser(fetch, [server.origin])
    const login = await browser.open(url)
    let landing = await browser.submit(login, user, formWith(login, 'username'))
    if (landing.left === undefined)
      landing = await browser.submit(landing, { decision: 'allow' }, formWith(landing, 'decision'))
    const tokens = await openid.authorizationCodeGrant(config, landing.left ?? assert.fail(landing.html), {
      pkceCodeVerifier,
      idTokenExpected: true,
    })
    const goodbye = openid.buildEndSessionUrl(config, { id_token_hint: tokens.id_token ?? '' })
    assert.equal((await browser.open(goodbye)).status, 200)
    return tokens.claims()
  }

  /** As a relying party reads a logout token, by `jose` alone. */
  async function verify(server: RunningServer, token: string): Promise<JWTPayload> {
    const keys = createRemoteJWKSet(new URL(`${server.issuer}/jwks`))
    const expected = { issuer: server.issuer, audience: 'web', typ: 'logout+jwt', maxTokenAge: 120 }
    const { payload } = await jwtVerify(token, keys, { ...expected, currentDate: new Date(watch.millis()) })
    return payload
  }

  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise(resolve => setImmediate(resolve))
  }

  test('OpenID Connect Back-Channel Logout §2.5: openid-client’s user logs out, and its server is told which session ended', async t => {
    const { server } = await start(t)
    const claims = await logInAndOut(server)
    await until(() => party.tokens.length === 1)
    const payload = await verify(server, party.tokens[0] ?? '')
    assert.deepEqual([payload.sub, payload['sid']], [claims?.sub, claims?.['sid']])
    assert.ok('http://schemas.openid.net/event/backchannel-logout' in (payload['events'] as object))
    assert.equal('nonce' in payload, false)
  })

  test('OpenID Connect Back-Channel Logout §2.8: a client that could not be told is told after a restart of the server', async t => {
    party.tokens.length = 0
    party.state.status = 503
    const before = await start(t)
    const claims = await logInAndOut(before.server)
    await until(() => party.tokens.length === 1)
    await before.server.close()
    party.state.status = 200
    const next = await start(t)
    watch.advance(30)
    await until(() => {
      next.work()
      return party.tokens.length === 2
    })
    assert.equal((await verify(next.server, party.tokens[1] ?? ''))['sid'], claims?.['sid'])
    const { store } = next.server
    while ((await store.listTickets({ kind: 'logout_delivery' }, 1)).length > 0) next.work()
    assert.equal(party.tokens.length, 2)
  })
})
