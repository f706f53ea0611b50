import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '@ambit/protocol'
import { defineScopes } from '@ambit/scope'
import { dpop } from '../features/dpop/dpop.ts'
import { pushedRequests } from '../features/pushed-requests/pushed-requests.ts'
import { requestObjects } from '../features/request-objects/request-objects.ts'
import type { ServerOptions } from '../options.ts'
import { overStore } from '../over-store.ts'
import type { ClientRecord } from '../ports/records.ts'
import { createServer, findServerProblems, judgeServer } from '../server.ts'
import { openWorld } from '../testing/authorize.ts'
import { testClient } from '../testing/clients.ts'
import { bodyOf } from '../testing/requests.ts'
import { testTtls, testWorld } from '../testing/world.ts'
import { declarationOf, settingsOf } from './apply.ts'
import { findClientProblems } from './judge.ts'
import { profiles } from './list.ts'
import { type ProfileName, profileNames } from './profile.ts'

const { options: plain } = await testWorld()

/** Has a key for RS256, too. */
const oldSigner: ServerOptions['signer'] = {
  algorithms: ['ES256', 'RS256'],
  sign: () => '',
  verifyOwn: async () => undefined,
  jwks: () => ({ keys: [] }),
}

function pathsOf(profile: ProfileName, changes: Partial<ServerOptions> = {}): readonly string[] {
  return findServerProblems({ ...plain, ...changes, profile }).map(({ path }) => path)
}

for (const name of profileNames) {
  test(`each rule of ${name} has a name of its own, a sentence, a source, and something that holds to it`, () => {
    const { rules } = profiles[name]
    assert.equal(profiles[name].name, name)
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length)
    for (const { id, says, source, always, findProblems, findClientProblems, requestRule } of rules) {
      assert.match(id, /^[a-z0-9-]+$/)
      assert.match(says, /^\S.*[^.]$/)
      assert.match(source, /^(RFC \d+ §|OpenID Connect Core §|OAuth 2\.1 §|FAPI 2\.0 |MCP Authorization )/)
      assert.ok(always ?? findProblems ?? findClientProblems ?? requestRule, `${id} has nothing that holds to it`)
    }
  })

  test(`${name} fills in nothing dangerous`, () => {
    const filled = JSON.stringify([settingsOf(profiles[name]), declarationOf(profiles[name])])
    assert.doesNotMatch(filled, /dangerously/)
  })
}

test('a server without a profile is judged by nothing', () => {
  assert.deepEqual(judgeServer(plain), [])
  assert.deepEqual(findServerProblems(plain), [])
})

test('what the options say goes before what a profile fills in, and is judged', () => {
  const { context } = createServer({ ...plain, profile: 'legacy', signer: oldSigner })
  assert.equal(context.unknownScope, 'ignore')
  assert.deepEqual(pathsOf('legacy', { signer: oldSigner, unknownScope: 'refuse' }), ['unknownScope'])
})

test('advice is told and refuses nothing', () => {
  const judged = judgeServer({ ...plain, profile: 'mcp' })
  const advised = judged.find(({ rule }) => rule.id === 'registration')
  assert.equal(advised?.rule.weight, 'advice')
  assert.equal(advised?.problems.length, 1)
  assert.deepEqual(pathsOf('mcp'), [])
})

test('a client that a profile allows is known, and nothing is said of it', async () => {
  const { world, authorize } = await openWorld({ profile: 'oauth2.1' })
  assert.equal((await authorize()).response.status, 200)
  assert.ok(world.events.every(({ kind }) => kind !== 'warning'))
})

type Refused = readonly [sentence: string, profile: ProfileName, changes: Partial<ServerOptions>, path: string]

const refused: readonly Refused[] = [
  ['OAuth 2.1 §10: no password grant', 'oauth2.1', { dangerouslyAllowPassword: true }, 'dangerouslyAllowPassword'],
  ['OAuth 2.1 §10.1: no implicit grant', 'oauth2.1', { dangerouslyAllowImplicit: true }, 'dangerouslyAllowImplicit'],
  ['MCP Authorization: no password grant', 'mcp', { dangerouslyAllowPassword: true }, 'dangerouslyAllowPassword'],
  [
    'MCP Authorization: public clients are served',
    'mcp',
    { clientAuthenticationMethods: ['private_key_jwt'] },
    'clientAuthenticationMethods',
  ],
  [
    'MCP Authorization: tokens are sent as Bearer',
    'mcp',
    { requireSenderConstraint: true, features: [dpop()] },
    'requireSenderConstraint',
  ],
  ['FAPI 2.0 Message Signing §5.3.1-1: requests are signed', 'fapi2-message-signing', {}, 'features.requestObjects'],
  [
    'FAPI 2.0 Message Signing §5.3.1-3: a signed request says from when it is good',
    'fapi2-message-signing',
    { features: [requestObjects({ required: true })] },
    'features.requestObjects.requireNotBefore',
  ],
  [
    'FAPI 2.0 Message Signing §5.3.1-4: a signed request is good for 60 minutes',
    'fapi2-message-signing',
    { features: [requestObjects({ required: true, requireNotBefore: true, lifetime: seconds(3601) })] },
    'features.requestObjects.lifetime',
  ],
  ['FAPI 2.0 Message Signing §5.4.1-1: responses are signed', 'fapi2-message-signing', {}, 'features.jwtResponses'],
  [
    'FAPI 2.0 Message Signing §5.5.1-1: introspection can be signed',
    'fapi2-message-signing',
    {},
    'features.introspectionJwt',
  ],
  [
    'FAPI 2.0 Message Signing §5.3.1: what the security profile demands is demanded here',
    'fapi2-message-signing',
    {},
    'features.pushedRequests',
  ],
  ['a legacy server signs by RS256', 'legacy', {}, 'keys.algorithms'],
  [
    'a legacy server takes requests that were not pushed',
    'legacy',
    { signer: oldSigner, features: [pushedRequests({ required: true })] },
    'features.pushedRequests.required',
  ],
  [
    'a legacy server takes requests that are not signed',
    'legacy',
    { signer: oldSigner, features: [requestObjects({ required: true })] },
    'features.requestObjects.required',
  ],
  [
    'a legacy server binds no tokens that their clients do not bind',
    'legacy',
    { signer: oldSigner, requireSenderConstraint: true, features: [dpop()] },
    'requireSenderConstraint',
  ],
  [
    'a legacy server takes secrets',
    'legacy',
    { signer: oldSigner, clientAuthenticationMethods: ['private_key_jwt'] },
    'clientAuthenticationMethods',
  ],
]

