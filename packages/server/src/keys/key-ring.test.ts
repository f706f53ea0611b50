import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { epochSeconds, type SigningAlgorithm, seconds } from '@ambit/protocol'
import { memoryStore } from '@ambit/store'
import { calculateJwkThumbprint, createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { nodeKeyTools } from '../node/key-tools.ts'
import type { ServerEvent } from '../ports/observe.ts'
import { StoreUnavailable } from '../ports/store-unavailable.ts'
import { testClock } from '../testing/ports.ts'
import { createKeyRing, type KeyRing, type KeyRingOptions } from './key-ring.ts'

const day = 86_400
const schedule = { rotateEvery: seconds(90 * day), announceFor: seconds(day), overlapFor: seconds(14 * day) }

function parts(overrides: Partial<KeyRingOptions> = {}) {
  const clock = testClock()
  const events: ServerEvent[] = []
  const options: KeyRingOptions = {
    store: memoryStore(),
    clock,
    tools: nodeKeyTools(),
    algorithms: ['ES256'],
    schedule,
    observe: event => void events.push(event),
    ...overrides,
  }
  return { clock, events, options }
}

const sign = (ring: KeyRing, algorithm: SigningAlgorithm = 'ES256') =>
  ring.sign({ sub: 'x' }, { typ: 'JWT', algorithm })
const kidOf = (ring: KeyRing, algorithm?: SigningAlgorithm) => decodeProtectedHeader(sign(ring, algorithm)).kid
const kidsOf = (ring: KeyRing) => (ring.jwks() as JSONWebKeySet).keys.map(key => key.kid)

test('the first start makes a key for each algorithm, and it signs at once', async () => {
  const { options, events } = parts({ algorithms: ['ES256', 'EdDSA', 'ES256'] })
  const ring = await createKeyRing(options)
  assert.deepEqual(ring.algorithms, ['ES256', 'EdDSA'])
  assert.equal(kidsOf(ring).length, 2)
  for (const algorithm of ring.algorithms) {
    const keys = createLocalJWKSet(ring.jwks() as JSONWebKeySet)
    const { protectedHeader } = await jwtVerify(sign(ring, algorithm), keys)
    assert.equal(protectedHeader.alg, algorithm)
    assert.equal(protectedHeader.typ, 'JWT')
  }
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['key.created', 'key.created'],
  )
})

test('RFC 7638 §3: a kid is the thumbprint of its key', async () => {
  const ring = await createKeyRing(parts().options)
  const [key] = (ring.jwks() as JSONWebKeySet).keys
  assert.ok(key)
  assert.equal(key.kid, await calculateJwkThumbprint(key))
})

test('the second start finds the keys of the first', async () => {
  const { options, events } = parts()
  const first = await createKeyRing(options)
  const second = await createKeyRing(options)
  assert.equal(kidOf(second), kidOf(first))
  assert.equal(events.length, 1)
})

test('two processes that start at once agree on one key', async () => {
  const { options } = parts()
  const [one, two] = await Promise.all([createKeyRing(options), createKeyRing(options)])
  assert.deepEqual(kidsOf(one), kidsOf(two))
  assert.equal(kidsOf(one).length, 1)
})

test('a first key signs where the clock is behind that of the process that made it', async () => {
  const { clock, options } = parts()
  const ring = await createKeyRing(options)
  clock.advance(-5)
  assert.equal(kidOf(ring), kidsOf(ring)[0])
})

test('signing by an algorithm without a key is a bug, and says so', async () => {
  const ring = await createKeyRing(parts().options)
  assert.throws(() => sign(ring, 'RS256'), /no key to sign with by RS256/)
})

test('RFC 7517 §5: by schedule a key is announced before it signs, and the old one stays after it', async () => {
  const { clock, options } = parts()
  const ring = await createKeyRing(options)
  const first = kidOf(ring)
  clock.advance(89 * day - 1)
  await ring.tick()
  assert.equal(kidsOf(ring).length, 1, 'not yet due')
  clock.advance(1)
  await ring.tick()
  assert.equal(kidsOf(ring).length, 2, 'announced')
  assert.equal(kidOf(ring), first, 'the old one signs')
  await ring.tick()
  assert.equal(kidsOf(ring).length, 2, 'announced once')
  clock.advance(day)
  const second = kidOf(ring)
  assert.notEqual(second, first, 'the new one signs, without any call')
  assert.deepEqual(new Set(kidsOf(ring)), new Set([first, second]), 'the old one can still be verified')
  clock.advance(14 * day)
  assert.deepEqual(kidsOf(ring), [second])
  await ring.tick()
  assert.equal((await options.store.listKeys()).length, 1, 'the old private key is gone')
})

