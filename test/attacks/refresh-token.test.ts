// RFC 9700 §4.14
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { seconds } from '@ambit/protocol'
import { testClient } from '../../packages/server/src/testing/clients.ts'
import { testTtls } from '../../packages/server/src/testing/world.ts'
import {
  type Answer,
  authorize,
  type Caller,
  clients,
  isActive,
  issuer,
  obtainCode,
  obtainTokens,
  password,
  pets,
  redemption,
  startTarget,
  type Target,
  tokensOf,
  users,
} from './target.ts'

const spa: Caller = { publicClient: 'spa' }
const offline = 'read_pets write_pets offline_access'

function refresh(target: Target, refreshToken: string | undefined, more = {}, client: Caller = 'web'): Promise<Answer> {
  return target.post('/token', { grant_type: 'refresh_token', refresh_token: refreshToken, ...more }, client)
}

/** A server whose refresh tokens are good once and not a second more. */
function startWithoutGrace(): Promise<Target> {
  return startTarget({ ttl: { ...testTtls, refreshGrace: seconds(0) } })
}

describe('RFC 9700 §4.14.2', () => {
  for (const [name, client, clientId] of [
    ['a confidential client', 'web', 'web'],
    ['a public client', spa, 'spa'],
  ] as const)
    test(`each refresh gives ${name} a new token, and the old one is replayed from then on`, async () => {
      const target = await startWithoutGrace()
      const first = await obtainTokens(target, { client_id: clientId, scope: offline }, client)
      const second = tokensOf(await refresh(target, first['refresh_token'], {}, client))
      assert.notEqual(second['refresh_token'], first['refresh_token'])
      assert.equal((await refresh(target, first['refresh_token'], {}, client)).body['error'], 'invalid_grant')
    })

  test('a replay revokes everything of its authorization, whoever comes second', async () => {
    const target = await startWithoutGrace()
    const first = await obtainTokens(target, { scope: offline })
    const ofThief = tokensOf(await refresh(target, first['refresh_token']))
    assert.equal((await refresh(target, first['refresh_token'])).body['error'], 'invalid_grant')
    assert.equal((await refresh(target, ofThief['refresh_token'])).body['error'], 'invalid_grant')
    for (const token of [first['access_token'], ofThief['access_token'], ofThief['refresh_token']])
      assert.ok(!(await isActive(target, token)))
  })

  test('a replay touches no other authorization, not even of the same user and client', async () => {
    const target = await startWithoutGrace()
    const other = await obtainTokens(target, { scope: offline })
    const first = await obtainTokens(target, { scope: offline })
    await refresh(target, first['refresh_token'])
    await refresh(target, first['refresh_token'])
    assert.ok(await isActive(target, other['access_token']))
    assert.equal((await refresh(target, other['refresh_token'])).status, 200)
  })

  test('a replay is told to the operator', async () => {
    const target = await startWithoutGrace()
    const first = await obtainTokens(target, { scope: offline })
    await refresh(target, first['refresh_token'])
    await refresh(target, first['refresh_token'])
    const [event] = target.world.events.filter(({ kind }) => kind === 'replay.detected')
    assert.ok(event?.kind === 'replay.detected' && event.of === 'refresh_token' && event.clientId === 'web')
  })

  test('within the grace a lost answer is given again, with the same successor: there is never a second branch', async () => {
    const target = await startTarget()
    const first = await obtainTokens(target, { scope: offline })
    const second = tokensOf(await refresh(target, first['refresh_token']))
    const again = tokensOf(await refresh(target, first['refresh_token']))
    assert.equal(again['refresh_token'], second['refresh_token'])
    assert.notEqual(again['access_token'], second['access_token'])
  })

  test('after the grace, or once the successor was used, it is a replay', async () => {
    const target = await startTarget()
    const late = await obtainTokens(target, { scope: offline })
    await refresh(target, late['refresh_token'])
    target.world.clock.advance(21)
    assert.equal((await refresh(target, late['refresh_token'])).body['error'], 'invalid_grant')
    const used = await obtainTokens(target, { scope: offline })
    const next = tokensOf(await refresh(target, used['refresh_token']))
    await refresh(target, next['refresh_token'])
    assert.equal((await refresh(target, used['refresh_token'])).body['error'], 'invalid_grant')
  })

  test('of two refreshes at once both get the same successor, or one gets nothing', async () => {
    const graced = await startTarget()
    const first = await obtainTokens(graced, { scope: offline })
    const both = await Promise.all([refresh(graced, first['refresh_token']), refresh(graced, first['refresh_token'])])
    assert.equal(new Set(both.map(answer => tokensOf(answer)['refresh_token'])).size, 1)
    const strict = await startWithoutGrace()
    const { refresh_token } = await obtainTokens(strict, { scope: offline })
    const answers = await Promise.all([refresh(strict, refresh_token), refresh(strict, refresh_token)])
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200, 400]))
  })

  test('a refresh token is bound to its client', async () => {
    const target = await startTarget({ clients: [testClient({ name: 'other', authenticationMethod: 'none' })] })
    const first = await obtainTokens(target, { client_id: 'spa', scope: offline }, spa)
    for (const thief of [{ publicClient: 'other' }, 'web', 'pairwise'] as const)
      assert.equal((await refresh(target, first['refresh_token'], {}, thief)).body['error'], 'invalid_grant')
    assert.equal((await refresh(target, first['refresh_token'], {}, { headers: {} })).body['error'], 'invalid_client')
    assert.equal((await refresh(target, first['refresh_token'], {}, spa)).status, 200, 'the thieves spent nothing')
  })

  test('a refresh token is bound to the scope that the user consented to', async () => {
    const target = await startTarget()
    const first = await obtainTokens(target, { scope: offline })
    for (const scope of ['admin', 'read_pets read_orders', 'order'])
      assert.equal((await refresh(target, first['refresh_token'], { scope })).body['error'], 'invalid_scope')
    const narrowed = tokensOf(await refresh(target, first['refresh_token'], { scope: 'read_pets' }))
    assert.equal(narrowed['scope'], 'read_pets')
    const whole = tokensOf(await refresh(target, narrowed['refresh_token']))
    assert.deepEqual(whole['scope']?.split(' ').sort(), offline.split(' ').sort())
  })

  test('a refresh token is bound to the resources that the user consented to', async () => {
    const target = await startTarget()
    const first = await obtainTokens(target, { scope: offline, resource: pets })
    const elsewhere = await refresh(target, first['refresh_token'], { resource: 'https://api.example/inventory' })
    assert.equal(elsewhere.body['error'], 'invalid_target')
  })

  test('a refresh token that is not used ends', async () => {
    const target = await startTarget()
    const first = await obtainTokens(target, { scope: offline })
    target.world.clock.advance(86_399)
    const second = tokensOf(await refresh(target, first['refresh_token']))
    target.world.clock.advance(86_400)
    assert.equal((await refresh(target, second['refresh_token'])).body['error'], 'invalid_grant')
  })

  test('an authorization ends, however often it is refreshed', async () => {
    const target = await startTarget()
    let { refresh_token } = await obtainTokens(target, { scope: offline })
    for (let day = 1; day < 30; day++) {
      target.world.clock.advance(86_000)
      refresh_token = tokensOf(await refresh(target, refresh_token))['refresh_token']
    }
    target.world.clock.advance(30 * 86_400 - 29 * 86_000)
    assert.equal((await refresh(target, refresh_token)).body['error'], 'invalid_grant')
  })

  test('logging out ends what was granted for the session, and leaves what was granted beyond it', async () => {
    const target = await startTarget()
    const browser = target.openBrowser()
    const tokens = async (scope: string) => {
      const code = (await authorize(browser, { scope })).searchParams.get('code') ?? ''
      return tokensOf(await target.post('/token', redemption(code)))
    }
    const ofSession = await tokens('openid read_pets')
    const ofOffline = await tokens('openid read_pets offline_access')
    await browser.open(`${issuer}/logout?id_token_hint=${ofSession['id_token']}`)
    assert.equal((await refresh(target, ofSession['refresh_token'])).body['error'], 'invalid_grant')
    assert.ok(!(await isActive(target, ofSession['access_token'])))
    assert.equal((await refresh(target, ofOffline['refresh_token'])).status, 200)
  })

  test('a client that is not registered for refreshing gets no refresh token', async () => {
    const client = testClient({ name: 'brief', grantTypes: ['authorization_code'] })
    const target = await startTarget({ clients: [client] })
    const tokens = await obtainTokens(target, { client_id: 'brief', scope: offline }, 'brief')
    assert.equal(tokens['refresh_token'], undefined)
    const answer = await refresh(target, 'anything', {}, 'brief')
    assert.equal(answer.body['error'], 'unauthorized_client')
  })

  test('a scope that the user takes back is gone from the next refresh, and the rest stays', async () => {
    const target = await startTarget()
    const first = await obtainTokens(target, { scope: offline })
    const { store, clock } = target.world.options
    await store.removeFromGrant(users.alice.userId, clients.web.clientId, ['write_pets'], clock.now())
    assert.ok(!(await isActive(target, first['access_token'])), 'a token that carries it stops working')
    const second = tokensOf(await refresh(target, first['refresh_token']))
    assert.ok(!second['scope']?.includes('write_pets'))
  })

  test('a public client is deleted, and its tokens with it', async () => {
    const target = await startTarget()
    const first = await obtainTokens(target, { client_id: 'spa', scope: offline }, spa)
    const { store, clock } = target.world.options
    await store.deleteClient(clients.spa.clientId, clock.now())
    assert.equal((await refresh(target, first['refresh_token'], {}, spa)).body['error'], 'invalid_client')
  })
})

test('RFC 6749 §10.4: a refresh token that differs by one character is worth nothing, and revokes nothing', async () => {
  const target = await startTarget()
  const { refresh_token = '' } = await obtainTokens(target, { scope: offline })
  for (const position of [0, Math.floor(refresh_token.length / 2), refresh_token.length - 1]) {
    const letter = refresh_token[position] === 'A' ? 'B' : 'A'
    const guess = refresh_token.slice(0, position) + letter + refresh_token.slice(position + 1)
    assert.equal((await refresh(target, guess)).body['error'], 'invalid_grant')
  }
  assert.equal((await refresh(target, refresh_token)).status, 200)
})

test('RFC 6749 §6: a code or an access token is no refresh token', async () => {
  const target = await startTarget()
  const code = await obtainCode(target)
  const { access_token } = await obtainTokens(target)
  for (const token of [code, access_token, password, ''])
    assert.ok(['invalid_grant', 'invalid_request'].includes(String((await refresh(target, token)).body['error'])))
})
