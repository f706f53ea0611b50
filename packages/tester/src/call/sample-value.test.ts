import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Schema } from '../target/api-operation.ts'
import { bindReference, isObject, resolveSchema } from './resolve-schema.ts'
import { sampleNumber } from './sample-number.ts'
import { samplePattern } from './sample-pattern.ts'
import { sampleValue } from './sample-value.ts'

function made(schema: Schema): unknown {
  const sample = sampleValue(schema)
  assert.equal(sample.kind, 'value', sample.kind === 'none' ? sample.reason : '')
  return sample.kind === 'value' ? sample.value : undefined
}

function whyNot(schema: Schema): string {
  const sample = sampleValue(schema)
  return sample.kind === 'none' ? sample.reason : `made ${JSON.stringify(sample.value)}`
}

describe('a schema of a stranger', () => {
  const bomb = Array.from({ length: 8 }).reduce((inner: unknown) => Array.from({ length: 10 }, () => inner), 'x')

  test('whose value stands for more than any memory holds gives none', () => {
    for (const schema of [{ const: bomb }, { enum: [bomb] }, { example: bomb }, { default: bomb }])
      assert.equal(made({ ...schema, type: 'string' }), 'sample')
    assert.equal(made({ enum: [bomb, 'b'] }), 'b')
  })

  test('JSON Schema 2020-12 §10.2.1.1: has no more alternatives than anybody tries, however they are multiplied', () => {
    const began = performance.now()
    const many = Array.from({ length: 20_000 }, () => ({ type: 'string' }))
    assert.equal(made({ oneOf: many, allOf: [{ oneOf: many }] }), 'sample')
    const numbers = (from: number) => Array.from({ length: 50_000 }, (_, index) => from + index)
    assert.equal(made({ enum: numbers(0), allOf: [{ enum: numbers(49_999) }] }), 49_999)
    assert.ok(performance.now() - began < 2_000)
  })

  test('may call its members as every object calls its own', () => {
    const parsed: unknown = JSON.parse(
      '{"properties":{"__proto__":{"const":1}},"__proto__":{"type":"null"},"required":["__proto__"]}',
    )
    const schema = isObject(parsed) ? parsed : {}
    const text = JSON.stringify(made({ ...schema, allOf: [{ properties: { constructor: {} } }, schema] }))
    assert.equal(text, '{"__proto__":1}')
  })
})

