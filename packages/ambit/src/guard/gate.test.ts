import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRouteTable, readOperations } from '@ambit/policy'
import type { HttpHeaders, HttpRequest } from '@ambit/protocol'
import type { Guarded } from '@ambit/resource'
import { createGate, type GateOptions, type Passage, type Stop } from './gate.ts'
import { document } from './testing/world.ts'

const refused: Guarded = { kind: 'refused', response: { status: 401, headers: {}, body: '' }, reason: 'no' }

async function ask(method: string, path: string, headers: HttpHeaders = {}, changes: Partial<GateOptions> = {}) {
  const asked: unknown[] = []
  const gate = createGate({
    routes: createRouteTable(readOperations(document).operations),
    guard: async (_request, needs) => {
      asked.push(needs)
      return refused
    },
    checkedByApi: new Set(),
    preflight: 'pass',
    ...changes,
  })
  const request: HttpRequest = { method, path, query: '', headers, body: '', remoteAddress: '127.0.0.1' }
  return { decision: await gate(request), asked }
}

function statusOf(decision: Passage | Stop): number | 'pass' {
  return decision.kind === 'pass' ? 'pass' : decision.response.status
}

describe('what the document does not have is refused', () => {
  for (const path of [
    '/',
    '/things',
    '/v1/none',
    '/v1/things/',
    '/v1//things',
    '/V1/things',
    '/v1/%74hings',
    '/v1/things/..',
    '/v1/things/a%2fb',
    '/v1/things;a',
  ])
    test(`RFC 9110 §15.5.5: GET ${path}`, async () => {
      const { decision, asked } = await ask('GET', path, { authorization: 'Bearer t' })
      assert.equal(statusOf(decision), 404)
      assert.deepEqual(asked, [])
    })

  test('RFC 9110 §15.5.6: another method is told which there are', async () => {
    const { decision } = await ask('PUT', '/v1/things')
    assert.ok(decision.kind === 'stop')
    assert.equal(decision.response.status, 405)
    assert.equal(decision.response.headers['allow'], 'GET, POST, DELETE, HEAD')
  })

  test('RS-ROU-03: fields that name another method are not read, and TRACE is refused', async () => {
    const override = { 'x-http-method-override': 'GET', 'x-method-override': 'GET', authorization: 'Bearer t' }
    assert.deepEqual((await ask('POST', '/v1/things', override)).asked, [{ anyOf: [{ allOf: ['write'] }] }])
    assert.equal(statusOf((await ask('TRACE', '/v1/things')).decision), 405)
  })

  test('RS-ROU-04: fields that name another path are not read', async () => {
    for (const name of ['x-original-url', 'x-rewrite-url', 'x-forwarded-uri', 'x-original-uri'])
      assert.equal(statusOf((await ask('GET', '/v1/things', { [name]: '/v1/open' })).decision), 401)
  })
})

describe('what the document has is judged by its `security`', () => {
  test('public: a token is not looked at', async () => {
    const { decision, asked } = await ask('GET', '/v1/open', { authorization: 'Bearer bad' })
    assert.equal(statusOf(decision), 'pass')
    assert.deepEqual(asked, [])
  })
  test('scopes', async () => {
    const { decision, asked } = await ask('GET', '/v1/things')
    assert.equal(statusOf(decision), 401)
    assert.deepEqual(asked, [{ anyOf: [{ allOf: ['read'] }] }])
  })
  test('RFC 9110 §9.3.2: HEAD as GET', async () => {
    assert.deepEqual((await ask('HEAD', '/v1/things')).asked, [{ anyOf: [{ allOf: ['read'] }] }])
  })
  test('optional: without a token it passes, a token that is sent must be good', async () => {
    assert.equal(statusOf((await ask('GET', '/v1/maybe')).decision), 'pass')
    assert.equal(statusOf((await ask('GET', '/v1/maybe', { authorization: 'Basic YTpi' })).decision), 'pass')
    for (const authorization of ['Bearer t', ' bearer', 'DPoP t', ['Basic a', 'Bearer b']]) {
      const { decision, asked } = await ask('GET', '/v1/maybe', { authorization })
      assert.equal(statusOf(decision), 401)
      assert.deepEqual(asked, [{ allOf: [] }])
    }
  })
  test('a key that nobody here checks: refused, whatever is sent', async () => {
    const { decision, asked } = await ask('GET', '/v1/keyed', { authorization: 'Bearer t', 'x-key': 'k' })
    assert.equal(statusOf(decision), 403)
    assert.ok(decision.kind === 'stop' && /`key`/.test(decision.reason))
    assert.deepEqual(asked, [])
    assert.equal(statusOf((await ask('GET', '/v1/keyed', {}, { checkedByApi: new Set(['key']) })).decision), 'pass')
  })
  test('what is enforced is the same value at each request', async () => {
    const seen = new Set<unknown>()
    const guard: GateOptions['guard'] = async (_request, needs) => {
      seen.add(needs)
      return refused
    }
    const gate = createGate({
      routes: createRouteTable(readOperations(document).operations),
      guard,
      checkedByApi: new Set(),
      preflight: 'pass',
    })
    const request: HttpRequest = {
      method: 'GET',
      path: '/v1/things',
      query: '',
      headers: {},
      body: '',
      remoteAddress: '',
    }
    await gate(request)
    await gate(request)
    assert.equal(seen.size, 1)
  })
})

describe('Fetch §3.2: the question of a browser which requests it may send', () => {
  const question = { origin: 'https://app.example', 'access-control-request-method': 'POST' }
  const cases: readonly [string, string, HttpHeaders, number | 'pass'][] = [
    ['RS-TRN-06: about a method of the path: it needs no token', '/v1/things', question, 'pass'],
    ['about another method', '/v1/things', { ...question, 'access-control-request-method': 'PUT' }, 405],
    ['about another path', '/v1/none', question, 404],
    ['without an origin', '/v1/things', { 'access-control-request-method': 'POST' }, 405],
    ['without a method', '/v1/things', { origin: 'https://app.example' }, 405],
  ]
  for (const [name, path, headers, wanted] of cases)
    test(name, async () => assert.equal(statusOf((await ask('OPTIONS', path, headers)).decision), wanted))

  test('is refused where the configuration says so', async () => {
    assert.equal(statusOf((await ask('OPTIONS', '/v1/things', question, { preflight: 'refuse' })).decision), 405)
  })
  test('does not make another method of a request', async () => {
    assert.equal(statusOf((await ask('PATCH', '/v1/things', question)).decision), 405)
  })
})
