import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '@ambit/protocol'
import { SignJWT } from 'jose'
import { overStore } from '../../over-store.ts'
import { createServer } from '../../server.ts'
import { consent, logIn, openWorld, sentParameters, verifier } from '../../testing/authorize.ts'
import { pageOf } from '../../testing/browser.ts'
import { clientSecret, redirectUri, testClient, users } from '../../testing/clients.ts'
import { clientKeys } from '../../testing/keys.ts'
import { bodyOf, outcomeOf, request } from '../../testing/requests.ts'
import type { WorldOverrides } from '../../testing/world.ts'
import { backchannelLogout } from '../backchannel-logout/backchannel-logout.ts'
import { openDevices } from '../device-flow/testing/device.ts'
import { globalRevocation } from './global-revocation.ts'

const path = '/global-token-revocation'
const desk = testClient({ name: 'desk', redirectUris: [], responseTypes: [], grantTypes: [], scope: '' })
const alice = { format: 'opaque', id: users.alice.userId }

async function revocationWorld(overrides: WorldOverrides = {}) {
  const opened = await openWorld({
    clients: [desk],
    features: [globalRevocation({ clients: ['desk', 'signed', 'spa'] })],
    ...overrides,
  })
  const { server, browser } = opened
  const send = (body: unknown, client: string | null = 'desk', secret = clientSecret) =>
    server.handle(
      request({
        method: 'POST',
        path,
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
        ...(client !== null && { basic: [client, secret] as const }),
      }),
    )
  const post = async (where: string, form: Readonly<Record<string, string>>, client = 'web') =>
    server.handle(request({ path: where, form, basic: [client, clientSecret] }))
  const takeCode = async () => {
    let arrival = await opened.authorize({ scope: 'openid read_pets offline_access' })
    if (arrival.location === undefined && pageOf(arrival).page === 'login') arrival = await logIn(browser, arrival)
    if (arrival.location === undefined)
      arrival = await consent(browser, arrival, ['openid', 'read_pets', 'offline_access'])
    return sentParameters(arrival).get('code') ?? ''
  }
  const redeem = (code: string) =>
    post('/token', { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier })
  return { ...opened, send, post, takeCode, redeem }
}

test('global revocation ends sessions, refresh tokens, access tokens and codes of the user, and answers 204', async () => {
  const { send, post, takeCode, redeem, browser, world } = await revocationWorld({
    statusList: { window: seconds(60) },
  })
  const tokens = bodyOf(await redeem(await takeCode()))
  const code = await takeCode()
  assert.equal(pageOf(await browser.open('/')).page, 'home')
  const answer = await send({ sub_id: alice })
  assert.deepEqual([answer.status, answer.body, answer.headers['cache-control']], [204, '', 'no-store'])
  assert.equal(pageOf(await browser.open('/')).page, 'login')
  const refresh = { grant_type: 'refresh_token', refresh_token: String(tokens['refresh_token']) }
  assert.equal(outcomeOf(await post('/token', refresh)), '400 invalid_grant')
  assert.equal(outcomeOf(await redeem(code)), '400 invalid_grant')
  const told = bodyOf(await post('/introspect', { token: String(tokens['access_token']) }, 'api'))
  assert.deepEqual(told, { active: false })
  assert.equal((await world.options.store.findRevokedStatuses(0, world.clock.now())).length, 1)
  const event = world.events.find(({ kind }) => kind === 'user.revoked')
  assert.ok(event?.kind === 'user.revoked')
  assert.deepEqual([event.userId, event.clientId], [users.alice.userId, 'desk'])
})

test('after a global revocation the user logs in again, and is given new tokens', async () => {
  const { send, takeCode, redeem } = await revocationWorld()
  await takeCode()
  await send({ sub_id: alice })
  assert.equal((await redeem(await takeCode())).status, 200)
})

test('global revocation leaves other users alone', async () => {
  const { send, takeCode, redeem } = await revocationWorld()
  const code = await takeCode()
  assert.equal((await send({ sub_id: { format: 'opaque', id: users.bob.userId } })).status, 204)
  assert.equal((await redeem(code)).status, 200)
})

test('global revocation of a user who has nothing is a success, and so is a second one', async () => {
  const { send } = await revocationWorld()
  assert.equal((await send({ sub_id: alice })).status, 204)
  assert.equal((await send({ sub_id: alice })).status, 204)
})

test('RFC 8628 §3.4: what a user has allowed a device dies with a global revocation', async () => {
  const features = [globalRevocation({ clients: ['desk'] })]
  const { begin, approve, poll, server } = await openDevices({ clients: [desk], features })
  const { device_code: deviceCode, user_code: userCode } = await begin({ scope: 'read_pets' })
  await approve(userCode, ['read_pets'])
  const body = JSON.stringify({ sub_id: alice })
  const headers = { 'content-type': 'application/json' }
  const sent = request({ method: 'POST', path, body, headers, basic: ['desk', clientSecret] })
  assert.equal((await server.handle(sent)).status, 204)
  assert.equal(outcomeOf(await poll(deviceCode)), '400 invalid_grant')
})

test('OpenID Connect Back-Channel Logout §2: a global revocation tells the clients of each session', async () => {
  const sent: string[] = []
  const web = testClient({ name: 'web', metadata: { backchannel_logout_uri: 'https://app.example/logout' } })
  const { send, takeCode, redeem } = await revocationWorld({
    clients: [desk, web],
    features: [globalRevocation({ clients: ['desk'] }), backchannelLogout()],
    outbound: async ({ url }) => {
      sent.push(url)
      return { status: 200, headers: {}, body: '' }
    },
  })
  await redeem(await takeCode())
  await send({ sub_id: alice })
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  assert.deepEqual(sent, ['https://app.example/logout'])
})

