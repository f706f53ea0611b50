import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testCatalogue } from '../testing/catalogue.ts'
import { users } from '../testing/clients.ts'
import { claimNamesFor } from './standard-claims.ts'
import { userClaims } from './user-claims.ts'

function claims(scope: string, requested: readonly string[] = [], isScopeEnough = true) {
  return userClaims(users.alice, {
    catalogue: testCatalogue,
    scope: testCatalogue.read(scope.split(' ')).scope,
    requested: new Map(requested.map(name => [name, { isEssential: false, values: [] }])),
    isScopeEnough,
  })
}

test('OpenID Connect Core §5.4: each standard scope opens its claims, and no more', () => {
  assert.deepEqual(claims('openid'), {})
  assert.deepEqual(Object.keys(claims('openid profile')), ['name', 'preferred_username'])
  assert.deepEqual(Object.keys(claims('openid email')), ['email', 'email_verified'])
  assert.deepEqual(Object.keys(claims('openid address phone')), ['phone_number', 'address'])
})

test('OpenID Connect Core §5.5: claims picks by name where the scope alone is not enough', () => {
  assert.deepEqual(claims('openid email', ['email'], false), { email: 'alice@example.org' })
})

test('OpenID Connect Core §5.5: claims opens nothing that the scope does not', () => {
  assert.deepEqual(claims('openid', ['email', 'name']), {})
})

test('OpenID Connect Core §5.4: claims that no standard scope names are never given', () => {
  const user = { ...users.alice, claims: { ...users.alice.claims, salary: 1, name: null } }
  const scope = testCatalogue.set('openid', 'profile')
  const given = userClaims(user, {
    catalogue: testCatalogue,
    scope,
    requested: new Map([['salary', { isEssential: true, values: [] }]]),
    isScopeEnough: true,
  })
  assert.deepEqual(given, { preferred_username: 'alice' })
})

test('OpenID Connect Core §5.4: the table names the claims of profile', () => {
  assert.equal(claimNamesFor(['profile']).size, 14)
  assert.equal(claimNamesFor(['openid', 'read_pets']).size, 0)
})
