import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { beginDecision, decisionOf, keepWhere, limitTo, refusals, type ScopeDecision } from './decision.ts'
import type { ScopeDefinition } from './declaration.ts'
import { defineScopes } from './define-scopes.ts'
import { printScope } from './scope-value.ts'

const shop = defineScopes({
  scopes: {
    order: {},
    'order:items': {},
    'order:secrets': { grantTypes: ['authorization_code'] },
    'account:{id}': { parameters: { id: 'integer' }, risk: 'dangerous' },
    accounts: { coversInstances: ['account:{id}'], implies: ['order:items'] },
    admin: { implies: ['accounts', 'order'] },
    wipe: { risk: 'dangerous' },
  },
})

function begin(requested: string): ScopeDecision {
  const begun = beginDecision(shop, requested)
  assert.ok(begun.ok)
  return begun.value
}

function carriedBy(grantType: string): (definition: ScopeDefinition) => boolean {
  return definition => definition.grantTypes?.includes(grantType) ?? true
}

describe('a decision', () => {
  test('begins with what was requested, without a step', () => {
    const decision = begin('order wipe')
    assert.equal(decision.requested, 'order wipe')
    assert.deepEqual(decision.scope.tokens, ['order', 'wipe'])
    assert.deepEqual(decision.steps, [])
  })

  test('RFC 6749 §3.3: a malformed request begins no decision', () => {
    const begun = beginDecision(shop, 'order\twipe')
    assert.ok(!begun.ok)
    assert.equal(begun.error.index, 5)
  })

  test('unknown tokens are its first step', () => {
    const decision = begin('order nope account:x')
    const refused = [
      { token: 'nope', reason: 'unknown' },
      { token: 'account:x', reason: 'unknown' },
    ]
    assert.deepEqual(decision.steps, [{ at: 'request', refused, left: 'order' }])
    assert.deepEqual(refusals(decision), refused)
  })

  test('can begin with a set that nobody asked for by name', () => {
    assert.deepEqual(decisionOf(shop.set('order', 'wipe')), { ...begin('order wipe') })
    assert.equal(decisionOf(shop.empty).requested, '')
  })

  test('keeps its steps in order, and what it was before does not change', () => {
    const first = begin('order:items wipe accounts nope')
    const second = limitTo(shop, first, { at: 'ceiling', held: shop.set('order', 'wipe'), reason: 'above_ceiling' })
    const third = keepWhere(shop, second, {
      at: 'consent',
      reason: 'user_refused',
      keep: (_, token) => token !== 'wipe',
    })
    assert.deepEqual(
      third.steps.map(step => [step.at, step.left]),
      [
        ['request', 'order:items wipe accounts'],
        ['ceiling', 'order:items wipe'],
        ['consent', 'order:items'],
      ],
    )
    assert.deepEqual(
      refusals(third).map(({ token, reason }) => `${token} ${reason}`),
      ['nope unknown', 'accounts above_ceiling', 'wipe user_refused'],
    )
    assert.equal(first.steps.length, 1)
  })
})

describe('limitTo', () => {
  const limit = { at: 'grant', reason: 'not_in_grant' } as const

  test('gives the same decision where nothing is lost', () => {
    const decision = begin('order:items')
    assert.equal(limitTo(shop, decision, { ...limit, held: shop.set('admin') }), decision)
  })

  test('narrows an umbrella to what is held of it, and names the umbrella as refused', () => {
    const decision = limitTo(shop, begin('admin'), { ...limit, held: shop.set('order:items', 'wipe') })
    assert.deepEqual(decision.scope.tokens, ['order:items'])
    assert.deepEqual(decision.steps, [
      { at: 'grant', refused: [{ token: 'admin', reason: 'not_in_grant' }], left: 'order:items' },
    ])
  })

  test('never gives what was not asked for', () => {
    assert.deepEqual(limitTo(shop, begin('order:items'), { ...limit, held: shop.set('wipe') }).scope.tokens, [])
  })
})

describe('keepWhere', () => {
  const limit = { at: 'grant_type', reason: 'not_for_grant_type' } as const

  test('gives the same decision where everything may stay', () => {
    const decision = begin('admin wipe')
    assert.equal(keepWhere(shop, decision, { ...limit, keep: carriedBy('authorization_code') }), decision)
  })

  test('drops a token that is refused', () => {
    const decision = keepWhere(shop, begin('wipe order:items'), { ...limit, keep: ({ risk }) => risk !== 'dangerous' })
    assert.deepEqual(decision.scope.tokens, ['order:items'])
    assert.deepEqual(refusals(decision), [{ token: 'wipe', reason: 'not_for_grant_type' }])
  })

  test('replaces an umbrella that reaches a refused scope by the widest of what may stay', () => {
    const decision = keepWhere(shop, begin('admin'), { ...limit, keep: carriedBy('client_credentials') })
    assert.deepEqual(decision.scope.tokens, ['accounts'])
    assert.equal(shop.covers(decision.scope, shop.set('order:secrets')), false)
    assert.deepEqual(decision.steps, [
      {
        at: 'grant_type',
        refused: [{ token: 'admin', reason: 'not_for_grant_type', because: ['order:secrets'] }],
        left: 'accounts',
      },
    ])
  })

  test('takes an umbrella away that is refused itself, and keeps what it reaches', () => {
    const keep = ({ name }: ScopeDefinition) => name !== 'order'
    const decision = keepWhere(shop, begin('order'), { ...limit, keep })
    assert.deepEqual(decision.scope.tokens, ['order:items', 'order:secrets'])
    assert.deepEqual(refusals(decision), [{ token: 'order', reason: 'not_for_grant_type' }])
  })

  test('asks about every instance by the declared name', () => {
    const asked: string[] = []
    const keep = ({ risk }: ScopeDefinition, token: string) => asked.push(token) > 0 && risk !== 'dangerous'
    const decision = keepWhere(shop, begin('accounts'), { ...limit, keep })
    assert.deepEqual(asked, ['accounts', 'order:items', 'account:{id}'])
    assert.deepEqual(decision.scope.tokens, ['order:items'])
    assert.deepEqual(refusals(decision)[0]?.because, ['account:{id}'])
  })

  test('can keep one instance and refuse another', () => {
    const keep = (_: ScopeDefinition, token: string) => token !== 'account:8'
    const decision = keepWhere(shop, begin('account:7 account:8'), { ...limit, keep })
    assert.deepEqual(decision.scope.tokens, ['account:7'])
  })
})

test('a decision is printed as a scope value', () => {
  assert.equal(printScope(begin('order wipe').scope), 'order wipe')
})
