import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createSecretLedger } from '../secret/secret.ts'
import { createServerTools } from './server-tools.ts'
import { accessTo, agreeingFront, clientWith, metadata, scriptedSend, serverWith } from './testing/scripted-server.ts'
import { trackIssued } from './track-issued.ts'

function toolsOf(change: Parameters<typeof serverWith>[0] = {}) {
  const access = accessTo({}, change)
  const front = agreeingFront(access.secrets, query => ({ code: 'the-c0de', state: query.get('state') ?? '' }))
  return { tools: createServerTools({ ...access, front }), front, access }
}

describe('createServerTools', () => {
  test('endpoints, clients and users are those of the server', () => {
    const { tools } = toolsOf({ clients: [clientWith(), clientWith({ name: 'other', mayIntrospect: true })] })
    assert.equal(tools.endpoint('token_endpoint'), metadata.token_endpoint)
    assert.equal(tools.endpoint('introspection_endpoint'), undefined)
    assert.equal(tools.client(({ mayIntrospect }) => mayIntrospect)?.name, 'other')
    assert.equal(
      tools.client(() => false),
      undefined,
    )
    assert.equal(tools.users[0]?.name, 'Ada')
  })

  test('RFC 6749 §3.1: a parameter may come twice, and the browser stops at each redirect URI', async () => {
    const { tools, front } = toolsOf()
    const outcome = await tools.authorize(
      [
        ['client_id', 'web'],
        ['redirect_uri', 'https://evil.example/'],
        ['redirect_uri', 'https://app.example/callback'],
        ['scope', 'a b'],
      ],
      { denies: true, browser: 'x' },
    )
    assert.equal(outcome.kind, 'redirected')
    const [visit] = front.visits
    assert.deepEqual(visit?.query.getAll('redirect_uri'), ['https://evil.example/', 'https://app.example/callback'])
    assert.deepEqual(new Set(visit?.redirectUris), new Set(['https://evil.example/', 'https://app.example/callback']))
    assert.deepEqual([visit?.scope, visit?.denies, visit?.browser], [['a', 'b'], true, 'x'])
  })

  test('a code with everything that redeeming it takes; nothing is redeemed', async () => {
    const { tools, access } = toolsOf()
    const got = await tools.obtainCode({ client: clientWith(), scope: ['read'], parameters: [['prompt', 'login']] })
    assert.ok(got.kind === 'code')
    assert.equal(got.code.reveal(), 'the-c0de')
    assert.equal(got.redirectUri, 'https://app.example/callback')
    assert.equal(access.sent.length, 0)
  })

  test('RFC 8628 §3.3: the browser goes to any address, with what the device shows', async () => {
    const { tools, front } = toolsOf()
    await tools.visit('https://as.example/device', { userCode: 'BCDF' })
    const [visit] = front.visits
    assert.deepEqual([visit?.userCode, visit?.scope, visit?.redirectUris], ['BCDF', [], []])
  })

  test('a request with the client’s authentication is made and not sent', () => {
    const { tools, access } = toolsOf()
    const request = tools.formRequest('token_endpoint', [['grant_type', 'x']], clientWith())
    assert.equal(request.method, 'POST')
    assert.equal(request.body, 'grant_type=x')
    assert.equal(access.sent.length, 0)
    assert.throws(
      () => tools.formRequest('introspection_endpoint', [], clientWith()),
      /has no `introspection_endpoint`/,
    )
  })

  test('a server without the authorization endpoint', async () => {
    const { tools } = toolsOf({ metadata: {} })
    const outcome = await tools.authorize([])
    assert.match(outcome.kind === 'stuck' ? outcome.reason : '', /has no `authorization_endpoint`/)
  })
})

describe('trackIssued', () => {
  const body = { access_token: 'a1', refresh_token: 'r1', id_token: 'i1' }
  const { send } = scriptedSend({ '/token': () => ({ body }), '/other': () => ({ body }) })
  const secrets = createSecretLedger()
  const server = serverWith({ clients: [clientWith(), clientWith({ name: 'b', clientId: 'b c' })] })
  const adopted: string[] = []
  const tracked = trackIssued(send, {
    server,
    secrets,
    source: { adopt: (token, hint, client) => void adopted.push(`${token.reveal()} ${hint} ${client.name}`) },
  })
  const request = { method: 'POST', origin: 'https://as.example', target: '/token?x=1', headers: [] }

  test('RFC 6749 §5.1: tokens that a probe gets are noted with their client', async () => {
    await tracked({ ...request, body: 'client_id=b%20c' })
    assert.deepEqual(adopted.splice(0), ['a1 access_token b', 'r1 refresh_token b'])
    await tracked({ ...request, headers: [['Authorization', `Basic ${btoa('b+c:x')}`]] })
    await tracked(request)
    assert.deepEqual(
      adopted.splice(0).map(each => each.split(' ')[2]),
      ['b', 'b', 'web', 'web'],
    )
    assert.deepEqual(
      secrets.all().map(({ kind }) => kind),
      ['access token', 'refresh token', 'ID token'],
    )
  })

  test('an answer without tokens leaves nothing to note', async () => {
    const seen: string[] = []
    const empty = trackIssued(scriptedSend({ '/token': () => ({ status: 400, body: { error: 'x' } }) }).send, {
      server,
      secrets: createSecretLedger(),
      source: { adopt: token => void seen.push(token.kind) },
    })
    await empty({ ...request, body: 'client_id=web' })
    assert.deepEqual(seen, [])
  })

  test('answers from elsewhere are not', async () => {
    await tracked({ ...request, target: '/other' })
    await tracked({ ...request, origin: 'https://other.example' })
    assert.deepEqual(adopted, [])
  })
})
