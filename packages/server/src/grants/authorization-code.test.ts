import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { authorize, codeChallenge, codeVerifier } from '../testing/authorization.ts'
import { inventory, pets } from '../testing/catalogue.ts'
import { clients, testClient } from '../testing/clients.ts'
import { bodyOf, outcomeOf } from '../testing/requests.ts'
import { codeForm, postToken, redeem, tokensOf } from '../testing/token-requests.ts'
import { type TestWorld, testWorld } from '../testing/world.ts'

type Given = Parameters<typeof authorize>[1]
type Form = Parameters<typeof postToken>[1]

const attempt = async (form: Form = {}, given: Given = {}, world?: TestWorld) => {
  const there = world ?? (await testWorld())
  return postToken(there, codeForm(await authorize(there, given), form))
}

test('RFC 6749 §4.1.4: a code is redeemed for an access token, a refresh token and an ID token', async () => {
  const body = bodyOf(await attempt())
  assert.match(String(body['refresh_token']), /^rt_/)
  assert.equal(body['scope'], 'openid read_pets offline_access')
  assert.equal(decodeJwt(String(body['id_token']))['nonce'], 'n-1')
})

test('OpenID Connect Core §3.1.3.3: without openid there is no ID token', async () => {
  assert.equal(bodyOf(await attempt({}, { scope: 'read_pets' }))['id_token'], undefined)
})

const refused: readonly (readonly [string, Form, Given, string])[] = [
  ['RFC 6749 §4.1.3: no code', { code: undefined }, {}, '400 invalid_request'],
  ['RFC 6749 §5.2: a code that is none', { code: 'ac_x' }, {}, '400 invalid_grant'],
  ['RFC 6749 §5.2: a code that nobody was given', { code: `ac_${'A'.repeat(43)}` }, {}, '400 invalid_grant'],
  ['RFC 6749 §4.1.3: a code of another client', {}, { client: clients.spa }, '400 invalid_grant'],
  ['RFC 6749 §4.1.3: no redirect_uri where the request had one', { redirect_uri: undefined }, {}, '400 invalid_grant'],
  ['RFC 6749 §4.1.3: another redirect_uri', { redirect_uri: 'https://app.example/callback/' }, {}, '400 invalid_grant'],
  [
    'RFC 6749 §4.1.3: a redirect_uri that the request did not have',
    { redirect_uri: 'https://evil.example' },
    { isRedirectUriSent: false },
    '400 invalid_grant',
  ],
  ['RFC 7636 §4.6: a verifier that does not fit', { code_verifier: `${codeVerifier}x` }, {}, '400 invalid_grant'],
  [
    'RFC 7636 §4.6: no verifier where the request had a challenge',
    { code_verifier: undefined },
    {},
    '400 invalid_grant',
  ],
  ['RFC 7636 §4.6: the challenge itself as verifier', { code_verifier: codeChallenge }, {}, '400 invalid_grant'],
  [
    'RFC 9700 §2.1.1: a verifier where the request had no challenge',
    {},
    { without: ['codeChallenge'] },
    '400 invalid_grant',
  ],
  [
    'RFC 9700 §4.8.2: PKCE cannot be downgraded: a verifier without a challenge',
    {},
    { without: ['codeChallenge', 'nonce'] },
    '400 invalid_grant',
  ],
  ['RFC 6749 §4.1.3: a scope at redemption', { scope: 'read_pets' }, {}, '400 invalid_request'],
  ['RFC 8707 §2.2: a resource that was not granted', { resource: inventory }, {}, '400 invalid_target'],
  [
    'RFC 8707 §2.2: several granted resources and none named',
    {},
    { resources: [pets, inventory] },
    '400 invalid_target',
  ],
]
for (const [name, form, given, outcome] of refused)
  test(`${name} is ${outcome}`, async () => assert.equal(outcomeOf(await attempt(form, given)), outcome))

test('RFC 7636 §4.1: a verifier of fewer than 43 characters is invalid_grant, though it fits', async () => {
  const world = await testWorld()
  const short = 'too-short'
  const code = await authorize(world, { codeChallenge: world.context.crypto.hash(short) })
  assert.equal(outcomeOf(await postToken(world, codeForm(code, { code_verifier: short }))), '400 invalid_grant')
})

test('RFC 6749 §4.1.3: a request without redirect_uri is redeemed without one, or with the registered one', async () => {
  assert.equal(outcomeOf(await attempt({ redirect_uri: undefined }, { isRedirectUriSent: false })), '200')
  assert.equal(outcomeOf(await attempt({}, { isRedirectUriSent: false })), '200')
})

test('RFC 9700 §2.1.1: a code without a challenge is redeemed without a verifier', async () => {
  assert.equal(outcomeOf(await attempt({ code_verifier: undefined }, { without: ['codeChallenge'] })), '200')
})

