import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeRequestId, parseRequestId } from './request-id.ts'
import { testWorld } from './testing/world.ts'

test('a request id carries its time', async () => {
  const { context, clock } = await testWorld()
  clock.advance(1.5)
  const id = makeRequestId(context)
  assert.deepEqual(parseRequestId(id), { requestId: id, at: clock.now() })
  assert.notEqual(makeRequestId(context), id)
})

test('what is no request id is none', () => {
  for (const text of ['', 'x', 'mywpiww0', 'mywpiww0-short', 'MYWPIWW0-EMuLHuAZxV5t', 'at_mywpiww0-EMuLHuAZxV5t'])
    assert.equal(parseRequestId(text), undefined)
})
