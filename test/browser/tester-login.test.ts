import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { createBrowserLogin, createSecretLedger, type FrontChannel, type SecretLedger } from '@ambit/tester'
import { startTokenProvider, type TokenProvider } from '../journeys/token-provider.ts'
import { chromiumLaunch, chromiumProblem } from './chromium.ts'

let login = ''

/** A login page that is nothing without script; whoever logs in is sent to the client. */
function scriptedPage(request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'POST') {
    const read: Buffer[] = []
    request.on('data', (part: Buffer) => read.push(part))
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(read).toString())
      const isRight = form.get('who') === 'ada' && form.get('secret') === 'open sesame'
      const query = new URLSearchParams(request.url?.split('?')[1])
      const answer = isRight ? 'code=c1&state=s1' : 'error=access_denied&state=s1'
      response.writeHead(303, { location: `${query.get('redirect_uri')}?${answer}` }).end()
    })
    return
  }
  if (request.url === '/elsewhere') return void response.writeHead(200, { 'content-type': 'text/html' }).end(login)
  response
    .writeHead(200, { 'content-type': 'text/html' })
    .end(`<!doctype html><title>Log in</title><main></main><script>
    setTimeout(() => {
      document.querySelector('main').innerHTML =
        '<form method="post"><label>Login <input name="who"></label><input name="secret" type="password">' +
        '<button name="go" value="no">Cancel</button><button name="go" value="yes">Sign in</button></form>'
    }, 150)
  </script>`)
}

async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<[Server, string]> {
  const server = createServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`]
}

describe('the tester logs in with a real browser', { skip: chromiumProblem }, () => {
  let pages: Server
  let origin: string
  let client: Server
  let clientOrigin: string
  let hits = 0
  let provider: TokenProvider
  let secrets: SecretLedger
  let front: FrontChannel

  before(async () => {
    ;[pages, origin] = await listen(scriptedPage)
    ;[client, clientOrigin] = await listen((_request, response) => {
      hits += 1
      response.end('never')
    })
    provider = await startTokenProvider()
    secrets = createSecretLedger()
    const ada = { name: 'Ada', username: 'ada', password: secrets.secret('password', 'open sesame'), owns: {} }
    const launch = await chromiumLaunch()
    const origins = new Set([origin, provider.issuer])
    front = createBrowserLogin({ secrets, users: [ada], origins, launch, patience: 3000 })
  })
  after(async () => {
    await front.close()
    provider.close()
    for (const server of [pages, client]) {
      server.closeAllConnections()
      server.close()
    }
  })

  test('RFC 8252 §7.3: on a page made by script, and stops before the redirect URI', async () => {
    const redirectUri = `${clientOrigin}/callback`
    const url = `${origin}/login?redirect_uri=${encodeURIComponent(redirectUri)}`
    const outcome = await front.visit(url, { scope: [], redirectUris: [redirectUri] })
    assert.ok(outcome.kind === 'redirected', JSON.stringify(outcome))
    assert.equal(outcome.location, `${redirectUri}?code=c1&state=s1`)
    assert.equal(outcome.parameters.get('code'), 'c1')
    assert.equal(hits, 0)
    assert.ok(secrets.all().some(secret => secret.reveal() === 'c1'))
  })

  test('OpenID Connect Core §3.1.2.4: through login and consent of a foreign server', async () => {
    const url = new URL(`${provider.issuer}/auth`)
    url.search = new URLSearchParams({
      client_id: 'web',
      redirect_uri: provider.redirectUri,
      response_type: 'code',
      scope: 'openid',
      state: 's2',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    }).toString()
    const visit = { scope: ['openid'], redirectUris: [provider.redirectUri], browser: 'ada' }
    const outcome = await front.visit(url.href, visit)
    assert.ok(outcome.kind === 'redirected', JSON.stringify(outcome))
    assert.equal(outcome.parameters.get('state'), 's2')
    assert.ok(outcome.parameters.has('code'))
  })

  for (const [name, form] of [
    ['a form', '<form id="f" method="post" target="_blank" action="EVIL">'],
    ['its base', '<base target="_blank"><form id="f" method="post" action="EVIL">'],
    ['a button', '<form id="f" method="post" action="EVIL"><button form="f" formtarget="_blank">Log in</button>'],
  ] as const)
    test(`RFC 9700 §4.12: ${name} that opens another tab does not take the password elsewhere`, async () => {
      login = `${form.replace('EVIL', `${clientOrigin}/steal`)}<input name="who"><input name="secret" type="password"><button>Log in</button></form>`
      const before = hits
      const outcome = await front.visit(`${origin}/elsewhere`, { scope: [], redirectUris: [] })
      assert.ok(outcome.kind === 'redirected', JSON.stringify(outcome))
      assert.equal(hits, before)
    })

  test('a browser that does not start is told, and closing it is no trouble', async () => {
    const broken = createBrowserLogin({
      secrets,
      users: [],
      origins: new Set(),
      launch: { executablePath: '/nowhere' },
    })
    const outcome = await broken.visit(origin, { scope: [], redirectUris: [] })
    assert.match(
      outcome.kind === 'stuck' ? outcome.reason : '',
      /the browser could not go on: no Chromium was started, and `login\.browser` says/,
    )
    await broken.close()
  })

  test('a user who is idle sees the page', async () => {
    const outcome = await front.visit(`${origin}/login`, { scope: [], redirectUris: [], isIdle: true })
    assert.ok(outcome.kind === 'page')
    assert.equal(outcome.status, 200)
    assert.match(outcome.body, /Log in/)
  })
})
