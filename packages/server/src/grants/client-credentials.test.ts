import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { tokenEndpoint } from '../endpoints/token.ts'
import { inventory, pets } from '../testing/catalogue.ts'
import { testClient } from '../testing/clients.ts'
import { bodyOf, outcomeOf, request } from '../testing/requests.ts'
import { postToken, tokensOf } from '../testing/token-requests.ts'
import { testWorld } from '../testing/world.ts'

type Form = Parameters<typeof postToken>[1]
const ask = async (form: Form, overrides?: Parameters<typeof testWorld>[0]) =>
  postToken(await testWorld(overrides), { grant_type: 'client_credentials', ...form }, 'machine')

test('RFC 6749 §4.4.3: no refresh token comes with client credentials, and no ID token', async () => {
  const body = bodyOf(await ask({ scope: 'read_pets' }))
  assert.equal(body['refresh_token'], undefined)
  assert.equal(body['id_token'], undefined)
})

test('RFC 9068 §2.2: the subject of a client that acts for itself is the client, and nobody logged in', async () => {
  const claims = decodeJwt(tokensOf(await ask({ scope: 'read_pets' })).access_token)
  assert.equal(claims.sub, 'machine')
  assert.equal(claims['client_id'], 'machine')
  assert.equal(claims['auth_time'], undefined)
})

test('RFC 6749 §4.4: a public client cannot use client credentials', async () => {
  const open = testClient({ name: 'open', authenticationMethod: 'none', grantTypes: ['client_credentials'] })
  const { context, exchange } = await testWorld({ clients: [open] })
  const form = { grant_type: 'client_credentials', client_id: 'open', scope: 'read_pets' }
  assert.equal(outcomeOf(await tokenEndpoint.handle(context, exchange(request({ form })))), '400 unauthorized_client')
})

test('RFC 6749 §4.4.2: the client must authenticate', async () => {
  const form = { grant_type: 'client_credentials', client_id: 'machine', scope: 'read_pets' }
  assert.equal(outcomeOf(await postToken(await testWorld(), form, null)), '401 invalid_client')
})

test('RFC 6749 §3.3: without scope the client gets its default, never all that it may have', async () => {
  assert.equal(tokensOf(await ask({})).scope, 'read_pets')
})

const refused: readonly (readonly [string, Form, string])[] = [
  ['RFC 6749 §3.3: scope that is not known', { scope: 'read_pets fly' }, '400 invalid_scope'],
  ['RFC 6749 §3.3: malformed scope', { scope: 'read_pets  order' }, '400 invalid_scope'],
  ['RFC 6749 §3.3: scope above the ceiling', { scope: 'admin' }, '400 invalid_scope'],
  ['RFC 6749 §3.3: scope of other grant types', { scope: 'offline_access' }, '400 invalid_scope'],
  ['RFC 8707 §2: an unknown resource', { scope: 'read_pets', resource: 'https://other.example' }, '400 invalid_target'],
  [
    'RFC 8707 §2: scope of another resource than the one named',
    { scope: 'read_pets', resource: inventory },
    '400 invalid_scope',
  ],
  [
    'RFC 8707 §2.2: two resources for one token',
    { scope: 'read_pets order', resource: [pets, inventory] },
    '400 invalid_target',
  ],
  ['RFC 9700 §2.3: scope of two resources for one token', { scope: 'read_pets order' }, '400 invalid_target'],
]
for (const [name, form, outcome] of refused)
  test(`${name} is ${outcome}`, async () => assert.equal(outcomeOf(await ask(form)), outcome))

test('RFC 8707 §2: the resource decides the audience', async () => {
  assert.equal(decodeJwt(tokensOf(await ask({ scope: 'read_pets', resource: pets })).access_token).aud, pets)
  assert.match(tokensOf(await ask({ scope: 'order', resource: inventory })).access_token, /^at_/)
})

test('an operator’s hook has the last word and can only narrow', async () => {
  const scopeHook = async () => ['read_pets', 'order']
  assert.equal(tokensOf(await ask({ scope: 'read_pets write_pets' }, { scopeHook })).scope, 'read_pets')
})

test('RFC 6749 §3.3: where the hook leaves nothing the answer is invalid_scope', async () => {
  assert.equal(outcomeOf(await ask({ scope: 'read_pets' }, { scopeHook: async () => [] })), '400 invalid_scope')
})
