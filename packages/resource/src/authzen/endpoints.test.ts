import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsAsTold } from './as-told.ts'
import type { AuthzenEvent, DecidingPolicy } from './decision-point.ts'
import { sharedSecrets } from './shared-secrets.ts'
import { ada, ask, parseBody, record, records, secret, testPoint } from './testing/point.ts'

const evaluation = '/access/v1/evaluation'
const evaluations = '/access/v1/evaluations'
const view = { name: 'view' }

const evaluate = async (body: unknown) => testPoint().handle(ask(evaluation, body))
const resourceOf = (status: string) => ({ type: 'record', id: '1', properties: { status } })

test('AuthZEN §6.2: what the policy allows is `decision: true`', async () => {
  const response = await evaluate({ subject: ada, action: view, resource: record })
  assert.equal(response?.status, 200)
  assert.equal(response?.headers['content-type'], 'application/json')
  assert.equal(response?.headers['cache-control'], 'no-store')
  assert.deepEqual(parseBody(response), { decision: true })
})

test('AuthZEN §5.3: an action is named in full, or without its resource', async () => {
  for (const name of ['view', 'record.view'])
    assert.deepEqual(parseBody(await evaluate({ subject: ada, action: { name }, resource: record })), {
      decision: true,
    })
})

test('AuthZEN §5.3: an action of one kind of resource says nothing about another', async () => {
  const answer = parseBody(
    await evaluate({ subject: ada, action: { name: 'record.edit' }, resource: { ...record, type: 'folder' } }),
  )
  assert.partialDeepStrictEqual(answer, { decision: false, context: { error: { status: 400 } } })
})

const denials = [
  [
    'insufficient_scope',
    { ...ada, properties: { scope: 'read' } },
    resourceOf('active'),
    { error: { status: 403, message: 'insufficient_scope' }, scope: 'write', missing_scope: 'write' },
  ],
  [
    'step_up',
    ada,
    resourceOf('hot'),
    {
      error: { status: 401, message: 'insufficient_user_authentication' },
      rule: 'hot at 1700000000',
      acr_values: 'mfa',
      max_age: 300,
    },
  ],
  ['forbidden', ada, resourceOf('closed'), { error: { status: 403, message: 'forbidden' }, rule: 'open' }],
  ['hidden', ada, resourceOf('secret'), { error: { status: 404, message: 'forbidden' }, rule: 'secret' }],
] as const

for (const [kind, subject, resource, context] of denials)
  test(`AuthZEN §5.5.1: a denial says in its context how it came: ${kind}`, async () => {
    const answer = parseBody(await evaluate({ subject, action: { name: 'edit' }, resource }))
    assert.deepEqual(answer, { decision: false, context })
  })

test('AuthZEN §5.3.1: the properties of the action are its input', async () => {
  const action = { name: 'edit', properties: { size: 'huge' } }
  assert.partialDeepStrictEqual(parseBody(await evaluate({ subject: ada, action, resource: record })), {
    context: { rule: 'size' },
  })
})

test('AuthZEN §10.1.1: members that nobody knows are ignored', async () => {
  const body = { subject: { ...ada, mood: 'good' }, action: view, resource: record, context: { time: 'now' }, more: 1 }
  assert.deepEqual(parseBody(await evaluate(body)), { decision: true })
})

const good = { subject: ada, action: view, resource: record }
const malformed = [
  ['no body', undefined, /too long|UTF-8/],
  ['no JSON', '{', /no JSON object/],
  ['no object', '[]', /no JSON object/],
  ['nothing', 'null', /no JSON object/],
  ['no subject', { ...good, subject: undefined }, /`subject`/],
  ['a subject that is a text', { ...good, subject: 'ada' }, /`subject`/],
  ['a subject without type', { ...good, subject: { id: 'ada' } }, /`subject.type`/],
  ['a subject without id', { ...good, subject: { type: 'user' } }, /`subject.id`/],
  ['a subject whose id is a number', { ...good, subject: { type: 'user', id: 7 } }, /`subject.id`/],
  ['properties that are no object', { ...good, subject: { ...ada, properties: [] } }, /`subject.properties`/],
  ['properties that are null', { ...good, resource: { ...record, properties: null } }, /`resource.properties`/],
  ['no action', { ...good, action: undefined }, /`action`/],
  ['an action that is a text', { ...good, action: 'view' }, /`action`/],
  ['an action without name', { ...good, action: {} }, /`action.name`/],
  [
    'an action whose properties are a text',
    { ...good, action: { name: 'view', properties: 'all' } },
    /`action.properties`/,
  ],
  ['no resource', { ...good, resource: undefined }, /`resource`/],
  ['a resource without id', { ...good, resource: { type: 'record' } }, /`resource.id`/],
  ['a context that is a text', { ...good, context: 'now' }, /`context`/],
] as const

