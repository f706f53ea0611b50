import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineScopes } from '@ambit/scope'
import { isProbe, type MatrixCell, type TestCase } from '../../catalogue/test-case.ts'
import { forgeToken } from '../../node/forge-token.ts'
import type { ProbeContext, ServerTools } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { Target } from '../../target/target.ts'
import { createCaseWorld, runCase, skipsOf } from '../../testing/case-world.ts'
import { answerOf, describeCase, runBehind, variantsOf, withoutTestIssuer } from '../../testing/describe-case.ts'
import { plainTools } from '../../testing/plain-tools.ts'
import { fieldValue, type Send, type SentRequest } from '../../wire/exchange.ts'
import { batches } from './scope-batch.ts'
import { elevatedClaims, otherForms, separators } from './scope-claim.ts'
import { allOthers, leastScope, minusOne, withoutScope } from './scope-least.ts'
import { lookAlikes, otherLetters, wildcards } from './scope-lookalikes.ts'
import { scopeMatrix } from './scope-matrix.ts'
import { narrowed } from './scope-narrowed.ts'
import { properties } from './scope-parts.ts'
import { hierarchy, readOnWrites } from './scope-verbs.ts'

describeCase({
  testCase: batches,
  section: 'scope',
  finds: { 'batch-by-first': { fail: ['own and foreign parts'] } },
})
describeCase({ testCase: leastScope, section: 'RFC 6749 §3.3' })
describeCase({
  testCase: withoutScope,
  section: 'RFC 6750 §3.1',
  finds: {
    'scope-optional': { fail: ['the claim is absent'] },
    'challenge-without-scope': { warn: ['-', 'the claim is absent', 'the claim is empty'] },
    '401-for-403': { warn: ['-', 'the claim is absent', 'the claim is empty'] },
  },
})
describeCase({
  testCase: scopeMatrix,
  section: 'RFC 6749 §3.3',
  finds: {
    'scope-any-of': { fail: ['read_orders', 'write_orders'] },
    'write-with-read': { fail: ['read_orders', 'read_pets'] },
    'scope-upward': { fail: ['inventory:price:write', 'inventory:stock:write', 'order:items'] },
  },
})
test('RFC 6749 §3.3: RS-SCP-03: a wider name that opens a narrower one is no finding where only a document is known', async () => {
  const flat = (isCatalogueGuessed: boolean) => (target: Target) => {
    const names = ['order', 'order:items', 'inventory:write', 'inventory:price:write', 'read_pets']
    const catalogue = defineScopes({ segments: false, scopes: Object.fromEntries(names.map(name => [name, {}])) })
    const { policy: _, ...api } = target.api ?? assert.fail('no API')
    return { ...target, api: { ...api, catalogue, isCatalogueGuessed } }
  }
  const squares = async (isCatalogueGuessed: boolean) => {
    const only = (probe: { readonly variant?: string }) =>
      probe.variant === 'order' || probe.variant === 'inventory:write'
    const results = await runCase(scopeMatrix, { retarget: flat(isCatalogueGuessed), only })
    const bad = results.filter(
      ({ judgement }) => judgement.verdict !== 'pass' && judgement.verdict !== 'not_applicable',
    )
    return bad.map(({ probe, judgement: { verdict, cell } }) => `${probe.operation} ${verdict} ${cell?.observed}`)
  }
  const [guessed, told] = [await squares(true), await squares(false)]
  assert.ok(guessed.includes('GET /inventory/orders/items inconclusive unknown'), guessed.join())
  assert.ok(guessed.includes('POST /inventory/prices inconclusive unknown'), guessed.join())
  assert.ok(told.includes('GET /inventory/orders/items fail allowed'), told.join())
})
test('RFC 6749 Appendix A.4: RS-SCP-03: a document with scopes that are none is planned all the same', () => {
  const retarget = (target: Target): Target => {
    const api = target.api ?? assert.fail('no API')
    const declaredScopes = new Map(['a b:c', 'x"y:z', 'user:{id', ':', 'a::b'].map(scope => [scope, '']))
    const needs = (operation: ApiOperation): ApiOperation =>
      operation.enforcement.kind === 'token'
        ? {
            ...operation,
            enforcement: { kind: 'token', needs: { anyOf: [{ allOf: ['a b:c', 'user:{id', 'x"y:z'] }] } },
          }
        : operation
    const operations = api.operations.map(needs)
    return { ...target, api: { ...api, declaredScopes, operations, isCatalogueGuessed: true } }
  }
  assert.ok(scopeMatrix.plan(retarget(createCaseWorld().target)).length > 0)
})
test('RFC 6749 §3.3: RS-SCP-03: a scope of another API is a square of its own kind where the server gives no such token', async () => {
  const change = (context: ProbeContext): ProbeContext => ({
    ...context,
    tokens: { ...context.tokens, token: async () => ({ kind: 'unavailable', reason: 'refused' }) },
  })
  const resource = 'https://elsewhere.example'
  const retarget = (target: Target): Target => {
    const catalogue = defineScopes({ scopes: { read_pets: { resource }, order: {} } })
    return withoutTestIssuer(target.api === undefined ? target : { ...target, api: { ...target.api, catalogue } })
  }
  const only = 'GET /inventory/orders ·'
  const results = await runBehind(scopeMatrix, () => undefined, { retarget, only, change })
  const squares = results.map(({ judgement: { verdict, cell } }) => `${cell?.scope}: ${verdict} ${cell?.observed}`)
  assert.ok(squares.includes('read_pets: not_applicable not_issued'), squares.join())
  assert.ok(squares.includes('order: inconclusive unknown'), squares.join())
})
describeCase({
  testCase: minusOne,
  section: 'RFC 6749 §3.3',
  finds: { 'scope-any-of': { fail: ['without read_orders', 'without write_orders'] } },
})
describeCase({
  testCase: lookAlikes,
  section: 'RFC 6749 §3.3',
  finds: {
    'scope-by-substring': {
      fail: [
        'behind another part',
        'joined to another by a comma',
        'joined to another by a plus',
        'with a letter behind',
        'with a letter in front',
        'with a part more',
        'with letters around',
      ],
    },
  },
})
describeCase({
  testCase: otherLetters,
  section: 'RFC 6749 §3.3',
  finds: { 'scope-case-folded': { fail: ['in capitals', 'with a capital in front'] } },
})
describeCase({ testCase: allOthers, section: 'RFC 6749 §3.3', finds: { 'any-scope': { fail: ['-'] } } })
describeCase({
  testCase: separators,
  section: 'RFC 6749 §3.3',
  finds: { 'scope-first-only': { fail: ['another order'] }, 'scope-split-by-tab': { fail: ['a tab between'] } },
})
describeCase({
  testCase: otherForms,
  section: 'RFC 9068 §2.2.3',
  finds: { 'scope-array': { fail: ['scope as a list', 'scp as a list', 'scp as a text'] } },
})
describeCase({
  testCase: readOnWrites,
  section: 'RFC 6750 §3.1',
  finds: { 'write-with-read': { fail: ['read_orders', 'read_pets'] } },
})
describeCase({
  testCase: hierarchy,
  section: 'RFC 6749 §3.3',
  finds: {
    'scope-upward': {
      fail: [
        'inventory:price:write, which is narrower',
        'inventory:stock:write, which is narrower',
        'order:items, which is narrower',
      ],
    },
  },
})
describeCase({
  testCase: wildcards,
  section: 'RFC 6749 §3.3',
  finds: { 'scope-wildcard': { fail: ['*', '**', '.*', 'its beginning and a star'] } },
})
describeCase({
  testCase: elevatedClaims,
  section: 'RFC 6750 §3.1',
  finds: { 'permissions-claim': { fail: ['permissions'] } },
})
describeCase({
  testCase: properties,
  section: 'scope',
  finds: { 'price-with-withdrawal': { fail: ['writing `price`'] } },
})

