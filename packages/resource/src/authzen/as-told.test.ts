import assert from 'node:assert/strict'
import { test } from 'node:test'
import { subjectAsTold } from './as-told.ts'
import { scopes } from './testing/point.ts'

const resolve = subjectAsTold(scopes)

test('AuthZEN §5.1.1: the properties of a subject are its claims, and its scope is among them', () => {
  const view = resolve({ type: 'user', id: 'ada', properties: { scope: 'read unknown', store: 's1' } })
  assert.deepEqual(view?.scope.tokens, ['read'])
  assert.deepEqual(view?.claims, { scope: 'read unknown', store: 's1', sub: 'ada' })
})

test('AuthZEN §5.1: a user is who the identifier says, a client is no user', () => {
  assert.equal(resolve({ type: 'user', id: 'ada', properties: { sub: 'ben' } })?.claims['sub'], 'ada')
  assert.equal(resolve({ type: 'client', id: 'app' })?.claims['sub'], undefined)
  assert.equal(resolve({ type: 'client', id: 'app', properties: { sub: 'ada' } })?.claims['sub'], undefined)
  assert.equal(resolve({ type: 'client', id: 'app', properties: { sub: 'app' } })?.claims['sub'], 'app')
})

test('AuthZEN §5.1.1: without a scope there is none, and what is no scope makes nobody', () => {
  assert.equal(resolve({ type: 'user', id: 'ada' })?.scope.size, 0)
  for (const scope of [7, null, ['read'], 'read  write', 'a"b'])
    assert.equal(resolve({ type: 'user', id: 'ada', properties: { scope } }), undefined)
})