test('RFC 6749 §4.1.2, §10.5: a code expires shortly after it was issued', async () => {
  const world = await testWorld()
  const code = await authorize(world)
  world.clock.advance(60)
  assert.equal(outcomeOf(await postToken(world, codeForm(code))), '400 invalid_grant')
})

test('RFC 6749 §4.1.2: a code that expired tells the operator so, and the public no more than for an unknown one', async () => {
  const world = await testWorld()
  const code = await authorize(world)
  world.clock.advance(60)
  const expired = bodyOf(await postToken(world, codeForm(code)))
  const unknown = bodyOf(await postToken(world, codeForm(`ac_${'A'.repeat(43)}`)))
  assert.deepEqual(expired, unknown)
  const reasons = world.events.flatMap(event => (event.kind === 'request.refused' ? [event.reason] : []))
  assert.equal(reasons[0], 'the code has expired')
})

test('RFC 6749 §4.1.2, §10.5: a code is good once; its second use ends what was issued for the first', async () => {
  const world = await testWorld()
  const code = await authorize(world)
  const tokens = tokensOf(await postToken(world, codeForm(code)))
  assert.equal(outcomeOf(await postToken(world, codeForm(code))), '400 invalid_grant')
  assert.ok(world.events.some(event => event.kind === 'replay.detected' && event.of === 'code'))
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
  assert.equal(outcomeOf(await postToken(world, refresh)), '400 invalid_grant')
})

test('RFC 6749 §10.5: a second use after the code has expired ends it too', async () => {
  const world = await testWorld()
  const code = await authorize(world)
  const tokens = tokensOf(await postToken(world, codeForm(code)))
  world.clock.advance(120)
  assert.equal(outcomeOf(await postToken(world, codeForm(code))), '400 invalid_grant')
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
  assert.equal(outcomeOf(await postToken(world, refresh)), '400 invalid_grant')
})

test('RFC 6749 §4.1.2: of many redemptions at once exactly one wins', async () => {
  const world = await testWorld()
  const code = await authorize(world)
  const all = await Promise.all(Array.from({ length: 50 }, () => postToken(world, codeForm(code))))
  assert.equal(all.filter(response => response.status === 200).length, 1)
})

test('RFC 9700 §4.5: a wrong verifier neither spends the code nor ends what was issued', async () => {
  const world = await testWorld()
  const code = await authorize(world)
  const stolen = codeForm(code, { code_verifier: 'x'.repeat(43) })
  assert.equal(outcomeOf(await postToken(world, stolen)), '400 invalid_grant')
  const { refresh_token } = tokensOf(await postToken(world, codeForm(code)))
  assert.equal(outcomeOf(await postToken(world, stolen)), '400 invalid_grant')
  assert.equal(outcomeOf(await postToken(world, { grant_type: 'refresh_token', refresh_token })), '200')
})

test('RFC 6749 §1.5: a client that is not registered for refresh tokens gets none', async () => {
  const once = testClient({ name: 'once', grantTypes: ['authorization_code'] })
  const world = await testWorld({ clients: [once] })
  const tokens = await redeem(world, { client: once })
  assert.equal(tokens.refresh_token, undefined)
})

test('RFC 8707 §2.2: of several granted resources the one named gets the scope that is its own', async () => {
  const given = { resources: [pets, inventory], scope: 'openid read_pets order' }
  const tokens = tokensOf(await attempt({ resource: inventory }, given))
  assert.equal(tokens.scope, 'openid order')
  assert.match(tokens.access_token, /^at_/)
})

test('RFC 8707 §2.2: a resource that the scope says nothing about is invalid_target or gets what belongs to none', async () => {
  const given = { resources: [pets, inventory], scope: 'openid read_pets' }
  assert.equal(tokensOf(await attempt({ resource: inventory }, given)).scope, 'openid')
})

test('RFC 8707 §2.2: where nothing of the scope belongs to the named resource the answer is invalid_target', async () => {
  const given = { resources: [pets, inventory], scope: 'read_pets' }
  assert.equal(outcomeOf(await attempt({ resource: inventory }, given)), '400 invalid_target')
})

test('RFC 6749 §4.1.3: a public client redeems its own code by naming itself, and no other client’s', async () => {
  const world = await testWorld({ clients: [testClient({ name: 'spa2', authenticationMethod: 'none' })] })
  const code = await authorize(world, { client: clients.spa })
  const send = (client_id: string) => postToken(world, codeForm(code, { client_id }), null)
  assert.equal(outcomeOf(await send('spa2')), '400 invalid_grant')
  assert.equal(outcomeOf(await send('spa')), '200')
})

test('RFC 6749 §4.1.3, §10.5: a confidential client must authenticate to redeem its code', async () => {
  const world = await testWorld()
  const form = codeForm(await authorize(world), { client_id: 'web' })
  assert.equal(outcomeOf(await postToken(world, form, null)), '401 invalid_client')
})