test('RFC 7517 §5: what a key signed is ours until the second in which the key leaves the JWKS', async () => {
  const { options, clock } = parts()
  const ring = await createKeyRing(options)
  const token = sign(ring)
  await ring.rotateNow('ES256')
  clock.advance(15 * day - 1)
  assert.deepEqual(await ring.verifyOwn(token, 'JWT'), { sub: 'x' })
  clock.advance(1)
  assert.equal(await ring.verifyOwn(token, 'JWT'), undefined)
})

test('by command a key is rotated in the same way, and answered by its kid', async () => {
  const { clock, options } = parts()
  const ring = await createKeyRing(options)
  const first = kidOf(ring)
  const kid = await ring.rotateNow('ES256')
  assert.equal(kidOf(ring), first)
  assert.ok(kidsOf(ring).includes(kid))
  clock.advance(day)
  assert.equal(kidOf(ring), kid)
})

test('a compromised key is replaced at once, and what it signed is no longer good', async () => {
  const { options } = parts()
  const ring = await createKeyRing(options)
  const stolen = sign(ring)
  const announced = await ring.rotateNow('ES256')
  const kid = await ring.rotateNow('ES256', 'compromise')
  assert.notEqual(kid, announced)
  assert.equal(kidOf(ring), kid)
  assert.deepEqual(kidsOf(ring), [kid])
  assert.equal(await ring.verifyOwn(stolen, 'JWT'), undefined)
})

test('a rotation by another process is seen by a refresh, without a restart', async () => {
  const { clock, options } = parts()
  const here = await createKeyRing(options)
  const there = await createKeyRing(options)
  const kid = await there.rotateNow('ES256')
  clock.advance(day)
  await here.refresh()
  assert.equal(kidOf(here), kid)
})

test('ten processes that start at once on an empty store make one key for each algorithm', async () => {
  const { options } = parts({ algorithms: ['ES256', 'EdDSA'] })
  const rings = await Promise.all(Array.from({ length: 10 }, () => createKeyRing(options)))
  assert.equal((await options.store.listKeys()).length, 2)
  for (const ring of rings)
    for (const algorithm of ring.algorithms) assert.equal(kidOf(ring, algorithm), kidOf(rings[0] ?? ring, algorithm))
})

test('RFC 7517 §5: of processes that find a successor due at once, with clocks 30 seconds apart, one announces it', async () => {
  const { clock, options } = parts()
  const later = { now: () => epochSeconds(clock.now() + 30), millis: () => clock.millis() + 30_000 }
  const rings = [await createKeyRing(options), await createKeyRing({ ...options, clock: later })]
  clock.advance(89 * day)
  await Promise.all(rings.map(ring => ring.tick()))
  for (const ring of rings) await ring.tick()
  assert.equal((await options.store.listKeys()).length, 2)
  for (const ring of rings) assert.equal(kidsOf(ring).length, 2, 'all publish what any will sign with')
})

test('a process that was paused for 20 seconds reads the keys again before it signs', async () => {
  const { clock, options } = parts()
  const here = await createKeyRing(options)
  const there = await createKeyRing(options)
  const kid = await there.rotateNow('ES256', 'compromise')
  clock.advance(14)
  assert.equal(here.reread(), undefined, 'no longer than between two readings')
  clock.advance(6)
  await here.reread()
  assert.equal(kidOf(here), kid)
  assert.deepEqual(kidsOf(here), [kid])
  await there.rotateNow('ES256', 'compromise')
  clock.advance(-30)
  assert.ok(here.reread(), 'the clock was set back')
})

test('requests that meet in a process that was paused share one reading of the keys', async () => {
  const { clock, options } = parts()
  let readings = 0
  const listKeys = () => {
    readings++
    return options.store.listKeys()
  }
  const ring = await createKeyRing({ ...options, store: { ...options.store, listKeys } })
  clock.advance(20)
  readings = 0
  await Promise.all([ring.reread(), ring.reread(), ring.reread()])
  assert.equal(readings, 1)
})

