import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard, type Guarded } from './guard.ts'
import { introspectionVerifier } from './introspection-verifier.ts'
import { jwtVerifier } from './jwt-verifier.ts'
import { dpopRequest, proofFor, proofKey } from './testing/dpop.ts'
import { ecKey, forgerOf } from './testing/forger.ts'
import { accessOf, assertRefused, bodyOf, responseOf } from './testing/guarded.ts'
import {
  accessTokenClaims,
  catalogue,
  issuer,
  requestWith,
  resource,
  start,
  testClock,
  testFetch,
} from './testing/issuer.ts'
import { settled, testTimers } from './testing/timers.ts'

const needs = 'read_pets'
const kidOf = (at: number) => `key-${at}`

function remoteWorld(fetch: ReturnType<typeof testFetch>['fetch'], options: object = {}) {
  const clock = testClock()
  const timers = testTimers()
  const jwt = jwtVerifier({ jwksUri: 'https://as.example/jwks', fetch, clock, startTimer: timers.startTimer })
  const guard = createGuard({ issuers: [{ issuer, jwt }], resource, catalogue, clock, dpop: {}, ...options })
  return { guard, clock, timers }
}

test('RFC 7662 §4: introspection dies: what was let through before is refused with 503, and the reason says why', async () => {
  const clock = testClock()
  let isDown = false
  const { fetch } = testFetch(() => {
    if (isDown) throw new Error('connect ECONNREFUSED')
    return Response.json({ active: true, ...accessTokenClaims() })
  })
  const rules = { endpoint: 'https://as.example/introspect', clientId: 'api', clientSecret: 'hush', fetch, clock }
  const opaque = introspectionVerifier({ ...rules, cacheTtl: 10 })
  const guard = createGuard({ issuers: [{ issuer, opaque }], resource, catalogue, clock })
  accessOf(await guard(requestWith('opaque'), needs))
  isDown = true
  clock.advance(9)
  accessOf(await guard(requestWith('opaque'), needs))
  clock.advance(1)
  for (const token of ['opaque', 'another']) {
    const guarded = await guard(requestWith(token), needs)
    assertRefused(guarded, { status: 503, reason: /introspection.*ECONNREFUSED/ })
    assert.match(String(bodyOf(guarded)['detail']), /cannot be checked at the moment/)
    assert.equal(responseOf(guarded).headers['retry-after'], '5')
  }
  isDown = false
  accessOf(await guard(requestWith('opaque'), needs))
})

test('RFC 7517 §5: the key set hangs: new keys wait and are refused with 503, known keys do not wait', async () => {
  const [known, fresh] = [ecKey({ kid: kidOf(0), use: 'sig' }), ecKey({ kid: kidOf(1), use: 'sig' })]
  let isHanging = false
  const { fetch } = testFetch(() =>
    isHanging ? new Promise<Response>(() => {}) : Response.json({ keys: [known.jwk] }),
  )
  const { guard, clock, timers } = remoteWorld(fetch)
  const by = (key: typeof known, at: number, jti: string) =>
    requestWith(forgerOf(key)({ header: { kid: kidOf(at) }, claims: { jti, exp: start + 3_600 } }))
  accessOf(await guard(by(known, 0, 'a'), needs))
  isHanging = true
  clock.advance(60)
  const waiting = guard(by(fresh, 1, 'b'), needs)
  accessOf(await guard(by(known, 0, 'c'), needs))
  await settled()
  timers.expire()
  const guarded = await waiting
  assertRefused(guarded, { status: 503, reason: /key set/ })
})

test('RFC 7519 §4.1.4: the clock jumps: nothing that ended is good again, and no proof serves twice', async () => {
  const key = ecKey({ kid: kidOf(0), use: 'sig' })
  const { fetch } = testFetch(() => Response.json({ keys: [key.jwk] }))
  const { guard, clock } = remoteWorld(fetch)
  const proof = proofKey()
  const plain = requestWith(forgerOf(key)({ header: { kid: kidOf(0) } }))
  const token = forgerOf(key)({ header: { kid: kidOf(0) }, claims: { cnf: { jkt: proof.jkt } } })
  const bound = dpopRequest(token, proofFor(proof, token))
  accessOf(await guard(plain, needs))
  accessOf(await guard(bound, needs))
  clock.advance(86_400)
  assertRefused(await guard(plain, needs), { status: 401, error: 'invalid_token', reason: /expired/ })
  assertRefused(await guard(bound, needs), { status: 401, error: 'invalid_token', reason: /expired/ })
  const later = dpopRequest(token, proofFor(proof, token, { claims: { iat: start + 86_400 } }))
  assertRefused(await guard(later, needs), { status: 401, error: 'invalid_token' })
  clock.advance(-86_400)
  assertRefused(await guard(bound, needs), { status: 401, error: 'invalid_dpop_proof', reason: /used before/ })
  clock.advance(-86_400)
  assertRefused(await guard(plain, needs), { status: 401, error: 'invalid_token' })
})

test('RFC 7517 §5: keys rotate under load: each good token is let through, no forged one is', async () => {
  const keys = Array.from({ length: 5 }, (_, at) => ecKey({ kid: kidOf(at), use: 'sig' }))
  const stranger = ecKey()
  let current = 0
  const { fetch, calls } = testFetch(async () => {
    const served = keys.slice(Math.max(0, current - 1), current + 1)
    await settled()
    return Response.json({ keys: served.map(({ jwk }) => jwk) })
  })
  const { guard, clock } = remoteWorld(fetch)
  const isLetThrough = async (pending: Promise<Guarded>) => (await pending).kind === 'allowed'
  for (; current < keys.length; current++) {
    const key = keys[current] ?? stranger
    const good = Array.from({ length: 20 }, (_, at) =>
      guard(
        requestWith(
          forgerOf(key)({ header: { kid: kidOf(current) }, claims: { jti: `${current}-${at}`, exp: start + 7_200 } }),
        ),
        needs,
      ),
    )
    const forged = Array.from({ length: 20 }, (_, at) =>
      guard(requestWith(forgerOf(stranger)({ header: { kid: kidOf(at % 6) }, claims: { exp: start + 7_200 } })), needs),
    )
    assert.deepEqual(new Set(await Promise.all(good.map(isLetThrough))), new Set([true]), `key ${current}`)
    assert.deepEqual(new Set(await Promise.all(forged.map(isLetThrough))), new Set([false]), `key ${current}`)
    clock.advance(600)
  }
  assert.ok(calls.length <= 2 * keys.length, `${calls.length} fetches`)
})