for (const [what, body, words] of malformed)
  test(`AuthZEN §10.1.1: ${what} is 400 with a sentence`, async () => {
    const overrides = body === undefined ? { body } : {}
    const response = await testPoint().handle(ask(evaluation, body, overrides))
    assert.equal(response?.status, 400)
    assert.match(response?.headers['content-type'] as string, /^text\/plain/)
    assert.match(response?.body ?? '', words)
  })

test('AuthZEN §10.1: another content type than JSON is 400', async () => {
  for (const headers of [{}, { 'content-type': 'text/plain' }, { 'content-type': 'application/jsonp' }])
    assert.equal((await testPoint().handle(ask(evaluation, good, { headers })))?.status, 400)
  const charset = { 'content-type': 'application/json; charset=utf-8' }
  assert.equal((await testPoint().handle(ask(evaluation, good, { headers: charset })))?.status, 200)
})

test('AuthZEN §11.7: a body beyond the limit is 400, one at the limit is read', async () => {
  const text = JSON.stringify(good)
  assert.equal((await testPoint({ limits: { body: text.length - 1 } }).handle(ask(evaluation, text)))?.status, 400)
  assert.equal((await testPoint({ limits: { body: text.length } }).handle(ask(evaluation, text)))?.status, 200)
})

test('AuthZEN §10.1: only POST asks', async () => {
  const response = await testPoint().handle(ask(evaluation, good, { method: 'GET' }))
  assert.equal(response?.status, 405)
  assert.equal(response?.headers['allow'], 'POST')
})

test('AuthZEN §10.1: other paths are left to others', async () => {
  assert.equal(await testPoint().handle(ask('/access/v1/else', good)), undefined)
})

test('AuthZEN §10.1.3: the identifier of the request is that of the answer, also of an error', async () => {
  const headers = { 'content-type': 'application/json', 'x-request-id': 'bfe9eb29' }
  for (const body of [good, '{'])
    assert.equal((await testPoint().handle(ask(evaluation, body, { headers })))?.headers['x-request-id'], 'bfe9eb29')
  assert.equal((await testPoint().handle(ask(evaluation, good)))?.headers['x-request-id'], undefined)
})

for (const [what, id] of [
  ['long', 'x'.repeat(257)],
  ['of several lines', 'a\r\nset-cookie: b'],
  ['empty', ''],
  ['sent twice', ['a', 'b']],
] as const)
  test(`AuthZEN §10.1.3: an identifier that is ${what} is 400 and not repeated`, async () => {
    const response = await testPoint().handle(
      ask(evaluation, good, { headers: { 'content-type': 'application/json', 'x-request-id': id } }),
    )
    assert.equal(response?.status, 400)
    assert.equal(response?.headers['x-request-id'], undefined)
  })

test('AuthZEN §11.3: who does not authenticate is told how, and nothing is decided', async () => {
  const events: AuthzenEvent[] = []
  const point = testPoint({
    authenticate: sharedSecrets({ gateway: secret }),
    observe: event => void events.push(event),
  })
  const response = await point.handle(ask(evaluation, good))
  assert.equal(response?.status, 401)
  assert.equal(response?.headers['www-authenticate'], 'Bearer realm="authzen"')
  assert.deepEqual(events, [])
})

test('AuthZEN §11.2: without a way to authenticate there is no decision point', () => {
  assert.throws(() => testPoint({ authenticate: undefined as never }), /`authenticate` is missing/)
})