describe('a value', () => {
  const values: readonly [schema: Schema, value: unknown][] = [
    [true, 'sample'],
    [{}, 'sample'],
    // stated
    [{ example: 1, examples: [2], default: 3, const: 4, enum: [5] }, 1],
    [{ examples: [2], default: 3, const: 4 }, 2],
    [{ default: 3, enum: [5] }, 3],
    [{ const: null }, null],
    [{ type: ['string', 'null'], default: null, maxLength: 2 }, 'sa'],
    [{ enum: [null, 'a'] }, 'a'],
    [{ enum: [null] }, null],
    [{ const: false }, false],
    // types
    [{ type: 'boolean' }, false],
    [{ type: 'null' }, null],
    [{ type: ['null', 'integer'] }, 1],
    [{ type: 'number', minimum: 2.5 }, 2.5],
    [{ minimum: 3 }, 3],
    [{ maxLength: 3 }, 'sam'],
    [{ minLength: 8 }, 'samplesa'],
    [{ type: 'string', format: 'date' }, '2026-01-15'],
    [{ type: 'string', format: 'unheard-of', minLength: 7 }, 'samples'],
    [{ type: 'string', pattern: '^[A-Z]{2}\\d{3}$' }, 'AA111'],
    // lists
    [{ type: 'array' }, ['sample']],
    [{ items: { enum: ['a', 'b', 'c'] }, minItems: 2, uniqueItems: true }, ['a', 'b']],
    [{ items: { type: 'integer' }, minItems: 3, uniqueItems: true }, [1, 2, 3]],
    [{ items: { type: 'string' }, minItems: 2, uniqueItems: true }, ['sample', 'sample1']],
    [{ type: 'array', maxItems: 0 }, []],
    [{ type: 'array', items: false }, []],
    [{ prefixItems: [{ const: 1 }, { const: 'x' }] }, [1, 'x']],
    // objects
    [{ type: 'object' }, {}],
    [{ properties: { a: { const: 1 }, b: { const: 2 } }, required: ['b'] }, { b: 2 }],
    [{ properties: { a: { const: 1 }, b: { const: 2 } } }, { a: 1, b: 2 }],
    [{ properties: { a: { const: 1, readOnly: true }, b: { const: 2 } }, required: ['a', 'b'] }, { b: 2 }],
    [{ properties: { a: false, b: { const: 2 } } }, { b: 2 }],
    [{ required: ['a'] }, { a: 'sample' }],
    [{ required: ['a'], additionalProperties: { type: 'integer' } }, { a: 1 }],
    [
      { type: 'object', minProperties: 2 },
      { key1: 'sample', key2: 'sample' },
    ],
    // compositions
    [
      {
        allOf: [
          { properties: { a: { const: 1 } }, required: ['a'] },
          { properties: { b: { const: 2 } }, required: ['b'] },
        ],
      },
      { a: 1, b: 2 },
    ],
    [{ allOf: [{ minimum: 3 }, { minimum: 7, maximum: 9 }, { maximum: 8 }], type: 'integer' }, 7],
    [{ allOf: [{ enum: ['a', 'b'] }, { enum: ['b', 'c'] }] }, 'b'],
    [{ allOf: [{ type: 'number' }, { type: 'integer' }], minimum: 1.5 }, 2],
    [{ allOf: [{ properties: { a: { type: 'integer' } } }, { properties: { a: { minimum: 5 } } }] }, { a: 5 }],
    [{ oneOf: [{ type: 'null' }, false, { const: 2 }] }, 2],
    [{ oneOf: [{ type: 'null' }] }, null],
    [
      {
        type: 'object',
        properties: { a: { const: 1 }, b: { const: 2 } },
        anyOf: [{ required: ['b'] }, { required: ['a'] }],
      },
      { b: 2 },
    ],
    [{ oneOf: [{ type: 'integer' }], anyOf: [{ minimum: 4 }] }, 4],
    [{ allOf: [{ oneOf: [{ type: 'integer' }] }, { oneOf: [{ minimum: 4 }] }] }, 4],
  ]
  for (const [schema, value] of values)
    test(`of ${JSON.stringify(schema)}`, () => assert.deepEqual(made(schema), value))

  const impossible: readonly [schema: Schema, reason: RegExp][] = [
    [false, /allows nothing/],
    [{ enum: [] }, /allows nothing/],
    [{ allOf: [{ enum: ['a'] }, { enum: ['b'] }] }, /allows nothing/],
    [{ allOf: [true, false] }, /allows nothing/],
    [{ type: 'integer', minimum: 3, maximum: 2 }, /no number lies within its limits/],
    [{ minLength: 3, maxLength: 2 }, /no text of 3 to 2 characters/],
    [{ minLength: 1e9 }, /no text of 1000000000/],
    [{ minItems: 1e9 }, /no list of 1000000000/],
    [{ minItems: 2, maxItems: 1 }, /no list of 2/],
    [{ minItems: 1, items: false }, /allows nothing/],
    [{ required: ['a'], properties: { a: false } }, /`a`: its schema allows nothing/],
    [{ pattern: '(?<=a)b' }, /no text was found for the pattern `\(\?<=a\)b`/],
    [{ oneOf: [] }, /none of its alternatives can be made/],
  ]
  for (const [schema, reason] of impossible)
    test(`of ${JSON.stringify(schema)} is not made`, () => assert.match(whyNot(schema), reason))

  test('JSON Schema 2020-12 §8.2.3: what stands beside a reference counts as well', () => {
    const schema = { $ref: '#/a', maximum: 5 }
    bindReference(schema, () => ({ type: 'integer', minimum: 5 }))
    assert.equal(made(schema), 5)
    assert.deepEqual(resolveSchema({ $ref: '#/unknown' }), true)
  })

  test('OpenAPI 3.2 §4.25: the discriminator names the alternative', () => {
    const cat = { $ref: '#/components/schemas/Cat' }
    bindReference(cat, () => ({ type: 'object', required: ['kind'], properties: { kind: { type: 'string' } } }))
    assert.deepEqual(made({ oneOf: [cat], discriminator: { propertyName: 'kind' } }), { kind: 'Cat' })
    const mapping = { tom: '#/components/schemas/Cat' }
    assert.deepEqual(made({ oneOf: [cat], discriminator: { propertyName: 'kind', mapping } }), { kind: 'tom' })
  })

  test('a schema that branches without end is given up soon', () => {
    let deep: Schema = { type: 'integer' }
    for (let level = 0; level < 60; level++) deep = { allOf: [deep, deep] }
    sampleValue(deep)
    let wide: Schema = false
    for (let level = 0; level < 60; level++) wide = { oneOf: [wide, wide] }
    assert.match(whyNot(wide), /alternatives|nothing|too large/)
    let tall: Schema = { const: 1 }
    for (let level = 0; level < 60; level++) tall = { properties: { a: tall, b: tall, c: tall, d: tall } }
    assert.ok(JSON.stringify(made(tall)).length < 100_000)
  })
})

