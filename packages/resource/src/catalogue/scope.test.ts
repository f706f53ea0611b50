import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policy } from '@ambit/policy'
import { defineScopes } from '@ambit/scope'
import { createGuard } from '../guard.ts'
import { jwtVerifier } from '../jwt-verifier.ts'
import { catalogueGuard, forge, jwks } from '../testing/catalogue-world.ts'
import { accessOf, assertRefused, bodyOf, challengesOf } from '../testing/guarded.ts'
import { catalogue, issuer, requestWith, resource, testClock } from '../testing/issuer.ts'

type TestScope = 'read_pets' | 'write_pets' | 'read_orders' | 'admin'

const all = ['read_pets', 'write_pets', 'read_orders', 'admin'] as const
const both = { allOf: ['read_pets', 'write_pets'] } as const
const { guard } = catalogueGuard()
const asking = (scope: unknown, more: object = {}) => requestWith(forge({ claims: { scope, ...more } }))
const lacking = { status: 403, error: 'insufficient_scope' }

/** What each scope reaches, worked out by hand. */
const reach: Readonly<Record<TestScope, readonly TestScope[]>> = {
  read_pets: ['read_pets'],
  write_pets: ['write_pets'],
  read_orders: ['read_orders'],
  admin: all,
}

test('RFC 6749 §3.3: RS-SCP-01: exactly the least set of scopes is enough', async () => {
  accessOf(await guard(asking('read_pets'), 'read_pets'))
  accessOf(await guard(asking('read_pets write_pets'), both))
})

for (const scope of ['', undefined])
  test(`RFC 6750 §3.1: RS-SCP-02: a token without scope is told what this operation needs: ${JSON.stringify(scope)}`, async () => {
    const guarded = await guard(asking(scope), both)
    assertRefused(guarded, lacking)
    assert.match(challengesOf(guarded).join(), /scope="read_pets write_pets"/)
    assert.deepEqual(bodyOf(guarded)['missing_scope'], ['read_pets', 'write_pets'])
  })

for (const held of all)
  test(`RFC 6749 §3.3: RS-SCP-03: \`${held}\` opens exactly what it reaches`, async () => {
    for (const needed of all) {
      const guarded = await guard(asking(held), needed)
      assert.equal(guarded.kind, reach[held].includes(needed) ? 'allowed' : 'refused', `${held} → ${needed}`)
    }
  })

for (const held of ['read_pets', 'write_pets'])
  test(`RFC 6750 §3.1: RS-SCP-04: the least set without one is not enough: only \`${held}\``, async () => {
    assertRefused(await guard(asking(held), both), lacking)
    assertRefused(await guard(asking(held), { anyOf: [both, { allOf: ['read_orders', 'write_pets'] }] }), lacking)
  })

for (const held of [
  'read_pet',
  'read_petss',
  'xread_petsx',
  'read',
  'read_pets:all',
  'read_pets/',
  'pets',
  'read_pets,write_pets',
])
  test(`RFC 6749 §3.3: RS-SCP-05: a look-alike opens nothing: \`${held}\``, async () =>
    assertRefused(await guard(asking(held), 'read_pets'), lacking))

for (const held of ['READ_PETS', 'Read_Pets', 'read_petS'])
  test(`RFC 6749 §3.3: RS-SCP-06: another case opens nothing: \`${held}\``, async () =>
    assertRefused(await guard(asking(held), 'read_pets'), lacking))

test('RFC 9700 §2.3: RS-SCP-07: all other scopes together open nothing', async () => {
  assertRefused(await guard(asking('write_pets read_orders openid email other'), 'read_pets'), lacking)
})

for (const scope of ['write_pets read_pets', 'read_pets read_pets write_pets', 'read_pets  write_pets'])
  test(`RFC 6749 §3.3: RS-SCP-08: the same scope is decided the same: \`${scope}\``, async () => {
    accessOf(await guard(asking(scope), both))
    assertRefused(await guard(asking(scope), 'read_orders'), lacking)
  })

test('RFC 6749 §3.3: RS-SCP-08: a tab is no separator', async () => {
  assertRefused(await guard(asking('read_pets\twrite_pets'), both), { status: 401, error: 'invalid_token' })
})

