import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Target } from '../../target/target.ts'
import { createCaseWorld, skipsOf } from '../../testing/case-world.ts'
import { answerOf, describeCase, runBehind } from '../../testing/describe-case.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { likenessOf } from './routing-bypass.ts'
import { proxyHeaders, upgrades } from './routing-headers.ts'
import { methodOverrides } from './routing-methods.ts'
import { encodedPaths, olderVersions, slashPaths } from './routing-paths.ts'

describeCase({
  testCase: slashPaths,
  section: 'RFC 3986 §5.2.4',
  finds: {
    'path-normalized': {
      fail: [
        '/. behind',
        '/..;/ within',
        '/./ in front',
        '/./ within',
        '/x/.. in front',
        '/x/../ within',
        '/x/..;/ in front',
        'a slash behind',
        'from above the root',
        'three slashes in front',
        'two slashes behind',
        'two slashes in front',
        'two slashes within',
      ],
    },
  },
})
describeCase({
  testCase: encodedPaths,
  section: 'RFC 3986 §6.2.2',
  finds: {
    'path-decoded': {
      fail: [
        '%2f as a slash',
        '.json behind',
        '; behind',
        ';jsessionid behind',
        'a letter encoded',
        'in capitals',
        'with a capital',
      ],
    },
  },
})
const overridden = ['header `X-HTTP-Method-Override`', 'query `_method`'].flatMap(way => [
  `GET that says POST by ${way}`,
  `POST that says GET by ${way}`,
])
describeCase({
  testCase: methodOverrides,
  section: 'RFC 9110 §9.3.2',
  finds: { 'method-override': { fail: overridden }, 'head-unguarded': { fail: ['HEAD'] } },
})
describeCase({
  testCase: proxyHeaders,
  section: 'routing',
  finds: {
    'original-url': {
      fail: ['X-Original-URL', 'X-Rewrite-URL'].flatMap(name => [
        `${name} on the start page`,
        `${name}, naming a public path`,
      ]),
    },
    'user-from-header': { fail: ['X-User-Id'] },
  },
})
describeCase({ testCase: olderVersions, section: 'routing', finds: { 'old-version': { fail: ['/v0'] } } })
describeCase({
  testCase: upgrades,
  section: 'RFC 6455 §10.5',
  finds: { 'stream-unguarded': { fail: ['WebSocket', 'WebSocket with a protocol'] } },
})

test('routing: a page that every address answers is no way around the guard', async () => {
  const results = await runBehind(slashPaths, () => answerOf(200, [], '<title>start</title>'), {
    only: 'GET /petstore/pets',
  })
  assert.deepEqual(new Set(results.map(({ judgement }) => judgement.verdict)), new Set(['pass']))
})

test('routing: failures are found, closed connections are refusals, and silence says nothing', async () => {
  const only = 'GET /petstore/pets · a slash behind'
  const verdict = async (reply: Parameters<typeof runBehind>[1]) =>
    (await runBehind(slashPaths, reply, { only })).map(({ judgement }) => judgement.verdict)
  assert.deepEqual(await verdict(() => answerOf(500)), ['fail'])
  assert.deepEqual(await verdict(() => answerOf(429)), ['inconclusive'])
  assert.deepEqual(await verdict(() => ({ failure: 'reset', detail: 'by the other side' })), ['pass'])
  assert.deepEqual(await verdict(() => ({ failure: 'timeout', detail: 'nothing came' })), ['inconclusive'])
  assert.deepEqual(await verdict(() => answerOf(101)), ['fail'])
})

test('routing: a token of too little scope finds its way around the guard too', async () => {
  const between = ({ headers, target }: { headers: readonly (readonly [string, string])[]; target: string }) =>
    target.endsWith('/') && headers.some(([name]) => name === 'Authorization') ? answerOf(200, [], '[]') : answerOf(404)
  const results = await runBehind(slashPaths, between, { only: 'GET /petstore/pets · a slash behind' })
  assert.match(results[0]?.judgement.reason ?? '', /with a token of too little scope, was answered by 200/)
})

test('routing: guessed versions are left out where the document has them', () => {
  const { target } = createCaseWorld()
  const named = (api: Target['api']): Target => ({
    ...target,
    ...(api && { api: { ...api, operations: api.operations.map(each => ({ ...each, path: `/v2${each.path}` })) } }),
  })
  const variants = olderVersions.plan(named(target.api)).flatMap(each => ('run' in each ? [each.variant] : []))
  assert.ok(variants.includes('v1 in place of its version'))
  assert.ok(!variants.includes('v2 in place of its version'))
})

