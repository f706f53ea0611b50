import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isRefusal } from '@ambit/protocol'
import { beginDecision, defineScopes, printScope, refusals, type ScopeDecision } from '@ambit/scope'
import type { UserRecord } from '../ports/records.ts'
import { authorize } from '../testing/authorization.ts'
import { consent, logIn, openWorld, sentParameters } from '../testing/authorize.ts'
import { pageOf } from '../testing/browser.ts'
import { testCatalogue } from '../testing/catalogue.ts'
import { isActive } from '../testing/client-requests.ts'
import { testClient, users } from '../testing/clients.ts'
import { outcomeOf } from '../testing/requests.ts'
import { codeForm, postToken, redeem, type Tokens, tokensOf } from '../testing/token-requests.ts'
import { type TestWorld, testWorld } from '../testing/world.ts'
import { explain } from '../why/explain.ts'
import { printExplanation } from '../why/print-explanation.ts'
import { limitToPermitted, limitToUser, type PermissionContext } from './permissions.ts'

const roles = {
  everyone: ['read_pets'],
  clerk: ['write_pets', 'order:items'],
  manager: ['admin'],
} as const

function decided(requested: string, catalogue: PermissionContext['catalogue'] = testCatalogue): ScopeDecision {
  const begun = beginDecision(catalogue, requested)
  assert.ok(begun.ok)
  return begun.value
}

async function left(requested: string, user: Partial<UserRecord>, more: Partial<PermissionContext> = {}) {
  const context = { catalogue: testCatalogue, roles, ...more }
  const begun = decided(requested, context.catalogue)
  return limitToUser(context, begun, { ...users.alice, ...user })
}

describe('what a user may pass on', () => {
  test('RFC 6749 §3.3: a user passes on no more than they may, but always what is about themselves', async () => {
    const context = { catalogue: testCatalogue }
    const decision = await limitToUser(context, decided('openid email read_pets write_pets order:items'), users.bob)
    assert.equal(printScope(decision.scope), 'openid email read_pets order:items')
    assert.deepEqual(refusals(decision), [{ token: 'write_pets', reason: 'user_lacks_permission' }])
    assert.equal(printScope((await limitToUser(context, decided('admin'), users.bob)).scope), 'read_pets')
  })

  test('without a limit, roles or a directory a user passes on everything', async () => {
    const begun = decided('admin')
    assert.equal(await limitToUser({ catalogue: testCatalogue }, begun, users.alice), begun)
  })

  test('with roles a user passes on what their roles reach, what everyone has, and what is about themselves', async () => {
    assert.equal(printScope((await left('openid read_pets write_pets', {})).scope), 'openid read_pets')
    assert.equal(printScope((await left('read_pets write_pets', { roles: ['clerk'] })).scope), 'read_pets write_pets')
    assert.equal(printScope((await left('write_orders', { roles: ['manager'] })).scope), 'write_orders')
    assert.deepEqual(refusals(await left('write_orders', { roles: ['clerk'] })), [
      { token: 'write_orders', reason: 'user_lacks_permission' },
    ])
  })

  test('an umbrella gives way to what the roles reach of it', async () => {
    assert.equal(printScope((await left('admin', { roles: ['clerk'] })).scope), 'read_pets write_pets')
    assert.equal(printScope((await left('order', { roles: ['clerk'] })).scope), 'order:items')
  })

  test('a role that nobody declared lets nothing, whatever its name', async () => {
    for (const role of ['ghost', 'toString', '__proto__', 'constructor'])
      assert.equal(printScope((await left('read_pets write_pets', { roles: [role] })).scope), 'read_pets')
  })

  test('the limit of the user, of the roles and of the directory hold together', async () => {
    const grantable = async () => ['write_pets', 'read_orders']
    const user = { roles: ['manager'], scope: 'write_pets read_pets' }
    assert.equal(printScope((await left('admin', user, { grantable })).scope), 'write_pets')
  })

  test('a directory that knows more than the roles gives nothing beyond them', async () => {
    const grantable = async () => ['read_pets', 'write_pets']
    assert.equal(printScope((await left('read_pets write_pets', {}, { grantable })).scope), 'read_pets')
  })

  test('a directory alone is asked about the user, and what it does not know narrows', async () => {
    const asked: string[] = []
    const grantable = async ({ username }: UserRecord) => {
      asked.push(username)
      return ['read_pets', 'never_heard_of']
    }
    const decision = await limitToUser({ catalogue: testCatalogue, grantable }, decided('admin email'), users.alice)
    assert.equal(printScope(decision.scope), 'email read_pets')
    assert.deepEqual(asked, ['alice'])
  })

  test('the declared name of a parameterised scope lets each instance, one instance only itself', async () => {
    const catalogue = defineScopes({
      scopes: {
        'account:{id}:read': { parameters: { id: 'integer' } },
        'accounts:read': { coversInstances: ['account:{id}:read'] },
      },
    })
    const asked = 'account:7:read account:8:read'
    const of = async (...tokens: readonly string[]) =>
      printScope((await left(asked, {}, { catalogue, roles: { everyone: tokens } })).scope)
    assert.equal(await of('account:{id}:read'), asked)
    assert.equal(await of('accounts:read'), asked)
    const whole = await left('accounts:read', {}, { catalogue, roles: { everyone: ['accounts:read'] } })
    assert.equal(printScope(whole.scope), 'accounts:read')
    assert.equal(await of('account:7:read'), 'account:7:read')
    assert.equal(await of(), '')
    const wide = await left('accounts:read', {}, { catalogue, roles: { everyone: ['account:{id}:read'] } })
    assert.equal(wide.scope.size, 0)
  })
})

