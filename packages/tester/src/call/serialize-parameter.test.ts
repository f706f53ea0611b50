import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ParameterStyle } from '../target/api-operation.ts'
import { serializeParameter, type WrittenParameter } from './serialize-parameter.ts'

const list = ['blue', 'b&k']
const object = { R: 100, 'G/': 2 }

function written(parameter: Partial<WrittenParameter>, value: unknown): string {
  const serialized = serializeParameter({ name: 'c', in: 'query', ...parameter }, value)
  return serialized.kind === 'text' ? serialized.text : `none: ${serialized.reason}`
}

describe('OpenAPI 3.2 §4.12: a parameter by its style', () => {
  type Row = readonly [place: WrittenParameter['in'], style: ParameterStyle, isExploded: boolean, ...texts: string[]]
  const rows: readonly Row[] = [
    ['path', 'simple', false, 'a%2Fb', 'blue,b%26k', 'R,100,G%2F,2'],
    ['path', 'simple', true, 'a%2Fb', 'blue,b%26k', 'R=100,G%2F=2'],
    ['path', 'label', false, '.a%2Fb', '.blue,b%26k', '.R,100,G%2F,2'],
    ['path', 'label', true, '.a%2Fb', '.blue.b%26k', '.R=100.G%2F=2'],
    ['path', 'matrix', false, ';c=a%2Fb', ';c=blue,b%26k', ';c=R,100,G%2F,2'],
    ['path', 'matrix', true, ';c=a%2Fb', ';c=blue;c=b%26k', ';R=100;G%2F=2'],
    ['query', 'form', false, 'c=a%2Fb', 'c=blue,b%26k', 'c=R,100,G%2F,2'],
    ['query', 'form', true, 'c=a%2Fb', 'c=blue&c=b%26k', 'R=100&G%2F=2'],
    ['query', 'spaceDelimited', false, 'c=a%2Fb', 'c=blue%20b%26k', 'c=R%20100%20G%2F%202'],
    ['query', 'pipeDelimited', false, 'c=a%2Fb', 'c=blue%7Cb%26k', 'c=R%7C100%7CG%2F%7C2'],
    ['query', 'tabDelimited', false, 'c=a%2Fb', 'c=blue%09b%26k', 'c=R%09100%09G%2F%092'],
    ['query', 'spaceDelimited', true, 'c=a%2Fb', 'c=blue&c=b%26k', 'R=100&G%2F=2'],
    ['cookie', 'cookie', true, 'c=a%2Fb', 'c=blue; c=b%26k', 'R=100; G%2F=2'],
    ['header', 'simple', false, 'a/b', 'blue,b&k', 'R,100,G/,2'],
  ]
  for (const [place, style, isExploded, one, many, members] of rows)
    test(`${style} in ${place}${isExploded ? ', exploded' : ''}`, () => {
      assert.equal(written({ in: place, style, isExploded }, 'a/b'), one)
      assert.equal(written({ in: place, style, isExploded }, list), many)
      assert.equal(written({ in: place, style, isExploded }, object), members)
    })

  test('deepObject takes objects alone', () => {
    assert.equal(written({ style: 'deepObject' }, object), 'c%5BR%5D=100&c%5BG%2F%5D=2')
    assert.match(written({ style: 'deepObject' }, list), /`deepObject` has no form for such a value/)
  })

  test('what is within a list or object within has no form', () => {
    assert.match(written({}, [['a']]), /none: a list or object within/)
    assert.match(written({}, { a: { b: 1 } }), /none: a list or object within/)
  })

  test('RFC 6570 §3.2.7: an empty value of the matrix style has no equals sign', () => {
    assert.equal(written({ in: 'path', style: 'matrix' }, ''), ';c')
  })

  test('as a document of its own', () => {
    assert.equal(written({ mediaType: 'application/json' }, { a: [1] }), 'c=%7B%22a%22%3A%5B1%5D%7D')
    assert.equal(written({ mediaType: 'text/plain' }, 'a b'), 'c=a%20b')
    assert.match(written({ mediaType: 'application/xml' }, {}), /`application\/xml` is not written/)
  })

  test('usual styles, booleans and nothing at all', () => {
    assert.equal(written({}, true), 'c=true')
    assert.equal(written({}, null), 'c=')
    assert.equal(written({}, list), 'c=blue&c=b%26k')
    assert.equal(written({ in: 'path' }, list), 'blue,b%26k')
  })
})
