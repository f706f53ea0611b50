import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Circumstances, TokenView } from '@ambit/policy'
import fc from 'fast-check'
import type { Fetch } from '../platform.ts'
import { type AuthzenPdpOptions, authzenPdp } from './remote-policy.ts'
import { sharedSecrets } from './shared-secrets.ts'
import { carryTo } from './testing/carry.ts'
import { parseBody, records, scopes, secret, testPoint } from './testing/point.ts'

const now = 1_700_000_000
const token: TokenView = { scope: scopes.set('read', 'write'), claims: { sub: 'ada', client_id: 'app', acr: 'pwd' } }
const circumstances: Circumstances = { resource: { id: 7, status: 'active' }, now }

const remote = (fetch: Fetch, more: Partial<AuthzenPdpOptions> = {}) =>
  authzenPdp({
    identifier: 'https://pdp.example',
    authorization: () => `Bearer ${secret}`,
    catalogue: scopes,
    fetch,
    ...more,
  })

const bodyOf = ({ body }: RequestInit) => (typeof body === 'string' ? body : '')

const answering = (body: unknown, init: ResponseInit = {}): Fetch => {
  return () => Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), init))
}
const decide = (fetch: Fetch, more?: Partial<AuthzenPdpOptions>) =>
  remote(fetch, more).decide('record.view', token, circumstances)

test('AuthZEN §6.1: the question tells token, action, input and resource, to the evaluation endpoint', async () => {
  const calls: { readonly url: string; readonly init: RequestInit }[] = []
  const fetch: Fetch = (url, init) => {
    calls.push({ url, init })
    return Promise.resolve(Response.json({ decision: true }))
  }
  const asked = { ...circumstances, input: { size: 'big' }, facts: { friends: ['ben'] } }
  assert.deepEqual(await remote(fetch).decide('record.edit', token, asked), { kind: 'allow' })
  assert.equal(calls[0]?.url, 'https://pdp.example/access/v1/evaluation')
  const { method, headers, redirect, body } = calls[0]?.init ?? {}
  assert.deepEqual([method, redirect], ['POST', 'error'])
  assert.deepEqual(headers, {
    accept: 'application/json',
    'content-type': 'application/json',
    authorization: `Bearer ${secret}`,
  })
  assert.deepEqual(JSON.parse(bodyOf({ body: body ?? null })), {
    subject: { type: 'user', id: 'ada', properties: { sub: 'ada', client_id: 'app', acr: 'pwd', scope: 'read write' } },
    action: { name: 'record.edit', properties: { size: 'big' } },
    resource: { type: 'record', id: '7', properties: { id: 7, status: 'active' } },
    context: { facts: { friends: ['ben'] } },
  })
})

test('RFC 9068 §5: a client that acts for itself is no user', async () => {
  const told: unknown[] = []
  const fetch: Fetch = (_url, init) => {
    told.push((JSON.parse(bodyOf(init)) as { subject: { type: string; id: string } }).subject)
    return Promise.resolve(Response.json({ decision: true }))
  }
  for (const claims of [{ sub: 'app', client_id: 'app' }, { client_id: 'app' }, {}])
    await remote(fetch).decide('record.view', { scope: scopes.empty, claims }, { now })
  assert.deepEqual(
    told.map(each => ({ ...(each as object), properties: undefined })),
    ['app', 'app', '*'].map(id => ({ type: 'client', id, properties: undefined })),
  )
})

test('AuthZEN §10.1: the endpoint of the metadata goes before the default', async () => {
  const urls: string[] = []
  const fetch: Fetch = url => {
    urls.push(url)
    return Promise.resolve(Response.json({ decision: false }))
  }
  await decide(fetch, { evaluationEndpoint: 'https://pdp.example/v1/decide' })
  await decide(fetch, { identifier: 'https://pdp.example/tenant1/' })
  assert.deepEqual(urls, ['https://pdp.example/v1/decide', 'https://pdp.example/tenant1/access/v1/evaluation'])
})

const notAllowed = [
  ['`decision` that is a text', { decision: 'true' }],
  ['`decision` that is a number', { decision: 1 }],
  ['no `decision`', { allow: true }],
  ['an array', [true]],
  ['null', null],
  ['no JSON', '<html>'],
  ['nothing', ''],
  ['a context that is no object', { decision: true, context: 'ok' }],
  ['an answer without end', `{"decision":true,"x":"${'x'.repeat(65_536)}"}`],
] as const