describe('roles in a server', () => {
  const clerk = { ...users.alice, roles: ['clerk'] }
  const scope = 'openid read_pets write_pets admin offline_access'
  const open = () => openWorld({ roles, users: [clerk] })

  test('OpenID Connect Core §3.1.2.4: consent does not ask for what the user may not grant', async () => {
    const { browser, authorize } = await open()
    const asked = await logIn(browser, await authorize({ scope }))
    assert.doesNotMatch(JSON.stringify(pageOf(asked)['groups']), /admin|orders/)
    const done = await consent(browser, asked, ['openid', 'read_pets', 'write_pets', 'admin'])
    assert.match(sentParameters(done).get('code') ?? '', /^ac_/)
  })

  test('RFC 6749 §4.1.2.1: a request of which the user may grant nothing is access_denied', async () => {
    const { browser, authorize } = await open()
    const done = await logIn(browser, await authorize({ scope: 'inventory:write' }))
    assert.equal(sentParameters(done).get('error'), 'access_denied')
  })

  async function codeThenRoles(changed: Partial<UserRecord>): Promise<ReturnType<typeof postToken>> {
    const world = await testWorld({ roles, users: [clerk] })
    const code = await authorize(world, { scope: 'read_pets write_pets' })
    await world.context.store.saveUser({ ...clerk, ...changed })
    return postToken(world, codeForm(code))
  }

  test('RFC 6749 §4.1.3: a role that was taken away before the code is redeemed is missing in the token', async () => {
    assert.equal(tokensOf(await codeThenRoles({})).scope, 'read_pets write_pets')
    assert.equal(tokensOf(await codeThenRoles({ roles: [] })).scope, 'read_pets')
  })

  test('RFC 6749 §6: what was missing at the redemption of the code stays missing, also when the role comes back', async () => {
    const world = await testWorld({ roles, users: [clerk] })
    const code = await authorize(world, { scope: 'read_pets write_pets' })
    await world.context.store.saveUser({ ...clerk, roles: [] })
    const first = tokensOf(await postToken(world, codeForm(code)))
    await world.context.store.saveUser(clerk)
    assert.equal(tokensOf(await refresh(world, first)).scope, 'read_pets')
  })

  test('RFC 6749 §4.1.3: a code of which nothing may be passed on any more is invalid_grant', async () => {
    const world = await testWorld({ roles, users: [clerk] })
    const code = await authorize(world, { scope: 'write_pets' })
    await world.context.store.saveUser({ ...clerk, roles: [] })
    assert.equal(outcomeOf(await postToken(world, codeForm(code))), '400 invalid_grant')
  })

  test('RFC 6749 §4.1.3: the code of a user who is gone is invalid_grant where permissions are asked', async () => {
    const { context } = await testWorld({ roles, users: [clerk] })
    await context.store.deleteUser(clerk.userId, context.clock.now())
    const left = await limitToPermitted(context, decided('read_pets'), clerk.userId)
    assert.ok(isRefusal(left) && left.error === 'invalid_grant')
  })

  const refresh = (world: TestWorld, { refresh_token }: Tokens) =>
    postToken(world, { grant_type: 'refresh_token', refresh_token })

  test('RFC 6749 §6: a role that is taken away shrinks the token at the next refresh', async () => {
    const world = await testWorld({ roles, users: [clerk] })
    const first = await redeem(world, { scope: 'read_pets write_pets' })
    await world.context.store.saveUser({ ...clerk, roles: [] })
    const second = tokensOf(await refresh(world, first))
    assert.equal(second.scope, 'read_pets')
  })

  test('RFC 7662 §2.2: a directory is asked about live tokens too', async () => {
    const clients = [testClient({ name: 'web', introspects: ['https://api.example/pets'] })]
    let known = ['read_pets', 'write_pets']
    const world = await testWorld({ grantable: async () => known, clients })
    const { access_token } = await redeem(world, { scope: 'read_pets write_pets' })
    assert.equal(await isActive(world, access_token), true)
    known = ['read_pets']
    assert.equal(await isActive(world, access_token), false)
  })

  test('RFC 7662 §2.2: a token with scope that its user may no longer pass on is not active, and why says it', async () => {
    const clients = [testClient({ name: 'web', introspects: ['https://api.example/pets'] })]
    const world = await testWorld({ roles, users: [clerk], clients })
    const { access_token } = await redeem(world, { scope: 'read_pets write_pets' })
    assert.equal(await isActive(world, access_token), true)
    await world.context.store.saveUser({ ...clerk, roles: [] })
    assert.equal(await isActive(world, access_token), false)
    const explanation = await explain(world.context, access_token)
    assert.ok(explanation)
    assert.match(printExplanation(explanation), /now {8}dead, since its user may no longer pass on scope/)
  })
})
