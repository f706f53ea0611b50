import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestCase } from '../../catalogue/test-case.ts'
import type { ApiTarget, CodeRoute, ObservedClient, Target } from '../../target/target.ts'
import { runCase, skipsOf } from '../../testing/case-world.ts'
import { answerOf, type Between, describeCase, runBehind } from '../../testing/describe-case.ts'
import type { Defect } from '../../testing/planted-api/defects.ts'
import { codeGuards } from './code-guards.ts'
import { codeRoutes } from './code-routes.ts'
import { observedScope } from './observed-scope.ts'

describeCase({ testCase: codeGuards, section: 'OWASP ASVS', finds: { 'guard-differs': { fail: ['-'] } } })
describeCase({
  testCase: codeRoutes,
  section: 'OWASP API9',
  finds: { 'undocumented-operation': { fail: ['GET /petstore/debug at src/shop.ts:60'] } },
})

type Said = CodeRoute['guard']['kind'] | readonly (readonly string[])[]

let line = 0
function route(method: string, path: string, guard: Said): CodeRoute {
  line += 1
  const place = { file: 'src/routes.ts', line }
  const made = (): CodeRoute['guard'] => {
    if (typeof guard !== 'string') return { kind: 'token', anyOf: guard, place }
    if (guard === 'unknown') return { kind: 'unknown', name: 'isAllowed', place }
    return guard === 'token' ? { kind: 'token', anyOf: [[]], place } : { kind: 'none' }
  }
  return { method, path, framework: 'express', place, guard: made() }
}

const withApi =
  (change: Partial<ApiTarget>) =>
  (target: Target): Target => ({ ...target, ...(target.api && { api: { ...target.api, ...change } }) })

function documentAlone(target: Target): Target {
  const { routes: _, observedCalls: __, ...api } = target.api ?? assert.fail('there is an API')
  return { ...target, api }
}

const withoutCalls =
  (change: Partial<ApiTarget>) =>
  (target: Target): Target => ({ ...withApi(change)(target), levels: new Set(['S'] as const) })

async function judged(
  testCase: TestCase,
  change: Partial<ApiTarget>,
  ...[only = '', defects = []]: readonly [only?: string, defects?: readonly Defect[]]
) {
  const results = await runCase(testCase, { retarget: withoutCalls(change), only, defects })
  return results.map(({ name, judgement: { verdict, complaint, reason } }) => ({ name, verdict, complaint, reason }))
}