for (const [what, body] of notAllowed)
  test(`AuthZEN §5.5: ${what} allows nothing`, async () => {
    assert.equal((await decide(answering(body))).kind, 'unavailable')
  })

for (const status of [201, 204, 400, 401, 403, 404, 500, 503])
  test(`AuthZEN §10.1.2: status ${status} is no decision`, async () => {
    const body = status === 204 ? null : '{"decision":true}'
    const answer = await decide(() => Promise.resolve(new Response(body, { status })))
    assert.equal(answer.kind, 'unavailable')
  })

test('AuthZEN §10.1.2: an endpoint that cannot be reached allows nothing', async () => {
  const answer = await decide(() => Promise.reject(new TypeError('fetch failed')))
  assert.deepEqual(answer, { kind: 'unavailable', reason: 'the policy decision point failed: fetch failed' })
})

test('AuthZEN §10.1.2: an endpoint that hangs is not waited for', async () => {
  const hanging: Fetch = (_url, { signal }) =>
    new Promise((_resolve, reject) =>
      signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
    )
  assert.equal((await decide(hanging, { timeout: 1 })).kind, 'unavailable')
})

test('AuthZEN §10.1.3: an answer to another request is no answer', async () => {
  const answer = (headers: HeadersInit) => decide(answering({ decision: true }, { headers }), { requestId: () => 'r1' })
  assert.equal((await answer({ 'x-request-id': 'r1' })).kind, 'allow')
  assert.equal((await answer({ 'x-request-id': 'r2' })).kind, 'unavailable')
  assert.equal((await answer({})).kind, 'unavailable')
})

test('AuthZEN §11.1: only https is asked, or loopback', () => {
  for (const identifier of ['http://pdp.example', 'pdp.example', 'ftp://pdp.example'])
    assert.throws(() => authzenPdp({ identifier, authorization: () => '' }), RangeError)
  authzenPdp({ identifier: 'http://127.0.0.1:8181', authorization: () => '' })
})

const denials = [
  ['nothing more', undefined, { kind: 'forbidden', rule: 'the policy decision point denies', isHidden: false }],
  [
    'words in another form',
    { reason_user: { 403: 'no' } },
    { kind: 'forbidden', rule: 'the policy decision point denies', isHidden: false },
  ],
  [
    '404',
    { error: { status: 404, message: 'Resource not found' } },
    { kind: 'forbidden', rule: 'Resource not found', isHidden: true },
  ],
  [
    'a wanted login',
    { acr_values: 'urn:com:example:loa:3' },
    { kind: 'step_up', acr: 'urn:com:example:loa:3', rule: 'the policy decision point denies' },
  ],
  ['a wanted fresh login', { max_age: 0 }, { kind: 'step_up', maxAge: 0, rule: 'the policy decision point denies' }],
  [
    'a wanted login of the wrong type',
    { acr_values: ['a'], max_age: -1 },
    { kind: 'forbidden', rule: 'the policy decision point denies', isHidden: false },
  ],
  [
    'a login that no challenge can ask for',
    { acr_values: 'mfa\r\nset-cookie: a=b' },
    { kind: 'forbidden', rule: 'the policy decision point denies', isHidden: false },
  ],
  [
    'words on several lines',
    { rule: 'closed\n2026 allowed\u2028\u202e' },
    { kind: 'forbidden', rule: 'closed?2026 allowed??', isHidden: false },
  ],
  [
    'a scope that nobody knows',
    { scope: 'admin' },
    { kind: 'forbidden', rule: 'the policy decision point denies', isHidden: false },
  ],
  [
    'its own failure',
    { error: { status: 500, message: 'internal error' } },
    { kind: 'unavailable', reason: 'the policy decision point could not decide: internal error' },
  ],
] as const

for (const [what, context, wanted] of denials)
  test(`AuthZEN §5.5.1: a denial with ${what} is understood`, async () => {
    assert.deepEqual(await decide(answering({ decision: false, ...(context && { context }) })), wanted)
  })

