import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CatalogueError, requirementOf } from '@ambit/scope'
import { catalogueOf } from './catalogue-of.ts'
import { enforcementOf } from './enforcement.ts'
import { readOperations } from './read-operations.ts'

const securitySchemes = {
  oauth: { type: 'oauth2', flows: { clientCredentials: { scopes: { 'pets:read': 'See pets', unused: '' } } } },
  oidc: { type: 'openIdConnect' },
  key: { type: 'apiKey' },
}

function readingOf(security: unknown) {
  return readOperations({ openapi: '3.1.0', paths: { '/a': { get: { security } } }, components: { securitySchemes } })
}

function enforced(security: unknown, ...checkedByApi: readonly string[]) {
  const [operation] = readingOf(security).operations
  return enforcementOf(operation?.requirement ?? { kind: 'public' }, new Set(checkedByApi))
}

const needs = (...scopes: readonly string[]) => ({ kind: 'token', needs: { anyOf: [{ allOf: scopes }] } })

describe('OpenAPI 3.2 §4.30: what a guard of tokens does', () => {
  test('about a public operation', () => assert.deepEqual(enforced([]), { kind: 'public' }))
  test('about an optional one', () => assert.deepEqual(enforced([{}, { oauth: [] }]), { kind: 'optional' }))
  test('about scopes', () => assert.deepEqual(enforced([{ oauth: ['a', 'b'] }]), needs('a', 'b')))
  test('about an alternative that asks for more than a token: it does not count', () => {
    assert.deepEqual(enforced([{ oauth: ['a'] }, { oauth: [], key: [] }]), needs('a'))
    assert.deepEqual(enforced([{ key: [] }, { oauth: ['a'] }]), needs('a'))
  })
  test('about a key alone: nothing opens it', () => {
    assert.deepEqual(enforced([{ key: [] }]), {
      kind: 'refused',
      reason: 'it needs `key`, which no access token shows',
    })
  })
  test('about a key and a token together: nothing opens it', () => {
    assert.equal(enforced([{ key: [], oauth: ['a'] }]).kind, 'refused')
  })
  test('about keys that the API checks', () => {
    assert.deepEqual(enforced([{ key: [], oauth: ['a'] }], 'key'), needs('a'))
    assert.deepEqual(enforced([{ key: [] }, { oauth: ['a'] }], 'key'), { kind: 'optional' })
    assert.deepEqual(enforced([{ key: [] }], 'key'), { kind: 'optional' })
    assert.equal(enforced([{ key: [] }], 'other').kind, 'refused')
  })
  test('about what cannot be read: nothing opens it, whatever the API checks', () => {
    assert.equal(enforced([{ oauth: ['a'] }, 1], 'key', 'oauth').kind, 'refused')
    assert.equal(enforced({}, 'key').kind, 'refused')
  })
})

describe('the catalogue of a document', () => {
  test('holds what is declared and what is used, and no scope covers another', () => {
    const catalogue = catalogueOf(readingOf([{ oauth: ['pets:read'] }, { oidc: ['pets'] }]))
    assert.deepEqual([...catalogue.names].sort(), ['pets', 'pets:read', 'unused'])
    assert.equal(catalogue.definition('pets:read')?.description, 'See pets')
    assert.ok(!catalogue.covers(catalogue.set('pets'), catalogue.set('pets:read')))
  })
  test('knows all that is enforced', () => {
    const security = [{ oidc: ['x', 'y'] }, { oauth: ['z'] }]
    const enforcement = enforced(security)
    assert.ok(enforcement.kind === 'token')
    assert.equal(requirementOf(catalogueOf(readingOf(security)), enforcement.needs).anyOf.length, 2)
  })
  test('cannot hold a scope with a parameter that nobody described', () => {
    assert.throws(() => catalogueOf(readingOf([{ oidc: ['user:{id}'] }])), CatalogueError)
  })
})
