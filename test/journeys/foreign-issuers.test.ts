import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { createGuard, discoverIssuer, type Guarded } from '@ambit/resource'
import { defineScopes } from '@ambit/scope'
import express, { type ErrorRequestHandler } from 'express'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'
import { type ForeignProvider, jwtResource, opaqueResource, secret, startForeignProvider } from './foreign-provider.ts'
import { approve, secret as ourSecret, pets, type Running, redirectUri, startRunning } from './running-server.ts'

const catalogue = defineScopes({ scopes: { read_pets: {}, write_pets: {} } })

/** The code with which a guard refused, and what it told the operator. */
function refusalOf(guarded: Guarded): readonly [status: number, error: unknown, reason: string] {
  if (guarded.kind === 'allowed') return assert.fail('the request was let through')
  const { error } = JSON.parse(guarded.response.body) as { readonly error?: unknown }
  return [guarded.response.status, error, guarded.reason]
}

describe('tokens of oidc-provider', () => {
  let provider: ForeignProvider
  let offset = 0
  const clock = { now: () => epochSeconds(Date.now() / 1000 + offset) }
  before(async () => {
    provider = await startForeignProvider()
  })
  after(() => provider.close())

  const guardOf = (resource: string) => {
    const introspection = { clientId: 'api', clientSecret: secret }
    const trusted = discoverIssuer(provider.issuer, { clock, introspection })
    const guard = createGuard({ issuers: [trusted], resource, catalogue, clock })
    return (token: string, needs: 'read_pets' | 'write_pets' = 'read_pets') =>
      guard({ headers: { authorization: `Bearer ${token}` }, query: '', body: '' }, needs)
  }
  const allowedOf = async (guarded: Guarded) => {
    if (guarded.kind === 'refused') return assert.fail(guarded.reason)
    return guarded.access
  }
  const later = async <T>(seconds: number, work: () => Promise<T>): Promise<T> => {
    offset = seconds
    return work().finally(() => {
      offset = 0
    })
  }

  test('RFC 9068 §4: a JWT of a machine is accepted', async () => {
    const token = await provider.tokenFor(jwtResource)
    assert.equal(token.split('.').length, 3)
    const access = await allowedOf(await guardOf(jwtResource)(token))
    assert.equal(access.issuer, provider.issuer)
    assert.equal(access.clientId, 'robot')
    assert.equal(access.actor, 'client')
    assert.deepEqual(access.scope.tokens, ['read_pets'])
  })

  test('RFC 9068 §4: a JWT of a user is accepted', async () => {
    const { access_token } = await provider.logIn()
    const access = await allowedOf(await guardOf(jwtResource)(access_token))
    assert.deepEqual([access.actor, access.subject, access.clientId], ['user', 'ada', 'web'])
  })

  test('RFC 7662 §2: an opaque token is accepted', async () => {
    const token = await provider.tokenFor(opaqueResource)
    assert.equal(token.includes('.'), false)
    const access = await allowedOf(await guardOf(opaqueResource)(token))
    assert.deepEqual([access.issuer, access.clientId], [provider.issuer, 'robot'])
  })

  for (const resource of [jwtResource, opaqueResource]) {
    test(`RFC 6750 §3.1: too little scope is 403: ${resource}`, async () => {
      const guarded = await guardOf(resource)(await provider.tokenFor(resource), 'write_pets')
      assert.deepEqual(refusalOf(guarded).slice(0, 2), [403, 'insufficient_scope'])
    })

    test(`RFC 7519 §4.1.4: an expired token is refused: ${resource}`, async () => {
      const token = await provider.tokenFor(resource)
      const guard = guardOf(resource)
      assert.equal((await later(590, () => guard(token))).kind, 'allowed')
      const guarded = await later(700, () => guardOf(resource)(token))
      assert.deepEqual(refusalOf(guarded).slice(0, 2), [401, 'invalid_token'])
      assert.match(refusalOf(guarded)[2], /expired/)
    })
  }

  test('RFC 8707 §2: a token for another resource is refused', async () => {
    const jwt = await guardOf('https://api.example/other')(await provider.tokenFor(jwtResource))
    assert.deepEqual(refusalOf(jwt).slice(0, 2), [401, 'invalid_token'])
    const opaque = await guardOf('https://api.example/other')(await provider.tokenFor(opaqueResource))
    assert.deepEqual(refusalOf(opaque).slice(0, 2), [401, 'invalid_token'])
    assert.match(refusalOf(opaque)[2], /audience/)
  })

  test('RFC 7009 §2: a revoked opaque token is refused', async () => {
    const token = await provider.tokenFor(opaqueResource)
    const guard = guardOf(opaqueResource)
    assert.equal((await guard(token)).kind, 'allowed')
    await provider.revoke(token)
    assert.deepEqual(refusalOf(await guard(token)).slice(0, 2), [401, 'invalid_token'])
  })

  test('RFC 7515 §5.2: a JWT whose payload was changed is refused', async () => {
    const [header = '', payload = '', signature = ''] = (await provider.tokenFor(jwtResource)).split('.')
    const claims = Buffer.from(payload, 'base64url').toString().replace('read_pets', 'write_pets')
    const forged = [header, Buffer.from(claims).toString('base64url'), signature].join('.')
    assert.deepEqual(refusalOf(await guardOf(jwtResource)(forged, 'write_pets')).slice(0, 2), [401, 'invalid_token'])
  })

  test('RFC 9068 §5: an ID token is no access token', async () => {
    const { id_token = assert.fail('no ID token came') } = await provider.logIn()
    for (const resource of [jwtResource, 'web'])
      assert.deepEqual(refusalOf(await guardOf(resource)(id_token)).slice(0, 2), [401, 'invalid_token'])
  })

  test('RFC 8725 §3.8: a token of a server that is not trusted is refused', async () => {
    const stranger = await startForeignProvider()
    const token = await stranger.tokenFor(jwtResource)
    stranger.close()
    const guard = createGuard({ issuers: [discoverIssuer(provider.issuer)], resource: jwtResource, catalogue })
    const request = { headers: { authorization: `Bearer ${token}` }, query: '', body: '' }
    assert.deepEqual(refusalOf(await guard(request, 'read_pets')).slice(0, 2), [401, 'invalid_token'])
    assert.deepEqual(refusalOf(await guardOf(jwtResource)(token)).slice(0, 2), [401, 'invalid_token'])
  })
})

