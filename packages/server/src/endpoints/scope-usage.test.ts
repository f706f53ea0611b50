import assert from 'node:assert/strict'
import { sign } from 'node:crypto'
import { describe, test } from 'node:test'
import { defineScopes } from '@ambit/scope'
import { inventory, pets } from '../testing/catalogue.ts'
import { clientSecret, clients, testClient } from '../testing/clients.ts'
import { clientId } from '../testing/ids.ts'
import { clientKeys } from '../testing/keys.ts'
import { bodyOf, outcomeOf, request } from '../testing/requests.ts'
import { testWorld, type WorldOverrides } from '../testing/world.ts'
import { scopeUsageEndpoint } from './scope-usage.ts'

type Members = Readonly<Record<string, unknown>>

async function open(overrides: WorldOverrides = {}) {
  const world = await testWorld(overrides)
  const now = world.clock.now()
  const report = (more: Members = {}) => ({
    client_id: 'web',
    scope: 'read_pets',
    count: 2,
    last_used_at: now,
    ...more,
  })
  const send = (body: unknown, parts: Parameters<typeof request>[0] = { basic: ['api', clientSecret] }) => {
    const { headers, ...rest } = request({
      method: 'POST',
      path: '/scope-usage',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...parts,
    })
    const json = { ...rest, headers: { 'content-type': 'application/json; charset=utf-8', ...headers } }
    return scopeUsageEndpoint.handle(world.context, world.exchange(json))
  }
  const usage = async (of = 'web') => world.context.store.listScopeUsage(clientId(of))
  return { world, now, report, send, usage }
}

describe('reports of used scope', () => {
  test('are added up, and the answer says how many', async () => {
    const { now, report, send, usage } = await open()
    const answer = await send({ reports: [report(), report({ scope: 'order', last_used_at: now - 9 }), report()] })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.deepEqual(bodyOf(answer), { accepted: 3, ignored: 0 })
    assert.deepEqual(await usage(), [
      { clientId: 'web', scope: 'order', count: 2, firstUsedAt: now - 9, lastUsedAt: now - 9 },
      { clientId: 'web', scope: 'read_pets', count: 4, firstUsedAt: now, lastUsedAt: now },
    ])
    assert.deepEqual(bodyOf(await send({ reports: [] })), { accepted: 0, ignored: 0 })
  })

  test('about clients and scopes that nobody knows, or of another resource, are left out and counted', async () => {
    const own = testClient({ name: 'shelf', introspects: [inventory], grantTypes: [] })
    const { report, send, usage } = await open({ clients: [own] })
    const reports = [
      report({ client_id: 'ghost' }),
      report({ scope: 'flea' }),
      report(),
      report({ scope: 'order' }),
      report({ scope: 'openid' }),
    ]
    assert.deepEqual(bodyOf(await send({ reports }, { basic: ['shelf', clientSecret] })), { accepted: 2, ignored: 3 })
    assert.deepEqual(
      (await usage()).map(each => each.scope),
      ['openid', 'order'],
    )
  })

  test('with a time in the future count for now', async () => {
    const { now, report, send, usage } = await open()
    await send({ reports: [report({ last_used_at: now + 1 }), report({ scope: 'order', last_used_at: 9e15 })] })
    assert.deepEqual(
      (await usage()).map(each => each.lastUsedAt),
      [now, now],
    )
  })

  test('of instances of a parameterised scope count as one', async () => {
    const catalogue = defineScopes({ scopes: { 'pet:{id}': { resource: pets, parameters: { id: 'integer' } } } })
    const { report, send, usage } = await open({ catalogue })
    await send({ reports: [report({ scope: 'pet:7' }), report({ scope: 'pet:8' }), report({ scope: 'pet:x' })] })
    assert.deepEqual(
      (await usage()).map(({ scope, count }) => [scope, count]),
      [['pet:{id}', 4]],
    )
  })
})

