import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import fc from 'fast-check'
import { cedarJudge } from '../../packages/policy/src/cedar/cedar-judge.ts'
import {
  chanceFrom,
  type RandomRequest,
  randomPolicy,
  randomRequest,
} from '../../packages/policy/src/cedar/random-requests.test.ts'
import type { Decision } from '../../packages/policy/src/decision.ts'
import { createEvaluator } from '../../packages/policy/src/evaluation/evaluator.ts'
import type { PolicyModel } from '../../packages/policy/src/model.ts'
import { anyCall, anyModel } from '../../packages/policy/src/testing/random-conditions.ts'

const REQUESTS = 50_000
const PER_POLICY = 50

function ourDecision(model: PolicyModel): (name: string, request: RandomRequest) => Decision {
  const evaluator = createEvaluator(model)
  return (name, { token, circumstances }) => {
    const decision = evaluator.decide(name, token, circumstances)
    assert.ok(!(decision instanceof Promise))
    return decision
  }
}

// what a decision says, in a form in which two can be compared
function said(decision: Decision): string {
  if (decision.kind !== 'insufficient_scope') return JSON.stringify(decision, Object.keys(decision).sort())
  return JSON.stringify([decision.kind, decision.needed.tokens, decision.missing.tokens])
}

describe('Cedar and our evaluator', () => {
  test(`agree on ${REQUESTS} random requests over random policies`, () => {
    const chance = chanceFrom(20_261_122)
    const counts: Record<Decision['kind'], number> = { allow: 0, insufficient_scope: 0, forbidden: 0, step_up: 0 }
    for (let done = 0; done < REQUESTS; done += PER_POLICY) {
      const model = randomPolicy(chance)
      const [name = ''] = model.actions.keys()
      const [decide, judge] = [ourDecision(model), cedarJudge(cedar, model)]
      for (let asked = 0; asked < PER_POLICY; asked++) {
        const request = randomRequest(chance)
        const ours = decide(name, request)
        const theirs = judge.decide(name, request.token, request.circumstances)
        counts[ours.kind]++
        if (said(ours) !== said(theirs)) assert.deepEqual({ ...theirs, model, request }, { ...ours, model, request })
      }
    }
    assert.ok(
      Object.values(counts).every(count => count > REQUESTS / 50),
      JSON.stringify(counts),
    )
  })

  test('agree that values which Cedar cannot hold are no reason to allow', () => {
    fc.assert(
      fc.property(anyModel, fc.array(anyCall, { minLength: 5, maxLength: 5 }), (model, calls) => {
        const [decide, judge] = [ourDecision(model), cedarJudge(cedar, model)]
        for (const call of calls) {
          const theirs = judge.decide('thing.do', call.token, call.circumstances)
          assert.ok(theirs.kind !== 'allow' || decide('thing.do', call).kind === 'allow')
        }
      }),
      { numRuns: 200 },
    )
  })
})
