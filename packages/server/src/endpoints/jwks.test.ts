import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@ambit/store'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { createKeyRing } from '../keys/key-ring.ts'
import { defaultKeySchedule } from '../keys/key-schedule.ts'
import { nodeKeyTools } from '../node/key-tools.ts'
import { pets } from '../testing/catalogue.ts'
import { testClock } from '../testing/ports.ts'
import { bodyOf, request } from '../testing/requests.ts'
import { redeem } from '../testing/token-requests.ts'
import { testWorld } from '../testing/world.ts'
import { jwksEndpoint } from './jwks.ts'

test('RFC 9068 §4: a resource server verifies an access token by the published keys', async () => {
  const world = await testWorld()
  const { access_token } = await redeem(world)
  const response = await jwksEndpoint.handle(world.context, world.exchange(request()))
  const keys = createLocalJWKSet(JSON.parse(response.body) as JSONWebKeySet)
  const { protectedHeader } = await jwtVerify(access_token, keys, {
    typ: 'at+jwt',
    issuer: 'https://as.example',
    audience: pets,
    currentDate: new Date(world.clock.millis()),
  })
  assert.equal(protectedHeader.alg, 'ES256')
})

test('RFC 7517 §4: each key has kid, alg and use, and no private half', async () => {
  const { context, exchange } = await testWorld()
  const response = await jwksEndpoint.handle(context, exchange(request()))
  const { keys } = bodyOf(response) as { keys: Record<string, unknown>[] }
  assert.equal(keys.length, 2)
  for (const key of keys) {
    assert.equal(typeof key['kid'], 'string')
    assert.equal(key['use'], 'sig')
    assert.equal(typeof key['alg'], 'string')
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) assert.equal(key[secret], undefined)
  }
  assert.equal(response.headers['content-type'], 'application/jwk-set+json')
  assert.match(String(response.headers['cache-control']), /^public, max-age=\d+$/)
})

test('RFC 8414 §2: metadata names the keys', async () => {
  const { context } = await testWorld()
  assert.deepEqual(jwksEndpoint.metadata?.(context), { jwks_uri: 'https://as.example/jwks' })
})

test('RFC 7517 §5: a key with which another process signs from now on is served at once', async () => {
  const store = memoryStore()
  const clock = testClock()
  const parts = { store, clock, tools: nodeKeyTools(), algorithms: ['ES256'], schedule: defaultKeySchedule } as const
  const [signer, there] = await Promise.all([createKeyRing(parts), createKeyRing(parts)])
  const { context, exchange } = await testWorld({ store, clock, signer })
  const kid = await there.rotateNow('ES256', 'compromise')
  const { keys } = bodyOf(await jwksEndpoint.handle(context, exchange(request()))) as { keys: { kid: string }[] }
  assert.deepEqual(
    keys.map(key => key.kid),
    [kid],
  )
})
