import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkConfig } from './check-config.ts'
import { roleProblem } from './check-roles.ts'
import { ConfigError } from './config-error.ts'

const catalogue = {
  scopes: { read_pets: {}, write_pets: {}, 'account:{id}:read': { parameters: { id: 'integer' } } },
}
const ada = { username: 'ada', password: 'correct horse' }
const roles = { everyone: ['read_pets'], clerk: ['write_pets', 'account:{id}:read', 'account:7:read'] }

function read(raw: object) {
  return checkConfig({ catalogue, ...raw }, { environment: {}, directory: '/etc/ambit' })
}

function problemsOf(raw: object): string {
  try {
    read(raw)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.message
  }
  return 'none'
}

test('roles are lists of scopes, by name or by the name of a parameterised scope, and users have them', () => {
  const config = read({ roles, users: [{ ...ada, roles: ['clerk'] }] })
  assert.deepEqual(config.roles, roles)
  assert.deepEqual(config.users[0]?.roles, ['clerk'])
  assert.equal(read({}).roles, undefined)
})

const wrong: readonly (readonly [string, object, RegExp])[] = [
  ['roles that are no object', { roles: ['clerk'] }, /roles: an object is wanted/],
  ['a role that is no list', { roles: { clerk: 'read_pets' } }, /roles\.clerk: a list is wanted/],
  [
    'a role with a scope that is unknown',
    { roles: { clerk: ['read_pet'] } },
    /roles\.clerk: .*did you mean `read_pets`/,
  ],
  ['a role with a scope like no other', { roles: { clerk: ['wipe'] } }, /roles\.clerk: unknown scope `wipe`$/m],
  [
    'a user with a role that is unknown',
    { roles, users: [{ ...ada, roles: ['clark'] }] },
    /roles: .*did you mean `clerk`/,
  ],
  [
    'a user with a role where there are none',
    { users: [{ ...ada, roles: ['clerk'] }] },
    /means nothing without `roles`/,
  ],
  ['a user who is given what everyone has', { roles, users: [{ ...ada, roles: ['everyone'] }] }, /needs not be given/],
  ['a directory that is no function', { grantable: 'ldap' }, /grantable: a function is wanted/],
]
for (const [what, raw, message] of wrong) test(`${what} is a problem`, () => assert.match(problemsOf(raw), message))

test('of roles that are declared the known ones are told where none is near', () => {
  assert.equal(roleProblem('boss', { clerk: [], everyone: [] }), 'unknown role `boss`; known are `clerk`')
  assert.match(roleProblem('toString', { clerk: [] }) ?? '', /unknown role/)
  assert.equal(roleProblem('clerk', { clerk: [] }), undefined)
})
