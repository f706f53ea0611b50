import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Catalogue, defineScopes } from './index.ts'

const pets = defineScopes({
  scopes: {
    read_pets: { title: { en: 'Read pets', de: 'Tiere lesen' } },
    write_pets: { implies: ['read_pets'] },
    'pet:{id}:feed': { parameters: { id: 'integer' } },
    'pet:{id}:visit:{visit}': { parameters: { id: 'integer', visit: 'uuid' } },
  },
})

function isEmpty(catalogue: Catalogue): boolean {
  return catalogue.names.length === 0
}

test('a misspelt scope does not compile', () => {
  // @ts-expect-error: a letter is missing
  assert.throws(() => pets.set('read_pet'), RangeError)
  // @ts-expect-error: case matters
  assert.throws(() => pets.set('read_pets', 'Write_pets'), RangeError)
  // @ts-expect-error: two scopes are two arguments
  assert.throws(() => pets.set('read_pets write_pets'), RangeError)
})

test('an instance must have the form of its name', () => {
  assert.equal(pets.set('pet:7:feed', 'pet:7:visit:0190163d-8694-739b-aea5-966c26f8ad91').size, 2)
  // @ts-expect-error: another ending
  assert.throws(() => pets.set('pet:7:wash'), RangeError)
  // @ts-expect-error: no value for the second parameter
  assert.throws(() => pets.set('pet:7:visit'), RangeError)
})

test('an undeclared name in implies or coversInstances does not compile', () => {
  // @ts-expect-error: `c` is not declared
  assert.throws(() => defineScopes({ scopes: { a: { implies: ['b', 'c'] }, b: {} } }))
  // @ts-expect-error: `b` is not declared
  assert.throws(() => defineScopes({ scopes: { a: { coversInstances: ['b'] } } }))
})

test('a value out of range does not compile', () => {
  // @ts-expect-error: no such risk
  assert.throws(() => defineScopes({ scopes: { a: { risk: 'high' } } }))
  // @ts-expect-error: no such parameter type
  assert.throws(() => defineScopes({ scopes: { 'a:{id}': { parameters: { id: 'int' } } } }))
})

test('any catalogue serves where names are not known', () => {
  assert.equal(isEmpty(pets), false)
  const any: Catalogue = pets
  const names: readonly string[] = ['read_pets']
  assert.equal(any.set(...names).size, 1)
})
