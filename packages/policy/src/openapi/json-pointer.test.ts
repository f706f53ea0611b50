import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pointerIn, pointerTo, textOf, valueAt } from './json-pointer.ts'

const document = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'm~n': 2, ' ': 3 }

describe('RFC 6901 §5: what a pointer points to', () => {
  const cases: readonly [string, unknown][] = [
    ['', document],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/m~0n', 2],
    ['/ ', 3],
    ['foo', undefined],
    ['xfoo', undefined],
    ['/foo/2', undefined],
    ['/foo/-', undefined],
    ['/foo/01', undefined],
    ['/foo/length', undefined],
    ['/constructor', undefined],
    ['/foo/0/bar', undefined],
  ]
  for (const [pointer, wanted] of cases)
    test(JSON.stringify(pointer), () => assert.deepEqual(valueAt(document, pointer), wanted))
})

test('RFC 6901 §3: names are escaped', () => assert.equal(pointerTo('/a', 'b/c', 'd~e', 0), '/a/b~1c/d~0e/0'))

test('RFC 6901 §6: the pointer in a fragment', () => {
  assert.equal(pointerIn(''), '')
  assert.equal(pointerIn('/a%20b'), '/a b')
  assert.equal(pointerIn('a'), undefined)
  assert.equal(pointerIn('/%zz'), undefined)
})

test('what is no text is empty', () => assert.deepEqual(['a', 1, null, {}].map(textOf), ['a', '1', '', '']))
