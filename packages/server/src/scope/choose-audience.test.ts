import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isRefusal } from '@ambit/protocol'
import { decisionOf, printScope, refusals } from '@ambit/scope'
import { inventory, pets, testCatalogue } from '../testing/catalogue.ts'
import { testWorld } from '../testing/world.ts'
import { chooseAudience, chooseResources, findResource } from './choose-audience.ts'

const { context } = await testWorld()
const both = decisionOf(testCatalogue.set('openid', 'read_pets', 'order'))
const petsOnly = decisionOf(testCatalogue.set('openid', 'read_pets'))
const profile = decisionOf(testCatalogue.set('openid', 'profile'))

describe('chooseResources', () => {
  test('RFC 8707 §2: an unknown resource is invalid_target', () => {
    const result = chooseResources(context, { named: [pets, 'https://elsewhere.example'], decision: petsOnly })
    assert.ok(isRefusal(result))
    assert.equal(result.error, 'invalid_target')
  })

  test('RFC 9068 §3: without a resource, those of the scope are meant, and else the default one', () => {
    const byScope = chooseResources(context, { named: [], decision: both })
    const byDefault = chooseResources({ ...context, defaultResource: inventory }, { named: [], decision: profile })
    const first = chooseResources(context, { named: [], decision: profile })
    assert.ok(!isRefusal(byScope) && !isRefusal(byDefault) && !isRefusal(first))
    assert.deepEqual(byScope.resources, [pets, inventory])
    assert.deepEqual(byDefault.resources, [inventory])
    assert.deepEqual(first.resources, [pets])
  })

  test('RFC 8707 §2.1: scope of a resource that the request does not name is invalid_scope', () => {
    const result = chooseResources(context, { named: [pets], decision: both })
    assert.ok(isRefusal(result))
    assert.equal(result.error, 'invalid_scope')
  })

  test('RFC 8707 §2: named resources are taken once each', () => {
    const result = chooseResources(context, { named: [pets, inventory, pets], decision: both })
    assert.ok(!isRefusal(result))
    assert.deepEqual(result.resources, [pets, inventory])
    assert.equal(result.decision, both)
  })
})

describe('chooseAudience', () => {
  test('RFC 8707 §2.2: a token request may name one resource of the grant, and its scope is narrowed to it', () => {
    const chosen = chooseAudience(context, { named: [inventory], allowed: [pets, inventory], decision: both })
    assert.ok(!isRefusal(chosen))
    assert.equal(chosen.audience.resource, inventory)
    assert.equal(printScope(chosen.decision.scope), 'openid order')
    assert.deepEqual(refusals(chosen.decision), [{ token: 'read_pets', reason: 'other_resource' }])
  })

  test('RFC 8707 §2.2: a resource that is not of the grant is invalid_target', () => {
    const result = chooseAudience(context, { named: [inventory], allowed: [pets], decision: petsOnly })
    assert.ok(isRefusal(result))
    assert.match(result.description, /not among those of this grant/)
  })

  test('RFC 9700 §2.3: an access token is for exactly one resource', () => {
    for (const named of [[], [pets, inventory]]) {
      const result = chooseAudience(context, { named, allowed: [pets, inventory], decision: both })
      assert.ok(isRefusal(result))
      assert.match(result.description, /exactly one/)
    }
  })

  test('a resource that was taken out of the configuration is invalid_target', () => {
    const gone = { ...context, resources: context.resources.slice(1) }
    const result = chooseAudience(gone, { named: [], allowed: [pets], decision: petsOnly })
    assert.ok(isRefusal(result))
    assert.match(result.description, /no longer known/)
  })

  test('a server without resources is one itself', () => {
    const bare = { ...context, resources: [] }
    assert.deepEqual(findResource(bare, bare.issuer), { resource: bare.issuer, name: 'account', tokenFormat: 'opaque' })
    assert.equal(findResource(bare, pets), undefined)
    assert.equal(findResource(context, context.issuer), undefined)
    const chosen = chooseResources(bare, { named: [], decision: profile })
    assert.ok(!isRefusal(chosen))
    assert.deepEqual(chosen.resources, [bare.issuer])
  })
})