describe('RS-PRV-06', () => {
  const cases: readonly (readonly [what: string, found: CodeRoute, verdict: string, complaint?: string])[] = [
    ['the same scope', route('GET', '/petstore/pets', [['read_pets']]), 'pass'],
    ['both of two scopes', route('PUT', '/petstore/orders/{number}', [['write_orders', 'read_orders']]), 'pass'],
    ['nothing where nothing is wanted', route('GET', '/', 'none'), 'pass'],
    ['no guard', route('GET', '/petstore/pets', 'none'), 'fail', 'the code has no guard'],
    [
      'a guard where everybody may call',
      route('GET', '/', 'token'),
      'fail',
      'the code has a guard where the document lets everybody in',
    ],
    ['a guard where the document says nothing', route('GET', '/petstore/report', 'token'), 'not_applicable'],
    ['any token', route('GET', '/petstore/pets', 'token'), 'fail', 'the code lets more through than the document'],
    [
      'the wider scope',
      route('GET', '/petstore/pets', [['admin']]),
      'fail',
      'the document lets more through than the code',
    ],
    ['another scope', route('GET', '/petstore/pets', [['write_pets']]), 'fail', 'they ask for different scopes'],
    [
      'a scope that nobody knows',
      route('GET', '/petstore/pets', [['feed']]),
      'fail',
      'the code asks for a scope that nobody declares',
    ],
    ['a guard that nobody knows', route('GET', '/petstore/pets', 'unknown'), 'inconclusive'],
  ]
  for (const [what, found, verdict, complaint] of cases)
    test(`OWASP ASVS: ${what} in the code is ${verdict}`, async () => {
      const defects: readonly Defect[] = verdict === 'not_applicable' ? ['document-without-security'] : []
      const [result] = await judged(codeGuards, { routes: [found] }, '', defects)
      assert.deepEqual([result?.verdict, result?.complaint], [verdict, complaint])
      if (verdict === 'fail') assert.match(result?.reason ?? '', /openapi\.json#\/paths.*src\/routes\.ts:\d+/)
    })

  test('what stands before paths on one side alone is taken off', async () => {
    const inner = [route('GET', '/pets', [['read_pets']]), route('GET', '/orders/{id}', 'none')]
    const results = await judged(codeGuards, { routes: inner })
    const tried = results.map(({ name, verdict }) => `${name} ${verdict}`)
    assert.deepEqual(tried, ['RS-PRV-06 · GET /petstore/pets pass', 'RS-PRV-06 · GET /petstore/orders/{id} fail'])
    const outer = [route('GET', '/api/petstore/pets', [['read_pets']]), route('GET', '/api/inventory/orders', 'none')]
    assert.deepEqual(
      (await judged(codeGuards, { routes: outer })).map(({ verdict }) => verdict),
      ['pass', 'fail'],
    )
  })

  test('says why nothing is compared', () => {
    assert.match(skipsOf(codeGuards, { retarget: documentAlone })[0]?.reason ?? '', /no source code is configured/)
    const retarget = withApi({ routes: [route('GET', '/elsewhere', 'none')] })
    assert.match(skipsOf(codeGuards, { retarget })[0]?.reason ?? '', /no route of the code is an operation/)
  })
})

describe('RS-ROU-06', () => {
  const about = (routes: readonly CodeRoute[], change: Partial<ApiTarget> = {}) =>
    judged(codeRoutes, { routes, ...change }, ' at src/routes.ts')

  test('OWASP API9: what the document does not know is found, unless it is guarded or public on purpose', async () => {
    const found = async (each: CodeRoute, change: Partial<ApiTarget> = {}) => (await about([each], change))[0]?.verdict
    assert.equal(await found(route('GET', '/debug', 'none')), 'fail')
    assert.equal(await found(route('GET', '/debug', 'token')), 'pass')
    assert.equal(await found(route('GET', '/debug', 'unknown')), 'inconclusive')
    assert.equal(await found(route('GET', '/{*}', 'none')), 'not_applicable')
    assert.equal(await found(route('OPTIONS', '/pets', 'none')), 'not_applicable')
    const publicOperations = new Set(['GET /health'])
    assert.equal(await found(route('GET', '/health', 'none'), { publicOperations }), 'pass')
  })

  test('OWASP API9: a route for every method is that of each operation', async () => {
    const results = await judged(codeRoutes, { routes: [route('*', '/petstore/pets', 'none')] }, '/petstore/pets')
    assert.deepEqual(new Set(results.map(({ verdict }) => verdict)), new Set(['pass']))
    assert.equal(results.length, 2)
  })

  test('OWASP API9: what only the document knows is told where the code was read whole', async () => {
    const routes = [route('POST', '/petstore/pets', 'token')]
    const found = async (change: Partial<ApiTarget>) =>
      (await judged(codeRoutes, { routes, ...change }, 'GET /petstore/pets'))[0]?.verdict
    assert.equal(await found({ areRoutesComplete: true }), 'warn')
    assert.equal(await found({}), 'inconclusive')
    const withCatchAll = [...routes, route('*', '/petstore/{*}', 'none')]
    assert.equal(await found({ areRoutesComplete: true, routes: withCatchAll }), 'inconclusive')
  })

  const called = async (each: CodeRoute, between: Between, isReadOnly = false) => {
    const retarget = (target: Target): Target => ({
      ...withApi({ routes: [each] })(target),
      ...(isReadOnly && { mayWrite: false }),
    })
    const [result] = await runBehind(codeRoutes, between, { retarget, only: ' at src/routes.ts' })
    return result?.judgement
  }
  const debug = route('GET', '/debug/{id}', 'none')

  test('OWASP API9: a call without a token decides where something may be sent', async () => {
    const targets: string[] = []
    const between: Between = ({ target }) => {
      targets.push(target)
      return target === '/debug/1' ? answerOf(200, [], 'all') : answerOf(404)
    }
    assert.equal((await called(debug, between))?.verdict, 'fail')
    assert.equal(targets[0], '/debug/1')
    assert.equal((await called(debug, () => answerOf(401)))?.verdict, 'pass')
    assert.equal((await called(debug, () => answerOf(200, [], 'start page')))?.verdict, 'pass')
    assert.equal((await called(debug, () => answerOf(404)))?.verdict, 'inconclusive')
    assert.equal((await called(route('GET', '/debug', 'token'), () => answerOf(404)))?.verdict, 'pass')
    assert.equal((await called(debug, () => ({ failure: 'timeout', detail: 'late' })))?.verdict, 'inconclusive')
  })

  test('OWASP API9: a route that writes is not called where writing is not allowed', async () => {
    const never: Between = () => assert.fail('something was sent')
    const judgement = await called(route('DELETE', '/debug', 'none'), never, true)
    assert.equal(judgement?.verdict, 'fail')
    assert.match(judgement?.reason ?? '', /it was not called/)
  })

  test('says why nothing is compared', () => {
    assert.match(skipsOf(codeRoutes, { retarget: documentAlone })[0]?.reason ?? '', /no source code is configured/)
  })
})

describe('RS-PRV-05', () => {
  const calls = [
    { method: 'GET', path: '/petstore/pets' },
    { method: 'get', path: '/petstore/orders/17' },
  ]
  const observed = (scope: readonly string[], change: Partial<ObservedClient> = {}) =>
    judged(observedScope, { observedCalls: [{ client: 'app', source: 'calls.har', scope, calls, ...change }] })

  test('RFC 9700 §2.3: a client that uses all its scope passes', async () => {
    const [result] = await observed(['openid', 'read_pets', 'read_orders'])
    assert.equal(result?.verdict, 'pass')
  })

  test('RFC 9700 §2.3: scope that no call needs is told', async () => {
    const [result] = await observed(['read_pets', 'read_orders', 'write_pets'])
    assert.equal(result?.verdict, 'warn')
    assert.match(result?.reason ?? '', /its calls \(2\) need `read_pets` and `read_orders`: `write_pets` is too much/)
  })

  test('RFC 9700 §2.3: a scope that covers more than is needed is too much', async () => {
    const [result] = await observed(['admin'])
    assert.equal(result?.verdict, 'warn')
    assert.match(result?.reason ?? '', /`admin` is too much/)
  })

  test('RFC 9700 §2.3: what the recording does not show is not guessed', async () => {
    assert.equal((await observed([]))[0]?.verdict, 'not_applicable')
    assert.equal((await observed(['read_pets'], { calls: [] }))[0]?.verdict, 'inconclusive')
    assert.match((await observed(['read_pets']))[0]?.reason ?? '', /the recording does not show all/)
    assert.match(
      skipsOf(observedScope, { retarget: documentAlone })[0]?.reason ?? '',
      /no recording or log of real calls/,
    )
  })
})
