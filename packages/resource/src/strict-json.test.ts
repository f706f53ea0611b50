import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseStrictObject, quoteJson } from './strict-json.ts'

for (const text of [
  '{"a":1,"a":1}',
  '{"a":1, "b":2, "a":3}',
  '{"a":1,"\\u0061":2}',
  '{"x":{"a":1,"a":2}}',
  '{"x":[{"a":1},{"b":1,"b":2}]}',
  '{"":1,"":2}',
  '{"__proto__":1,"__proto__":2}',
  '{"a\\"":1,"a\\"":2}',
  '{"\\\\":1,"\\\\":2}',
  '{"x":"{","a":1,"a":2}',
])
  test(`RFC 7519 §4, RFC 7515 §4: a member that comes twice is refused: ${text}`, () => {
    assert.equal(parseStrictObject(text), undefined)
  })

for (const text of [
  '{ "a" : 1 , "b" : { "a" : 2 } , "c" : [ { "a" : 1 } , { "a" : 1 } ] }',
  '{"a":"a","b":"a\\":\\"a"}',
  '{"a":1.0,"b":"\\u0061"}',
  '{"a":"}{","b":"\\\\"}',
  '{"2":1,"1":2}',
  ' {} ',
  '{"constructor":1,"toString":2}',
])
  test(`RFC 8259 §4: members that come once are read: ${text}`, () => {
    assert.deepEqual(parseStrictObject(text), JSON.parse(text))
  })

for (const text of ['', '[]', '"a"', 'null', '7', '{', '{a:1}', '{"a":1}x', "{'a':1}", '\ufeff{}', '{"a":1,}'])
  test(`RFC 7519 §7.2: no JSON object: ${JSON.stringify(text)}`, () => {
    assert.equal(parseStrictObject(text), undefined)
  })

test('RFC 8725 §3.10: a value that is nested without end neither throws nor passes', () => {
  const depth = 8_000
  assert.equal(parseStrictObject(`{"a":${'['.repeat(depth)}`), undefined)
  assert.doesNotThrow(() => parseStrictObject(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`))
  assert.doesNotThrow(() => parseStrictObject(`{"a":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`))
})

test('RFC 7515 §4: any object is read as it is, however it is spaced, and not with a member more of the same name', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.integer({ min: 0, max: 3 }), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent)
      assert.deepEqual(parseStrictObject(text), JSON.parse(text))
      const [name] = Object.keys(value)
      if (name === undefined) return
      const twice = `{${JSON.stringify(name)}:0,${text.slice(1)}`
      assert.equal(parseStrictObject(twice), undefined)
    }),
  )
})

test('messages: any value can be quoted, and a long one is cut', () => {
  assert.equal(quoteJson(undefined), 'missing')
  assert.equal(quoteJson({ toString: 1 }), '`{"toString":1}`')
  assert.equal(quoteJson('x'.repeat(1_000)).length, 102)
})
