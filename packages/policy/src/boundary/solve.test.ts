import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compileExpression } from '../evaluation/compile-expression.ts'
import type { Attribute, Expression } from '../expression.ts'
import type { ActionModel } from '../model.ts'
import { scopes } from '../testing/shop.ts'
import { surroundingsOf, trialOf } from './assignment.ts'
import { solve } from './solve.ts'
import { candidatesOf } from './values.ts'

function attribute(name: string): Attribute {
  return { kind: 'attribute', source: 'input', path: [name] }
}

function below(name: string, limit: number): Expression {
  return { kind: 'compare', by: 'lt', left: attribute(name), right: { kind: 'literal', value: limit } }
}

/** All ways to make a condition come out as wanted. */
function solutions(expression: Expression, wanted: boolean, steps = Number.POSITIVE_INFINITY): readonly unknown[] {
  const scope = scopes.empty
  const action: ActionModel = {
    name: 'thing.do',
    resource: 'thing',
    requirement: { anyOf: [scope] },
    rules: [{ kind: 'when', name: 'w', condition: expression }],
    facts: [],
    isHidden: false,
  }
  const model = { catalogue: scopes, actions: new Map([[action.name, action]]), levels: [] }
  let left = steps
  const search = {
    candidates: candidatesOf(action, model),
    levels: [],
    read: (assignment: Parameters<typeof trialOf>[1]) =>
      surroundingsOf(trialOf(action, assignment, { scope, now: 0 }), action),
    maySpend: () => left-- > 0,
  }
  const condition = compileExpression(expression, [])
  return [...solve([{ expression, wanted }], new Map(), search)].map(assignment => condition(search.read(assignment)))
}

describe('a search for a request', () => {
  const both: Expression = { kind: 'and', all: [below('a', 10), below('b', 20)] }
  const either: Expression = { kind: 'or', any: [below('a', 10), below('b', 20)] }

  test('finds only what makes a condition true, or false, as wanted', () => {
    for (const expression of [both, either, { kind: 'not', of: both }, { kind: 'not', of: either }] as const) {
      for (const wanted of [true, false]) {
        const outcomes = solutions(expression, wanted)
        assert.ok(outcomes.length > 0)
        assert.deepEqual([...new Set(outcomes)], [String(wanted)])
      }
    }
  })

  test('finds nothing where conditions contradict each other', () => {
    assert.deepEqual(solutions({ kind: 'and', all: [below('a', 10), { kind: 'not', of: below('a', 10) }] }, true), [])
  })

  test('ends where it may spend no more', () => {
    assert.ok(solutions(both, true).length > 0)
    assert.deepEqual(solutions(both, true, 1), [])
  })
})
