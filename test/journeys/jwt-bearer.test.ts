import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type AssertionIssuer, jwtBearer } from '@ambit/server'
import { SignJWT } from 'jose'
import * as openid from 'openid-client'
import {
  foreignIssuer,
  foreignKeys,
  strangeKeys,
  trusted,
} from '../../packages/server/src/features/jwt-bearer/testing/foreign-issuer.ts'
import { jwtBearerGrantType } from '../../packages/server/src/features/jwt-bearer/verify-assertion.ts'
import { clientSecret, testClient, users } from '../../packages/server/src/testing/clients.ts'
import { type FeatureServer, startWithFeatures } from './feature-server.ts'

const bearer = testClient({ name: 'bearer', grantTypes: [jwtBearerGrantType] })
const issuers: readonly AssertionIssuer[] = [trusted()]

describe('assertions of a trusted issuer', () => {
  let running: FeatureServer
  let config: openid.Configuration
  before(async () => {
    running = await startWithFeatures({ clients: [bearer], features: [jwtBearer({ issuers })] })
    const authentication = openid.ClientSecretBasic(clientSecret)
    config = await openid.discovery(new URL(running.issuer), 'bearer', undefined, authentication, {
      // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
      execute: [openid.allowInsecureRequests],
    })
  })
  after(() => running.close())

  const sign = (key: typeof foreignKeys.privateKey, audience = running.issuer) =>
    new SignJWT({ sub: 'alice' })
      .setProtectedHeader({ alg: 'ES256', kid: 'foreign' })
      .setIssuer(foreignIssuer)
      .setAudience(audience)
      .setJti(crypto.randomUUID())
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(key)

  const bring = async (assertion: string) =>
    openid.genericGrantRequest(config, jwtBearerGrantType, { assertion, scope: 'order' })

  test('RFC 7523 §2.1: openid-client trades an assertion for a token, once', async () => {
    const assertion = await sign(foreignKeys.privateKey)
    const tokens = await bring(assertion)
    assert.equal(tokens.scope, 'order')
    assert.equal(tokens.refresh_token, undefined)
    const said = await openid.tokenIntrospection(config, tokens.access_token)
    assert.equal(said.sub, users.alice.userId)
    await assert.rejects(bring(assertion), { error: 'invalid_grant' })
  })

  test('RFC 7523 §3.1: openid-client is told that nobody who is trusted signed it, or that it is for another server', async () => {
    await assert.rejects(bring(await sign(strangeKeys.privateKey)), { error: 'invalid_grant' })
    await assert.rejects(bring(await sign(foreignKeys.privateKey, 'https://other.example')), { error: 'invalid_grant' })
  })
})
