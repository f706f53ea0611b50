import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Target } from '../../target/target.ts'
import { skipsOf } from '../../testing/case-world.ts'
import { answerOf, describeCase, runBehind, variantsOf } from '../../testing/describe-case.ts'
import { detailsOrScope, otherDetails } from './authorization-details-cases.ts'

describeCase({
  testCase: otherDetails,
  section: 'RFC 9396 §2',
  finds: { 'details-ignored': { fail: ['another location', 'another type', 'the type in capitals'] } },
})
describeCase({
  testCase: detailsOrScope,
  section: 'RFC 9396 §3',
  finds: { 'details-optional': { fail: ['scope, and no details'] } },
})

test('RFC 9396 §2: an API that looks at no detail is found in each of them', async () => {
  const results = await runBehind(otherDetails, () => answerOf(201))
  assert.deepEqual(variantsOf(results, 'fail'), [
    'another location',
    'another type',
    'less `amount`',
    'the type in capitals',
    'too little twice',
  ])
})

test('RFC 9396 §3: where good details are refused too, a refusal proves nothing', async () => {
  const results = await runBehind(detailsOrScope, () => answerOf(403))
  assert.deepEqual(new Set(results.map(({ judgement }) => judgement.verdict)), new Set(['inconclusive']))
})

test('RFC 9396 §2: without good details to begin with the reason is said', () => {
  const without = (target: Target): Target => ({
    ...target,
    ...(target.testIssuer && { testIssuer: { ...target.testIssuer, claims: {} } }),
  })
  assert.match(skipsOf(otherDetails, { retarget: without })[0]?.reason ?? '', /what good details of type/)
})