test('RFC 6749 §3.3: the matrix of a careful API is what the catalogue and the policy say', async () => {
  const results = await runCase(scopeMatrix)
  const cells = results.flatMap(({ judgement: { cell } }) => (cell === undefined ? [] : [cell]))
  const differing = cells.filter(({ expected, observed }) => expected !== observed && expected !== 'conditional')
  assert.deepEqual(differing, [])
  const rule = (operation: string, scope: string) => cells.find(byKey(operation, scope))?.rule
  assert.equal(rule('GET /inventory/orders/items', 'order'), 'order covers order:items')
  assert.equal(rule('GET /inventory/orders', 'order:items'), 'order:items does not cover order')
  assert.equal(rule('GET /petstore/pets', ''), 'it needs read_pets')
  const price = cells.find(byKey('POST /inventory/prices', 'inventory:write'))
  assert.equal(price?.expected, 'conditional')
  assert.match(
    price?.rule ?? '',
    /^inventory:write covers inventory:price:write; then the policy decides by “own store”/,
  )
})

function byKey(operation: string, scope: string) {
  return (cell: MatrixCell) => cell.operation === operation && cell.scope === scope
}

test('RFC 6749 §3.3: a square where a good scope is refused fails, and one that nobody could ask is unknown', async () => {
  const refusing = await runBehind(
    scopeMatrix,
    async (request, send) => {
      const exchange = await send(request)
      return exchange.kind === 'answered' && exchange.response.status === 200 ? answerOf(403) : undefined
    },
    { only: 'GET /petstore/report · admin' },
  )
  assert.deepEqual(
    refusing.map(({ judgement }) => [judgement.verdict, judgement.cell?.observed]),
    [['fail', 'refused']],
  )
  const busy = await runBehind(scopeMatrix, () => answerOf(429), { only: 'GET /petstore/report · admin' })
  assert.deepEqual(
    busy.map(({ judgement }) => [judgement.verdict, judgement.cell?.observed]),
    [['inconclusive', 'unknown']],
  )
})