test('routing: overrides that write are not tried where writing is not allowed, and what streams end with is said', () => {
  const readOnly = (target: Target): Target => ({ ...target, mayWrite: false })
  const tried = methodOverrides
    .plan(readOnly(createCaseWorld().target))
    .flatMap(each => ('run' in each ? [each.variant] : []))
  assert.deepEqual(new Set(tried), new Set(['HEAD', 'TRACE']))
  assert.match(skipsOf(methodOverrides, { retarget: readOnly })[0]?.reason ?? '', /writing was not allowed/)
  assert.match(skipsOf(upgrades)[0]?.reason ?? '', /a stream ends with its token/)
})

const said = 'GET /petstore/orders · GET that says POST by header `X-HTTP-Method`'

/** An API whose list grows by itself, for so many calls. */
function growing(calls: number) {
  let call = 0
  return () => answerOf(200, [], JSON.stringify(Array.from({ length: Math.min(call++, calls) }, (_, id) => ({ id }))))
}

test('RFC 9110 §9.3.2: a list that somebody else makes longer meanwhile is no other method', async () => {
  const results = await runBehind(methodOverrides, growing(4), { only: said })
  assert.deepEqual(
    results.map(({ judgement }) => judgement.verdict),
    ['pass'],
  )
})

test('RFC 9110 §9.3.2: a list that is never the same twice compares with nothing', async () => {
  const results = await runBehind(methodOverrides, growing(1000), { only: said })
  assert.deepEqual(
    results.map(({ judgement }) => judgement.verdict),
    ['inconclusive'],
  )
})

test('RFC 9110 §9.3.2: what writes each time is found, also where it makes the list longer', async () => {
  let made = 0
  const between = ({ headers }: { readonly headers: readonly (readonly [string, string])[] }) => {
    if (headers.some(([name]) => name === 'X-HTTP-Method')) return answerOf(200, [], JSON.stringify({ id: made++ }))
    return answerOf(200, [], JSON.stringify(Array.from({ length: made }, (_, id) => ({ id }))))
  }
  const results = await runBehind(methodOverrides, between, { only: said })
  assert.deepEqual(
    results.map(({ judgement }) => judgement.verdict),
    ['fail'],
  )
})

test('RFC 9110 §9.3.2: methods are compared while nothing else is sent', () => {
  const planned = methodOverrides.plan(createCaseWorld().target)
  const overriding = planned.flatMap(each => ('run' in each && each.variant?.includes('says') ? [each] : []))
  assert.ok(overriding.length > 0)
  assert.ok(overriding.every(({ isExclusive }) => isExclusive === true))
})

test('RFC 9110 §9.3.2: a failure is found in either direction, and without the plain answer nothing compares', async () => {
  const isSaid = ({ headers }: { readonly headers: readonly (readonly [string, string])[] }) =>
    headers.some(([name]) => name === 'X-HTTP-Method')
  const failing = await runBehind(methodOverrides, request => (isSaid(request) ? answerOf(500) : undefined), {
    only: 'by header `X-HTTP-Method`',
  })
  assert.deepEqual(new Set(failing.map(({ judgement }) => judgement.verdict)), new Set(['fail']))
  assert.ok(failing.length >= 2)
  for (const { judgement } of failing) assert.match(judgement.reason, /made the API fail/)
  const closed = await runBehind(methodOverrides, request => answerOf(isSaid(request) ? 200 : 403), { only: said })
  assert.deepEqual(
    closed.map(({ judgement }) => judgement.verdict),
    ['inconclusive'],
  )
})

test('RFC 9110 §9.3.2: an answer is the plain one where it is like that before it or behind it', async () => {
  const exchange = (body: string): Exchange => ({
    kind: 'answered',
    request: { method: 'GET', origin: 'https://api.planted.test', target: '/', headers: [] },
    sentAt: 0,
    duration: 1,
    response: answerOf(200, [], body),
  })
  const likeness = (plain: readonly string[], other: string) => {
    let call = 0
    return likenessOf({
      plain: async () => exchange(plain[Math.min(call++, plain.length - 1)] ?? ''),
      other: async () => exchange(other),
    })
  }
  assert.equal(await likeness(['a', 'b'], 'a'), 'same')
  assert.equal(await likeness(['a', 'b'], 'b'), 'same')
  assert.equal(await likeness(['a'], 'b'), 'other')
  assert.equal(await likeness(['1', '2', '3', '4', '5', '6'], 'b'), 'unsteady')
})

test('routing: a probe on an operation that writes is a write, and stands behind its control', () => {
  const planned = methodOverrides.plan(createCaseWorld().target).filter(each => 'run' in each)
  for (const { operation, isWrite, control } of planned) {
    if (operation?.startsWith('GET') === false) assert.equal(isWrite, true, operation)
    assert.equal(control, operation)
  }
})
