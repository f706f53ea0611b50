// RFC 6749, RFC 6750, RFC 7009, RFC 7662, RFC 8414: rules that hold for whole endpoints
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decodeProtectedHeader } from 'jose'
import {
  authorizationUrl,
  authorize,
  consent,
  inventory,
  isActive,
  issuer,
  logIn,
  obtainCode,
  obtainTokens,
  redemption,
  startTarget,
  tokensOf,
} from '../attacks/target.ts'
import { fieldOf } from './browser-like.ts'

const wellKnown = `${issuer}/.well-known/oauth-authorization-server`

describe('RFC 6749', () => {
  test('RFC 6749 §3.1, §3.2: no address of an endpoint has a fragment, and each is https', async () => {
    const { server } = await startTarget()
    const addresses = Object.entries(server.metadata).filter(([name]) => /_endpoint$|_uri$/.test(name))
    assert.ok(addresses.length >= 7)
    for (const [name, address] of addresses) {
      assert.ok(typeof address === 'string', name)
      const url = new URL(address)
      assert.equal(url.protocol, 'https:', name)
      assert.equal(url.hash, '', name)
    }
  })

  test('RFC 6749 §3.1: each parameter of a response is there once', async () => {
    const target = await startTarget()
    for (const changes of [{}, { scope: 'unknown' }]) {
      const left = await authorize(target.openBrowser(), { ...changes, state: 's', iss: 'x', code: 'y', error: 'z' })
      const names = [...left.searchParams.keys()]
      assert.equal(new Set(names).size, names.length, left.href)
    }
  })

  test('RFC 6749 §3.3: where the user narrows the scope, the token response says what it is', async () => {
    const target = await startTarget()
    const browser = target.openBrowser()
    const asked = await logIn(browser, await browser.open(authorizationUrl({ scope: 'read_pets write_pets' })))
    const { left } = await consent(browser, asked, { scope: 'read_pets' })
    const tokens = tokensOf(await target.post('/token', redemption(left?.searchParams.get('code') ?? '')))
    assert.equal(tokens['scope'], 'read_pets')
  })

  test('RFC 6749 §4.2.1: an implicit request with a redirect URI that is not registered stays on a page', async () => {
    const target = await startTarget({ dangerouslyAllowImplicit: true })
    const changes = { client_id: 'legacy', response_type: 'token', redirect_uri: 'https://evil.example/' }
    const landing = await target.openBrowser().open(authorizationUrl(changes))
    assert.equal(landing.status, 400)
    assert.equal(landing.headers.get('location'), null)
  })

  test('RFC 6749 §4.2.2.1: an error of an implicit request is in the fragment, with its state', async () => {
    const target = await startTarget({ dangerouslyAllowImplicit: true })
    const changes = { client_id: 'legacy', response_type: 'token', scope: 'unknown', state: 'a b' }
    const left = await authorize(target.openBrowser(), changes)
    assert.equal(left.search, '')
    const answer = new URLSearchParams(left.hash.slice(1))
    assert.equal(answer.get('error'), 'invalid_scope')
    assert.equal(answer.get('state'), 'a b')
  })

  test('RFC 6749 §5.1: no answer with a token, and none about one, is kept by a cache', async () => {
    const target = await startTarget()
    const code = await obtainCode(target)
    const issued = await target.post('/token', redemption(code))
    const { access_token } = tokensOf(issued)
    const answers = [
      issued,
      await target.post('/token', redemption('unknown')),
      await target.post('/token', {}, { headers: {} }),
      await target.post('/introspect', { token: access_token }),
      await target.post('/revoke', { token: access_token }),
    ]
    for (const { status, headers } of answers) {
      assert.equal(headers.get('cache-control'), 'no-store', String(status))
      assert.equal(headers.get('pragma'), 'no-cache', String(status))
    }
  })

  test('RFC 6749 §6: a new refresh token has the scope of the one before, however narrow its access token is', async () => {
    const target = await startTarget()
    const first = await obtainTokens(target, { scope: 'read_pets write_pets' })
    const form = { grant_type: 'refresh_token', refresh_token: first['refresh_token'], scope: 'read_pets' }
    const second = tokensOf(await target.post('/token', form))
    const scopeOf = async (token: string | undefined) => (await target.post('/introspect', { token })).body['scope']
    assert.equal(await scopeOf(second['access_token']), 'read_pets')
    assert.equal(await scopeOf(second['refresh_token']), 'read_pets write_pets')
  })

  test('RFC 6749 §10.10: codes and tokens have more than 160 bits that nobody can guess', async () => {
    const target = await startTarget()
    const texts: string[] = []
    for (let count = 0; count < 2; count++) {
      texts.push(await obtainCode(target, { scope: 'order' }))
      const tokens = await obtainTokens(target, { scope: 'order' })
      texts.push(tokens['access_token'] ?? '', tokens['refresh_token'] ?? '')
    }
    assert.equal(new Set(texts).size, 6)
    // the prefix and the place of the record are not secret; they take at most 16 characters
    for (const text of texts) assert.ok((text.length - 16) * 6 >= 160, `${text.length} characters`)
  })
})