test('RFC 9068 §2.2.3: RS-SCP-09: only a text in `scope` counts', async () => {
  assertRefused(await guard(asking(['read_pets']), 'read_pets'), { status: 401, error: 'invalid_token' })
  for (const claims of [
    { scp: 'read_pets' },
    { scp: ['read_pets'] },
    { roles: ['read_pets'] },
    { scopes: 'read_pets' },
  ])
    assertRefused(await guard(asking(undefined, claims), 'read_pets'), lacking)
})

test('RFC 6750 §3.1: RS-SCP-10: a scope for reading does not write', async () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
    assertRefused(await guard({ ...asking('read_pets read_orders'), method }, 'write_pets'), lacking)
})

test('RFC 6749 §3.3: RS-SCP-11: what covers what goes downwards only', async () => {
  const shop = defineScopes({ scopes: { order: {}, 'order:items': {}, 'order:items:read': {}, 'order:write': {} } })
  const jwt = jwtVerifier({ jwks, clock: testClock() })
  const shopGuard = createGuard({ issuers: [{ issuer, jwt }], resource, catalogue: shop, clock: testClock() })
  accessOf(await shopGuard(asking('order'), 'order:items'))
  assertRefused(await shopGuard(asking('order:items'), 'order'), lacking)
  assertRefused(await shopGuard(asking('order'), 'order:write'), lacking)
  assertRefused(await shopGuard(asking('order:write'), 'order'), lacking)
  assertRefused(await shopGuard(asking('orders'), 'order:items'), lacking)
})

for (const scope of [
  '*',
  '.*',
  'Admin',
  'admin*',
  'read_*',
  '%',
  'inventory:*',
  '__proto__',
  'constructor',
  'toString',
])
  test(`RFC 8725 §3.10: RS-SCP-12: there are no wildcards: \`${scope}\``, async () =>
    assertRefused(await guard(asking(scope), 'read_pets'), lacking))

test('RFC 8725 §3.10: RS-SCP-12: 2,000 scopes open nothing and take no time', async () => {
  const before = performance.now()
  const scope = Array.from({ length: 2_000 }, (_, at) => `s${at}`).join(' ')
  assertRefused(await guard(asking(scope), 'read_pets'), lacking)
  assert.ok(performance.now() - before < 1_000)
})

test('RFC 9068 §2.2.3.1: RS-SCP-13: permissions and roles do not stand in for scope', async () => {
  const claims = { permissions: ['read_pets', 'admin'], roles: ['admin'], groups: ['admin'], entitlements: ['admin'] }
  assertRefused(await guard(asking('write_pets', claims), 'read_pets'), lacking)
})

type Pet = { readonly owner: string }
const pets = policy(catalogue)
  .claims<{ readonly principal: string }>()
  .objects<{ pet: Pet }>()
  .actions({
    pet: pet => ({
      read: pet.needs('read_pets').when('own', subjects => subjects.pet.owner.eq(subjects.token.principal)),
      reprice: pet.needs('write_pets'),
    }),
  })

function policyGuard() {
  const jwt = jwtVerifier({ jwks, clock: testClock() })
  return createGuard({ issuers: [{ issuer, jwt }], resource, policy: pets, clock: testClock() })
}

test('RFC 6750 §3.1: RS-SCP-14: of a batch each part is decided', async () => {
  const decide = policyGuard()
  const access = accessOf(await decide(asking('read_pets'), { scope: { allOf: [] } }))
  const parts = [`user ${issuer} user-1`, `user ${issuer} user-2`].map(owner =>
    decide.decide(access, 'pet.read', { pet: { owner } }),
  )
  assert.deepEqual(
    (await Promise.all(parts)).map(({ kind }) => kind),
    ['allowed', 'refused'],
  )
})

test('RFC 6750 §3.1: RS-SCP-15: a property that needs more is an action of its own', async () => {
  const decide = policyGuard()
  const pet = { owner: `user ${issuer} user-1` }
  const access = accessOf(await decide(asking('read_pets'), 'pet.read', { pet }))
  assertRefused(await decide.decide(access, 'pet.reprice', { pet }), lacking)
})

test('RFC 6749 §6: RS-SCP-16: a narrowed token has the narrowed scope, also while the wide one is remembered', async () => {
  const wide = asking('read_pets write_pets')
  accessOf(await guard(wide, both))
  assertRefused(await guard(asking('read_pets'), both), lacking)
  accessOf(await guard(wide, both))
})