describe('a number', () => {
  const numbers: readonly [schema: Record<string, unknown>, isInteger: boolean, value: number | undefined][] = [
    [{}, true, 1],
    [{ minimum: 2.2 }, true, 3],
    [{ maximum: -3.5 }, true, -4],
    [{ maximum: 0 }, true, 0],
    [{ exclusiveMinimum: 5 }, true, 6],
    [{ minimum: 5, exclusiveMinimum: true }, true, 6],
    [{ minimum: 5, exclusiveMinimum: false }, true, 5],
    [{ exclusiveMaximum: 1 }, true, 0],
    [{ maximum: 1, exclusiveMaximum: true }, true, 0],
    [{ multipleOf: 5 }, true, 5],
    [{ multipleOf: 5, minimum: 11 }, true, 15],
    [{ multipleOf: 0.1, minimum: 0.25 }, false, 1],
    [{ multipleOf: 0.1, minimum: 0.25, maximum: 0.35 }, false, 0.3],
    [{ minimum: 0.2, maximum: 0.8 }, true, undefined],
    [{ multipleOf: 10, minimum: 11, maximum: 19 }, true, undefined],
    [{ minimum: Number.NaN, multipleOf: -1 }, true, 1],
  ]
  for (const [schema, isInteger, value] of numbers)
    test(`${isInteger ? 'an integer' : 'a number'} of ${JSON.stringify(schema)}`, () =>
      assert.equal(sampleNumber(schema, isInteger), value))

  test('lies within its limits, whatever they are', () => {
    const limits = fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.nat(50), fc.integer({ min: 1, max: 20 }))
    fc.assert(
      fc.property(limits, ([minimum, width, multipleOf]) => {
        const maximum = minimum + width
        const value = sampleNumber({ minimum, maximum, multipleOf }, true)
        const hasOne = Math.floor(maximum / multipleOf) * multipleOf >= minimum
        assert.equal(value !== undefined, hasOne)
        if (value !== undefined) assert.ok(value >= minimum && value <= maximum && value % multipleOf === 0)
      }),
      { numRuns: 300 },
    )
  })
})

describe('JSON Schema 2020-12 §6.3.3: a text by its pattern', () => {
  const understood = [
    '^[a-z0-9]+(?:-[a-z0-9]+)*$',
    '^(red|green)$',
    '^\\+?[1-9]\\d{1,14}$',
    '^[^a-zA-Z]{3}$',
    '^(?<year>\\d{4})-(\\d{2})$',
    '^\\w{3,5}\\s\\S\\D\\W$',
    '^\\x41\\u0042\\/\\.$',
    '^.{2}$',
    '^[\\]\\\\]+$',
    '^[é]$',
    'a?b*',
    '^a{0}b$',
    '^$',
    '^(a|b)?c+?$',
    '^a|b$',
    '^[A-F0-9]{8}$',
    '^[$]$',
    '',
  ]
  for (const pattern of understood)
    test(`\`${pattern}\``, () => assert.match(samplePattern(pattern) ?? 'none', new RegExp(pattern)))

  const refused = [
    '(?=a)a',
    '(?!a)b',
    '(a)\\1',
    '\\bword',
    '\\p{L}',
    'a^b',
    'a$b',
    '[a',
    '(a',
    'a)',
    '*a',
    'a{2,1}',
    '[z-a]',
    '[^\\s\\S]',
    'a{99999}',
    '((a{1000}){1000}){1000}',
    '\\xZZ',
    `${'('.repeat(60)}a${')'.repeat(60)}`,
    'a'.repeat(3000),
  ]
  for (const pattern of refused)
    test(`\`${pattern.slice(0, 40)}\` is not understood, and no text is made`, () =>
      assert.equal(samplePattern(pattern), undefined))

  test('has the wanted length where the pattern lets it', () => {
    assert.equal(samplePattern('^[a-z]+$', { least: 4 }), 'aaaa')
    assert.equal(samplePattern('^(ab)*$', { least: 3, most: 4 }), 'abab')
    assert.equal(samplePattern('^(ab)*$', { least: 3, most: 3 }), undefined)
    assert.equal(samplePattern('^a{2}$', { least: 3 }), undefined)
    assert.equal(samplePattern('^(((((a+)+)+)+)+)+$', { least: 1e9 }), undefined)
  })
})
