import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defineScopes, meets } from '@ambit/scope'
import fc from 'fast-check'
import { createEvaluator } from '../evaluation/evaluator.ts'
import type { Expression } from '../expression.ts'
import type { PolicyModel, Rule } from '../model.ts'
import { anyCall, anyCondition, anyModel } from '../testing/random-conditions.ts'
import { compareRules, type Example } from './condition-search.ts'
import { diff } from './diff.ts'
import { anyNeeds, linkedScopes, policyOf, subsetsOf } from './random-policies.test.ts'

const scopes = defineScopes({
  scopes: { admin: { implies: ['order', 'wipe'] }, order: {}, 'order:items': {}, 'order:refund': {}, wipe: {} },
})

const amount = (limit: number): Expression => ({
  kind: 'compare',
  by: 'lte',
  left: { kind: 'attribute', source: 'input', path: ['amount'] },
  right: { kind: 'literal', value: limit },
})
const when = (name: string, condition: Expression): Rule => ({ kind: 'when', name, condition })
const ruled = (...rules: readonly Rule[]): PolicyModel =>
  policyOf(scopes, { 'order.refund': 'order:refund' }, { 'order.refund': rules })

describe('diff: scope', () => {
  test('a policy does not differ from itself', () => {
    const policy = ruled(when('small', amount(10)))
    assert.deepEqual(diff(policy, policy), { widened: [], narrowed: [], rules: [], coverage: { gained: [], lost: [] } })
  })

  test('finds a planted widening: a further alternative', () => {
    const before = policyOf(scopes, { wipe: 'wipe', refund: { allOf: ['order:refund', 'order:items'] } })
    const after = policyOf(scopes, { wipe: { anyOf: ['wipe', 'order'] }, refund: 'order:refund' })
    const { widened, narrowed } = diff(before, after)
    assert.deepEqual(widened, [
      { kind: 'scope', action: 'wipe', sets: [['order']], isComplete: true },
      { kind: 'scope', action: 'refund', sets: [['order:refund']], isComplete: true },
    ])
    assert.deepEqual(narrowed, [])
  })

  test('finds a planted widening in the catalogue, and what it comes from', () => {
    const wider = defineScopes({
      scopes: { admin: { implies: ['order', 'wipe'] }, order: { implies: ['wipe'] }, 'order:items': {}, wipe: {} },
    })
    const { widened, narrowed, coverage } = diff(policyOf(scopes, { wipe: 'wipe' }), policyOf(wider, { wipe: 'wipe' }))
    assert.deepEqual(widened, [{ kind: 'scope', action: 'wipe', sets: [['order']], isComplete: true }])
    assert.deepEqual(narrowed, [])
    assert.deepEqual(coverage, { gained: [{ held: 'order', reached: 'wipe' }], lost: [] })
  })

  test('names actions that are new or gone', () => {
    const [one, two] = [policyOf(scopes, { wipe: 'wipe' }), policyOf(scopes, { list: { allOf: [] } })]
    assert.deepEqual(diff(one, two).widened, [{ kind: 'action', action: 'list', sets: [[]] }])
    assert.deepEqual(diff(one, two).narrowed, [{ kind: 'action', action: 'wipe', sets: [['wipe']] }])
  })

  test('finds some of the ways, and says so, where there are hundreds', () => {
    const links = Array.from({ length: 48 }, (_, index) => [index, 48 + (index % 12)] as const)
    const [plain, linked] = [linkedScopes(Array(61).fill({}), []), linkedScopes(Array(61).fill({}), links)]
    const needed = Array.from({ length: 12 }, (_, index) => `s${48 + index}`)
    const before = policyOf(plain, { all: { allOf: [...needed, 's60'] } })
    const after = policyOf(linked, { all: { allOf: needed } })
    const [change] = diff(before, after).widened
    assert.ok(change?.kind === 'scope' && !change.isComplete)
    for (const set of change.sets) assert.ok(linked.covers(linked.set(...set), linked.set(...needed)))
    assert.deepEqual(diff(after, before).widened, [])
  })

  test('goes through thousands of ways that open nothing new', () => {
    const links = Array.from({ length: 48 }, (_, index) => [index, 48 + (index % 12)] as const)
    const linked = linkedScopes(Array(60).fill({}), links)
    const plain = linkedScopes(Array(60).fill({}), [[0, 48]])
    const needed = Array.from({ length: 12 }, (_, index) => `s${48 + index}`)
    const before = policyOf(plain, { all: { anyOf: ['s59', 's11', 's23', 's35', 's47'] } })
    assert.deepEqual(diff(before, policyOf(linked, { all: { allOf: needed } })).widened, [])
  })

  test('says widened exactly where brute force over all sets of scopes finds one', () => {
    const counts = { widened: 0, same: 0 }
    fc.assert(
      fc.property(anyChange, ({ before, after, tokens }) => {
        const { widened, narrowed } = diff(before, after)
        for (const [changes, from, to] of [
          [widened, before, after],
          [narrowed, after, before],
        ] as const) {
          const isFound = changes.some(({ action }) => action === 'a')
          const isThere = subsetsOf(tokens).some(set => opens(to, set) && !opens(from, set))
          assert.equal(isFound, isThere)
          counts[isFound ? 'widened' : 'same']++
          for (const { sets } of changes.filter(change => change.kind === 'scope'))
            for (const set of sets) assert.ok(opens(to, set) && !opens(from, set), String(set))
        }
      }),
      { numRuns: 400 },
    )
    assert.ok(counts.widened > 100 && counts.same > 100, JSON.stringify(counts))
  })

  test('lists the weakest sets: whatever newly opens an action covers one of them', () => {
    fc.assert(
      fc.property(anyChange, ({ before, after, tokens }) => {
        const sets = diff(before, after).widened.flatMap(change => (change.kind === 'scope' ? change.sets : []))
        const covers = (held: readonly string[], needed: readonly string[]) =>
          [before, after].every(({ catalogue }) => catalogue.covers(catalogue.set(...held), catalogue.set(...needed)))
        for (const set of subsetsOf(tokens).filter(held => opens(after, held) && !opens(before, held)))
          assert.ok(
            sets.some(weakest => covers(set, weakest)),
            String(set),
          )
        for (const a of sets) for (const b of sets) assert.ok(a === b || !covers(a, b), JSON.stringify([a, b]))
      }),
      { numRuns: 200 },
    )
  })
})

