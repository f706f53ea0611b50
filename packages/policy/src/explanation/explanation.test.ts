import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { policy, printExplanation, printExpression } from '../index.ts'
import { type Item, scopes, shop, tokenOf } from '../testing/shop.ts'
import { printValue } from './print-value.ts'

const now = 1_800_000_000
const item: Item = { store: 's1', price: 1000, locked: true, tags: [] }

describe('an explanation', () => {
  test('has a line for the scope, for each rule with its values, and for the decision', () => {
    const token = tokenOf(scopes, ['inventory:price:write'], { store: 's2', tier: 'partner' })
    const told = printExplanation(shop.explain('item.updatePrice', token, { item, input: { newPrice: 900 }, now }))
    assert.equal(
      told,
      [
        'item.updatePrice',
        '  scope: needs inventory:price:write, has inventory:price:write → covered',
        '  when own store: item.store "s1" = token.store "s2" → false, decides',
        '  when at most 20 %: input.newPrice 900 within 20 % of item.price 1000 → true',
        '  forbid locked: item.locked true is true [true] and token.tier "partner" ≠ "internal" [true] → true',
        '  → forbidden by own store',
      ].join('\n'),
    )
  })

  test('tells what scope is missing, and what no condition read', () => {
    const told = printExplanation(
      shop.explain('item.updatePrice', tokenOf(scopes, []), {
        item: { ...item, locked: false },
        input: { newPrice: 1 },
        now,
      }),
    )
    assert.match(told, /scope: needs inventory:price:write, has nothing → lacks inventory:price:write/)
    assert.match(told, /forbid locked: item\.locked false is true \[false\] and … → false/)
    assert.match(told, /token\.store \(missing\)/)
    assert.match(told, /→ insufficient_scope: inventory:price:write is missing$/)
  })

  test('tells how the login falls short', () => {
    const order = { id: 'o', store: 's1', total: 1 }
    const token = tokenOf(scopes, ['order:refund'], { store: 's1', acr: 'urn:shop:password' })
    const told = printExplanation(shop.explain('order.refund', token, { order, input: { amount: 6000 }, now }))
    assert.match(
      told,
      /stepUp urn:shop:mfa: token\.acr "urn:shop:password" for "urn:shop:mfa" is not enough, unless input\.amount 6000 ≤ 5000 → false, decides/,
    )
    assert.match(told, /→ step_up: urn:shop:mfa is wanted$/)
    const strong = tokenOf(scopes, ['order:refund'], { store: 's1', acr: 'urn:shop:mfa' })
    const fine = printExplanation(shop.explain('order.refund', strong, { order, input: { amount: 6000 }, now }))
    assert.match(fine, /stepUp urn:shop:mfa: token\.acr "urn:shop:mfa" for "urn:shop:mfa" → true\n {2}→ allow$/)
  })

  test('is data that JSON can hold', () => {
    const token = tokenOf(scopes, ['inventory:read'], { store: 's1' })
    const parsed: unknown = JSON.parse(JSON.stringify(shop.explain('item.read', token, { item, now })))
    assert.deepEqual(parsed, {
      action: 'item.read',
      decision: { kind: 'allow' },
      scope: { needed: 'inventory:read', held: 'inventory:read', missing: '' },
      rules: [
        {
          kind: 'when',
          name: 'own store',
          outcome: 'true',
          decides: false,
          text: 'item.store "s1" = token.store "s1"',
          comparisons: [{ text: 'item.store "s1" = token.store "s1"', outcome: 'true' }],
        },
      ],
    })
  })
})

describe('a value in an explanation', () => {
  const table = [
    ['a text', 's1', '"s1"'],
    ['a text of several lines', 'a\nb', String.raw`"a\nb"`],
    ['a text that would turn the line around', '\u202eabc', String.raw`"\u202eabc"`],
    ['a text that looks like another', 's1\u200b\u{e0041}', String.raw`"s1\u200b\udb40\udc41"`],
    ['a long text', 'ab '.repeat(40), `"${'ab '.repeat(20)}"… (120 characters)`],
    ['a number', 1.5, '1.5'],
    ['what is no number', Number.NaN, 'NaN'],
    ['a boolean', false, 'false'],
    ['nothing', undefined, '(missing)'],
    ['null', null, '(missing)'],
    ['an object', { a: 1 }, '(object)'],
    ['a function', () => 1, '(function)'],
    ['a list', ['a', 1, null], '["a", 1, (missing)]'],
    ['a long list', [1, 2, 3, 4, 5, 6], '[1, 2, 3, 4, 5, … (6 in all)]'],
    ['a list in a list', [[1]], '[(list)]'],
    ['a token', 'eyJhbGciOiJub25lIn0.e30.', '(hidden)'],
    ['a key', '-----BEGIN PRIVATE KEY-----', '(hidden)'],
    ['a long random text', 'a1'.repeat(30), '(hidden)'],
  ] as const
  for (const [what, value, wanted] of table)
    test(`that is ${what} is ${wanted}`, () => {
      assert.equal(printValue(value, ['member']), wanted)
    })

  test('is hidden where its name is that of a secret', () => {
    for (const name of ['password', 'clientSecret', 'api_key', 'access_token', 'Authorization'])
      assert.equal(printValue('x', [name]), '(hidden)')
    assert.equal(printValue('x', ['secrets', 'inner']), '(hidden)')
    assert.equal(printValue('x', ['pinned']), '"x"')
  })
})

test('a condition prints as people read it', () => {
  const printed = policy(scopes)
    .levels(['low'])
    .objects<{ item: Item }>()
    .actions({
      item: item => ({
        read: item.needs('inventory:read').when('all kinds', ({ item, token }) =>
          item.store
            .ne('x')
            .and(item.price.within(5, 10).or(item.tags.contains('a'), token.acr.gte('low')))
            .and(
              item.note
                .present()
                .or(item.store.in(['a', 'b']))
                .not(),
            ),
        ),
      }),
    })
  const [rule] = printed.model.actions.get('item.read')?.rules ?? []
  assert.ok(rule?.kind === 'when')
  assert.equal(
    printExpression(rule.condition, 'item'),
    'item.store ≠ "x" and (item.price within 5 % of 10 or "a" in item.tags or token.acr ≥ "low") and not (item.note is there or item.store in ["a", "b"])',
  )
})
