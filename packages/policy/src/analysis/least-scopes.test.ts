import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defineScopes, meets, type Needs } from '@ambit/scope'
import fc from 'fast-check'
import type { PolicyModel } from '../model.ts'
import { type LeastScopesOptions, leastScopes } from './least-scopes.ts'
import { anyPolicy, linkedScopes, policyOf, subsetsOf } from './random-policies.test.ts'

const scopes = defineScopes({
  verbs: { read: {}, write: { includes: ['read'] } },
  scopes: {
    admin: { implies: ['order', 'stock:write', 'wipe'], risk: 'dangerous' },
    order: {},
    'order:items': {},
    'order:refund': { risk: 'sensitive', grantTypes: ['authorization_code'] },
    'stock:read': {},
    'stock:write': { risk: 'sensitive' },
    'old:stock': { implies: ['stock:read'], deprecated: true },
    wipe: { risk: 'dangerous' },
    'account:{id}': { parameters: { id: 'integer' } },
    'account:{id}:read': { parameters: { id: 'integer' } },
  },
})
const shop = policyOf(scopes, {
  'order.list': 'order:items',
  'order.refund': { anyOf: ['order:refund', { allOf: ['order:items', 'stock:write'] }] },
  'stock.look': { anyOf: ['stock:read', 'old:stock'] },
  'stock.count': 'stock:write',
  'shop.wipe': 'wipe',
  'shop.name': { allOf: [] },
  'account.seven': 'account:7:read',
  'account.eight': 'account:8:read',
})

function least(actions: readonly string[], options: LeastScopesOptions = {}) {
  const answer = leastScopes(shop, actions, options)
  assert.ok(answer.kind === 'least')
  return { scope: answer.scope.tokens, further: answer.further }
}

describe('leastScopes', () => {
  test('opens nothing further where that can be avoided', () => {
    assert.deepEqual(least(['order.list']), { scope: ['order:items'], further: ['shop.name'] })
    assert.deepEqual(least(['order.refund', 'shop.name']), { scope: ['order:refund'], further: [] })
  })

  test('names what it cannot help to open', () => {
    assert.deepEqual(least(['stock.count', 'order.list']).further, ['order.refund', 'stock.look', 'shop.name'])
  })

  test('takes an umbrella rather than the scopes below it where both open the same', () => {
    assert.deepEqual(least(['order.list', 'order.refund']).scope, ['order'])
  })

  test('takes no deprecated scope where there is another', () => {
    assert.deepEqual(least(['stock.look']).scope, ['stock:read'])
  })

  test('gives the empty set where nothing is needed', () => {
    assert.deepEqual(least(['shop.name']), { scope: [], further: [] })
    assert.deepEqual(least([]), { scope: [], further: ['shop.name'] })
  })

  test('takes the instances that are needed', () => {
    assert.deepEqual(least(['account.seven', 'account.eight', 'shop.name']), {
      scope: ['account:7:read', 'account:8:read'],
      further: [],
    })
  })

  test('leaves out what a grant type may not carry, by name or through an umbrella', () => {
    const answer = least(['order.refund'], { grantType: 'client_credentials' })
    assert.deepEqual(answer.scope, ['order:items', 'stock:write'])
  })

  test('stays below a ceiling', () => {
    assert.deepEqual(least(['order.list'], { ceiling: scopes.set('order') }).scope, ['order:items'])
    const impossible = leastScopes(shop, ['order.list', 'stock.count', 'shop.wipe'], { ceiling: scopes.set('order') })
    assert.deepEqual(impossible, { kind: 'impossible', actions: ['stock.count', 'shop.wipe'] })
  })

  test('refuses an action that the policy does not have', () => {
    assert.throws(() => least(['order.lst']), /unknown action `order\.lst`/)
  })
})

// the order of `leastScopes`, said again in the plainest way
function rank(policy: PolicyModel, asked: readonly string[], tokens: readonly string[]): readonly number[] {
  const { catalogue, actions } = policy
  const held = catalogue.set(...tokens)
  const reached = catalogue.expand(held).tokens.map(token => catalogue.definition(token))
  const opened = [...actions.values()].filter(({ requirement }) => meets(catalogue, held, requirement))
  return [
    tokens.filter(token => catalogue.definition(token)?.deprecated !== false).length,
    opened.filter(({ name }) => !asked.includes(name)).length,
    reached.filter(definition => definition?.risk === 'dangerous').length,
    reached.filter(definition => definition?.risk === 'sensitive').length,
    tokens.length,
    reached.length,
    ...tokens.map(token => catalogue.names.indexOf(token)).sort((a, b) => a - b),
  ]
}

function compare(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((value, index) => value !== b[index])
  return place === -1 ? 0 : (a[place] ?? 0) - (b[place] ?? 0)
}

function bruteForce(policy: PolicyModel, asked: readonly string[], tokens: readonly string[]): readonly string[] {
  const { catalogue, actions } = policy
  const opens = (set: readonly string[]): boolean =>
    asked.every(name =>
      meets(catalogue, catalogue.set(...set), actions.get(name)?.requirement ?? { anyOf: [catalogue.empty] }),
    )
  const covers = subsetsOf(tokens).filter(opens)
  return covers
    .map(set => ({ set, order: rank(policy, asked, set) }))
    .reduce((a, b) => (compare(b.order, a.order) < 0 ? b : a)).set
}

describe('leastScopes is exact', () => {
  test('against brute force over all sets of random catalogues', () => {
    fc.assert(
      fc.property(anyPolicy(9), fc.nat(255), ({ policy, tokens }, mask) => {
        const asked = [...policy.actions.keys()].filter((_, index) => ((mask >>> index) & 1) === 1)
        const answer = leastScopes(policy, asked)
        assert.ok(answer.kind === 'least')
        assert.deepEqual(answer.scope.tokens, bruteForce(policy, asked, tokens))
      }),
      { numRuns: 400 },
    )
  })

  test('with 60 scopes, half of them umbrellas, in less than a second', () => {
    const { policy, asked } = sixtyScopes()
    const startedAt = performance.now()
    const answer = leastScopes(policy, asked)
    assert.ok(performance.now() - startedAt < 1000)
    assert.ok(answer.kind === 'least' && answer.scope.size > 3)
  })

  test('and says so where it would have to guess', () => {
    const { policy, asked } = sixtyScopes()
    assert.deepEqual(leastScopes(policy, asked, { mostSteps: 3 }), { kind: 'too_many' })
  })
})

function sixtyScopes() {
  const next = numbers(7)
  const links = Array.from({ length: 120 }, () => [next(30), 30 + next(30)] as const)
  const catalogue = linkedScopes(Array(60).fill({}), links)
  const any = () => `s${30 + next(30)}`
  const needs = Array.from({ length: 60 }, (_, index): [string, Needs] => [
    `a${index}`,
    index % 3 === 0 ? { anyOf: [any(), { allOf: [any(), any()] }] } : any(),
  ])
  const policy = policyOf(catalogue, Object.fromEntries(needs))
  return { policy, asked: needs.slice(0, 12).map(([name]) => name) }
}

// the same numbers in each run
function numbers(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >>> 8) % below
  }
}
