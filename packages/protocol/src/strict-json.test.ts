import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseStrictJson } from './strict-json.ts'

const refused = ['', '{', '{"a":1,"a":2}', '[{"a":1, "a":1}]', '[[{"b":{"a":1,"\\u0061":2}}]]']
for (const text of refused)
  test(`RFC 8259 §4: no JSON, or a member twice, is nothing: ${text}`, () => {
    assert.equal(parseStrictJson(text), undefined)
  })

const taken: readonly (readonly [string, unknown])[] = [
  ['[ {"a": 1}, {"a": 1} ]', [{ a: 1 }, { a: 1 }]],
  ['{"a": {"a": ["a", ":", "a"]}}', { a: { a: ['a', ':', 'a'] } }],
  [' "{\\"a\\":1,\\"a\\":1}"', '{"a":1,"a":1}'],
]
for (const [text, value] of taken)
  test(`RFC 8259 §4: the same name in other objects, or in a text, is no member twice: ${text}`, () => {
    assert.deepEqual(parseStrictJson(text), value)
  })
