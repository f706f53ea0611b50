import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isProbe, type TestCase } from '../../catalogue/test-case.ts'
import { splitJws } from '../../node/forge-jws.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { Target } from '../../target/target.ts'
import { createCaseWorld, runCase, skipsOf } from '../../testing/case-world.ts'
import { answerOf, describeCase, runBehind, variantsOf } from '../../testing/describe-case.ts'
import type { SentRequest } from '../../wire/exchange.ts'
import { judgeDecision } from './conditions-call.ts'
import { saidByCaller } from './conditions-caller.ts'
import { numericLimits } from './conditions-edges.ts'
import { missingValues } from './conditions-missing.ts'
import { changeOf, placeOf } from './conditions-places.ts'
import { races } from './conditions-race.ts'
import { falseConditions, trueForbids } from './conditions-rules.ts'
import { allowedTrial, decideTrial, forbiddenTrial, type Governed, governedBy } from './conditions-trial.ts'
import { numericEdges } from './conditions-values.ts'

describeCase({
  testCase: falseConditions,
  section: 'conditions',
  finds: { 'condition-skipped': { fail: ['“own store”'] } },
})
describeCase({ testCase: numericLimits, section: 'conditions', finds: { 'off-by-one': { fail: ['`number`'] } } })
describeCase({ testCase: trueForbids, section: 'conditions', finds: { 'forbid-skipped': { fail: ['“locked”'] } } })
describeCase({
  testCase: missingValues,
  section: 'conditions',
  finds: {
    'missing-opens': {
      fail: ['`number` missing', '`number` null', '`price` missing', '`price` null'],
    },
  },
})
describeCase({
  testCase: saidByCaller,
  section: 'conditions',
  finds: { 'store-from-caller': { fail: ['“own store”, body `store`', '“own store”, header `X-Store-Id`'] } },
})
describeCase({ testCase: races, section: 'conditions', finds: { race: { fail: ['-'] } } })

function governed(key: string, target: Target = createCaseWorld().target): Governed {
  const operation = target.api?.operations.find(each => each.key === key)
  const found = operation && target.api && governedBy(operation, target.api, target)
  assert.ok(found)
  return found
}

test('conditions: one rule alone is made to forbid, by the objects and holders that there are', () => {
  const prices = governed('POST /inventory/prices')
  const stranger = forbiddenTrial(prices, 'own store')
  assert.ok(stranger?.object)
  assert.deepEqual(decideTrial(prices, stranger), { kind: 'forbidden', rule: 'own store', isHidden: false })
  assert.deepEqual(decideTrial(prices, stranger, 'own store'), { kind: 'allow' })
  assert.equal(forbiddenTrial(prices, 'locked')?.object?.id, 'bell')
  assert.equal(allowedTrial(prices)?.object?.id, 'hay')
  assert.equal(forbiddenTrial(prices, 'locked', []), undefined)
})

test('conditions: the numbers around a limit are those of the object as it is', () => {
  const prices = governed('POST /inventory/prices')
  const base = allowedTrial(prices)
  assert.ok(base)
  const price = { kind: 'attribute', source: 'input', path: ['price'] } as const
  assert.deepEqual(numericEdges(prices.action, price, base), [
    7.5,
    10.5,
    4.5,
    6,
    9,
    6.01,
    8.99,
    5.99,
    9.01,
    5,
    10,
    0,
    -1,
    2 ** 53,
    '7.5',
  ])
})

/** Runs probes of a case one after the other in one world. */
async function runTogether(testCase: TestCase, only: string) {
  const world = createCaseWorld()
  const verdicts: string[] = []
  for (const probe of testCase.plan(world.target)) {
    if (!isProbe(probe) || probe.operation !== only) continue
    verdicts.push((await probe.run(world.context([]))).verdict)
  }
  const look: SentRequest = {
    method: 'GET',
    origin: 'https://api.planted.test',
    target: '/inventory/stores/main/items/hay',
    headers: [],
  }
  const outcome = await world
    .context([])
    .tokens.token({ scope: ['inventory:read'], resource: 'https://api.planted.test/inventory' })
  assert.ok(outcome.kind === 'token')
  const exchange = await world.api.send(world.context([]).withToken(look, outcome.token))
  return { verdicts, hay: exchange.kind === 'answered' ? exchange.response.body : '' }
}

