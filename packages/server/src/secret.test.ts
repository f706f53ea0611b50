import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { nodeCrypto } from './node/crypto.ts'
import {
  deriveSuccessor,
  locateSecret,
  locatorOfJwtId,
  locatorsAround,
  makeFamilyId,
  makeJwtId,
  makeSecret,
  type SecretKind,
  secretPrefixes,
} from './secret.ts'
import { testClock } from './testing/ports.ts'

const world = { clock: testClock(), crypto: nodeCrypto() }

test('a secret says what it is for, and its record is found from its text alone', () => {
  for (const kind of Object.keys(secretPrefixes) as SecretKind[]) {
    const { text, ref } = makeSecret(world, kind)
    assert.match(text, new RegExp(`^${secretPrefixes[kind]}[A-Za-z0-9_-]{43}$`))
    assert.deepEqual(locateSecret(world.crypto, kind, text), ref)
    assert.equal(ref.locator, world.clock.millis())
    assert.equal(ref.hash, world.crypto.hash(text))
  }
})

test('RFC 6749 §10.10: secrets made at the same moment have nothing in common to look at', () => {
  const texts = Array.from({ length: 500 }, () => makeSecret(world, 'access_token').text.slice(3))
  assert.equal(new Set(texts).size, 500)
  assert.ok(new Set(texts.map(text => text.slice(0, 8))).size > 490, 'the locator is masked')
})

test('a text of another kind, length or alphabet is located nowhere', () => {
  const { text } = makeSecret(world, 'code')
  assert.equal(locateSecret(world.crypto, 'access_token', text), undefined)
  assert.equal(locateSecret(world.crypto, 'code', text.slice(0, -1)), undefined)
  assert.equal(locateSecret(world.crypto, 'code', `${text}A`), undefined)
  assert.equal(locateSecret(world.crypto, 'code', `ac_!${text.slice(4)}`), undefined)
  assert.equal(locateSecret(world.crypto, 'code', `${text.slice(0, 12)}!${text.slice(13)}`), undefined)
})

test('RFC 9700 §4.14.2: the same token and salt give the same successor, another of either another one', () => {
  const from = { salt: 'salt', locator: 1_800_000_000_000 }
  const one = deriveSuccessor(world.crypto, 'rt_presented', from)
  assert.deepEqual(deriveSuccessor(world.crypto, 'rt_presented', from), one)
  assert.notEqual(deriveSuccessor(world.crypto, 'rt_other', from).text, one.text)
  assert.notEqual(deriveSuccessor(world.crypto, 'rt_presented', { ...from, salt: 'pepper' }).text, one.text)
  assert.deepEqual(locateSecret(world.crypto, 'refresh_token', one.text), one.ref)
})

test('RFC 7519 §4.1.7: a jti carries its locator, and a strange one carries none', () => {
  const { jti, locator } = makeJwtId(world)
  assert.match(jti, /^[A-Za-z0-9_-]{43}$/)
  assert.equal(locatorOfJwtId(jti), locator)
  assert.equal(locatorOfJwtId('7'), undefined)
  assert.equal(locatorOfJwtId('!'.repeat(43)), undefined)
})

test('family ids are random, and those of one time that begin alike stand side by side', () => {
  const ids = Array.from({ length: 500 }, () => makeFamilyId(world))
  assert.equal(new Set(ids).size, ids.length)
  assert.equal(new Set(ids.map(id => id[0])).size, 64)
  const time = world.clock.now().toString(16)
  for (const id of ids) assert.match(id, new RegExp(`^[\\w-]${time}[\\w-]{17}$`))
})

test('locators around a second begin before it and end after the span', () => {
  assert.deepEqual(locatorsAround(epochSeconds(100), 60), [99_000, 160_000])
})
