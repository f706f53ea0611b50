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