test('conditions: objects are brought back to what they were', async () => {
  for (const [testCase, operation] of [
    [numericLimits, 'POST /inventory/prices'],
    [numericLimits, 'POST /inventory/withdrawals'],
    [races, 'POST /inventory/withdrawals'],
  ] as const) {
    const { verdicts, hay } = await runTogether(testCase, operation)
    assert.deepEqual(verdicts, ['pass'])
    assert.partialDeepStrictEqual(JSON.parse(hay), { number: 40, price: 7.5 })
  }
})

test('conditions: limits that are lower or higher than the policy says are found', async () => {
  const stricter = (request: SentRequest) =>
    request.target === '/inventory/prices' && request.body === '{"item":"hay","price":9}' ? answerOf(403) : undefined
  const results = await runBehind(numericLimits, stricter, { only: 'POST /inventory/prices' })
  assert.deepEqual(
    results.map(({ judgement }) => judgement.complaint),
    ['403 instead of a success'],
  )
})

function without(member: 'body' | 'action') {
  return (operation: ApiOperation): ApiOperation => {
    const { body, action, ...others } = operation
    const kept = { ...(body !== undefined && { body }), ...(action !== undefined && { action }) }
    const { [member]: _lost, ...rest } = kept
    return { ...others, ...rest }
  }
}

test('conditions: what cannot be arranged is said, and not left out in silence', () => {
  const noObjects = (target: Target): Target => ({
    ...target,
    ...(target.api && { api: { ...target.api, objects: [] } }),
  })
  for (const testCase of [falseConditions, trueForbids, numericLimits, missingValues])
    assert.match(
      skipsOf(testCase, { retarget: noObjects })
        .map(({ reason }) => reason)
        .join('; '),
      /objects and holders that are known/,
    )
  const noPlace = (target: Target): Target => ({
    ...target,
    ...(target.api && {
      api: { ...target.api, operations: target.api.operations.map(without('body')) },
    }),
  })
  assert.match(
    skipsOf(falseConditions, { retarget: noPlace })
      .map(({ reason }) => reason)
      .join('; '),
    /stands in the call/,
  )
  const noAction = (target: Target): Target => ({
    ...target,
    ...(target.api && {
      api: { ...target.api, operations: target.api.operations.map(without('action')) },
    }),
  })
  assert.match(skipsOf(falseConditions, { retarget: noAction })[0]?.reason ?? '', /says which action/)
})

test('conditions: without a policy the caller names the owner of a foreign object', async () => {
  const noPolicy = (target: Target): Target => {
    if (target.api === undefined) return target
    const { policy: _, ...api } = target.api
    return { ...target, api }
  }
  const results = await runCase(saidByCaller, { retarget: noPolicy, only: 'GET /petstore/orders' })
  assert.ok(variantsOf(results, 'pass').includes('header `X-User-Id`'))
  const trusting = await runCase(saidByCaller, {
    retarget: noPolicy,
    only: 'GET /petstore/orders',
    defects: ['user-from-header'],
  })
  assert.deepEqual(variantsOf(trusting, 'fail'), ['header `X-User-Id`'])
})

test('conditions: what is not asked at all is no matter of what the caller says', async () => {
  const results = await runCase(saidByCaller, { defects: ['condition-skipped'], only: '“own store”' })
  assert.deepEqual(variantsOf(results, 'fail'), [])
  assert.ok(variantsOf(results, 'not_applicable').includes('“own store”, body `store`'))
})

test('conditions: a call that can be repeated uses nothing up', async () => {
  const results = await runBehind(races, ({ method }) => (method === 'POST' ? answerOf(200) : undefined))
  assert.deepEqual(variantsOf(results, 'not_applicable'), ['-'])
})

