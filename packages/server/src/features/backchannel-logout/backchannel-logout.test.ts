import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '@ambit/protocol'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { findMetadataProblems } from '../../client/metadata-field.ts'
import { readClientMetadata } from '../../client/registered-metadata/read-client-metadata.ts'
import { locateSecret } from '../../secret.ts'
import { beginSession, endSession, endSessionsOf } from '../../session/session.ts'
import { consent, logIn, openWorld, sentParameters } from '../../testing/authorize.ts'
import { clientSecret, users } from '../../testing/clients.ts'
import { clientId } from '../../testing/ids.ts'
import { testPolicy } from '../../testing/registration.ts'
import { request } from '../../testing/requests.ts'
import { testWorld } from '../../testing/world.ts'
import { backchannelLogout } from './backchannel-logout.ts'
import { logoutFields } from './client-fields.ts'
import { logoutTokenOf, logoutWorld } from './testing/logout-world.ts'

const event = 'http://schemas.openid.net/event/backchannel-logout'
const pause = () => new Promise(resolve => setImmediate(resolve))
/** Lets what was begun behind an answer come to its end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await pause()
}

const first = <T>([found]: readonly T[]): T => found ?? assert.fail('nothing was sent')

test('OpenID Connect Back-Channel Logout §2.5: a logout is posted to each client of the session, and to nobody else', async () => {
  const { enter, leave, sent } = await logoutWorld()
  for (const client of ['shop', 'blog', 'deaf']) await enter(client)
  await leave()
  await settle()
  assert.deepEqual(sent.map(({ url }) => url).toSorted(), [
    'https://blog.example/logout',
    'https://shop.example/logout',
  ])
  for (const { method, headers, body } of sent) {
    assert.equal(method, 'POST')
    assert.equal(headers?.['content-type'], 'application/x-www-form-urlencoded')
    assert.deepEqual([...new URLSearchParams(body).keys()], ['logout_token'])
  }
})

test('OpenID Connect Back-Channel Logout §2.4: the token says who, which session and what happened, is typed, and lives two minutes', async () => {
  const { enter, leave, sent, world, server } = await logoutWorld()
  const idToken = decodeJwt(String((await enter('shop'))['id_token']))
  await leave()
  await settle()
  const token = logoutTokenOf(first(sent))
  const { jti, iat, exp, ...claims } = decodeJwt(token)
  assert.deepEqual(claims, {
    iss: server.context.issuer,
    sub: idToken.sub,
    aud: 'shop',
    sid: idToken['sid'],
    events: { [event]: {} },
  })
  assert.ok(jti && iat && exp && exp - iat <= 120)
  assert.equal(decodeProtectedHeader(token).typ, 'logout+jwt')
  const keys = createLocalJWKSet(world.context.signer.jwks() as Parameters<typeof createLocalJWKSet>[0])
  await jwtVerify(token, keys, {
    audience: 'shop',
    issuer: server.context.issuer,
    currentDate: new Date(world.clock.millis()),
  })
})

test('OpenID Connect Back-Channel Logout §2.4: a nonce is never in it, though the ID token had one', async () => {
  const { authorize, leave, sent, redeem, browser } = await logoutWorld()
  const login = await logIn(browser, await authorize({ client_id: 'shop', scope: 'openid', nonce: 'n' }))
  const code = sentParameters(await consent(browser, login, ['openid'])).get('code') ?? ''
  assert.equal(decodeJwt(String((await redeem('shop', code))['id_token']))['nonce'], 'n')
  await leave()
  await settle()
  assert.equal('nonce' in decodeJwt(logoutTokenOf(first(sent))), false)
})

test('OpenID Connect Back-Channel Logout §2.4: each client is told by its own subject and its own algorithm', async () => {
  const { enter, leave, sent } = await logoutWorld()
  const subjects = { pair: decodeJwt(String((await enter('pair'))['id_token'])).sub, blog: 'user-alice' }
  await enter('blog')
  await leave()
  await settle()
  for (const outgoing of sent) {
    const { aud, sub } = decodeJwt(logoutTokenOf(outgoing))
    assert.equal(sub, subjects[aud as keyof typeof subjects])
    assert.equal(decodeProtectedHeader(logoutTokenOf(outgoing)).alg, aud === 'blog' ? 'EdDSA' : 'ES256')
  }
  assert.equal(sent.length, 2)
  assert.notEqual(subjects.pair, 'user-alice')
})

test('OpenID Connect Back-Channel Logout §2: who got no ID token took no part, and who got several is told once', async () => {
  const { enter, leave, sent } = await logoutWorld()
  await enter('blog', 'read_pets')
  await enter('shop')
  await enter('shop')
  await leave()
  await settle()
  assert.deepEqual(
    sent.map(({ url }) => url),
    ['https://shop.example/logout'],
  )
})

test('OpenID Connect Back-Channel Logout §2.7: what was granted without offline_access is revoked, with it it stays', async () => {
  const { enter, leave, server } = await logoutWorld()
  const bound = await enter('shop')
  const offline = await enter('blog', 'openid offline_access')
  await leave()
  const refresh = async (client: string, tokens: Readonly<Record<string, unknown>>) => {
    const form = { grant_type: 'refresh_token', refresh_token: String(tokens['refresh_token']) }
    return (await server.handle(request({ path: '/token', form, basic: [client, clientSecret] }))).status
  }
  assert.equal(await refresh('shop', bound), 400)
  assert.equal(await refresh('blog', offline), 200)
})

test('OpenID Connect Back-Channel Logout §2.5: the user’s logout waits for no client', async () => {
  const { enter, leave, world } = await logoutWorld({}, { outbound: () => new Promise(() => {}) })
  await enter('shop')
  const done = await leave()
  assert.equal(done.response.status, 200)
  assert.ok(world.events.some(({ kind }) => kind === 'session.ended'))
})

test('OpenID Connect Back-Channel Logout §2.8: 200 and 204 are a success, everything else is tried again after growing spans', async () => {
  for (const status of [200, 204]) {
    const { enter, leave, sent, answers, runTasks, world } = await logoutWorld()
    answers.next = status
    await enter('shop')
    await leave()
    await settle()
    world.clock.advance(100)
    await runTasks()
    assert.equal(sent.length, 1)
  }
  for (const answer of [400, 302, 500, 'unreachable'] as const) {
    const { enter, leave, sent, answers, runTasks, world } = await logoutWorld({ retryAfter: [10, 60] })
    answers.next = answer
    await enter('shop')
    await leave()
    await settle()
    const attempts: number[] = [sent.length]
    for (const span of [9, 1, 59, 1, 3600]) {
      world.clock.advance(span)
      await runTasks()
      attempts.push(sent.length)
    }
    assert.deepEqual(attempts, [1, 1, 2, 2, 3, 3], String(answer))
    const ids = sent.map(outgoing => decodeJwt(logoutTokenOf(outgoing)).jti)
    assert.equal(new Set(ids).size, 3)
    const warnings = world.events.filter(({ kind }) => kind === 'warning').map(each => JSON.stringify(each))
    assert.equal(warnings.length, 3)
    assert.match(warnings[2] ?? '', /it is given up/)
    assert.doesNotMatch(warnings.join(''), /eyJ/)
  }
})

test('OpenID Connect Back-Channel Logout §2.5: what a process that died has left is delivered by the next', async () => {
  const dead = await logoutWorld({}, { outbound: () => new Promise(() => {}) })
  await dead.enter('shop')
  await dead.leave()
  await settle()
  const next = await logoutWorld({}, { store: dead.world.options.store })
  await next.runTasks()
  assert.equal(next.sent.length, 0, 'the attempt that was begun may still be under way')
  next.world.clock.advance(20)
  await Promise.all([next.runTasks(), next.runTasks()])
  assert.equal(next.sent.length, 1)
})

test('OpenID Connect Back-Channel Logout §2.5: of two logouts at the same time each client is told once', async () => {
  const { enter, sent, server, world } = await logoutWorld()
  await enter('shop')
  const [participant] = await world.options.store.listTickets({ kind: 'logout_participant' }, 1)
  const { sessionId, userId } = participant ?? assert.fail('nobody took part')
  assert.ok(sessionId && userId)
  const session = { ref: { locator: 1, hash: 'h' }, sessionId, userId } as never
  await Promise.all([endSession(server.context, session), endSession(server.context, session)])
  await settle()
  assert.equal(sent.length, 1)
})

test('OpenID Connect Back-Channel Logout §2: a client whose code was redeemed while its user logged out is told all the same', async () => {
  const { takeCode, redeem, sent, server, world } = await logoutWorld()
  const code = await takeCode('shop')
  const spendable = locateSecret(world.context.crypto, 'code', code)
  const found = spendable && (await world.options.store.findSpendable(spendable, 'code'))
  const { sessionId, userId } = found?.record ?? assert.fail('the code is missing')
  assert.ok(sessionId)
  for (const tell of server.context.mounted.sessionEnded) await tell(server.context, { userId, sessionId })
  await settle()
  assert.equal(sent.length, 0)
  await redeem('shop', code)
  await settle()
  assert.equal(sent.length, 1)
})

test('OpenID Connect Back-Channel Logout §2.5: all sessions of a user end at once, and each client of each is told', async () => {
  const { enter, sent, server } = await logoutWorld()
  await enter('shop')
  await enter('blog')
  await endSessionsOf(server.context, users.alice.userId)
  await settle()
  assert.equal(sent.length, 2)
})

test('OpenID Connect Back-Channel Logout §2: another user’s login in the same browser ends the session of the first', async () => {
  const { enter, sent, world, server } = await logoutWorld()
  await enter('shop')
  const [participant] = await world.options.store.listTickets({ kind: 'logout_participant' }, 1)
  const sessionId = participant?.sessionId ?? assert.fail('nobody took part')
  const login = {
    acr: 'a',
    amr: [],
    replaced: { ref: { locator: 1, hash: 'h' }, sessionId, userId: users.alice.userId },
  }
  await beginSession(server.context, users.bob, login as never)
  await settle()
  assert.equal(decodeJwt(logoutTokenOf(first(sent)))['sid'], sessionId)
})

test('OpenID Connect Back-Channel Logout §2: a client that is deleted is not told', async () => {
  const { enter, leave, sent, world } = await logoutWorld()
  const { clientId } = (await world.options.store.findClient('shop')) ?? assert.fail('the client is missing')
  await enter('shop')
  await world.options.store.deleteClient(clientId, world.clock.now())
  await leave()
  await settle()
  assert.equal(sent.length, 0)
})

test('OpenID Connect Back-Channel Logout §2.2: the address is https, or http on loopback, without a fragment', () => {
  const isGood = (uri: unknown) => findMetadataProblems({ backchannel_logout_uri: uri }, logoutFields).length === 0
  for (const good of ['https://rp.example/logout?a=b', 'http://127.0.0.1:9000/logout', 'http://localhost/logout'])
    assert.ok(isGood(good), good)
  const bad = [
    '/logout',
    'http://rp.example/',
    'https://rp.example/#a',
    'https://u:p@rp.example/',
    'ftp://rp.example/',
    `https://rp.example/${'a'.repeat(512)}`,
    'https://rp.example/ä',
    7,
  ]
  for (const each of bad) assert.ok(!isGood(each), String(each))
})

test('OpenID Connect Back-Channel Logout §2.2: who wants sessions to be named must say where', async () => {
  const { context } = await testWorld({ features: [backchannelLogout()], outbound: async () => assert.fail() })
  const read = (metadata: object) =>
    readClientMetadata(
      context,
      { redirect_uris: ['https://rp.example/callback'], backchannel_logout_session_required: true, ...metadata },
      { clientId: clientId('new'), policy: testPolicy, defaultMethod: 'client_secret_basic', isVouchedFor: false },
    )
  assert.ok(isRefusal(read({})))
  assert.ok(!isRefusal(read({ backchannel_logout_uri: 'https://rp.example/logout' })))
})

test('OpenID Connect Back-Channel Logout §2.1: the metadata tell of it where it is mounted, and only there', async () => {
  const { server } = await logoutWorld()
  assert.equal(server.metadata.backchannel_logout_supported, true)
  assert.equal(server.metadata.backchannel_logout_session_supported, true)
  const { server: plain } = await openWorld()
  assert.equal(plain.metadata.backchannel_logout_supported, undefined)
  assert.equal(plain.metadata.backchannel_logout_session_supported, undefined)
  assert.equal(plain.metadata.frontchannel_logout_supported, undefined)
})

test('back-channel logout wants an outbound, and spans that an attempt fits into', async () => {
  await assert.rejects(openWorld({ features: [backchannelLogout()] }), /outbound/)
  await assert.rejects(logoutWorld({ retryAfter: [1] }), /retryAfter: whole numbers from 10/)
})

test('a server without back-channel logout remembers nobody', async () => {
  const { enter, world, leave } = await logoutWorld({}, { features: [] })
  assert.ok((await enter('shop'))['id_token'])
  await leave()
  assert.deepEqual(await world.options.store.listTickets({ kind: 'logout_participant' }, 9), [])
})
