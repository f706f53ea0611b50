import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { test } from 'node:test'
import { checkConfig } from './check-config.ts'

const base = { catalogue: { scopes: { read_pets: {} } } }
const reading = { environment: {}, directory: '/' }

function problemOf(raw: object): string {
  try {
    checkConfig({ ...base, ...raw }, reading)
  } catch (error) {
    return String(error)
  }
  return ''
}

test('workers are a number or `auto`, which is one for each core; left out, the program serves by itself', () => {
  assert.equal(checkConfig({ ...base, workers: 3 }, reading).workers, 3)
  assert.equal(checkConfig({ ...base, workers: 'auto' }, reading).workers, availableParallelism())
  assert.equal(checkConfig(base, reading).workers, undefined)
  for (const workers of [0, 65, 1.5, 'all'])
    assert.match(problemOf({ workers }), /workers: `auto` or a whole number from 1 to 64 is wanted|workers: a whole/)
})

test('workers over the store `memory` are refused: none would see what another stored', () => {
  for (const workers of [1, 2])
    assert.match(problemOf({ workers, store: 'memory' }), /workers: the store `memory` is seen/)
  assert.equal(problemOf({ workers: 2, store: 'a.db' }), '')
  assert.equal(problemOf({ store: 'memory' }), '')
})
