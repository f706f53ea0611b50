import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { recordAttribute, type UncheckedAttribute } from './attribute.ts'
import { Condition } from './condition.ts'
import { readLogin } from './login.ts'

/** Follows members and calls an operator, as code does that nobody checks. */
function call(attribute: UncheckedAttribute, names: readonly string[], ...args: readonly unknown[]): unknown {
  const operator = names.reduce<unknown>((value, name) => {
    assert.ok(typeof value === 'function')
    return Reflect.get(value, name)
  }, attribute)
  assert.ok(typeof operator === 'function')
  return Reflect.apply(operator, undefined, args)
}

const item = recordAttribute('resource')

describe('an attribute where types are not checked', () => {
  test('records its path, and the operator that is called', () => {
    const condition = call(item, ['price', 'within'], 20, recordAttribute('input', ['base']))
    assert.ok(condition instanceof Condition)
    assert.deepEqual(condition.expression, {
      kind: 'within',
      left: { kind: 'attribute', source: 'resource', path: ['price'] },
      percent: 20,
      right: { kind: 'attribute', source: 'input', path: ['base'] },
    })
  })

  const refusals: readonly (readonly [readonly string[], readonly unknown[], RegExp])[] = [
    [['store', 'startsWith'], ['x'], /^TypeError: `startsWith` is no operator; there are `eq`/],
    [['store', 'constructor'], ['x'], /`constructor` is no operator/],
    [['store', 'eq'], [], /`eq` takes 1 value\(s\), and here are 0/],
    [['store', 'eq'], ['x', 'y'], /`eq` takes 1 value\(s\), and here are 2/],
    [['store', 'eq'], [undefined], /an attribute, a text, a finite number or a boolean is wanted/],
    [['store', 'eq'], [{}], /an attribute, a text, a finite number or a boolean is wanted/],
    [['store', 'eq'], [() => 'x'], /an attribute, a text, a finite number or a boolean is wanted/],
    [['price', 'lt'], ['5'], /an attribute or a finite number is wanted/],
    [['price', 'within'], ['20', 5], /a percentage of at least 0 is wanted/],
    [['store', 'in'], ['abc'], /an attribute, or a list of texts or numbers that is not empty, is wanted/],
    [['store', 'in'], [['a', 1]], /an attribute, or a list of texts or numbers that is not empty, is wanted/],
    [['at'], [5], /`at` wants the name of a member/],
  ]
  for (const [names, args, message] of refusals)
    test(`refuses ${names.join('.')}(${args.map(String).join(', ')})`, () => {
      assert.throws(() => call(item, names, ...args), message)
    })

  test('refuses to be called itself', () => {
    assert.throws(() => item(), /is no operator/)
  })

  test('wants a level where classes of authentication are ordered', () => {
    assert.throws(() => call(recordAttribute('token'), ['acr', 'gte'], 2), /one of the policy’s levels is wanted/)
  })

  test('has no value that JavaScript’s operators could use, and cannot be changed', () => {
    assert.throws(() => Number(item), /an attribute has no value while a policy is declared/)
    assert.throws(() => Object.assign(item, { store: 'x' }), TypeError)
    assert.equal(Reflect.get(item, Symbol.iterator), undefined)
  })
})

test('a step-up that asks for nothing is refused', () => {
  // @ts-expect-error: neither a level nor an age
  assert.throws(() => readLogin({}), /a level, an age in seconds, or both are wanted/)
})
