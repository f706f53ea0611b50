import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defineScopes } from '@ambit/scope'
import type { CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs'
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { policyOf } from '../analysis/random-policies.test.ts'
import type { Expression, Operand } from '../expression.ts'
import type { PolicyModel, Rule } from '../model.ts'
import { shop, scopes as shopScopes, tokenOf } from '../testing/shop.ts'
import { CedarError } from './cedar-error.ts'
import { cedarJudge } from './cedar-judge.ts'
import type { CedarModule } from './cedar-module.ts'
import { chanceFrom, randomPolicy } from './random-requests.test.ts'
import { toCedar } from './to-cedar.ts'

const scopes = defineScopes({ scopes: { a: {} } })
const input = (name: string): Operand => ({ kind: 'attribute', source: 'input', path: [name] })
const literal = (value: string | number): Operand => ({ kind: 'literal', value })
const eq = (left: Operand, right: Operand): Expression => ({ kind: 'compare', by: 'eq', left, right })

const levelOf = (value: string): Operand => ({ kind: 'level', of: { kind: 'literal', value } })

function ruled(...conditions: readonly Expression[]): PolicyModel {
  const rules = conditions.map((condition, index): Rule => ({ kind: 'when', name: `rule ${index}`, condition }))
  return policyOf(scopes, { 'a.b': 'a' }, { 'a.b': rules })
}

function problemsOf({ text, schema }: ReturnType<typeof toCedar>) {
  const answer = cedar.validate({ schema, policies: { staticPolicies: text } })
  return answer.type === 'success' ? answer.validationErrors.map(({ error }) => error.message) : answer.errors
}

describe('toCedar', () => {
  const exported = toCedar(shop.model)

  test('writes what people would write', () => {
    assert.match(exported.text, /permit \(principal, action == Action::"item\.read", resource\)/)
    assert.match(
      exported.text,
      /when \{ context\.scope\.contains\("inventory:read"\) \}\nwhen \{ resource\.store == principal\.store \};/,
    )
    assert.match(exported.schema, /^entity Item = \{ store: String, price: Long, locked: Bool \};$/m)
    assert.deepEqual(
      [...exported.entityTypes],
      [
        ['item', 'Item'],
        ['order', 'Order'],
      ],
    )
  })

  test('Cedar finds nothing to say about the policies by their schema', () => {
    assert.deepEqual(problemsOf(exported), [])
  })

  test('nor about random policies, unless an attribute would have two types', () => {
    const chance = chanceFrom(5)
    let valid = 0
    for (let count = 0; count < 300; count++) {
      const model = randomPolicy(chance)
      try {
        assert.deepEqual(problemsOf(toCedar(model)), [], toCedar(model).text)
        valid++
      } catch (error) {
        if (!(error instanceof CedarError)) throw error
      }
    }
    assert.ok(valid > 100, `${valid}`)
  })

  for (const { price, locked, tier, wanted } of [
    { price: 1000, locked: false, tier: 'partner', wanted: 'allow' },
    { price: 1000, locked: true, tier: 'partner', wanted: 'deny' },
    { price: 1000, locked: true, tier: 'internal', wanted: 'allow' },
    { price: 1501, locked: false, tier: 'internal', wanted: 'deny' },
    { price: '1000', locked: false, tier: 'partner', wanted: 'failure' },
    { price: 1000, locked: false, tier: undefined, wanted: 'failure' },
  ])
    test(`the export decides: price ${JSON.stringify(price)}, locked ${locked}, tier ${tier} → ${wanted}`, () => {
      const claims: Record<string, CedarValueJson> = { store: 's1', ...(tier !== undefined && { tier }) }
      const answer = cedar.isAuthorized({
        principal: { type: 'Token', id: 't' },
        action: { type: 'Action', id: 'item.updatePrice' },
        resource: { type: 'Item', id: 'i' },
        context: { scope: ['inventory:price:write'], now: 0, input: { newPrice: 1200 }, fact: {}, details: {} },
        schema: exported.schema,
        validateRequest: true,
        policies: { staticPolicies: exported.text },
        entities: [
          { uid: { type: 'Token', id: 't' }, attrs: claims, parents: [] },
          { uid: { type: 'Item', id: 'i' }, attrs: { store: 's1', price, locked }, parents: [] },
        ],
      })
      assert.equal(answer.type === 'success' ? answer.response.decision : answer.type, wanted)
    })

  test('takes types that are said where comparisons tell none', () => {
    const model = ruled(eq(input('a'), input('b')))
    assert.match(toCedar(model).schema, /input: \{ a: String, b: String \}/)
    assert.match(toCedar(model, { types: { 'a.b input.a': 'long' } }).schema, /input: \{ a: Long, b: Long \}/)
  })

  test('refuses an attribute of two types, and one that has attributes of its own', () => {
    const twice = ruled(eq(input('a'), literal('x')), eq(input('a'), literal(1)))
    assert.throws(() => toCedar(twice), /`a\.b input\.a` is used as string and as long/)
    const acr: Operand = { kind: 'attribute', source: 'token', path: ['acr'] }
    assert.match(toCedar(ruled(eq(acr, literal(1)))).schema, /acr: String/)
    const whole: Operand = { kind: 'attribute', source: 'input', path: [] }
    assert.throws(() => toCedar(ruled(eq(whole, literal('x')))), /`a\.b input` is compared, and is a record/)
  })

  test('keeps names that Cedar has taken apart', () => {
    const model = policyOf(scopes, { 'token.a': 'a', 'a-b.c': 'a', 'a_b.c': 'a', '7.c': 'a' })
    assert.deepEqual([...toCedar(model).entityTypes.values()], ['Token2', 'A_b', 'A_b2', 'Object7'])
    assert.deepEqual(problemsOf(toCedar(model)), [])
  })
})

describe('what Cedar cannot hold is refused, all at once', () => {
  const within: Expression = { kind: 'within', left: input('a'), percent: 12.5, right: input('b') }
  for (const [name, model, wanted] of [
    ['a fraction', ruled(eq(input('a'), literal(0.5))), /rule 0"\): `0\.5` is no whole number/],
    ['a number that loses digits', ruled(eq(input('a'), literal(2 ** 53))), /is no whole number/],
    ['a percentage with a fraction', ruled(within), /`12\.5` is no whole number/],
    ['half a character', ruled(eq(input('a'), literal('\ud800'))), /half a character/],
    ['half a character in the name of a level', ruled(eq(levelOf('\ud800'), levelOf('low'))), /half a character/],
    ['half a character in a level', { ...ruled(), levels: ['\ud800'] }, /levels: a text ends/],
    [
      'a fraction of a second',
      policyOf(
        scopes,
        { 'a.b': 'a' },
        { 'a.b': [{ kind: 'stepUp', name: 'r', maxAge: 1.5, unless: { kind: 'constant', value: false } }] },
      ),
      /`1\.5` is no whole number/,
    ],
  ] as const)
    test(name, () => {
      assert.throws(() => toCedar(model), wanted)
      assert.throws(() => cedarJudge(cedar, model), CedarError)
    })
})

describe('cedarJudge', () => {
  const token = tokenOf(shopScopes, ['order'], { store: 's1' })
  const circumstances = { resource: { store: 's1' }, input: { amount: 10 }, now: 0 }

  test('decides like the policy', () => {
    const judge = cedarJudge(cedar, shop.model)
    assert.deepEqual(judge.decide('order.refund', token, circumstances), { kind: 'allow' })
    const large = { ...circumstances, input: { amount: 5001 } }
    assert.deepEqual(judge.decide('order.refund', token, large), {
      kind: 'step_up',
      rule: shop.model.actions.get('order.refund')?.rules.find(({ kind }) => kind === 'stepUp')?.name,
      acr: 'urn:shop:mfa',
    })
  })

  test('refuses an action that the policy does not have', () => {
    const judge = cedarJudge(cedar, shop.model)
    assert.throws(() => judge.decide('order.refnd', token, circumstances), RangeError)
  })

  const answers = {
    failure: { type: 'failure', errors: [{ message: 'out of order' }] },
    'a success without a response': { type: 'success' },
    'an allow beside an error': {
      type: 'success',
      response: { decision: 'allow', diagnostics: { reason: [], errors: [{ policyId: 'order.refund#0' }] } },
    },
    'an allow beside an error of a policy that is not ours': {
      type: 'success',
      response: { decision: 'allow', diagnostics: { reason: [], errors: [{ policyId: 'other' }] } },
    },
    'a deny without a reason': {
      type: 'success',
      response: { decision: 'deny', diagnostics: { reason: [], errors: [] } },
    },
    'a decision of another kind': {
      type: 'success',
      response: { decision: 'maybe', diagnostics: { reason: [], errors: [] } },
    },
  } satisfies Record<string, ReturnType<CedarModule['statefulIsAuthorized']>>
  for (const [name, answer] of Object.entries(answers))
    test(`${name} never allows`, () => {
      const broken: CedarModule = { preparsePolicySet: () => ({ type: 'success' }), statefulIsAuthorized: () => answer }
      const isAboutUs = name === 'an allow beside an error'
      const decide = () => cedarJudge(broken, shop.model).decide('order.refund', token, circumstances)
      if (isAboutUs) assert.equal(decide().kind, 'forbidden')
      else assert.throws(decide, CedarError)
    })

  test('policies that Cedar cannot read are no judge', () => {
    const broken: CedarModule = {
      preparsePolicySet: () => ({ type: 'failure', errors: [{ message: 'unexpected token' }] }),
      statefulIsAuthorized: () => ({ type: 'failure' }),
    }
    assert.throws(() => cedarJudge(broken, shop.model), /Cedar cannot read `item\.read`: unexpected token/)
  })

  test('what cannot be read is no decision', () => {
    const resource = Object.defineProperty({}, 'store', {
      get: () => {
        throw new Error('no')
      },
    })
    const decide = () => cedarJudge(cedar, shop.model).decide('order.refund', token, { ...circumstances, resource })
    assert.throws(decide, /`store` cannot be read/)
  })

  test('two policies with the same names of actions do not get in each other’s way', () => {
    const [strict, open] = [ruled({ kind: 'constant', value: false }), ruled({ kind: 'constant', value: true })]
    const held = { scope: scopes.set('a'), claims: {} }
    const judges = [strict, open].map(model => cedarJudge(cedar, model))
    assert.deepEqual(
      judges.map(judge => judge.decide('a.b', held, { now: 0 }).kind),
      ['forbidden', 'allow'],
    )
  })
})
