import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import { testClient } from '../../packages/server/src/testing/clients.ts'
import { isActive, obtainTokens, pets, startTarget, tokensOf, users } from '../attacks/target.ts'
import { voucherGrant } from './voucher-grant.ts'

const grantType = 'urn:example:voucher'
const vouchers = new Map([['v-1', { userId: users.bob.userId, acr: 'urn:example:acr:counter' }]])
const kiosk = testClient({ name: 'kiosk', grantTypes: [grantType, 'refresh_token'], scope: 'read_pets write_pets' })

/** The one line by which a server has the grant. */
const startWithVouchers = () => startTarget({ clients: [kiosk], grants: [voucherGrant(vouchers)] })

const form = { grant_type: grantType, voucher: 'v-1', scope: 'read_pets' }

describe('a grant type is one file and one line', () => {
  test('its file imports packages alone, and is short', () => {
    const text = readFileSync(new URL('voucher-grant.ts', import.meta.url), 'utf8')
    const sources = [...text.matchAll(/ from '([^']+)'/g)].map(([, source = '']) => source)
    assert.deepEqual(new Set(sources), new Set(['@ambit/protocol', '@ambit/server']))
    assert.ok(text.split('\n').length < 70)
  })

  test('RFC 6749 §4.5: it is in the metadata, and works', async () => {
    const target = await startWithVouchers()
    assert.ok(target.server.metadata.grant_types_supported?.includes(grantType))
    const tokens = tokensOf(await target.post('/token', form, 'kiosk'))
    const claims = decodeJwt(tokens['access_token'] ?? '')
    assert.equal(claims.sub, users.bob.userId)
    assert.equal(claims.aud, pets)
    assert.equal(claims['acr'], 'urn:example:acr:counter')
    assert.equal(tokens['scope'], 'read_pets')
    assert.ok(await isActive(target, tokens['access_token'], 'kiosk'))
  })

  test('it has what every grant has: rotation, the ceiling, the permissions of the user, registration', async () => {
    const target = await startWithVouchers()
    const tokens = tokensOf(await target.post('/token', form, 'kiosk'))
    const refreshing = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] }
    const refreshed = tokensOf(await target.post('/token', refreshing, 'kiosk'))
    assert.notEqual(refreshed['refresh_token'], tokens['refresh_token'])
    const narrowed = tokensOf(await target.post('/token', { ...form, scope: 'read_pets write_pets' }, 'kiosk'))
    assert.equal(narrowed['scope'], 'read_pets', 'the user may not pass on the rest')
    const above = await target.post('/token', { ...form, scope: 'admin' }, 'kiosk')
    assert.equal(above.body['error'], 'invalid_scope')
    const unknown = await target.post('/token', { ...form, voucher: 'v-2' }, 'kiosk')
    assert.equal(unknown.body['error'], 'invalid_grant')
    assert.equal((await target.post('/token', form)).body['error'], 'unauthorized_client')
  })

  test('without its line there is no such grant', async () => {
    const target = await startTarget({ clients: [kiosk] })
    assert.equal((await target.post('/token', form, 'kiosk')).body['error'], 'unsupported_grant_type')
    assert.ok(!target.server.metadata.grant_types_supported?.includes(grantType))
    assert.equal((await obtainTokens(target))['token_type'], 'Bearer', 'and the others are as they were')
  })
})
