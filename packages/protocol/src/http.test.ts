import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, epochSeconds, seconds } from './brand.ts'
import { json, singleHeader } from './http.ts'
import { isCompactJws, isSigningAlgorithm } from './jwt.ts'

test('RFC 9110 §5.3: a header field that came twice has no single value', () => {
  assert.equal(singleHeader({ authorization: 'Bearer a' }, 'authorization'), 'Bearer a')
  assert.equal(singleHeader({ authorization: ['Bearer a', 'Bearer b'] }, 'authorization'), undefined)
  assert.equal(singleHeader({}, 'authorization'), undefined)
})

test('RFC 8259 §11: a JSON answer says that it is one', () => {
  assert.deepEqual(json(400, { error: 'x' }, { 'cache-control': 'no-store' }), {
    status: 400,
    headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' },
    body: '{"error":"x"}',
  })
})

test('RFC 7515 §7.1: a compact JWS has three base64url parts', () => {
  assert.ok(isCompactJws('eyJ.eyJ.c2ln'))
  for (const bad of ['', 'a.b', 'a.b.', 'a..c', 'a.b.c.d', 'a.b.c=', 'a.b.c\n', 'a b.c.d'])
    assert.ok(!isCompactJws(bad), bad)
})

test('RFC 7518 §3.1: only asymmetric algorithms of the list are known', () => {
  assert.ok(isSigningAlgorithm('ES256'))
  for (const bad of ['none', 'HS256', 'es256', '']) assert.ok(!isSigningAlgorithm(bad))
})

test('points in time and spans are whole seconds', () => {
  assert.equal(after(epochSeconds(10.9), seconds(5.9)), 15)
})
