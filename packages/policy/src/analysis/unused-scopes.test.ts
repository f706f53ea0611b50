import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defineScopes, meets } from '@ambit/scope'
import fc from 'fast-check'
import { anyPolicy, policyOf, subsetsOf } from './random-policies.test.ts'
import { unusedScopes } from './unused-scopes.ts'

const scopes = defineScopes({
  scopes: {
    order: {},
    'order:items': {},
    profile: {},
    audit: {},
    'account:{id}': { parameters: { id: 'integer' } },
    'account:{id}:cards': { parameters: { id: 'integer' } },
    'store:{id}': { parameters: { id: 'integer' } },
  },
})

describe('unusedScopes', () => {
  const policy = policyOf(scopes, {
    list: { anyOf: ['order:items', { allOf: ['order:items', 'audit'] }] },
    seven: 'account:7:cards',
  })

  test('tells the scope that opens nothing from the umbrella that nobody needs by name', () => {
    assert.deepEqual(unusedScopes(policy), [
      { kind: 'needed_nowhere', name: 'order', covers: ['order:items'] },
      { kind: 'opens_nothing', name: 'profile' },
      { kind: 'opens_nothing', name: 'audit' },
      { kind: 'needed_nowhere', name: 'account:{id}', covers: ['account:7:cards'] },
      { kind: 'opens_nothing', name: 'store:{id}' },
    ])
  })

  test('sees through parameters of every type whose values nobody names', () => {
    const catalogue = defineScopes({
      scopes: {
        'account:{id}': { parameters: { id: 'integer' } },
        'desk:{kind}:{id}': { parameters: { kind: ['red', 'blue'], id: 'integer' }, implies: ['account:{id}'] },
        'seat:{uuid}:{id}': { parameters: { uuid: 'uuid', id: 'integer' }, implies: ['account:{id}'] },
        'room:{name}:{id}': { parameters: { name: 'string', id: 'integer' }, implies: ['account:{id}'] },
      },
    })
    const covers = ['account:0']
    assert.deepEqual(
      unusedScopes(policyOf(catalogue, { zero: 'account:0' })),
      ['desk:{kind}:{id}', 'seat:{uuid}:{id}', 'room:{name}:{id}'].map(name => ({
        kind: 'needed_nowhere',
        name,
        covers,
      })),
    )
  })

  test('what opens nothing is what no token ever reaches more by', () => {
    fc.assert(
      fc.property(anyPolicy(7), ({ policy, tokens }) => {
        const { catalogue, actions } = policy
        const open = (held: readonly string[]) =>
          [...actions.values()].filter(({ requirement }) => meets(catalogue, catalogue.set(...held), requirement))
            .length
        const useless = tokens.filter(token => subsetsOf(tokens).every(set => open(set) === open([...set, token])))
        const answer = unusedScopes(policy).filter(({ kind }) => kind === 'opens_nothing')
        assert.deepEqual(
          answer.map(({ name }) => name),
          useless,
        )
      }),
      { numRuns: 150 },
    )
  })
})
