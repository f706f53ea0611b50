import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isGuarded } from '../../catalogue/plan-on.ts'
import type { ApiTarget, Target } from '../../target/target.ts'
import { createCaseWorld, skipsOf } from '../../testing/case-world.ts'
import { answerOf, describeCase, runBehind, variantsOf } from '../../testing/describe-case.ts'
import { fieldValue, type SentRequest } from '../../wire/exchange.ts'
import { presenceCases } from './presence-cases.ts'
import { lengthCase } from './presence-length.ts'
import { mangledTokenCase, otherSchemeCase, schemeCase, twoTokensCase } from './presence-scheme.ts'

const [noToken, garbage, malformed, empty] = presenceCases
assert.ok(noToken && garbage && malformed && empty)

describeCase({
  testCase: noToken,
  section: 'RFC 6750 §3',
  finds: { 'unguarded-operation': { fail: ['-'] }, 'no-challenge': { warn: ['-'] } },
})
describeCase({
  testCase: garbage,
  section: 'RFC 6750 §3.1',
  finds: { 'garbage-accepted': { fail: ['-'], warn: ['-'] } },
})
describeCase({
  testCase: malformed,
  section: 'RFC 7515 §5.2',
  finds: {
    'garbage-crashes': {
      fail: [
        'a header that is a list',
        'a header that is no JSON',
        'a header that is nothing',
        'characters outside of base64url',
        'empty parts',
        'letters',
      ],
    },
  },
})
describeCase({
  testCase: empty,
  section: 'RFC 6750 §2.1',
  finds: { 'empty-token-accepted': { fail: ['nothing behind the scheme', 'spaces behind the scheme'] } },
})
describeCase({
  testCase: schemeCase,
  section: 'RFC 9110 §11.1',
  finds: { 'scheme-case-sensitive': { warn: ['capital letters', 'small letters'] } },
})
describeCase({
  testCase: otherSchemeCase,
  section: 'RFC 6750 §2.1',
  finds: { 'any-scheme': { fail: ['Basic', 'JWT', 'Token'] } },
})
describeCase({
  testCase: twoTokensCase,
  section: 'RFC 6750 §2',
  finds: { 'last-authorization-wins': { fail: ['the good one last'] } },
})
describeCase({
  testCase: lengthCase,
  section: 'RFC 6585 §5',
  finds: { 'long-token-crashes': { fail: ['64 kB behind a good token', 'a token of 100 kB'] } },
})
describeCase({
  testCase: mangledTokenCase,
  section: 'RFC 7515 §2',
  finds: {
    'token-mended': {
      fail: [
        'an encoded line break behind it',
        'an encoded space behind it',
        'an equals sign behind it',
        'wide dots for the dots',
      ],
    },
  },
})

test('RFC 6750 §3.1: a challenge for a call without a token must not have an error code', async () => {
  const challenge = ['www-authenticate', 'Bearer error="invalid_token"'] as const
  const [result] = await runBehind(noToken, () => answerOf(401, [challenge]))
  assert.equal(result?.judgement.verdict, 'warn')
  assert.match(result.judgement.reason, /where nothing was sent/)
})

test('RFC 9110 §11.1: where the usual spelling is refused too, the spelling is not blamed', async () => {
  const results = await runBehind(schemeCase, () => answerOf(401))
  assert.deepEqual(variantsOf(results, 'inconclusive'), ['capital letters', 'small letters'])
})

test('RFC 6585 §5: a long token that is refused slowly is a warning', async () => {
  for (const answer of ['slow', 'timeout'] as const) {
    const results = await runBehind(lengthCase, request => {
      const isLong = request.headers.some(([, value]) => value.length > 60_000)
      if (!isLong) return undefined
      if (answer === 'slow') return { ...answerOf(431), duration: 2500 }
      return { failure: 'timeout', detail: 'an answer did not come' }
    })
    assert.equal(variantsOf(results, 'warn').length, 2)
    assert.match(results[0]?.judgement.reason ?? '', answer === 'slow' ? /after 2.5 seconds/ : /no answer/)
  }
})

test('RFC 6585 §5: a connection that is closed on a long token is a refusal', async () => {
  const results = await runBehind(lengthCase, () => ({ failure: 'reset', detail: 'the connection broke' }))
  assert.equal(variantsOf(results, 'pass').length, 2)
})

test('nothing is planned where no client is configured', () => {
  const skips = skipsOf(noToken, { retarget: target => ({ ...target, levels: new Set(['S']) }) })
  assert.match(skips[0]?.reason ?? '', /no authorization server and client/)
})

test('a call that cannot be made is inconclusive and names what is missing', async () => {
  const retarget = (target: Target): Target => ({ ...target, ...(target.api && { api: withoutExamples(target.api) }) })
  const [result] = await runBehind(noToken, () => undefined, { only: 'GET /petstore/orders/{id}', retarget })
  assert.equal(result?.judgement.verdict, 'inconclusive')
  assert.match(result.judgement.reason, /nobody says a value for `id`/)
})

function withoutExamples(api: ApiTarget): ApiTarget {
  const operations = api.operations.map(operation => ({
    ...operation,
    parameters: operation.parameters.map(({ name, in: place, isRequired }) => ({
      name,
      in: place,
      isRequired,
      schema: false,
    })),
  }))
  return { ...api, operations }
}

test('OWASP API4:2023: an API that is slow for every bad token is not slow for long ones', async () => {
  const results = await runBehind(lengthCase, () => ({ ...answerOf(431), duration: 4000 }), {
    only: 'GET /petstore/pets',
  })
  assert.deepEqual(variantsOf(results, 'warn'), [])
  assert.equal(variantsOf(results, 'pass').length, 2)
})

test('OWASP API4:2023: silence is told of long tokens where another bad one is answered', async () => {
  const isLong = ({ headers }: SentRequest) => (fieldValue(headers, 'authorization') ?? '').length > 50_000
  const silence = { failure: 'timeout', detail: 'nothing came' } as const
  const costly = await runBehind(lengthCase, request => (isLong(request) ? silence : answerOf(401)), {
    only: 'GET /petstore/pets',
  })
  assert.equal(variantsOf(costly, 'warn').length, 2)
  const dead = await runBehind(lengthCase, () => silence, { only: 'GET /petstore/pets' })
  assert.equal(variantsOf(dead, 'inconclusive').length, 2)
})

test('a case that is tried on each operation tells which of its probes write, and what must succeed', () => {
  const [noToken] = presenceCases
  assert.ok(noToken)
  const probes = noToken.plan(createCaseWorld().target).flatMap(each => ('run' in each ? [each] : []))
  assert.ok(probes.length > 10)
  for (const { operation = '', isWrite, control } of probes) {
    assert.equal(isWrite, !operation.startsWith('GET'), operation)
    assert.equal(control, operation)
  }
})

test('a case about the guard is tried on one operation of each, or on all where that is wanted', () => {
  const { target } = createCaseWorld()
  const operationsOf = (depth: Target['depth']) =>
    new Set(lengthCase.plan({ ...target, depth }).map(({ operation }) => operation)).size
  assert.equal(operationsOf('guard'), 2)
  assert.equal(operationsOf('operation'), target.api?.operations.filter(isGuarded).length)
})
