import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '@ambit/protocol'

import { ServerOptionsError } from './options-error.ts'
import { createServer, findServerProblems } from './server.ts'
import { testWorld } from './testing/world.ts'

const { options } = await testWorld()

function problems(changes: Readonly<Record<string, unknown>>): readonly string[] {
  return findServerProblems({ ...options, ...changes }).map(({ path }) => path)
}

test('options that are right have no problems', () => {
  assert.deepEqual(problems({}), [])
  assert.deepEqual(problems({ roles: { clerk: ['read_pets'] }, statusList: { window: 2 } }), [])
  assert.deepEqual(problems({ grants: [], endpoints: [], unknownScope: 'ignore', dangerouslyAllowImplicit: false }), [])
})

const resource = { resource: 'https://api.example', name: 'api', tokenFormat: 'jwt' }

const cases: readonly (readonly [path: string, changes: Readonly<Record<string, unknown>>])[] = [
  ['issuer', { issuer: 'http://as.example' }],
  ['issuer', { issuer: undefined }],
  ['unknown', { unknown: 1 }],
  ['catalogue', { catalogue: {} }],
  ['resources', { resources: {} }],
  ['resources[0]', { resources: [1] }],
  ['resources[0].resource', { resources: [{ ...resource, resource: 'api' }] }],
  ['resources[0].resource', { resources: [{ ...resource, resource: 'https://api.example/#x' }] }],
  ['resources[0].name', { resources: [{ ...resource, name: '' }] }],
  ['resources[0].tokenFormat', { resources: [{ ...resource, tokenFormat: 'xml' }] }],
  ['resources[0].accessTokenTtl', { resources: [{ ...resource, accessTokenTtl: 0 }] }],
  ['resources[0].algorithm', { resources: [{ ...resource, algorithm: 'none' }] }],
  ['resources[0].other', { resources: [{ ...resource, other: 1 }] }],
  ['resources[1].resource', { resources: [resource, resource] }],
  ['ttl', { ttl: 1 }],
  ['ttl.code', { ttl: { ...options.ttl, code: 0 } }],
  ['ttl.code', { ttl: { ...options.ttl, code: 601 } }],
  ['ttl.accessToken', { ttl: { ...options.ttl, accessToken: 1.5 } }],
  ['ttl.refreshGrace', { ttl: { ...options.ttl, refreshGrace: -1 } }],
  ['ttl.refreshIdle', { ttl: { ...options.ttl, refreshIdle: options.ttl.refreshAbsolute + 1 } }],
  ['ttl.sessionIdle', { ttl: { ...options.ttl, sessionIdle: options.ttl.sessionAbsolute + 1 } }],
  ['ttl.grant', { ttl: { ...options.ttl, grant: 0 } }],
  ['ttl.other', { ttl: { ...options.ttl, other: 1 } }],
  ['idTokenAlgorithm', { idTokenAlgorithm: 'HS256' }],
  ['idTokenAlgorithm', { idTokenAlgorithm: 'PS256' }],
  ['unknownScope', { unknownScope: 'maybe' }],
  ['dangerouslyAllowImplicit', { dangerouslyAllowImplicit: 'yes' }],
  ['dangerouslyAllowPassword', { dangerouslyAllowPassword: 1 }],
  ['scopeHook', { scopeHook: 1 }],
  ['roles', { roles: ['clerk'] }],
  ['roles.clerk', { roles: { clerk: 'read_pets' } }],
  ['roles.clerk', { roles: { clerk: [7] } }],
  ['roles.clerk', { roles: { clerk: ['flea'] } }],
  ['grantable', { grantable: ['read_pets'] }],
  ['statusList', { statusList: { window: 1 } }],
  ['statusList', { statusList: true }],
  ['oneTimeCodes', { oneTimeCodes: {} }],
  ['grants', { grants: 1 }],
  ['grants[0]', { grants: [{}] }],
  ['endpoints[0]', { endpoints: [1] }],
  ['defaultResource', { defaultResource: 1 }],
  ['defaultResource', { defaultResource: 'https://other.example' }],
  ['assertionAudience', { assertionAudience: 'https://as.example' }],
  ['acceptedAlgorithms', { acceptedAlgorithms: ['none'] }],
  ['acceptedAlgorithms', { acceptedAlgorithms: [] }],
  ['refreshTokens', { refreshTokens: 'forever' }],
  ['profile', { profile: 'fapi' }],
  ['store', { store: {} }],
  ['signer', { signer: undefined }],
  ['passwords', { passwords: {} }],
  ['clock', { clock: 1 }],
  ['crypto', { crypto: {} }],
  ['pages', { pages: {} }],
  ['observe', { observe: 1 }],
]

for (const [path, changes] of cases) {
  test(`an option that is wrong is named: ${path} in ${JSON.stringify(changes).slice(0, 60)}`, () => {
    assert.deepEqual(problems(changes), [path])
  })
}

test('a scope of a resource that is not declared is a problem', () => {
  const [first] = options.resources
  assert.ok(problems({ resources: [first] }).includes('catalogue.order.resource'))
})

test('a resource whose algorithm nobody can sign with is a problem', () => {
  const resources = options.resources.map(each => ({ ...each, algorithm: 'RS256' }))
  assert.deepEqual(problems({ resources }), ['resources[0].algorithm', 'resources[1].algorithm'])
})

test('all problems are told at once, with what is wanted', () => {
  const changes = { issuer: 'x', observe: undefined, ttl: { ...options.ttl, code: seconds(0) } }
  assert.throws(
    () => createServer({ ...options, ...changes } as unknown as typeof options),
    (error: unknown) =>
      error instanceof ServerOptionsError &&
      error.problems.length === 3 &&
      /issuer: an absolute https URL is wanted/.test(error.message) &&
      /ttl\.code: a whole number of seconds/.test(error.message),
  )
})
