import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FeatureTable, featureRow, featuresField, makeFeatures } from './feature-row.ts'
import { flag, object, text } from './fields.ts'

const table = {
  first: featureRow(object({ isRequired: flag }), ({ isRequired }) => ({ name: `first ${isRequired ?? 'silent'}` })),
  second: featureRow(object({ key: text }, ['key']), ({ key }, { report }) => {
    if (key !== 'good') report('key', 'is no good')
    return key === 'good' ? { name: 'second' } : undefined
  }),
} satisfies FeatureTable

function read(value: unknown): { readonly names: readonly string[]; readonly problems: readonly string[] } {
  const problems: string[] = []
  const report = (path: string, message: string) => void problems.push(`${path}: ${message}`)
  const declared = featuresField(table).parse(value, { path: 'features', report })
  const made = makeFeatures(declared ?? [], { environment: {}, directory: '/', report })
  return { names: made.map(({ name }) => name), problems }
}

test('a feature is on with `true`, with an empty object or with options, and off with `false` or when nothing is said', () => {
  assert.deepEqual(read({ first: true }).names, ['first silent'])
  assert.deepEqual(read({ first: {} }).names, ['first silent'])
  assert.deepEqual(read({ first: { isRequired: true } }).names, ['first true'])
  assert.deepEqual(read({ first: false }), { names: [], problems: [] })
  assert.deepEqual(read({}), { names: [], problems: [] })
})

test('the order in which features are declared means nothing', () => {
  const one = read({ first: true, second: { key: 'good' } })
  assert.deepEqual(one, { names: ['first silent', 'second'], problems: [] })
  assert.deepEqual(read({ second: { key: 'good' }, first: true }), one)
})

test('all that is wrong with features is told at once, each with its path', () => {
  const { names, problems } = read({ frist: true, first: { isRequierd: true }, second: true })
  assert.deepEqual(names, ['first silent'])
  assert.deepEqual(problems, [
    'features.frist: unknown key; did you mean `first`?',
    'features.first.isRequierd: unknown key; did you mean `isRequired`?',
    'features.second.key: is missing; a text that is not empty is wanted',
  ])
})

test('a feature is no text and no number', () => {
  assert.deepEqual(read({ first: 'yes' }).problems, ['features.first: `true`, `false` or an object is wanted'])
  assert.deepEqual(read({ first: 1 }).problems, ['features.first: `true`, `false` or an object is wanted'])
})

test('what a feature cannot be made of is told by the path of the feature', () => {
  assert.deepEqual(read({ second: { key: 'bad' } }), { names: [], problems: ['features.second.key: is no good'] })
})
