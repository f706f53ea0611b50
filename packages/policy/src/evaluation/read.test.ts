import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compileExpression } from './compile-expression.ts'
import { memberOf, readerOf, type Surroundings } from './read.ts'

function surroundingsOf(resource: unknown): Surroundings {
  const nothing: unknown = undefined
  return {
    claims: nothing,
    resource,
    input: nothing,
    details: nothing,
    facts: nothing,
    loadable: new Set(),
    wanted: undefined,
  }
}

function read(resource: unknown, ...path: readonly string[]): unknown {
  return readerOf({ kind: 'attribute', source: 'resource', path }, [])(surroundingsOf(resource))
}

class Entity {
  readonly own = 'own'
  get inherited(): string {
    return 'inherited'
  }
}

describe('an attribute', () => {
  test('is an own member of an object, at any depth', () => {
    assert.equal(read({ a: 1 }, 'a'), 1)
    assert.equal(read({ a: { b: { c: 2 } } }, 'a', 'b', 'c'), 2)
    assert.equal(read(Object.assign(Object.create(null), { a: 1 }), 'a'), 1)
    assert.equal(read(new Entity(), 'own'), 'own')
  })

  test('is never what a prototype gives', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])
      assert.equal(read({}, name), undefined)
    assert.equal(read(new Entity(), 'inherited'), undefined)
    assert.equal(read(Object.create({ store: 's1' }), 'store'), undefined)
    assert.equal(read({ a: {} }, '__proto__', 'a'), undefined)
  })

  test('is nothing of an array, a text, a function or nothing', () => {
    assert.equal(read(['x'], 'length'), undefined)
    assert.equal(read(['x'], '0'), undefined)
    assert.equal(read('text', 'length'), undefined)
    assert.equal(
      read(() => 1, 'name'),
      undefined,
    )
    assert.equal(read(null, 'a'), undefined)
    assert.equal(read(undefined, 'a', 'b'), undefined)
    assert.equal(memberOf(new Map([['a', 1]]), 'a'), undefined)
  })

  test('that was put on the prototype of all objects counts for nothing', () => {
    Reflect.set(Object.prototype, 'isAdmin', true)
    try {
      const isAdmin = { kind: 'attribute', source: 'resource', path: ['isAdmin'] } as const
      const condition = compileExpression({ kind: 'is', value: true, of: isAdmin }, [])
      assert.equal(condition(surroundingsOf({})), 'error')
    } finally {
      Reflect.deleteProperty(Object.prototype, 'isAdmin')
    }
  })

  test('in an object that contains itself is read as far as the condition goes', () => {
    const cyclic: { self?: unknown; a: number } = { a: 1 }
    cyclic.self = cyclic
    assert.equal(read(cyclic, 'self', 'self', 'a'), 1)
  })
})

test('a level is the rank among the policy’s levels, and missing for any other value', () => {
  const rank = (acr: unknown) =>
    readerOf({ kind: 'level', of: { kind: 'attribute', source: 'resource', path: ['acr'] } }, ['low', 'high'])(
      surroundingsOf({ acr }),
    )
  assert.deepEqual(['low', 'high', 'other', 1, undefined].map(rank), [0, 1, undefined, undefined, undefined])
})
