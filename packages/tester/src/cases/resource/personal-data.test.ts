import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCaseWorld } from '../../testing/case-world.ts'
import { answerOf } from '../../testing/describe-case.ts'
import type { Exchange, ReceivedResponse, SentRequest } from '../../wire/exchange.ts'
import { isJudgement } from './guarded-call.ts'
import { findPersonalData, judgeStranger } from './personal-data.ts'

const request: SentRequest = { method: 'GET', origin: 'https://api.planted.test', target: '/', headers: [] }

function exchangeOf(response: ReceivedResponse): Exchange {
  return { kind: 'answered', request, response, sentAt: 0, duration: 1 }
}

const ok = (body: unknown) => answerOf(200, [], JSON.stringify(body))

/** Finds what the first user alone sees, where the API answers like this. */
async function find(answer: (user: string, time: number) => ReceivedResponse) {
  const world = createCaseWorld()
  const operation = world.target.api?.operations.find(({ key }) => key === 'GET /petstore/pets') ?? assert.fail()
  let time = 0
  const context = {
    ...world.context([]),
    send: async (sent: SentRequest) => exchangeOf(answer(sent.headers[0]?.[1] ?? '', time++)),
  }
  return findPersonalData(context, operation, {
    requestOf: async (_, call, user) => ({ ...call, headers: [['User', user]] }),
    isFit: ({ key }) => key === operation.key,
  })
}

test('a list that differs by user has the rows that the first user alone sees', async () => {
  const found = await find(user => ok(user === 'first' ? [1, 2, 3] : [3, 4]))
  assert.ok(!isJudgement(found))
  assert.deepEqual(found.parts, ['1', '2'])
})

test('a list inside of an object is a list', async () => {
  const found = await find(user => ok({ total: 1, items: user === 'first' ? [1] : [] }))
  assert.deepEqual(isJudgement(found) ? [] : found.parts, ['1'])
})

test('what is no list counts as a whole', async () => {
  for (const body of [(user: string) => ok({ user }), (user: string) => answerOf(200, [], user)]) {
    const found = await find(body)
    assert.equal(isJudgement(found), false)
  }
})

test('an answer that changes by itself compares with nothing', async () => {
  const found = await find((_, time) => ok([time]))
  assert.ok(isJudgement(found))
  assert.equal(found.verdict, 'not_applicable')
})

test('an answer that the first user is refused, or that is the same for both, is not personal', async () => {
  for (const answer of [() => answerOf(403), () => ok([1]), () => answerOf(204)])
    assert.ok(isJudgement(await find(answer)))
})

test('a stranger who sees a row of the first user among others is found', async () => {
  const found = await find(user => ok(user === 'first' ? [1, 2] : [2]))
  assert.ok(!isJudgement(found))
  const judge = (response: ReceivedResponse) => judgeStranger(found, exchangeOf(response), 'a stranger')
  assert.equal(judge(ok([0, 1, 2])).verdict, 'fail')
  assert.equal(judge(ok([2])).verdict, 'pass')
  for (const status of [401, 403, 404]) assert.equal(judge(answerOf(status)).verdict, 'pass')
  for (const status of [429, 500]) assert.equal(judge(answerOf(status)).verdict, 'inconclusive')
  const failed: Exchange = { kind: 'failed', failure: 'reset', detail: 'broken', request, sentAt: 0, duration: 1 }
  assert.equal(judgeStranger(found, failed, 'a stranger').verdict, 'inconclusive')
})

test('one row of the first user is enough to be found', async () => {
  const found = await find(user => ok(user === 'first' ? [1, 2] : []))
  assert.ok(!isJudgement(found))
  assert.equal(judgeStranger(found, exchangeOf(ok([2])), 'a stranger').verdict, 'fail')
})