for (const [sentence, profile, changes, path] of refused)
  test(sentence, () => assert.ok(pathsOf(profile, changes).includes(path), JSON.stringify(pathsOf(profile, changes))))

test('MCP Authorization: a server has the MCP servers that it issues tokens for', () => {
  const catalogue = defineScopes({ scopes: { openid: {} } })
  assert.deepEqual(pathsOf('mcp', { catalogue, resources: [] }), ['resources'])
})

test('MCP Authorization: access tokens that live for long are advised against', () => {
  const [first] = plain.resources
  const resources = first ? [{ ...first, accessTokenTtl: seconds(7200) }, ...plain.resources.slice(1)] : []
  const judged = judgeServer({ ...plain, resources, ttl: { ...testTtls, accessToken: seconds(7200) }, profile: 'mcp' })
  assert.deepEqual(
    judged.find(({ rule }) => rule.id === 'short-lives')?.problems.map(({ path }) => path),
    ['ttl.accessToken', 'resources[0].accessTokenTtl'],
  )
})

type ForbiddenClient = readonly [sentence: string, profile: ProfileName, changes: Partial<ClientRecord>, member: string]

const forbidden: readonly ForbiddenClient[] = [
  [
    'OAuth 2.1 §4.1.1: no client without PKCE',
    'oauth2.1',
    { dangerouslyAcceptNonceInsteadOfPkce: true },
    'dangerouslyAcceptNonceInsteadOfPkce',
  ],
  ['OAuth 2.1 §10.1: no client of the implicit grant', 'oauth2.1', { grantTypes: ['implicit'] }, 'grantTypes'],
  ['OAuth 2.1 §10: no client of the password grant', 'oauth2.1', { grantTypes: ['password'] }, 'grantTypes'],
  [
    'OAuth 2.1 §1.5: no client that is answered without TLS',
    'oauth2.1',
    { redirectUris: ['Http://app.example/cb'] },
    'redirectUris',
  ],
  [
    'MCP Authorization: no redirect to a scheme of an app',
    'mcp',
    { applicationType: 'native', redirectUris: ['com.example:/cb'] },
    'redirectUris',
  ],
  [
    'MCP Authorization: no client without PKCE',
    'mcp',
    { dangerouslyAcceptNonceInsteadOfPkce: true },
    'dangerouslyAcceptNonceInsteadOfPkce',
  ],
]

for (const [sentence, profile, changes, member] of forbidden)
  test(sentence, () => {
    const client = testClient({ name: 'other', ...changes })
    assert.ok(findClientProblems(profile, client).some(problem => problem.member === member))
  })

test('a client that a profile forbids is told of once, from whatever store it comes each time', async () => {
  const client = testClient({ name: 'plain', redirectUris: ['http://app.example/cb'] })
  const { options, events } = await testWorld({ profile: 'oauth2.1' })
  const store = overStore(options.store, { findClient: async () => ({ ...client }) })
  const { context } = createServer({ ...options, store })
  for (let count = 0; count < 3; count++) assert.equal(await context.store.findClient(client.clientId), undefined)
  assert.equal(events.filter(({ kind }) => kind === 'warning').length, 1)
})

test('OAuth 2.1 §1.5: an app may be answered on its own machine', () => {
  const redirectUris = ['http://localhost:3000/cb', 'com.example.app:/cb', 'https://app.example/cb']
  assert.deepEqual(findClientProblems('oauth2.1', testClient({ name: 'app', redirectUris })), [])
})

test('MCP Authorization: a client on loopback is fine', () => {
  const client = testClient({ name: 'agent', redirectUris: ['http://localhost:3000/cb', 'http://127.0.0.1/cb'] })
  assert.deepEqual(findClientProblems('mcp', client), [])
})

test('MCP Authorization: the metadata says that code challenges are understood', async () => {
  const { browser } = await openWorld({ profile: 'mcp' })
  for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'])
    assert.deepEqual(bodyOf(await browser.send({ path }))['code_challenge_methods_supported'], ['S256'])
})
