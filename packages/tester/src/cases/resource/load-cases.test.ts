import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCase } from '../../testing/case-world.ts'
import { answerOf, describeCase, runBehind } from '../../testing/describe-case.ts'
import { badTokens, callTimes } from './load-cases.ts'

describeCase({ testCase: badTokens, section: 'RFC 6585 §4', finds: { lockout: { fail: ['-'] } } })
describeCase({ testCase: callTimes, section: 'load' })

const only = 'GET /petstore/pets'
const isBad = (headers: readonly (readonly [string, string])[]) =>
  headers.some(([, value]) => value.includes('tester-bad-token'))

test('RFC 6585 §4: thirty bad tokens are sent at once, without waiting', async () => {
  const raw: unknown[] = []
  await runBehind(
    badTokens,
    ({ headers }, _send, options) => {
      if (isBad(headers)) raw.push(options?.isRaw)
      return undefined
    },
    { only },
  )
  assert.deepEqual(
    raw,
    Array.from({ length: 30 }, () => true),
  )
})

test('RFC 6585 §4: 429 without `Retry-After` is told, a bad token that is let in and a failure are found', async () => {
  const verdict = async (status: number) =>
    (await runBehind(badTokens, ({ headers }) => (isBad(headers) ? answerOf(status) : undefined), { only })).map(
      ({ judgement }) => judgement.verdict,
    )
  assert.deepEqual(await verdict(429), ['warn'])
  assert.deepEqual(await verdict(503), ['pass'])
  assert.deepEqual(await verdict(200), ['fail'])
  assert.deepEqual(await verdict(500), ['fail'])
  const waiting = await runBehind(
    badTokens,
    ({ headers }) => (isBad(headers) ? answerOf(429, [['Retry-After', '1']]) : undefined),
    { only },
  )
  assert.deepEqual(
    waiting.map(({ judgement }) => [judgement.verdict, judgement.figures]),
    [['pass', { badTokens: 30, limited: 30 }]],
  )
})

test('RFC 6585 §4: a good token that is asked to wait afterwards proves nothing', async () => {
  let good = 0
  const results = await runBehind(
    badTokens,
    ({ headers }) => {
      if (isBad(headers)) return undefined
      good += 1
      return good > 1 ? answerOf(429) : undefined
    },
    { only },
  )
  assert.deepEqual(
    results.map(({ judgement }) => judgement.verdict),
    ['inconclusive'],
  )
})

test('load: percentiles of guarded and public calls are figures', async () => {
  const [first] = await runCase(callTimes)
  assert.deepEqual(Object.keys(first?.judgement.figures ?? {}), [
    'coldMilliseconds',
    'guardedP50Milliseconds',
    'guardedP95Milliseconds',
    'guardedP99Milliseconds',
    'publicP50Milliseconds',
    'publicP95Milliseconds',
    'publicP99Milliseconds',
  ])
})
