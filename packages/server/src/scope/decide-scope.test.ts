import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isRefusal, type Refusal } from '@ambit/protocol'
import { printScope, refusals, type ScopeDecision } from '@ambit/scope'
import { clients, testClient } from '../testing/clients.ts'
import { testWorld } from '../testing/world.ts'
import { decideScope, limitToAuthentication, limitToHook } from './decide-scope.ts'
import { stepsOf } from './refuse-scope.ts'

const { context } = await testWorld()

function decided(result: ScopeDecision | Refusal): ScopeDecision {
  assert.ok(!isRefusal(result), JSON.stringify(result))
  return result
}

function refused(result: ScopeDecision | Refusal): string {
  assert.ok(isRefusal(result))
  assert.equal(result.error, 'invalid_scope')
  return result.description
}

const machine = (requested: string | undefined) =>
  decideScope(context, { requested, client: clients.machine, grantType: 'client_credentials' })
const web = (requested: string | undefined) =>
  decideScope(context, { requested, client: clients.web, grantType: 'authorization_code' })

describe('decideScope', () => {
  test('RFC 6749 §3.3: scope that the client may have is decided as asked', () => {
    const decision = decided(machine('write_pets read_pets'))
    assert.equal(printScope(decision.scope), 'write_pets read_pets')
    assert.deepEqual(decision.steps, [])
  })

  test('RFC 6749 §3.3: omitted scope is the default of the client, or of the server below the ceiling', () => {
    const all = testClient({ name: 'all', scope: 'admin order' })
    const ask = { requested: undefined, client: all, grantType: 'client_credentials' }
    assert.equal(printScope(decided(machine(undefined)).scope), 'read_pets')
    assert.equal(printScope(decided(decideScope(context, ask)).scope), 'read_pets')
  })

  test('RFC 6749 §3.3: omitted scope without a default is invalid_scope, never everything', () => {
    const client = testClient({ name: 'orders', scope: 'order inventory:write' })
    const result = decideScope(context, { requested: undefined, client, grantType: 'client_credentials' })
    assert.match(refused(result), /no default scope/)
  })

  test('RFC 6749 §3.3: of a default set that was not asked for remains what the grant type may carry, with the reason', () => {
    const client = testClient({
      name: 'both',
      scope: 'read_pets offline_access',
      defaultScope: 'read_pets offline_access',
    })
    const decision = decided(decideScope(context, { requested: undefined, client, grantType: 'client_credentials' }))
    assert.equal(printScope(decision.scope), 'read_pets')
    assert.deepEqual(refusals(decision), [{ token: 'offline_access', reason: 'not_for_grant_type' }])
  })

  test('RFC 6749 §3.3: a default set of which the grant type may carry nothing is invalid_scope', () => {
    const client = testClient({ name: 'away', scope: 'offline_access', defaultScope: 'offline_access' })
    const result = decideScope(context, { requested: undefined, client, grantType: 'client_credentials' })
    assert.match(refused(result), /client_credentials may carry nothing of the default scope/)
  })

  test('RFC 6749 App. A.4: a malformed scope is invalid_scope and says where', () => {
    assert.match(refused(machine('read_pets  write_pets')), /10|empty|space/)
    assert.ok(isRefusal(machine('read"pets')))
  })

  test('RFC 6749 §5.2: unknown scope is invalid_scope and is named', () => {
    assert.match(refused(machine('read_pets flea_circus')), /unknown scope `flea_circus`/)
  })

  test('RFC 6749 §5.2: scope above the ceiling is invalid_scope, also where a part of it is below', () => {
    assert.match(refused(machine('read_pets read_orders')), /may not have `read_orders`/)
    assert.match(refused(machine('admin')), /may not have `admin`/)
  })

  test('RFC 6749 §5.2: scope that the grant type may not carry is invalid_scope, each time', () => {
    for (let time = 0; time < 2; time++)
      assert.match(refused(machine('read_pets offline_access')), /client_credentials may not carry `offline_access`/)
    assert.ok(!isRefusal(web('openid offline_access')))
  })

  test('OpenID Connect Core §3.1.2.1: unknown scope is ignored where openid is asked, and the decision knows', () => {
    const decision = decided(web('openid flea_circus'))
    assert.equal(printScope(decision.scope), 'openid')
    assert.deepEqual(refusals(decision), [{ token: 'flea_circus', reason: 'unknown' }])
  })

  test('an operator may ignore unknown scope everywhere, or nowhere', () => {
    const ask = { client: clients.web, grantType: 'authorization_code' }
    const ignoring = { ...context, unknownScope: 'ignore' } as const
    const refusing = { ...context, unknownScope: 'refuse' } as const
    assert.equal(printScope(decided(decideScope(ignoring, { ...ask, requested: 'read_pets nope' })).scope), 'read_pets')
    assert.match(refused(decideScope(refusing, { ...ask, requested: 'openid nope' })), /unknown scope `nope`/)
  })

  test('RFC 6749 §5.2: when nothing of the request is known it is invalid_scope even where unknown scope is ignored', () => {
    const ignoring = { ...context, unknownScope: 'ignore' } as const
    const result = decideScope(ignoring, { requested: 'nope', client: clients.web, grantType: 'authorization_code' })
    assert.match(refused(result), /no scope of the request is known/)
  })
})

describe('the steps of a refusal', () => {
  const steps = (result: ReturnType<typeof decideScope>) => {
    assert.ok(isRefusal(result))
    return stepsOf(result).flatMap(({ at, refused }) => refused.map(({ token, reason }) => `${at} ${token} ${reason}`))
  }

  test('RFC 6749 §5.2: a refusal of scope keeps which step refused what, for the operator', () => {
    assert.deepEqual(steps(machine('a"b')), ['request a"b malformed'])
    assert.deepEqual(steps(machine('flea read_pets')), ['request flea unknown'])
    assert.deepEqual(steps(machine('read_pets read_orders')), ['ceiling read_orders above_ceiling'])
    assert.deepEqual(steps(machine('offline_access')), ['grant_type offline_access not_for_grant_type'])
  })
})

describe('the limits after the request', () => {
  test('scope that needs another authentication is dropped with its reason', async () => {
    const { defineScopes } = await import('@ambit/scope')
    const strict = defineScopes({ scopes: { see: {}, pay: { acr: 'urn:example:two-factor' } } })
    const begun = { requested: 'see pay', scope: strict.set('see', 'pay'), steps: [] }
    const decision = limitToAuthentication(strict, begun, 'urn:example:password')
    assert.equal(printScope(decision.scope), 'see')
    assert.deepEqual(refusals(decision), [{ token: 'pay', reason: 'needs_stronger_authentication' }])
    assert.equal(limitToAuthentication(strict, begun, 'urn:example:two-factor'), begun)
  })

  test('an operator hook can narrow and never widen', async () => {
    const scopeHook = async () => ['read_pets', 'write_orders', 'unheard_of']
    const asked = { client: clients.web, grantType: 'authorization_code' }
    const decision = await limitToHook({ ...context, scopeHook }, decided(web('read_pets write_pets')), asked)
    assert.equal(printScope(decision.scope), 'read_pets')
    assert.deepEqual(refusals(decision), [{ token: 'write_pets', reason: 'refused_by_hook' }])
  })
})