test('RFC 9110 §15.5: an answer that complains of the call says nothing of scope', async () => {
  const results = await runBehind(allOthers, () => answerOf(422), { only: 'GET /petstore/pets' })
  assert.deepEqual(variantsOf(results, 'inconclusive'), ['-'])
})

test('RFC 6749 §3.3: an operation that refuses its own scope is found', async () => {
  const results = await runBehind(
    leastScope,
    () => answerOf(403, [['WWW-Authenticate', 'Bearer error="insufficient_scope"']]),
    {
      only: 'petstore/pets',
    },
  )
  assert.deepEqual(
    results.map(({ judgement }) => judgement.verdict),
    ['fail', 'fail'],
  )
})

test('RFC 6749 §3.3: where a condition may be why, a refusal of the least scope proves nothing', async () => {
  const results = await runBehind(leastScope, () => answerOf(403), { only: 'POST /inventory/prices' })
  assert.deepEqual(
    results.map(({ judgement }) => judgement.verdict),
    ['inconclusive'],
  )
})

test('RFC 6750 §3.1: a challenge that names the wrong scope is found', async () => {
  const challenge = 'Bearer error="insufficient_scope", scope="sell_pets"'
  const results = await runBehind(withoutScope, () => answerOf(403, [['WWW-Authenticate', challenge]]), {
    only: 'GET /petstore/pets',
  })
  assert.equal(results[0]?.judgement.complaint, 'wrong scope named')
})

