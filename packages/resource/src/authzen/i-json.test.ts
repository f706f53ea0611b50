import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isRejection } from './entities.ts'
import { parseIJson } from './i-json.ts'

const refused = [
  ['RFC 7493 §2.3: a member that is there twice', '{"a":1,"a":2}', /member twice/],
  [
    'RFC 7493 §2.3: a member that is there twice, once in other letters',
    String.raw`{"a":1,"\u0061":2}`,
    /member twice/,
  ],
  ['RFC 7493 §2.3: a member that is there twice, deep inside', '{"x":[{"a":1,"c":0,"a":2}]}', /member twice/],
  ['RFC 7493 §2.1: a lone surrogate', String.raw`{"a":"\ud800"}`, /surrogate/],
  ['RFC 7493 §2.1: a lone surrogate in a name', String.raw`{"\ud800":1}`, /surrogate/],
  ['RFC 7493 §2.2: a number that is not finite', '{"a":1e999}', /double precision/],
  ['RFC 7493 §2.2: a whole number that is not exact', '{"a":9007199254740993}', /double precision/],
  ['RFC 7493 §2: nesting beyond the limit', '{"a":{"b":{"c":{}}}}', /too deep/],
  ['RFC 8259 §2: no JSON', '{"a":}', /no JSON object/],
] as const

for (const [name, text, words] of refused)
  test(`${name} is refused`, () => {
    const parsed = parseIJson(text, 3)
    assert.ok(isRejection(parsed))
    assert.match(parsed.message, words)
  })

test('RFC 7493 §2.3: one name in several objects is fine, and so is one that is a value', () => {
  const text = '{"a":{"a":"a"},"b":["a","a",{"a":1},{"a":"}\\",{"}],"c":"a"}'
  assert.deepEqual(parseIJson(text, 5), JSON.parse(text))
})

test('RFC 7493 §2: a message cannot pass itself off as a rejection', () => {
  assert.equal(isRejection(parseIJson('{"kind":"rejected","message":"x"}', 3)), false)
})

test('RFC 7493 §2: what JSON prints is read again, whatever it is', () => {
  const value = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 4 }))
  fc.assert(
    fc.property(value, each => {
      const text = JSON.stringify(each)
      const parsed = parseIJson(text, 8)
      if (!isRejection(parsed)) assert.deepEqual(parsed, JSON.parse(text))
      else assert.match(parsed.message, /double precision|surrogate/)
    }),
    { seed: 1, numRuns: 300 },
  )
})