test('AuthZEN §9.1.1: an identifier is an https URL without query and fragment, or on loopback', () => {
  for (const identifier of [
    'http://pdp.example',
    'https://pdp.example/?a',
    'https://pdp.example/#a',
    'https://a:b@pdp.example',
    'pdp',
    'http://127.0.0.1.example',
  ])
    assert.throws(() => testPoint({ identifier }), RangeError)
  for (const identifier of ['https://pdp.example/tenant', 'http://localhost:8080', 'http://[::1]:8080'])
    assert.equal(testPoint({ identifier }).metadata.policy_decision_point, identifier)
})

test('AuthZEN §7.2.1: an unknown subject may do nothing', async () => {
  const point = testPoint({ resolveSubject: () => undefined })
  const answer = parseBody(await point.handle(ask(evaluation, good)))
  assert.deepEqual(answer, { decision: false, context: { error: { status: 403, message: 'unknown subject' } } })
})

test('AuthZEN §7.2.1: nothing may be done to an unknown resource', async () => {
  const point = testPoint({ resolveResource: ({ id }) => (id === '1' ? { status: 'closed' } : undefined) })
  assert.partialDeepStrictEqual(parseBody(await point.handle(ask(evaluation, good))), { context: { rule: 'open' } })
  const other = { ...good, resource: { type: 'record', id: '2' } }
  const answer = parseBody(await point.handle(ask(evaluation, other)))
  assert.deepEqual(answer, { decision: false, context: { error: { status: 404, message: 'unknown resource' } } })
})

test('AuthZEN §7.2.1: an exception denies its question alone, and only the operator hears of it', async () => {
  const errors: unknown[] = []
  const point = testPoint({ onError: error => void errors.push(error) })
  const resources = [resourceOf('broken'), record].map(resource => ({ resource }))
  const answer = parseBody(await point.handle(ask(evaluations, { subject: ada, action: view, evaluations: resources })))
  const denied = { decision: false, context: { error: { status: 500, message: 'internal error' } } }
  assert.deepEqual(answer, { evaluations: [denied, { decision: true }] })
  assert.match(String(errors[0]), /the database is gone/)
})

test('AuthZEN §10.1.2: an exception before any decision is 500 without details', async () => {
  const errors: unknown[] = []
  const point = testPoint({
    authenticate: () => Promise.reject(new Error('no directory')),
    onError: error => void errors.push(error),
  })
  const response = await point.handle(ask(evaluation, good))
  assert.deepEqual([response?.status, response?.body], [500, 'internal error'])
  assert.match(String(errors[0]), /no directory/)
})

test('AuthZEN §7.1.1: the members of the message stand in for those that a question leaves out', async () => {
  const body = {
    subject: ada,
    action: view,
    resource: resourceOf('closed'),
    evaluations: [
      { resource: record },
      { action: { name: 'edit' } },
      { subject: { type: 'user', id: 'ben' }, resource: record },
    ],
  }
  const answer = parseBody(await testPoint().handle(ask(evaluations, body)))
  assert.partialDeepStrictEqual(answer, {
    evaluations: [{ decision: true }, { context: { rule: 'open' } }, { context: { missing_scope: 'read' } }],
  })
})

test('AuthZEN §7.1: without questions the message itself is one', async () => {
  for (const body of [good, { ...good, evaluations: [] }])
    assert.deepEqual(parseBody(await testPoint().handle(ask(evaluations, body))), { decision: true })
})

const wrongEvaluations = [
  ['questions that are no array', { ...good, evaluations: {} }, /`evaluations`/],
  ['a question that is no object', { ...good, evaluations: [good, 1] }, /`evaluations\[1\]`/],
  [
    'a question whose subject nobody tells',
    { evaluations: [good, { action: view, resource: record }] },
    /`evaluations\[1\].subject`/,
  ],
  [
    'a semantic that nobody knows',
    { ...good, evaluations: [{}], options: { evaluations_semantic: 'some' } },
    /evaluations_semantic/,
  ],
  ['options that are no object', { ...good, evaluations: [{}], options: [] }, /`options`/],
  ['more questions than are answered', { ...good, evaluations: Array(101).fill({}) }, /at most 100/],
] as const

