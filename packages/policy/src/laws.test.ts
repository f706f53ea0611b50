import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Decision } from './decision.ts'
import { compileExpression } from './evaluation/compile-expression.ts'
import { negate } from './evaluation/outcome.ts'
import type { Surroundings } from './evaluation/read.ts'
import { explainExpression } from './explanation/explain-expression.ts'
import { createEvaluator, type Explanation, printExplanation, printExpression, residualOf } from './index.ts'
import { anyCall, anyCondition, anyModel, type RandomCall } from './testing/random-conditions.ts'

const levels = ['low', 'high']

function surroundingsOf({ token, circumstances: { resource, input, facts } }: RandomCall): Surroundings {
  const details: unknown = { a: 1, b: 'x' }
  return { claims: token.claims, resource, input, facts, details, loadable: new Set(), wanted: undefined }
}

function isDecision(answer: Decision | Promise<Decision>): answer is Decision {
  return !(answer instanceof Promise)
}

function isExplanation(answer: Explanation | Promise<Explanation>): answer is Explanation {
  return !(answer instanceof Promise)
}

describe('conditions', () => {
  test('never throw, whatever the values are', () => {
    fc.assert(
      fc.property(anyCondition, anyCall, (condition, call) => {
        assert.ok(['true', 'false', 'error'].includes(compileExpression(condition, levels)(surroundingsOf(call))))
      }),
      { numRuns: 2000 },
    )
  })

  test('denied twice are themselves, and De Morgan’s laws hold, errors included', () => {
    fc.assert(
      fc.property(anyCondition, anyCondition, anyCall, (a, b, call) => {
        const outcome = (condition: typeof a) => compileExpression(condition, levels)(surroundingsOf(call))
        const not = (of: typeof a) => ({ kind: 'not', of }) as const
        assert.equal(outcome(not(not(a))), outcome(a))
        assert.equal(outcome(not(a)), negate(outcome(a)))
        assert.equal(outcome(not({ kind: 'and', all: [a, b] })), outcome({ kind: 'or', any: [not(a), not(b)] }))
      }),
      { numRuns: 1000 },
    )
  })

  test('come to the same in an explanation', () => {
    fc.assert(
      fc.property(anyCondition, anyCall, (condition, call) => {
        const surroundings = surroundingsOf(call)
        const explained = explainExpression(condition, { surroundings, levels, resource: 'thing', loaded: new Map() })
        assert.equal(explained.outcome, compileExpression(condition, levels)(surroundings))
        assert.ok(printExpression(condition, 'thing').length > 0 || explained.comparisons.length === 0)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('policies', () => {
  test('allow only where every rule does, by its own explanation', () => {
    fc.assert(
      fc.property(anyModel, anyCall, (model, { token, circumstances }) => {
        const evaluator = createEvaluator(model)
        const decision = evaluator.decide('thing.do', token, circumstances)
        const explanation = evaluator.explain('thing.do', token, circumstances)
        assert.ok(isDecision(decision) && isExplanation(explanation))
        assert.deepEqual(explanation.decision, decision)
        const failing = explanation.rules.filter(
          ({ kind, outcome }) => outcome !== (kind === 'forbid' ? 'false' : 'true'),
        )
        assert.equal(decision.kind === 'allow', failing.length === 0)
        if (decision.kind === 'forbidden' || decision.kind === 'step_up') {
          assert.equal(failing[0]?.name, decision.rule)
          assert.deepEqual(
            explanation.rules.filter(({ decides }) => decides).map(({ name }) => name),
            [decision.rule],
          )
        }
        assert.ok(printExplanation(explanation).includes('thing.do'))
        assert.ok(JSON.stringify(explanation).length > 0)
      }),
      { numRuns: 2000 },
    )
  })

  test('decided in part and then with the rest come to the same as decided at once', () => {
    const counts = { yes: 0, no: 0, if: 0 }
    fc.assert(
      fc.property(anyModel, anyCall, fc.subarray(['resource', 'input', 'facts'] as const), (model, call, kept) => {
        const { token, circumstances } = call
        const known = {
          now: circumstances.now,
          ...Object.fromEntries(kept.map(source => [source, circumstances[source]])),
        }
        const residual = residualOf(model, 'thing.do', { token, known })
        const decision = createEvaluator(model).decide('thing.do', token, circumstances)
        assert.ok(isDecision(decision))
        counts[residual.kind]++
        if (residual.kind !== 'if') {
          assert.equal(residual.kind === 'yes', decision.kind === 'allow')
          if (residual.kind === 'no' && kept.length === 3) assert.deepEqual(residual.decision, decision)
          return
        }
        const holds = residual.anyOf.some(({ condition }) => {
          const surroundings = { ...surroundingsOf(call), details: undefined }
          return compileExpression(condition, levels)(surroundings) === 'true'
        })
        assert.equal(holds, decision.kind === 'allow')
      }),
      { numRuns: 5000 },
    )
    assert.ok(counts.if > 200 && counts.yes > 200 && counts.no > 200, JSON.stringify(counts))
  })
})
