import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Catalogue, defineScopes, type Needs, requirementOf } from '@ambit/scope'
import { usedScope } from './used-scope.ts'

const catalogue = defineScopes({
  verbs: { read: {}, write: { includes: ['read'] } },
  scopes: {
    'shop:item:read': {},
    'shop:item:write': {},
    'shop:write': {},
    'account:{id}:read': { parameters: { id: 'integer' } },
    everything: { implies: ['shop:write'] },
    email: {},
  },
})

type Token = typeof catalogue extends Catalogue<infer T> ? T : never

for (const [held, needs, wanted] of [
  [['shop:item:read'], 'shop:item:read', ['shop:item:read']],
  [['shop:item:read', 'shop:write', 'email'], 'shop:item:read', ['shop:item:read']],
  [['everything', 'shop:write'], 'shop:item:read', ['shop:write']],
  [['everything', 'shop:item:write'], 'shop:item:read', ['shop:item:write']],
  [['everything'], { allOf: ['shop:item:read', 'shop:item:write'] }, ['everything']],
  [['everything', 'email'], { allOf: ['shop:item:read', 'email'] }, ['everything', 'email']],
  [['email'], { anyOf: ['shop:item:read', 'email'] }, ['email']],
  [['account:7:read', 'account:8:read'], 'account:8:read', ['account:8:read']],
  [['email'], { allOf: [] }, []],
  [['email'], 'shop:item:read', []],
] as const satisfies readonly (readonly [readonly Token[], Needs<Token>, readonly string[]])[])
  test(`scope usage: \`${held.join(' ')}\` is used for ${JSON.stringify(needs)} as \`${wanted.join(' ')}\``, () => {
    const [scope, requirement] = [catalogue.set(...held), requirementOf<Token>(catalogue, needs)]
    assert.deepEqual(usedScope(catalogue, scope, requirement), wanted)
    assert.equal(usedScope(catalogue, scope, requirement), usedScope(catalogue, scope, requirement))
  })
