import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Target } from '../../target/target.ts'
import { createCaseWorld, runCase, skipsOf } from '../../testing/case-world.ts'
import { answerOf, describeCase, runBehind, variantsOf } from '../../testing/describe-case.ts'
import { readJsonObject } from '../../testing/planted-api/world.ts'
import { exclusiveIds, familyOf, foreignIdOf, kindsOf, pairOf, pathOf, turned } from './objects-known.ts'
import { afterEnd, deleteOnly, otherOwner } from './objects-life.ts'
import { foreignElsewhere, foreignObject } from './objects-owner.ts'
import { lists, otherParent } from './objects-relations.ts'

describeCase({
  testCase: foreignObject,
  section: 'objects',
  finds: { 'other-users-order': { fail: ['-'] }, 'delete-without-owner': { fail: ['-'] } },
})
describeCase({
  testCase: foreignElsewhere,
  section: 'objects',
  finds: { 'filter-without-owner': { fail: ['query `ids`', 'query `ids`, own and foreign'] } },
})
describeCase({
  testCase: otherParent,
  section: 'objects',
  finds: { 'parent-ignored': { fail: ['`store` of another'] } },
})
describeCase({ testCase: lists, section: 'objects', finds: { 'list-of-all': { fail: ['-'] } } })
describeCase({
  testCase: otherOwner,
  section: 'objects',
  finds: { 'mass-assignment': { fail: ['the member that tells the owner'] } },
})
describeCase({ testCase: afterEnd, section: 'objects', finds: { 'deleted-served': { fail: ['read after deletion'] } } })
describeCase({ testCase: deleteOnly, section: 'objects', finds: { 'delete-without-owner': { fail: ['-'] } } })

const ofFirst = '{"id":1,"pet":"Minka","by":"ada","note":"for my sister"}'
const isFirst = (authorization: string | undefined, first: string) => authorization === first

/** An API whose refusals show what they refuse, and one whose answers do not tell whose they are. */
test('objects: a refusal that shows the object is found', async () => {
  let first = ''
  const results = await runBehind(
    foreignObject,
    ({ headers, method }) => {
      if (method !== 'GET') return answerOf(404)
      const [, authorization = ''] = headers.find(([name]) => name.toLowerCase() === 'authorization') ?? []
      first ||= authorization
      if (isFirst(authorization, first)) return answerOf(200, [], ofFirst)
      return answerOf(403, [], '{"detail":"the order for my sister is not yours"}')
    },
    { only: 'GET /petstore/orders' },
  )
  assert.deepEqual(
    results.map(({ judgement }) => judgement.complaint),
    ['refusal that shows the object'],
  )
})

test('objects: a foreign id beside the own one that changes the answer is found', async () => {
  const results = await runBehind(
    foreignElsewhere,
    ({ target }) => answerOf(200, [], target.includes('?id=') ? ofFirst : '{"id":2,"pet":"Bello"}'),
    { only: 'GET /petstore/orders/{id} · own in the path' },
  )
  assert.deepEqual(variantsOf(results, 'fail'), ['own in the path, foreign in the query'])
})

test('objects: a total that counts more than can be seen is found', async () => {
  let asked = 0
  const results = await runBehind(lists, () => {
    asked += 1
    return answerOf(200, [], JSON.stringify({ items: [{ id: asked }], total: 4 }))
  })
  assert.deepEqual(
    results.map(({ judgement }) => [judgement.verdict, judgement.complaint]),
    [['warn', 'total of all']],
  )
})

test('objects: a list that shows nobody’s rows proves nothing', async () => {
  const results = await runBehind(lists, () => answerOf(200, [], '[]'))
  assert.deepEqual(variantsOf(results, 'inconclusive'), ['-'])
})

test('objects: what failed to be made and is listed all the same is found', async () => {
  let count = 0
  const results = await runBehind(
    afterEnd,
    ({ method }) => {
      if (method === 'POST') count += 1
      return method === 'POST' ? answerOf(400) : answerOf(200, [], JSON.stringify(Array.from({ length: count })))
    },
    { only: 'POST /petstore/orders · listed' },
  )
  assert.deepEqual(variantsOf(results, 'fail'), ['listed after a failed creation'])
})

test('objects: usual names of owners are tried one by one where all at once are refused', async () => {
  const results = await runBehind(
    otherOwner,
    ({ body = '{}' }) => {
      const said = readJsonObject(body) ?? {}
      if (Object.keys(said).length > 3) return answerOf(400)
      return answerOf(201, [], JSON.stringify({ id: 9, owner: said['owner'] ?? 'ada' }))
    },
    { only: 'POST /petstore/orders · members' },
  )
  assert.deepEqual(variantsOf(results, 'fail'), ['members of usual names'])
})

test('objects: without a second user, or where nothing may be written, the reason is said', () => {
  const alone = (target: Target): Target => ({
    ...target,
    ...(target.server && { server: { ...target.server, users: [] } }),
  })
  for (const testCase of [foreignObject, foreignElsewhere, lists, otherOwner, afterEnd, deleteOnly])
    assert.match(skipsOf(testCase, { retarget: alone })[0]?.reason ?? '', /two users/)
  const readOnly = (target: Target): Target => ({ ...target, mayWrite: false })
  for (const testCase of [otherOwner, afterEnd, deleteOnly])
    assert.match(skipsOf(testCase, { retarget: readOnly })[0]?.reason ?? '', /writing was not allowed/)
})

