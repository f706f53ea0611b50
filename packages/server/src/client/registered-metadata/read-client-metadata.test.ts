// RFC 7591; OpenID Connect Dynamic Client Registration
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '@ambit/protocol'
import { mountFeatures } from '../../mounted.ts'
import type { OutboundRequest, OutboundResponse } from '../../ports/world.ts'
import { applyProfile } from '../../profiles/apply.ts'
import { clientId } from '../../testing/ids.ts'
import { plainMetadata, register, registrationWorld, sendMetadata, testPolicy } from '../../testing/registration.ts'
import { bodyOf, outcomeOf } from '../../testing/requests.ts'
import { testWorld } from '../../testing/world.ts'
import type { Registrar } from './client-draft.ts'
import { readClientMetadata } from './read-client-metadata.ts'

const registrar: Registrar = {
  clientId: clientId('new'),
  policy: testPolicy,
  defaultMethod: 'client_secret_basic',
  isVouchedFor: false,
}

test('RFC 7591 §3.1: what the profile of a server forbids cannot be registered', async () => {
  const { context, options } = await testWorld()
  const { clientRules } = mountFeatures(applyProfile({ ...options, profile: 'fapi2-security' }))
  const mounted = { ...context.mounted, clientRules }
  const read = (metadata: object) =>
    readClientMetadata({ ...context, mounted }, { ...plainMetadata, ...metadata }, registrar)
  const refused = read({ token_endpoint_auth_method: 'none' })
  assert.ok(isRefusal(refused))
  assert.equal(refused.error, 'invalid_client_metadata')
  assert.match(refused.description, /^`token_endpoint_auth_method`: .*FAPI/)
  assert.ok(
    !isRefusal(readClientMetadata(context, { ...plainMetadata, token_endpoint_auth_method: 'none' }, registrar)),
  )
})

test('RFC 7591 §2: metadata for many servers lose what goes beyond the policy', async () => {
  const { context } = await testWorld()
  const metadata = {
    redirect_uris: ['https://shop.example/callback', 'myapp:/callback', 'http://shop.example/'],
    grant_types: ['authorization_code', 'urn:example:other', 'password'],
    response_types: ['code', 'token'],
    scope: 'read_pets unknown',
    application_type: 'native',
  }
  const draft = readClientMetadata(context, metadata, { ...registrar, isForMany: true })
  assert.ok(!isRefusal(draft))
  assert.deepEqual(draft.redirectUris, ['https://shop.example/callback'])
  assert.deepEqual(draft.grantTypes, ['authorization_code'])
  assert.deepEqual(draft.responseTypes, ['code'])
  assert.equal(draft.scope, 'read_pets')
  const nowhere = readClientMetadata(context, { redirect_uris: ['myapp:/'] }, { ...registrar, isForMany: true })
  assert.ok(isRefusal(nowhere) && nowhere.error === 'invalid_redirect_uri')
})

test('RFC 7591 §2: a client that names less scope gets the whole ceiling only where the policy says so', async () => {
  const { context } = await testWorld()
  const metadata = { ...plainMetadata, scope: 'read_pets' }
  const scopeBy = (isWholeScope: boolean) => {
    const policy = { ...registrar.policy, scope: ['read_pets', 'write_pets'], isWholeScope }
    const draft = readClientMetadata(context, metadata, { ...registrar, policy })
    return isRefusal(draft) ? draft.error : draft.scope
  }
  assert.equal(scopeBy(false), 'read_pets')
  assert.equal(scopeBy(true), 'read_pets write_pets')
})

test('RFC 7591 §2: a method that the server lets nobody use cannot be registered', async () => {
  const world = await registrationWorld({}, { clientAuthenticationMethods: ['private_key_jwt'] })
  const response = await sendMetadata(world, plainMetadata)
  assert.equal(outcomeOf(response), '400 invalid_client_metadata')
  assert.equal(bodyOf(response)['error_description'], '`token_endpoint_auth_method`: one of private_key_jwt is wanted')
})

test('RFC 7591 §2: keys that are published can be registered where they are fetched', async () => {
  const world = await registrationWorld({}, { outbound: async () => ({ status: 200, headers: {}, body: '' }) })
  const keys = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://shop.example/jwks' }
  assert.equal((await register(world, keys))['jwks_uri'], 'https://shop.example/jwks')
})

const sector = 'https://sector.example/uris.json'
const pairwise = {
  subject_type: 'pairwise',
  sector_identifier_uri: sector,
  redirect_uris: ['https://a.example/cb', 'https://b.example/cb'],
}

const fetched: OutboundRequest[] = []
const sectorWorld = (answer: (asked: OutboundRequest) => Promise<Partial<OutboundResponse>>) =>
  registrationWorld(
    {},
    {
      outbound: async asked => {
        fetched.push(asked)
        return { status: 200, headers: {}, body: '', ...(await answer(asked)) }
      },
    },
  )

test('OpenID Connect Dynamic Client Registration §5: a sector that lists every redirect URI is the client’s', async () => {
  const body = JSON.stringify([...pairwise.redirect_uris, 'https://c.example/cb'])
  const world = await sectorWorld(async () => ({ body }))
  const told = await register(world, pairwise)
  assert.equal(told['sector_identifier_uri'], sector)
  assert.equal((await world.context.store.findClient(told.client_id))?.sectorIdentifier, 'sector.example')
  assert.equal(fetched.at(-1)?.url, sector)
  assert.ok((fetched.at(-1)?.maxBytes ?? Infinity) <= 65_536)
})

const answers: readonly (readonly [name: string, answer: () => Promise<Partial<OutboundResponse>>])[] = [
  ['that lacks a redirect URI', async () => ({ body: JSON.stringify(['https://a.example/cb']) })],
  ['that lists none', async () => ({ body: '[]' })],
  ['that is no list', async () => ({ body: JSON.stringify({ uris: pairwise.redirect_uris }) })],
  ['that is no JSON', async () => ({ body: 'x' })],
  ['that is not there', async () => ({ status: 404, body: JSON.stringify(pairwise.redirect_uris) })],
  ['that leads elsewhere', async () => ({ status: 302, body: JSON.stringify(pairwise.redirect_uris) })],
  ['that cannot be reached', async () => Promise.reject(new Error('10.0.0.1 is not called'))],
]

for (const [name, answer] of answers)
  test(`OpenID Connect Dynamic Client Registration §5: a sector ${name} is invalid_client_metadata`, async () => {
    const response = await sendMetadata(await sectorWorld(answer), pairwise)
    assert.equal(outcomeOf(response), '400 invalid_client_metadata')
    assert.ok(!response.body.includes('10.0.0.1'))
  })

test('RFC 7592 §2.2: a change of redirect URIs is held against the sector again', async () => {
  const world = await sectorWorld(async () => ({ body: JSON.stringify(pairwise.redirect_uris) }))
  const told = await register(world, pairwise)
  const changed = { ...pairwise, client_id: told.client_id, redirect_uris: ['https://evil.example/cb'] }
  const response = await sendMetadata(world, changed, {
    method: 'PUT',
    path: `/register/${told.client_id}`,
    token: told.registration_access_token,
  })
  assert.equal(outcomeOf(response), '400 invalid_client_metadata')
})