test('RFC 6749 §3.3: 2,000 scopes that take long are found, but not where every call does', async () => {
  const only = 'GET /petstore/pets · 2,000'
  const answer = (duration: number) => ({ ...answerOf(403), duration })
  const isLong = ({ headers }: SentRequest) => (fieldValue(headers, 'authorization') ?? '').length > 5000
  const costly = await runBehind(wildcards, request => answer(isLong(request) ? 5000 : 20), { only })
  assert.deepEqual(variantsOf(costly, 'fail'), ['2,000 scopes'])
  const slow = await runBehind(wildcards, () => answer(5000), { only })
  assert.deepEqual(variantsOf(slow, 'pass'), ['2,000 scopes'])
})

test('RFC 6749 §3.3: no scope that the catalogue knows stands for one that it does not', () => {
  const { target } = createCaseWorld()
  const variants = wildcards.plan(target).flatMap(each => (isProbe(each) ? [each.variant] : []))
  assert.ok(variants.includes('*'))
  assert.ok(!variants.includes('admin'))
})

test('RFC 9068 §2.2.3: what a product documents is no other form', () => {
  const { target } = createCaseWorld({
    retarget: ({ server, ...rest }) => ({ ...rest, ...(server && { server: { ...server, provider: 'okta' } }) }),
  })
  const variants = otherForms.plan(target).flatMap(each => (isProbe(each) ? [each.variant] : []))
  assert.ok(!variants.includes('scp as a list'))
  assert.ok(variants.includes('scp as a text'))
})

test('scope: without a hierarchy, wider and narrower scopes are not tried, and nothing is written where that is not allowed', () => {
  const readOnly = (target: Target): Target => ({ ...target, mayWrite: false })
  const reasons = new Set(skipsOf(readOnWrites, { retarget: readOnly }).map(({ reason }) => reason))
  assert.deepEqual([...reasons], ['it may change something, and writing was not allowed'])
  assert.ok(skipsOf(hierarchy).some(({ operation }) => operation === 'PUT /petstore/orders/{id}'))
})

test('RFC 6750 §3.1: a method that nobody described is found where it is accepted', async () => {
  const answer = (request: { readonly method: string }) => (request.method === 'PATCH' ? answerOf(200) : undefined)
  const results = await runBehind(readOnWrites, answer, { only: 'GET /petstore/pets' })
  assert.deepEqual(variantsOf(results, 'fail'), ['PATCH'])
})

const marked = (target: Target): Target => ({
  ...target,
  ...(target.api && {
    api: {
      ...target.api,
      operations: target.api.operations.map(operation =>
        operation.key === 'GET /inventory/stores/{store}/items/{item}' ? withMark(operation) : operation,
      ),
    },
  }),
})

function withMark(operation: ApiOperation): ApiOperation {
  const price = { type: 'number', 'x-ambit-scope': 'inventory:price:write' }
  return { ...operation, responses: { 200: { type: 'object', properties: { price } } } }
}

test('scope: a member that another scope may see is missed where it is shown', async () => {
  const results = await runCase(properties, { retarget: marked, only: 'showing' })
  assert.deepEqual(variantsOf(results, 'fail'), ['showing `price`'])
  const hidden = await runBehind(properties, () => answerOf(200, [], '{"name":"hay"}'), {
    retarget: marked,
    only: 'showing',
  })
  assert.deepEqual(variantsOf(hidden, 'pass'), ['showing `price`'])
})

const batch = (target: Target): Target => ({
  ...target,
  ...(target.api && {
    api: {
      ...target.api,
      operations: target.api.operations.map(operation =>
        operation.key === 'POST /inventory/prices' ? withList(operation) : operation,
      ),
    },
  }),
})

function withList(operation: ApiOperation): ApiOperation {
  const example = [{ item: 'hay', price: 8 }]
  return { ...operation, body: { mediaType: 'application/json', isRequired: true, schema: { type: 'array' }, example } }
}