const twins = [users.alice, users.bob].map(({ claims, ...user }) => ({
  ...user,
  claims: { ...claims, email: 'both@example.org', email_verified: true },
}))

test('RFC 9493 §3.2.2, §3.2.3, §3.2.4: a user is found by address, by issuer and subject, and by identifier', async () => {
  const { send, server } = await revocationWorld()
  for (const subject of [
    alice,
    { format: 'iss_sub', iss: server.context.issuer, sub: users.alice.userId },
    { format: 'email', email: 'Alice@Example.org' },
  ])
    assert.equal((await send({ sub_id: subject })).status, 204, JSON.stringify(subject))
})

test('RFC 9493 §3.2.2: nobody else is looked at to find a user by address', async () => {
  const { world } = await revocationWorld()
  const listUsers = () => Promise.reject(new Error('all users were read'))
  const server = createServer({ ...world.options, store: overStore(world.options.store, { listUsers }) })
  const body = JSON.stringify({ sub_id: { format: 'email', email: 'alice@example.org' } })
  const headers = { 'content-type': 'application/json' }
  const answer = await server.handle(request({ method: 'POST', path, body, headers, basic: ['desk', clientSecret] }))
  assert.equal(answer.status, 204)
})

test('who is nobody here, or more than one, is answered 404', async () => {
  const { send, world } = await revocationWorld()
  for (const subject of [
    { format: 'opaque', id: 'nobody' },
    { format: 'iss_sub', iss: 'https://other.example', sub: users.alice.userId },
    { format: 'email', email: 'nobody@example.org' },
    // nobody has verified that it is his
    { format: 'email', email: 'bob@example.org' },
  ])
    assert.equal(outcomeOf(await send({ sub_id: subject })), '404 unknown_user_id', JSON.stringify(subject))
  const { send: toTwins } = await revocationWorld({ users: twins })
  assert.equal(
    outcomeOf(await toTwins({ sub_id: { format: 'email', email: 'both@example.org' } })),
    '404 unknown_user_id',
  )
  assert.ok(!world.events.some(({ kind }) => kind === 'user.revoked'))
})

test('RFC 9493 §3: a subject of another format, or with other members, is refused', async () => {
  const { send } = await revocationWorld()
  for (const body of [
    {},
    { sub_id: 'user-alice' },
    { sub_id: null },
    { sub_id: [alice] },
    { sub_id: { format: 'phone_number', phone_number: '+1' } },
    { sub_id: { format: 'opaque' } },
    { sub_id: { format: 'opaque', id: '' } },
    { sub_id: { format: 'opaque', id: 7 } },
    { sub_id: { ...alice, email: 'alice@example.org' } },
    { sub_id: { format: 'iss_sub', sub: 'user-alice' } },
    { sub_id: { format: 'email', id: 'user-alice' } },
    { subject: alice },
    '{',
    '[]',
  ])
    assert.equal(outcomeOf(await send(body)), '400 invalid_request', JSON.stringify(body))
})

test('RFC 6749 §2.3: only clients that the operator has named, and that authenticate, may revoke', async () => {
  const { send, takeCode, redeem, server } = await revocationWorld()
  const code = await takeCode()
  assert.equal(outcomeOf(await send({ sub_id: alice }, null)), '401 invalid_client')
  assert.equal(outcomeOf(await send({ sub_id: alice }, 'desk', 'wrong')), '401 invalid_client')
  assert.equal(outcomeOf(await send({ sub_id: alice }, 'web')), '403 unauthorized_client')
  assert.equal(outcomeOf(await send({ sub_id: alice, client_id: 'spa' }, null)), '403 unauthorized_client')
  assert.equal(
    outcomeOf(await server.handle(request({ path, form: { a: 'b' }, basic: ['desk', clientSecret] }))),
    '400 invalid_request',
  )
  assert.equal((await server.handle(request({ path }))).status, 405)
  assert.equal((await redeem(code)).status, 200)
})

test('RFC 7523 §2.2: a client proves itself by members of the body, too', async () => {
  const { send, world } = await revocationWorld()
  const now = world.clock.now()
  const claims = { iss: 'signed', sub: 'signed', aud: 'https://as.example', jti: 'j', iat: now, exp: now + 60 }
  const header = { alg: 'ES256', kid: 'client-key' }
  const assertion = await new SignJWT(claims).setProtectedHeader(header).sign(clientKeys.privateKey)
  const credentials = {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  }
  assert.equal((await send({ sub_id: alice, ...credentials }, null)).status, 204)
})

test('RFC 8414 §2: the metadata tell of global revocation where it is mounted, and without it there is no endpoint', async () => {
  const { server } = await revocationWorld()
  assert.equal(server.metadata.global_token_revocation_endpoint, `${server.context.issuer}${path}`)
  assert.equal(server.metadata.global_token_revocation_endpoint_auth_methods_supported?.includes('none'), false)
  const { server: plain } = await openWorld()
  assert.equal(plain.metadata.global_token_revocation_endpoint, undefined)
  assert.equal((await plain.handle(request({ method: 'POST', path }))).status, 404)
})

test('global revocation wants clients', async () => {
  await assert.rejects(openWorld({ features: [globalRevocation({ clients: [] })] }), /at least one client/)
})