test('conditions: an input stands where the configuration says, or where its name does', () => {
  const { operation } = governed('POST /inventory/prices')
  assert.deepEqual(placeOf(operation, 'price'), { in: 'body', path: ['price'] })
  assert.deepEqual(placeOf({ ...operation, inputs: { price: 'query/new/price' } }, 'price'), {
    in: 'query',
    path: ['new', 'price'],
  })
  assert.equal(placeOf({ ...operation, inputs: { price: 'nowhere' } }, 'price'), undefined)
  assert.equal(placeOf(operation, 'colour'), undefined)
  const body = { in: 'body', path: ['price'] } as const
  assert.deepEqual(changeOf(operation, [{ place: body, value: undefined }])?.body, { item: 'hay' })
  assert.deepEqual(changeOf(operation, [{ place: { in: 'query', path: ['a'] }, value: 7 }])?.query, { a: '7' })
  assert.deepEqual(changeOf(operation, [{ place: { in: 'header', path: ['a'] }, value: 'b' }])?.headers, [['a', 'b']])
  assert.equal(changeOf(operation, [{ place: { in: 'path', path: ['a'] }, value: null }]), undefined)
})

test('conditions: a complaint of the form proves nothing of a rule, and refuses what is forbidden anyway', async () => {
  const malformed = await runBehind(falseConditions, () => answerOf(422), { only: 'POST /inventory/prices' })
  assert.deepEqual(new Set(malformed.map(({ judgement }) => judgement.verdict)), new Set(['inconclusive']))
  const picky = await runBehind(
    numericLimits,
    request =>
      request.target === '/inventory/prices' && request.body?.includes('"price":7.5}') === true
        ? answerOf(422)
        : undefined,
    { only: 'POST /inventory/prices' },
  )
  assert.equal(picky[0]?.judgement.verdict, 'pass')
})

test('conditions: a complaint of the form says nothing about what the policy allows', () => {
  const request = { method: 'POST', origin: 'https://api.planted.test', target: '/', headers: [] }
  const judge = (status: number, kind: 'allow' | 'forbidden') =>
    judgeDecision(
      { kind: 'answered', request, sentAt: 0, duration: 1, response: answerOf(status) },
      kind === 'allow' ? { kind } : { kind, rule: 'a', isHidden: false },
      'a call',
    ).verdict
  assert.deepEqual([judge(422, 'allow'), judge(422, 'forbidden')], ['inconclusive', 'pass'])
  assert.deepEqual([judge(200, 'allow'), judge(200, 'forbidden')], ['pass', 'fail'])
  assert.deepEqual([judge(403, 'allow'), judge(403, 'forbidden')], ['fail', 'pass'])
})

test('conditions: two calls at once that are both accepted are a race', async () => {
  let calls = 0
  const twice = (request: SentRequest) => {
    if (request.target !== '/inventory/withdrawals') return undefined
    calls += 1
    return answerOf(calls <= 2 ? 200 : 403)
  }
  const results = await runBehind(races, twice)
  assert.deepEqual(variantsOf(results, 'fail'), ['-'])
  assert.deepEqual(results[0]?.judgement.figures, { calls: 20, accepted: 2 })
})

test('conditions: what the policy forbids is sent before what it allows', async () => {
  const sent: number[] = []
  await runBehind(
    numericLimits,
    ({ target, body = '' }) => {
      if (target === '/inventory/prices') sent.push(Number(/"price":([-\d.]+)/.exec(body)?.[1]))
      return undefined
    },
    { only: 'POST /inventory/prices' },
  )
  const isAllowed = (price: number) => price >= 6 && price <= 9
  const first = sent.findIndex(isAllowed)
  assert.ok(first > 3)
  assert.ok(sent.slice(0, first).every(price => !isAllowed(price)))
})

test('RFC 9470 §3: at the limit of an age, time is left for the way and for clocks', async () => {
  const noon = Date.UTC(2026, 5, 1, 12) / 1000
  const ages = new Set<number>()
  await runBehind(
    numericLimits,
    ({ headers }) => {
      const [, token = ''] = headers.find(([name]) => name === 'Authorization') ?? []
      const claims = splitJws(token.replace(/^Bearer /, ''))?.payload
      if (typeof claims?.auth_time === 'number') ages.add(noon - claims.auth_time)
      return undefined
    },
    { only: 'GET /petstore/takings' },
  )
  assert.ok(ages.has(595), [...ages].join())
  assert.ok([...ages].every(age => age <= 595 || age >= 661))
  assert.ok([...ages].every(age => age >= 0))
})