describe('who may report', () => {
  test('RFC 6749 §2.3: only a client that proves who it is', async () => {
    const spa = testClient({ name: 'spa', authenticationMethod: 'none', introspects: [pets] })
    const { report, send, usage } = await open({ clients: [spa] })
    const body = { reports: [report()] }
    assert.equal(outcomeOf(await send(body, {})), '401 invalid_client')
    assert.equal(outcomeOf(await send(body, { basic: ['api', 'wrong'] })), '401 invalid_client')
    assert.equal(outcomeOf(await send({ ...body, client_id: 'spa' }, {})), '401 invalid_client')
    assert.deepEqual(await usage(), [])
  })

  test('only a client that is the resource server of something', async () => {
    const { report, send, usage } = await open()
    assert.equal(
      outcomeOf(await send({ reports: [report()] }, { basic: ['web', clientSecret] })),
      '400 unauthorized_client',
    )
    assert.deepEqual(await usage(), [])
  })

  test('RFC 7523 §2.2: a client proves it by each method, whose parameters are members of the body', async () => {
    const post = testClient({ name: 'post', authenticationMethod: 'client_secret_post', introspects: [pets] })
    const signed = { ...clients.signed, introspects: [pets] }
    const { now, report, send } = await open({ clients: [post, signed] })
    const body = { reports: [report()] }
    assert.equal(outcomeOf(await send({ ...body, client_id: 'post', client_secret: clientSecret }, {})), '200')
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = { iss: 'signed', sub: 'signed', aud: 'https://as.example', jti: 'j', iat: now, exp: now + 60 }
    const input = `${encode({ alg: 'ES256', kid: 'client-key' })}.${encode(claims)}`
    const key = { key: clientKeys.privateKey, dsaEncoding: 'ieee-p1363' } as const
    const assertion = `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    const credentials = { client_assertion_type: type, client_assertion: assertion }
    assert.equal(outcomeOf(await send({ ...body, ...credentials }, {})), '200')
  })
})

describe('what is no report', () => {
  const shapes: readonly (readonly [string, Members])[] = [
    ['without a client', { client_id: undefined }],
    ['with a scope that is no text', { scope: 7 }],
    ['with a count of 0', { count: 0 }],
    ['with a count that is no whole number', { count: 1.5 }],
    ['with a count below 0', { count: -1 }],
    ['with a count beyond all reason', { count: 1_000_000_001 }],
    ['with a time that is none', { last_used_at: 'now' }],
    ['with a time before all times', { last_used_at: -1 }],
  ]
  for (const [what, more] of shapes)
    test(`a report ${what} is invalid_request, and none of the others counts`, async () => {
      const { report, send, usage } = await open()
      const answer = await send({ reports: [report(), report(more)] })
      assert.equal(outcomeOf(answer), '400 invalid_request')
      assert.match(String(bodyOf(answer)['error_description']), /reports\[1\]/)
      assert.deepEqual(await usage(), [])
    })

  const good = { client_id: 'web', scope: 'read_pets', count: 1, last_used_at: 1 }
  const sound = { reports: [good] }
  const bodies: readonly (readonly [string, RegExp, unknown, Members?])[] = [
    ['that is no JSON', /JSON object/, 'reports=1'],
    ['that is no object', /JSON object/, []],
    ['without reports', /`reports` must be/, {}],
    ['whose reports are no list', /`reports` must be/, { reports: {} }],
    ['with a report that is no object', /`reports\[1\]` must have/, { reports: [good, 7] }],
    ['with too many reports', /at most 1000/, { reports: Array.from({ length: 1001 }, () => good) }],
    ['of another type', /application\/json/, sound, { headers: { 'content-type': 'application/jsonp' } }],
    ['with half a surrogate pair', /half a surrogate pair/, '{"reports":[],"client_secret":"\\ud800"}'],
    ['with half a surrogate pair as a name', /half a surrogate pair/, '{"reports":[],"\\udc00":"x"}'],
    ['that was too large for the edge', /too large/, sound, { body: undefined }],
    ['beside a query', /not in the request URI/, sound, { query: 'a=b' }],
  ]
  for (const [what, message, body, parts] of bodies)
    test(`RFC 8259 §2: a body ${what} is invalid_request`, async () => {
      const { send, usage } = await open()
      const answer = await send(body, { basic: ['api', clientSecret], ...parts })
      assert.equal(outcomeOf(answer), '400 invalid_request')
      assert.match(String(bodyOf(answer)['error_description']), message)
      assert.deepEqual(await usage(), [])
    })

  test('a refusal is told to whoever observes, at its own place', async () => {
    const { world, send } = await open()
    await send({ reports: [7] })
    const told = world.events.find(({ kind }) => kind === 'request.refused')
    assert.equal(told?.kind === 'request.refused' && `${told.place} ${told.clientId}`, 'scope_usage api')
  })
})