test('keys that cannot be read again serve on, and an outage is not told for each reading', async () => {
  const { clock, options, events } = parts()
  let error: Error | undefined
  const store = { ...options.store, listKeys: () => (error ? Promise.reject(error) : options.store.listKeys()) }
  const ring = await createKeyRing({ ...options, store })
  const kid = kidOf(ring)
  error = new StoreUnavailable('no route', { retryAfter: seconds(1) })
  await ring.reread(0)
  assert.equal(kidOf(ring), kid)
  assert.equal(events.length, 1, 'of the key that was made')
  assert.equal(ring.reread(0), undefined, 'nobody waits for a store that has just failed')
  clock.advance(5)
  error = new Error('a bug')
  await ring.reread(0)
  assert.deepEqual(
    events.slice(1).map(event => event.kind === 'warning' && event.message),
    ['the signing keys could not be read again, those of before serve on: Error: a bug'],
  )
})

test('of two readings that overlap the one that began last counts', async () => {
  const { options } = parts()
  const held: (() => void)[] = []
  let isHeld = false
  const listKeys = async () => {
    const keys = await options.store.listKeys()
    if (isHeld) await new Promise<void>(resolve => held.push(resolve))
    return keys
  }
  const here = await createKeyRing({ ...options, store: { ...options.store, listKeys } })
  const there = await createKeyRing(options)
  isHeld = true
  const early = here.refresh()
  while (held.length === 0) await Promise.resolve()
  isHeld = false
  const kid = await there.rotateNow('ES256', 'compromise')
  await here.refresh()
  for (const release of held) release()
  await early
  assert.deepEqual(kidsOf(here), [kid])
})

test('an algorithm that is asked for by command gets a first key', async () => {
  const ring = await createKeyRing(parts().options)
  const kid = await ring.rotateNow('EdDSA')
  assert.equal(kidOf(ring, 'EdDSA'), kid)
  await assert.rejects(ring.rotateNow('none' as never), TypeError)
})

test('private keys are sealed where there is a key to seal with', async () => {
  const sealingKey = randomBytes(32).toString('base64url')
  const { options } = parts({ sealingKey })
  const first = await createKeyRing(options)
  const [record] = await options.store.listKeys()
  assert.equal(record?.privateKey.sealed, true)
  assert.ok(!record.privateKey.text.includes('"d"'))
  assert.equal(kidOf(await createKeyRing(options)), kidOf(first))
})

test('a wrong, missing or malformed sealing key is an error at the start that says what is wanted', async () => {
  const { sealingKey: _, ...options } = parts({ sealingKey: randomBytes(32).toString('base64url') }).options
  await createKeyRing({ ...options, sealingKey: randomBytes(32).toString('base64url') })
  await assert.rejects(createKeyRing(options), /is sealed: the sealing key it was sealed with is wanted/)
  const other = randomBytes(32).toString('base64url')
  await assert.rejects(createKeyRing({ ...options, sealingKey: other }), /was sealed with another sealing key/)
  await assert.rejects(createKeyRing({ ...options, sealingKey: 'short' }), /must be 32 random bytes in base64url/)
})

test('keys from before there was a sealing key still sign, and are warned of', async () => {
  const { options, events } = parts()
  const first = await createKeyRing(options)
  const second = await createKeyRing({ ...options, sealingKey: randomBytes(32).toString('base64url') })
  assert.equal(kidOf(second), kidOf(first))
  const last = events.at(-1)
  assert.ok(last?.kind === 'warning' && last.message.endsWith('stored in clear: rotate it'))
})

test('RFC 8725 §3.11: our own tokens are known by signature and type, whatever their age', async () => {
  const { options } = parts()
  const ring = await createKeyRing(options)
  const stranger = await createKeyRing(parts().options)
  const token = ring.sign({ sub: 'x', exp: 1 }, { typ: 'JWT', algorithm: 'ES256' })
  assert.deepEqual(await ring.verifyOwn(token, 'JWT'), { sub: 'x', exp: 1 })
  assert.equal(await ring.verifyOwn(token, 'at+jwt'), undefined, 'another type')
  assert.equal(await ring.verifyOwn(`${token.slice(0, -4)}AAAA`, 'JWT'), undefined, 'another signature')
  assert.equal(await ring.verifyOwn(sign(stranger), 'JWT'), undefined, 'another issuer')
  assert.equal(await ring.verifyOwn('garbage', 'JWT'), undefined)
  const list = ring.sign(['x'], { typ: 'JWT', algorithm: 'ES256' })
  assert.equal(await ring.verifyOwn(list, 'JWT'), undefined, 'no claims')
})