for (const [what, body, words] of wrongEvaluations)
  test(`AuthZEN §7.1: ${what} is 400`, async () => {
    const response = await testPoint().handle(ask(evaluations, body))
    assert.equal(response?.status, 400)
    assert.match(response?.body ?? '', words)
  })

test('AuthZEN §7.1: a hundred questions are answered at once', async () => {
  const answer = parseBody(await testPoint().handle(ask(evaluations, { ...good, evaluations: Array(100).fill({}) })))
  assert.deepEqual(answer, { evaluations: Array(100).fill({ decision: true }) })
})

const semantics = [
  ['execute_all', [true, false, true]],
  ['deny_on_first_deny', [true, false]],
  ['permit_on_first_permit', [true]],
  [undefined, [true, false, true]],
] as const

for (const [semantic, wanted] of semantics)
  test(`AuthZEN §7.1.2.1: ${semantic ?? 'nothing said'} answers ${wanted.join(', ')}`, async () => {
    const list = ['active', 'closed', 'active'].map(status => ({ resource: resourceOf(status) }))
    const body = {
      subject: ada,
      action: view,
      evaluations: list,
      options: { evaluations_semantic: semantic, other: 1 },
    }
    const answer = parseBody(await testPoint().handle(ask(evaluations, body))) as {
      evaluations: { decision: boolean }[]
    }
    assert.deepEqual(
      answer.evaluations.map(({ decision }) => decision),
      wanted,
    )
  })

test('AuthZEN §9.2: the metadata stands between host and path, is for everybody, and names what there is', async () => {
  const point = testPoint({
    identifier: 'https://pdp.example/tenant1',
    authenticate: sharedSecrets({ gateway: secret }),
  })
  const response = await point.handle(ask('/.well-known/authzen-configuration/tenant1', '', { method: 'GET' }))
  assert.equal(response?.status, 200)
  assert.equal(response?.headers['content-type'], 'application/json')
  assert.deepEqual(parseBody(response), {
    policy_decision_point: 'https://pdp.example/tenant1',
    access_evaluation_endpoint: 'https://pdp.example/tenant1/access/v1/evaluation',
    access_evaluations_endpoint: 'https://pdp.example/tenant1/access/v1/evaluations',
    search_action_endpoint: 'https://pdp.example/tenant1/access/v1/search/action',
  })
  assert.equal((await point.handle(ask('/tenant1/access/v1/evaluation', good)))?.status, 401)
  assert.equal((await point.handle(ask('/.well-known/authzen-configuration/tenant1', '')))?.status, 405)
})

test('AuthZEN: each answer is told to the operator, without properties', async () => {
  const events: AuthzenEvent[] = []
  const point = testPoint({ observe: event => void events.push(event) })
  await point.handle(ask(evaluation, good, { headers: { 'content-type': 'application/json', 'x-request-id': 'r1' } }))
  const [subject, resource] = [
    { type: 'user', id: 'ada' },
    { type: 'record', id: '1' },
  ]
  assert.deepEqual(events, [{ subject, action: 'view', resource, decision: true, requestId: 'r1' }])
})

test('AuthZEN §5.4: facts of the context reach the policy where they are believed, and nowhere else', async () => {
  const seen: unknown[] = []
  const decide: DecidingPolicy['evaluator']['decide'] = (_action, _token, { facts }) => {
    seen.push(facts)
    return { kind: 'allow' }
  }
  const policy = { model: records.model, evaluator: { decide } }
  const question = ask(evaluation, { ...good, context: { facts: { friends: ['ben'] } } })
  await testPoint({ policy }).handle(question)
  await testPoint({ policy, resolveFacts: factsAsTold }).handle(question)
  await testPoint({ policy, resolveFacts: factsAsTold }).handle(ask(evaluation, { ...good, context: { facts: [1] } }))
  assert.deepEqual(seen, [undefined, { friends: ['ben'] }, undefined])
})