test('scope: a batch with a foreign part is refused, or tells of that part', async () => {
  const run = (answer: ReturnType<typeof answerOf>) =>
    runBehind(batches, () => answer, { retarget: batch, only: 'POST /inventory/prices' })
  const verdicts = async (answer: ReturnType<typeof answerOf>) =>
    (await run(answer)).map(({ judgement }) => judgement.verdict)
  assert.deepEqual(await verdicts(answerOf(403)), ['pass'])
  assert.deepEqual(await verdicts(answerOf(207, [], '[{"status":200},{"status":403}]')), ['pass'])
  assert.deepEqual(await verdicts(answerOf(200, [], '[{"price":8},{"price":8}]')), ['fail'])
  assert.deepEqual(await verdicts(answerOf(400)), ['inconclusive'])
  const sent: unknown[] = []
  await runBehind(
    batches,
    request => {
      sent.push(JSON.parse(request.body ?? ''))
      return answerOf(403)
    },
    { retarget: batch, only: 'POST /inventory/prices' },
  )
  assert.deepEqual(sent, [
    [
      { item: 'hay', price: 8 },
      { item: 'straw', price: 8 },
    ],
  ])
  const withoutLists = (target: Target): Target => ({
    ...target,
    ...(target.api && {
      api: { ...target.api, operations: target.api.operations.filter(({ path }) => !path.endsWith('/stocktakings')) },
    }),
  })
  assert.match(skipsOf(batches, { retarget: withoutLists })[0]?.reason ?? '', /no operation takes a list/)
})

const tokenEndpoint = 'https://as.planted.test/token'

/** Tools of a server that gives out codes and nothing else. */
const server: ServerTools = {
  ...plainTools,
  endpoint: name => (name === 'token_endpoint' ? tokenEndpoint : undefined),
  client: fits =>
    createCaseWorld()
      .target.server?.clients.map(each => ({
        ...each,
        grantTypes: [...each.grantTypes, 'urn:ietf:params:oauth:grant-type:token-exchange'],
      }))
      .find(fits),
  users: [],
  authorize: async () => ({ kind: 'stuck', reason: 'it is not used' }),
  visit: async () => ({ kind: 'stuck', reason: 'it is not used' }),
  formRequest: (_endpoint, parameters) => ({
    method: 'POST',
    origin: 'https://as.planted.test',
    target: '/token',
    headers: [],
    body: new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString(),
  }),
  obtainCode: async () => {
    const { secrets } = createCaseWorld().api
    return {
      kind: 'code',
      code: secrets.secret('code', 'c-1'),
      verifier: secrets.secret('verifier', 'v-1'),
      redirectUri: 'http://127.0.0.1/callback',
      state: 's',
    }
  },
}

/** Runs the case against a token endpoint that narrows, or only says so. */
async function runNarrowed(testCase: TestCase, narrows: boolean) {
  const world = createCaseWorld({ server })
  const results = []
  for (const probe of testCase.plan(world.target)) {
    if (!isProbe(probe) || probe.operation !== 'GET /petstore/pets') continue
    const context = world.context([])
    const judgement = await probe.run({ ...context, send: endpointBefore(context, narrows) })
    results.push({ probe, judgement })
  }
  return results
}

function endpointBefore(context: ProbeContext, narrows: boolean): Send {
  return async (request, options) => {
    if (request.target !== '/token') return context.send(request, options)
    const form = new URLSearchParams(request.body)
    const isNarrow = form.get('grant_type') !== 'authorization_code'
    const scope = isNarrow && narrows ? (form.get('scope') ?? '').split(' ') : ['read_pets', 'write_pets']
    const token = forgeToken(context, { resource: 'https://api.planted.test/petstore' }, { scope })
    const body = JSON.stringify({ access_token: token.reveal(), refresh_token: 'r-1', scope: form.get('scope') })
    return { kind: 'answered', request, sentAt: 0, duration: 1, response: answerOf(200, [], body) }
  }
}

