import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ImportedKeys } from './imported-keys.ts'

const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', publicKey)
const key = { kty: 'EC', crv: 'P-256', x, y } as const

test('RFC 7517 §4: a key is read once, and under each thumbprint by itself', async () => {
  const keys = new ImportedKeys()
  const first = await keys.find('a', key, 'ES256')
  assert.equal(await keys.find('a', key, 'ES256'), first)
  assert.notEqual(await keys.find('b', key, 'ES256'), first)
})

test('RFC 7517 §4: what is no key is refused each time, and not kept', async () => {
  const keys = new ImportedKeys()
  await assert.rejects(keys.find('a', { ...key, x: y, y: x }, 'ES256'))
  assert.ok(await keys.find('a', key, 'ES256'))
})

test('keys that were used longest ago make room', async () => {
  const keys = new ImportedKeys()
  const first = await keys.find('0', key, 'ES256')
  for (let index = 1; index < 1000; index++) keys.find(String(index), key, 'ES256')
  assert.equal(await keys.find('0', key, 'ES256'), first)
  const second = await keys.find('1', key, 'ES256')
  keys.find('another', key, 'ES256')
  assert.equal(await keys.find('1', key, 'ES256'), second)
  for (let index = 0; index < 1000; index++) keys.find(`flood ${index}`, key, 'ES256')
  assert.notEqual(await keys.find('0', key, 'ES256'), first)
})