describe('express-oauth2-jwt-bearer', () => {
  let server: Running
  let api: Server
  before(async () => {
    server = await startRunning()
    const options = { issuerBaseURL: server.issuer, audience: pets, tokenSigningAlg: 'ES256', strict: true }
    const answerError: ErrorRequestHandler = (error: { readonly status?: number }, _request, response, _next) =>
      void response.status(error.status ?? 500).end()
    const app = express()
      .use(auth(options))
      .get('/read', requiredScopes('read_pets'), (request, response) => void response.json(request.auth?.payload))
      .get('/write', requiredScopes('write_pets'), (_request, response) => void response.end())
    api = app.use(answerError).listen(0, '127.0.0.1')
    await once(api, 'listening')
  })
  after(async () => {
    api.close()
    await server.close()
  })

  const call = (path: string, token: string) =>
    fetch(`http://127.0.0.1:${(api.address() as AddressInfo).port}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    })
  const basic = `Basic ${btoa(`machine:${encodeURIComponent(ourSecret)}`)}`
  const tokens = async (form: Readonly<Record<string, string>>, authorization: string = basic) => {
    const body = new URLSearchParams(form)
    const response = await fetch(`${server.issuer}/token`, { method: 'POST', headers: { authorization }, body })
    return (await response.json()) as { readonly access_token: string; readonly id_token?: string }
  }

  test('RFC 9068 §4: it accepts a token of ours, in strict mode', async () => {
    const { access_token } = await tokens({ grant_type: 'client_credentials', scope: 'read_pets' })
    const response = await call('/read', access_token)
    assert.equal(response.status, 200)
    const { iss, aud, scope } = (await response.json()) as Readonly<Record<string, unknown>>
    assert.deepEqual([iss, aud, scope], [server.issuer, pets, 'read_pets'])
  })

  test('RFC 6750 §3.1: it refuses a token of ours for a scope that it lacks', async () => {
    const { access_token } = await tokens({ grant_type: 'client_credentials', scope: 'read_pets' })
    assert.equal((await call('/write', access_token)).status, 403)
  })

  test('RFC 9068 §5: it refuses an ID token of ours', async () => {
    const verifier = 'v'.repeat(43)
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
    const url = new URL(`${server.issuer}/authorize`)
    url.search = new URLSearchParams({
      client_id: 'web',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid read_pets',
      code_challenge: Buffer.from(digest).toString('base64url'),
      code_challenge_method: 'S256',
    }).toString()
    const code = (await approve(server.openBrowser(), url)).searchParams.get('code') ?? ''
    const { access_token, id_token = '' } = await tokens(
      { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier },
      `Basic ${btoa(`web:${encodeURIComponent(ourSecret)}`)}`,
    )
    assert.equal((await call('/read', access_token)).status, 200)
    assert.equal((await call('/read', id_token)).status, 401)
  })
})