test('AuthZEN §5.5.1: a scope in the context is asked for where the catalogue knows it', async () => {
  const body = { decision: false, context: { scope: 'read write', missing_scope: 'write' } }
  const answer = await decide(answering(body))
  assert.ok(answer.kind === 'insufficient_scope')
  assert.deepEqual([answer.needed.tokens, answer.missing.tokens], [['read', 'write'], ['write']])
  const plain = authzenPdp({ identifier: 'https://pdp.example', authorization: () => '', fetch: answering(body) })
  assert.equal((await plain.decide('record.view', token, circumstances)).kind, 'forbidden')
})

class Money {
  readonly amount = 7
}
const circle: Record<string, unknown> = {}
circle['self'] = circle

const untellable = [
  ['a date', { at: new Date(0) }, 'question.resource.properties.at'],
  ['no number', { price: Number.NaN }, 'question.resource.properties.price'],
  ['a number without end', { price: Number.POSITIVE_INFINITY }, 'question.resource.properties.price'],
  ['an inexact number', { id: '1', size: 2 ** 53 }, 'question.resource.properties.size'],
  ['a function', { run: () => true }, 'question.resource.properties.run'],
  ['an object of a class', { price: new Money() }, 'question.resource.properties.price'],
  ['an array with a hole', { list: [1, undefined] }, 'question.resource.properties.list[1]'],
  ['a lone surrogate', { name: '\ud800' }, 'question.resource.properties.name'],
  ['an object that tells something else of itself', { price: { toJSON: 1 } }, 'question.resource.properties.price'],
  ['a circle', circle, 'question.resource.properties'],
] as const

for (const [what, resource, path] of untellable)
  test(`RFC 8259 §3: ${what} is not told as something else`, async () => {
    const answer = await remote(answering({ decision: true })).decide('record.view', token, { resource, now })
    assert.ok(answer.kind === 'unavailable')
    assert.ok(answer.reason.includes(`\`${path}`), answer.reason)
  })

test('AuthZEN §5.3: an object or an input that has no members is not left out', async () => {
  const policy = remote(answering({ decision: true }))
  for (const given of [5, '', false, ['x']]) {
    for (const [name, asked] of [
      ['input', { ...circumstances, input: given }],
      ['resource', { ...circumstances, resource: given }],
    ] as const) {
      const reason = `no question can carry \`${name}\` as it is`
      assert.deepEqual(await policy.decide('record.view', token, asked), { kind: 'unavailable', reason })
    }
  }
  for (const input of [undefined, null])
    assert.equal((await policy.decide('record.view', token, { ...circumstances, input })).kind, 'allow')
  const describeResource = (_action: string, id: unknown) => ({ type: 'record', id: String(id) })
  const described = remote(answering({ decision: true }), { describeResource })
  assert.equal((await described.decide('record.view', token, { resource: 7, now })).kind, 'allow')
})

test('RFC 8259 §3: the application may tell its object in its own way', async () => {
  const describeResource = () => ({ type: 'record', id: '1', properties: { status: 'closed' } })
  const answer = await remote(carryTo(testPoint()), { describeResource }).decide('record.view', token, {
    resource: new Money(),
    now,
  })
  assert.partialDeepStrictEqual(answer, { kind: 'forbidden', rule: 'open' })
})

test('AuthZEN §2: our enforcement point over our decision point decides as the policy itself', async () => {
  const policy = remote(carryTo(testPoint({ authenticate: sharedSecrets({ gateway: secret }) })))
  const text = fc.constantFrom('active', 'closed', 'secret', 'hot', 'none')
  const question = fc.record({
    action: fc.constantFrom('record.view', 'record.edit', 'folder.view'),
    held: fc.subarray(['read', 'write'] as const),
    claims: fc.record({ sub: fc.string(), acr: fc.constantFrom('mfa', 'pwd') }, { requiredKeys: [] }),
    resource: fc.option(fc.record({ id: fc.string(), status: text }, { requiredKeys: [] }), { nil: undefined }),
    input: fc.option(fc.record({ size: fc.constantFrom('huge', 'big') }), { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(question, async ({ action, held, claims, resource, input }) => {
      const asked = { now, ...(resource && { resource }), ...(input && { input }) }
      const view = { scope: scopes.set(...held), claims }
      const [far, near] = [
        await policy.decide(action, view, asked),
        await records.evaluator.decide(action, view, asked),
      ]
      assert.deepEqual(
        parseBody({ status: 200, headers: {}, body: JSON.stringify(far) }),
        JSON.parse(JSON.stringify(near)),
      )
    }),
    { seed: 3, numRuns: 300 },
  )
})
