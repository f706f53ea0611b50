import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HeaderField } from '../wire/exchange.ts'
import { answeredBy, sampleApi, sampleOperation, sampleOrigin } from './testing/sample-target.ts'
import { deletionOf } from './undo-create.ts'

const api = sampleApi([sampleOperation('POST /pets'), sampleOperation('DELETE /pets/{id}')])

function deleted(status: number, location?: string, body = '', method = 'POST'): string | undefined {
  const fields: readonly HeaderField[] = location === undefined ? [] : [['Location', location]]
  const exchange = answeredBy(status, fields, body)
  const request = { method, origin: sampleOrigin, target: '/pets', headers: [] }
  return deletionOf({ ...exchange, request }, api)?.target
}

test('RFC 9110 §10.2.2: what a call made is found by its address, or by its `id`', () => {
  assert.equal(deleted(201, '/pets/7'), '/pets/7')
  assert.equal(deleted(201, `${sampleOrigin}/pets/7?x=1`), '/pets/7')
  assert.equal(deleted(200, undefined, '{"id":"a/b"}'), '/pets/a%2Fb')
  assert.equal(deleted(201, undefined, '{"id":7}'), '/pets/7')
})

test('nothing else is deleted, whatever the answer says', () => {
  for (const location of [
    'https://elsewhere.example/pets/7',
    '//elsewhere.example/pets/7',
    '/stores/7',
    '/pets',
    'http://[',
  ])
    assert.equal(deleted(201, location), undefined, location)
  assert.equal(deleted(200, '/pets/7'), undefined)
  assert.equal(deleted(404, '/pets/7', '{"id":7}'), undefined)
  assert.equal(deleted(201, '/pets/7', '{"id":7}', 'GET'), undefined)
  assert.equal(deleted(200, undefined, '{"id":{}}'), undefined)
})
