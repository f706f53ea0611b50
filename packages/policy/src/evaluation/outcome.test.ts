import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { compareValues, isAmong, isBoolean, isWithin, negate } from './outcome.ts'

describe('comparing two values', () => {
  const table = [
    ['eq', 'a', 'a', 'true'],
    ['eq', 'a', 'A', 'false'],
    ['eq', '\u00e9', 'e\u0301', 'false'],
    ['eq', 0, -0, 'true'],
    ['eq', true, true, 'true'],
    ['eq', 1, '1', 'error'],
    ['eq', 1, true, 'error'],
    ['eq', Number.NaN, Number.NaN, 'error'],
    ['eq', undefined, undefined, 'error'],
    ['eq', null, null, 'error'],
    ['ne', 'a', 'b', 'true'],
    ['ne', 'a', 'a', 'false'],
    ['ne', 'a', 1, 'error'],
    ['ne', 'a', undefined, 'error'],
    ['ne', {}, {}, 'error'],
    ['lt', 1, 2, 'true'],
    ['lt', 2, 2, 'false'],
    ['lte', 2, 2, 'true'],
    ['lte', 3, 2, 'false'],
    ['gt', 3, 2, 'true'],
    ['gt', 2, 2, 'false'],
    ['gte', 2, 2, 'true'],
    ['gte', 1, 2, 'false'],
    ['lt', '1', 2, 'error'],
    ['lt', 'a', 'b', 'error'],
    ['lt', 1, Number.POSITIVE_INFINITY, 'error'],
    ['gt', 1, Number.NaN, 'error'],
    ['gt', 1n, 0, 'error'],
  ] as const
  for (const [by, left, right, wanted] of table) {
    test(`${inspect(left)} ${by} ${inspect(right)} is ${wanted}`, () => {
      assert.equal(compareValues(by, left, right), wanted)
    })
  }
})

test('a number is within some percent of another from the lower limit to the upper', () => {
  const within = [799, 800, 1200, 1201].map(price => isWithin(price, 20, 1000))
  assert.deepEqual(within, ['false', 'true', 'true', 'false'])
  assert.equal(isWithin(-900, 20, -1000), 'true')
  assert.equal(isWithin(5, 0, 5), 'true')
  assert.equal(isWithin(0, 20, 0), 'true')
})

test('within is an error for what is no finite number, and where numbers are too large to tell', () => {
  assert.equal(isWithin('900', 20, 1000), 'error')
  assert.equal(isWithin(900, 20, undefined), 'error')
  assert.equal(isWithin(1.7e308, 20, 1e307), 'error')
  assert.equal(isWithin(1e307, 100, 1e307), 'error')
  assert.equal(isWithin(1e308, 20, 1), 'error')
})

test('an item is among a list of its own type, and an error beside any other', () => {
  assert.equal(isAmong('a', ['b', 'a']), 'true')
  assert.equal(isAmong('a', ['b']), 'false')
  assert.equal(isAmong('a', []), 'false')
  assert.equal(isAmong('7', [7]), 'error')
  assert.equal(isAmong('a', ['a', 7]), 'error')
  assert.equal(isAmong('a', ['a', null]), 'error')
  const withHole: unknown[] = ['a', 'a']
  Reflect.deleteProperty(withHole, 0)
  assert.equal(isAmong('a', withHole), 'error')
  assert.equal(isAmong('a', 'abc'), 'error')
  assert.equal(isAmong('a', new Set(['a'])), 'error')
  assert.equal(isAmong(undefined, ['a']), 'error')
})

test('only a boolean is true or false', () => {
  assert.equal(isBoolean(true, true), 'true')
  assert.equal(isBoolean(true, false), 'false')
  assert.equal(isBoolean(1, true), 'error')
  assert.equal(isBoolean(undefined, false), 'error')
})

test('the opposite of an error is an error', () => {
  assert.deepEqual((['true', 'false', 'error'] as const).map(negate), ['false', 'true', 'error'])
})