test('objects: what a test has made is deleted at the end', async () => {
  const world = createCaseWorld()
  const undo: (() => Promise<void>)[] = []
  for (const probe of otherOwner.plan(world.target)) {
    if (!('run' in probe) || probe.operation !== 'POST /petstore/orders') continue
    const context = { ...world.context([]), onEnd: (_what: string, work: () => Promise<void>) => void undo.push(work) }
    await probe.run(context)
  }
  assert.equal(undo.length, 3)
  for (const work of undo) await work()
  const [list] = (await runCase(lists)).flatMap(({ sent }) => sent)
  assert.equal(list?.kind === 'answered' && list.response.body.includes('"id":5'), false)
})

test('objects: ids are found by operation, by name and by collection', () => {
  const { target } = createCaseWorld()
  const pair = pairOf(target)
  const operations = target.api?.operations ?? []
  const order = operations.find(({ key }) => key === 'GET /petstore/orders/{id}')
  const item = operations.find(({ key }) => key === 'GET /inventory/stores/{store}/items/{item}')
  assert.ok(pair && order && item)
  assert.deepEqual(kindsOf({ path: '/orders/{orderId}' }, 'orderId'), ['orderId', 'order'])
  assert.deepEqual(kindsOf({ path: '/orders/{id}' }, 'id'), ['id', 'orders', 'order'])
  assert.deepEqual(exclusiveIds(pair, { operation: order, name: 'id' }), ['1', '3'])
  assert.deepEqual(pathOf(item, pair), { store: 'main', item: 'hay' })
  assert.deepEqual(pathOf(item, turned(pair)), { store: 'harbour', item: 'straw' })
  assert.deepEqual(
    [foreignIdOf(target, 'hay'), foreignIdOf(target, 1), foreignIdOf(target, 'nobody')],
    ['straw', 2, undefined],
  )
  const family = familyOf(operations, order)
  assert.deepEqual(Object.fromEntries(Object.entries(family).map(([role, each]) => [role, each.key])), {
    list: 'GET /petstore/orders',
    create: 'POST /petstore/orders',
    read: 'GET /petstore/orders/{id}',
    update: 'PUT /petstore/orders/{id}',
    remove: 'DELETE /petstore/orders/{id}',
  })
})

test('objects: a foreign row in one of the two lists is enough', async () => {
  let asked = 0
  const results = await runBehind(lists, () => {
    asked += 1
    return answerOf(200, [], asked === 1 ? '[{"id":1}]' : '[{"id":2},{"id":3}]')
  })
  assert.deepEqual(variantsOf(results, 'fail'), ['-'])
  asked = 0
  const others = await runBehind(lists, () => {
    asked += 1
    return answerOf(200, [], asked === 1 ? '[{"id":1},{"id":4}]' : '[{"id":2}]')
  })
  assert.deepEqual(variantsOf(others, 'fail'), ['-'])
})

test('objects: a total of several pages counts what is on the others', async () => {
  let asked = 0
  const results = await runBehind(lists, () => {
    asked += 1
    return answerOf(200, [], JSON.stringify({ items: [{ id: asked }], total: 4, nextCursor: 'abc' }))
  })
  assert.deepEqual(variantsOf(results, 'pass'), ['-'])
})

test('objects: a body without anything in it that is accepted shows no failed creation', async () => {
  const results = await runBehind(afterEnd, ({ method }) => answerOf(method === 'POST' ? 201 : 200, [], '[]'), {
    only: 'POST /petstore/orders · listed',
  })
  assert.deepEqual(variantsOf(results, 'inconclusive'), ['listed after a failed creation'])
})

test('objects: where others may change an object, that they may delete it compares with nothing', async () => {
  const results = await runBehind(deleteOnly, ({ method }) => (method === 'PUT' ? answerOf(200) : undefined))
  assert.deepEqual(variantsOf(results, 'inconclusive'), ['-'])
})

test('objects: an answer that tells nothing of the owner is no proof, and the id in the address is no secret', async () => {
  const silent = await runBehind(foreignElsewhere, () => answerOf(200, [], '[]'), {
    only: 'GET /petstore/orders · query',
  })
  assert.equal(variantsOf(silent, 'inconclusive').length, 2)
  const other = await runBehind(
    foreignObject,
    ({ headers }) => {
      const isFirstUser = headers.some(([, value]) => value === owner)
      const [, authorization = ''] = headers.find(([name]) => name === 'Authorization') ?? []
      owner ||= authorization
      return isFirstUser || owner === authorization ? answerOf(200, [], ofFirst) : answerOf(404, [], 'no order 1 here')
    },
    { only: 'GET /petstore/orders/{id}' },
  )
  assert.deepEqual(variantsOf(other, 'fail'), [])
})

let owner = ''
