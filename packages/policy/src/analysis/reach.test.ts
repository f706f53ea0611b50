import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { printExpression } from '../index.ts'
import { scopes, shop, tokenOf } from '../testing/shop.ts'
import { reach } from './reach.ts'

describe('reach', () => {
  const token = tokenOf(scopes, ['order', 'inventory:write'], { store: 's1' })
  const answers = new Map(reach(shop.model, token, { now: 0 }).map(answer => [answer.action, answer]))

  test('is yes where scope is all that is asked, no where scope is missing', () => {
    const create = answers.get('item.create')
    assert.equal(create?.kind, 'yes')
    assert.deepEqual(create?.by?.tokens, ['inventory:write'])
    const read = answers.get('item.read')
    assert.ok(read?.kind === 'no' && read.decision.kind === 'insufficient_scope')
    assert.equal(read.by, undefined)
  })

  test('is a condition where something is left open, and names the alternative that the scope met', () => {
    const refund = answers.get('order.refund')
    assert.ok(refund?.kind === 'if')
    assert.deepEqual(
      refund.anyOf.map(({ condition }) => printExpression(condition, 'order')),
      ['order.store = "s1" and input.amount ≤ 5000'],
    )
    assert.deepEqual(refund.by?.tokens, ['order:refund'])
  })

  test('follows what is known', () => {
    const order = { id: 'o1', store: 's2', total: 1 }
    const known = reach(shop.model, token, { now: 0, resource: order }).find(({ action }) => action === 'order.refund')
    assert.ok(known?.kind === 'no' && known.decision.kind === 'forbidden')
    assert.equal(known.decision.rule, 'own store')
  })
})
