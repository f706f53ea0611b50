import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arrayLiteral } from './node/array-literal.ts'
import { parseEngine } from './node/engine.ts'
import { isStorable, storable } from './node/storable-text.ts'

test('a text with NUL or a lone surrogate is not storable, and has one that is in its place', () => {
  for (const text of ['', 'a', 'ü', '😀', '\u{10ffff}', '\ufffd', '\u0001'])
    assert.deepEqual([isStorable(text), storable(text)], [true, text])
  const strange = ['\0', 'a\0', '\ud800', 'a\udc00b', '\udc00\ud800']
  for (const text of strange) assert.deepEqual([isStorable(text), isStorable(storable(text))], [false, true])
  assert.equal(new Set(strange.map(storable)).size, strange.length)
})

test('arrays are written as the server reads them', () => {
  assert.equal(arrayLiteral('text', ['a', null, 'NULL', '', '"\\{},']), '{"a",NULL,"NULL","","\\"\\\\{},"}')
  assert.equal(arrayLiteral('bigint', [1, null, -9_007_199_254_740_991]), '{1,NULL,-9007199254740991}')
  assert.equal(arrayLiteral('boolean', [true, false, null]), '{true,false,NULL}')
  assert.equal(arrayLiteral('text', []), '{}')
})

test('an engine is told by how it names itself, and a PostgreSQL that is too old is refused', () => {
  const read = (version: string) => {
    const { kind, major, name } = parseEngine(version)
    return [kind, major, name]
  }
  assert.deepEqual(read('PostgreSQL 15.18 on x86_64-linux, 64-bit'), ['postgresql', 15, 'PostgreSQL 15.18'])
  assert.deepEqual(read('PostgreSQL 15.12-YB-2025.1.0.0-b0 on x86_64'), [
    'yugabytedb',
    15,
    'PostgreSQL 15.12-YB-2025.1.0.0-b0',
  ])
  assert.throws(
    () => parseEngine('PostgreSQL 11.2-YB-2.20.1.3-b0 on x86_64'),
    /it is `PostgreSQL 11.2-YB-2.20.1.3-b0`, and .* wants PostgreSQL 15 or newer/,
  )
  assert.deepEqual(read('CockroachDB CCL v24.1.0 (x86_64)'), ['cockroachdb', 24, 'CockroachDB CCL v24.1.0'])
  assert.throws(
    () => parseEngine('PostgreSQL 14.11 on x86_64'),
    /it is `PostgreSQL 14.11`, and .* wants PostgreSQL 15 or newer/,
  )
  assert.throws(() => parseEngine('MySQL 9'), /wants PostgreSQL 15 or newer/)
})