describe('RFC 6750', () => {
  test('RFC 6750 §5.2: nobody can make a JWT access token say something else', async () => {
    const target = await startTarget()
    const { access_token = '' } = await obtainTokens(target, { scope: 'openid read_pets' })
    assert.equal(decodeProtectedHeader(access_token).alg, 'ES256')
    const [header = '', payload = '', signature = ''] = access_token.split('.')
    const claims = Buffer.from(payload, 'base64url').toString().replace('read_pets', 'admin')
    const wider = [header, Buffer.from(claims).toString('base64url'), signature].join('.')
    const unsigned = [Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url'), payload, ''].join('.')
    for (const forged of [wider, unsigned]) {
      const request = new Request(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${forged}` } })
      assert.equal((await target.send(request)).status, 401)
      assert.ok(!(await isActive(target, forged)))
    }
  })
})

describe('RFC 7009', () => {
  test('RFC 7009 §5: wrong secrets are throttled at the revocation endpoint as at the token endpoint', async () => {
    const target = await startTarget()
    const headers = { authorization: `Basic ${btoa('web:a+guess')}` }
    const statuses: number[] = []
    for (let count = 0; count < 12; count++)
      statuses.push((await target.post('/revoke', { token: 'x' }, { headers })).status)
    assert.equal(statuses.at(0), 401)
    assert.equal(statuses.at(-1), 429)
  })
})

describe('RFC 7662', () => {
  test('RFC 7662 §2.1: introspection is a form that is posted', async () => {
    const target = await startTarget()
    assert.equal((await target.send(new Request(`${issuer}/introspect?token=x`))).status, 405)
  })

  test('RFC 7662 §2.2: the answer is JSON with a boolean `active`, and of an inactive token nothing more', async () => {
    const target = await startTarget()
    const { access_token } = await obtainTokens(target, { scope: 'order' })
    const good = await target.post('/introspect', { token: access_token }, 'api')
    assert.match(good.headers.get('content-type') ?? '', /^application\/json/)
    assert.equal(good.body['active'], true)
    assert.equal(good.body['aud'], inventory)
    assert.deepEqual((await target.post('/introspect', { token: 'x' }, 'api')).body, { active: false })
  })
})

describe('RFC 8414', () => {
  test('RFC 8414 §3.2: metadata is answered by 200 and application/json', async () => {
    const response = await (await startTarget()).send(new Request(wellKnown))
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), 'application/json')
  })

  test('RFC 8414 §2: the required members are there, and `none` is no signature algorithm', async () => {
    const { server } = await startTarget()
    const { metadata } = server
    for (const name of [
      'issuer',
      'authorization_endpoint',
      'token_endpoint',
      'response_types_supported',
      'jwks_uri',
    ] as const)
      assert.ok(metadata[name], name)
    for (const place of ['token', 'revocation', 'introspection'] as const) {
      assert.ok(metadata[`${place}_endpoint_auth_methods_supported`]?.includes('private_key_jwt'))
      const algorithms = metadata[`${place}_endpoint_auth_signing_alg_values_supported`] ?? []
      assert.ok(algorithms.length > 0 && !algorithms.includes('none'), place)
    }
  })
})

describe('OAuth 2.0 Form Post Response Mode', () => {
  test('the response is a form to the redirect URI that works without script', async () => {
    const browser = (await startTarget()).openBrowser()
    const asked = await logIn(browser, await browser.open(authorizationUrl({ response_mode: 'form_post' })))
    const { forms, status } = await consent(browser, asked)
    const [form] = forms
    assert.equal(status, 200)
    assert.equal(form?.method, 'POST')
    assert.ok(form && fieldOf(form, 'code'))
  })
})
