import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Target } from '../../target/target.ts'
import { skipsOf } from '../../testing/case-world.ts'
import { answerOf, describeCase, runBehind } from '../../testing/describe-case.ts'
import { plantedPolicy } from '../../testing/planted-api/policy.ts'
import { loginOf, oldLogin, spoofedLevel, weakLogin } from './step-up-cases.ts'

const names = ['header `X-Acr`', 'header `acr`', 'query `acr`']

describeCase({
  testCase: weakLogin,
  section: 'RFC 9470 §3',
  finds: { 'step-up-ignored': { fail: ['level `urn:petstore:password`', 'no level'] } },
})
describeCase({
  testCase: oldLogin,
  section: 'RFC 9470 §3',
  finds: { 'old-login': { fail: ['661 s ago', '87000 s ago', 'no time of login'] } },
})
describeCase({ testCase: spoofedLevel, section: 'RFC 9470 §6', finds: { 'level-from-caller': { fail: names } } })

test('RFC 9470 §3: a challenge that does not say which login is wanted is found', async () => {
  const challenge = 'Bearer error="insufficient_user_authentication"'
  let isGood = true
  const between = () => {
    isGood = !isGood
    return isGood ? answerOf(200) : answerOf(401, [['WWW-Authenticate', challenge]])
  }
  const results = await runBehind(weakLogin, between, { only: 'no level' })
  assert.deepEqual(
    results.map(({ judgement }) => [judgement.verdict, judgement.complaint]),
    [['warn', 'no acr_values']],
  )
})

test('RFC 9470 §3: where a strong login is refused too, a refusal proves nothing', async () => {
  const challenge = 'Bearer error="insufficient_user_authentication", acr_values="x", max_age="1"'
  const results = await runBehind(oldLogin, () => answerOf(401, [['WWW-Authenticate', challenge]]))
  assert.deepEqual(new Set(results.map(({ judgement }) => judgement.verdict)), new Set(['not_applicable']))
})

test('RFC 9470 §3: the strongest level and the shortest age of all rules are wanted', () => {
  const action = plantedPolicy.model.actions.get('takings.read')
  assert.ok(action)
  const stepUp = { kind: 'stepUp', unless: { kind: 'constant', value: false } } as const
  const rules = [
    { ...stepUp, name: 'a', acr: 'low', maxAge: 900 },
    { ...stepUp, name: 'b', acr: 'high' },
  ] as const
  assert.deepEqual(loginOf({ ...action, rules }, { levels: ['low', 'high'] }), { acr: 'high', maxAge: 900 })
  assert.equal(loginOf({ ...action, rules: [] }, { levels: [] }), undefined)
})

test('RFC 9470 §3: without a step-up in the policy the reason is said', () => {
  const only = (target: Target): Target => ({
    ...target,
    ...(target.api && {
      api: { ...target.api, operations: target.api.operations.filter(({ key }) => key === 'POST /inventory/prices') },
    }),
  })
  assert.match(skipsOf(weakLogin, { retarget: only })[0]?.reason ?? '', /the policy has no step-up/)
})

test('RFC 9470 §3: where a strong login is refused for another reason, a refusal proves nothing', async () => {
  const challenge = 'Bearer error="insufficient_user_authentication", acr_values="x", max_age="1"'
  let calls = 0
  const between = () => (calls++ === 0 ? answerOf(401, [['WWW-Authenticate', challenge]]) : answerOf(403))
  const results = await runBehind(weakLogin, between, { only: 'no level' })
  assert.deepEqual(
    results.map(({ judgement }) => judgement.verdict),
    ['inconclusive'],
  )
})