// one action before and after, often with another catalogue of the same names
const anyChange = fc.integer({ min: 2, max: 7 }).chain(count => {
  const links = fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: count })
  return fc
    .record({ links, further: fc.oneof(fc.constant([]), links), needs: fc.tuple(anyNeeds(count), anyNeeds(count)) })
    .map(({ links, further, needs: [before, after] }) => {
      const [old, fresh] = [linkedScopes(Array(count).fill({}), links), linkedScopes(Array(count).fill({}), further)]
      const later = further.length === 0 ? old : fresh
      return { before: policyOf(old, { a: before }), after: policyOf(later, { a: after }), tokens: old.names }
    })
})

function opens({ catalogue, actions }: PolicyModel, tokens: readonly string[]): boolean {
  const requirement = actions.get('a')?.requirement
  return requirement !== undefined && meets(catalogue, catalogue.set(...tokens), requirement)
}

function verdicts(before: PolicyModel, after: PolicyModel) {
  return diff(before, after).rules.map(({ widens, narrows }) => [widens, narrows])
}

describe('diff: rules', () => {
  test('a raised limit widens, and the example shows what for', () => {
    const [before, after] = [ruled(when('small', amount(5000))), ruled(when('small', amount(6000)))]
    const { widened, narrowed, rules } = diff(before, after)
    assert.ok(widened[0]?.kind === 'rules')
    const { amount: example } = widened[0].example.input
    assert.ok(typeof example === 'number' && example > 5000 && example <= 6000)
    assert.deepEqual(narrowed, [])
    assert.deepEqual(rules, [
      {
        action: 'order.refund',
        rules: [{ change: 'changed', kind: 'when', name: 'small' }],
        widens: 'yes',
        narrows: 'no',
      },
    ])
  })

  test('a rule that is dropped widens, a new one narrows, another one may do both', () => {
    const [none, small] = [ruled(), ruled(when('small', amount(10)))]
    assert.deepEqual(verdicts(small, none), [['yes', 'no']])
    assert.deepEqual(verdicts(none, small), [['no', 'yes']])
    const large = ruled(when('large', { kind: 'not', of: amount(10) }))
    assert.deepEqual(verdicts(small, large), [['yes', 'yes']])
  })

  test('a rule that is written in another way is not changed; one with another name is, and changes nothing', () => {
    const twice = ruled(when('small', { kind: 'not', of: { kind: 'not', of: { kind: 'and', all: [amount(10)] } } }))
    assert.deepEqual(diff(ruled(when('small', amount(10))), twice).rules, [])
    assert.deepEqual(verdicts(ruled(when('small', amount(10))), ruled(when('little', amount(10)))), [['no', 'no']])
  })

  test('says that it cannot tell where a percentage leaves too much to try', () => {
    const near = (percent: number) =>
      ruled(
        when('near', {
          kind: 'within',
          left: { kind: 'attribute', source: 'input', path: ['price'] },
          percent,
          right: { kind: 'attribute', source: 'resource', path: ['price'] },
        }),
      )
    assert.deepEqual(verdicts(near(20), near(30)), [['yes', 'unknown']])
    assert.deepEqual(verdicts(near(20), near(20)), [])
  })

  test('says that it cannot tell where a whole input, or the type of a detail, is asked for', () => {
    const given: Expression = { kind: 'present', of: { kind: 'attribute', source: 'input', path: [] } }
    assert.deepEqual(verdicts(ruled(when('given', given)), ruled()), [['unknown', 'unknown']])
    const typed: Expression = { kind: 'present', of: { kind: 'attribute', source: 'details', path: ['type'] } }
    assert.equal(verdicts(ruled(when('typed', typed)), ruled())[0]?.[1], 'unknown')
  })

  test('follows the order of the levels', () => {
    const rule: Rule = {
      kind: 'stepUp',
      name: 'strong',
      acr: 'low',
      maxAge: 60,
      unless: { kind: 'constant', value: false },
    }
    const before = { ...ruled(rule), levels: ['low', 'high'] }
    assert.deepEqual(verdicts(before, { ...before, levels: ['high', 'low'] }), [['no', 'yes']])
    assert.deepEqual(verdicts(before, { ...ruled({ ...rule, acr: 'high' }), levels: ['low', 'high'] }), [['no', 'yes']])
    assert.deepEqual(verdicts(before, { ...ruled({ ...rule, maxAge: 59 }), levels: ['low', 'high'] }), [['no', 'yes']])
  })

  test('its yes is shown by the example, and its no holds for any request', () => {
    const counts = { yes: 0, no: 0, unknown: 0 }
    fc.assert(
      fc.property(
        anyModel,
        anyCondition,
        fc.array(anyCall, { minLength: 20, maxLength: 20 }),
        (before, condition, calls) => {
          const after = withFirstRule(before, condition)
          const [old, fresh] = [before.actions.get('thing.do'), after.actions.get('thing.do')]
          assert.ok(old !== undefined && fresh !== undefined)
          const pair = { before: { action: old, model: before }, after: { action: fresh, model: after } }
          const { widens } = compareRules(pair, { all: 5000, some: 500 })
          counts[widens.answer]++
          if (widens.answer === 'yes') assert.ok(widensFor(before, after, callOf(before, widens.example)))
          if (widens.answer === 'no') for (const call of calls) assert.ok(!widensFor(before, after, call))
        },
      ),
      { numRuns: 400 },
    )
    assert.ok(counts.yes > 50 && counts.no > 50, JSON.stringify(counts))
  })
})

type Call = Parameters<typeof widensFor>[2]

function withFirstRule(model: PolicyModel, condition: Expression): PolicyModel {
  const actions = [...model.actions].map(([name, action]) => {
    const [first, ...others] = action.rules
    const rules: readonly Rule[] =
      first === undefined || first.kind === 'stepUp'
        ? [when('new', condition), ...others]
        : [{ ...first, condition }, ...others]
    return [name, { ...action, rules }] as const
  })
  return { ...model, actions: new Map(actions) }
}

function callOf({ actions, catalogue }: PolicyModel, { claims, resource, input, facts, now }: Example): Call {
  const scope = actions.get('thing.do')?.requirement.anyOf[0] ?? catalogue.empty
  return { token: { scope, claims }, circumstances: { resource, input, facts, now } }
}

function widensFor(
  before: PolicyModel,
  after: PolicyModel,
  { token, circumstances }: typeof anyCall extends fc.Arbitrary<infer C> ? C : never,
): boolean {
  const kindBy = (model: PolicyModel) => {
    const decision = createEvaluator(model).decide('thing.do', token, circumstances)
    return decision instanceof Promise ? undefined : decision.kind
  }
  return kindBy(after) === 'allow' && kindBy(before) !== 'allow'
}