test('RFC 6749 §6, RFC 8693 §2.1: a narrowed token has lost its old rights', async () => {
  assert.deepEqual(variantsOf(await runNarrowed(narrowed, true), 'pass'), ['by exchange', 'by refresh'])
  assert.deepEqual(variantsOf(await runNarrowed(narrowed, false), 'fail'), ['by exchange', 'by refresh'])
  assert.equal(
    (await runCase(narrowed)).every(({ judgement }) => judgement.verdict === 'not_applicable'),
    true,
  )
})

test('scope: tokens of the test issuer that an API does not know are judged by nobody', async () => {
  const results = await runCase(lookAlikes, { only: '/inventory/' })
  assert.equal(
    results.every(({ judgement }) => judgement.verdict === 'not_applicable'),
    true,
  )
  assert.equal(
    results.every(({ sent }) => sent.every(each => fieldValue(each.request.headers, 'authorization') !== undefined)),
    true,
  )
})

test('RFC 6749 §3.3: a square tells a refusal by 401, 403 or 404 from an answer about the call', async () => {
  const observed = async (status: number) =>
    (await runBehind(scopeMatrix, () => answerOf(status), { only: 'GET /petstore/report · admin' })).map(
      ({ judgement }) => judgement.cell?.observed,
    )
  for (const status of [401, 403, 404]) assert.deepEqual(await observed(status), ['refused'], String(status))
  for (const status of [400, 302, 500]) assert.deepEqual(await observed(status), ['unknown'], String(status))
})

test('RFC 6750 §3.1: where a condition may be why, a refusal that speaks of scope fails all the same', async () => {
  const only = 'POST /inventory/prices · inventory:price:write'
  const plain = await runBehind(scopeMatrix, () => answerOf(403), { only })
  assert.deepEqual(
    plain.map(({ judgement }) => judgement.verdict),
    ['pass'],
  )
  const challenge = [['WWW-Authenticate', 'Bearer error="insufficient_scope"']] as const
  const told = await runBehind(scopeMatrix, () => answerOf(403, challenge), { only })
  assert.deepEqual(
    told.map(({ judgement }) => judgement.verdict),
    ['fail'],
  )
})

test('RFC 6750 §3.1: a challenge without a scope is told as such', async () => {
  const results = await runBehind(
    withoutScope,
    () => answerOf(403, [['WWW-Authenticate', 'Bearer error="insufficient_scope"']]),
    { only: 'GET /petstore/pets' },
  )
  assert.equal(results[0]?.judgement.complaint, 'no scope named')
})

test('RFC 6749 §3.3: wider scopes open, and what reads is tried on writing only where it does not open that', () => {
  const variantsIn = (testCase: TestCase) =>
    testCase
      .plan(createCaseWorld().target)
      .flatMap(each => (isProbe(each) ? [`${each.operation} · ${each.variant}`] : []))
  const wider = variantsIn(hierarchy)
  assert.ok(wider.includes('GET /inventory/orders/items · order, which is wider'))
  const open = createCaseWorld({
    retarget: target => ({
      ...target,
      ...(target.api && {
        api: {
          ...target.api,
          operations: target.api.operations.map(each =>
            each.key === 'POST /petstore/pets'
              ? { ...each, enforcement: { kind: 'token', needs: { anyOf: [{ allOf: ['read_pets'] }] } } as const }
              : each,
          ),
        },
      }),
    }),
  })
  const tried = readOnWrites.plan(open.target).flatMap(each => (isProbe(each) ? [each.operation] : []))
  assert.ok(!tried.includes('POST /petstore/pets'))
  assert.ok(variantsIn(readOnWrites).includes('POST /petstore/pets · read_pets'))
})

test('scope: a member that is only repeated in the answer counts as written', async () => {
  const results = await runBehind(
    properties,
    ({ method, body = '' }) => (method === 'POST' ? answerOf(200, [], body) : answerOf(404)),
    { only: 'writing' },
  )
  assert.ok(variantsOf(results, 'fail').length > 0)
})
