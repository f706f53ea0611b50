import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '@ambit/protocol'
import { request } from '../testing/requests.ts'
import { findRepeated, parseParameters, printParameters, readParameters } from './parameters.ts'

function read(parts: Parameters<typeof request>[0]) {
  const parameters = readParameters(request(parts))
  assert.ok(!isRefusal(parameters))
  return parameters
}

test('RFC 6749 §3.1: parameters come in the query of a GET', () => {
  assert.equal(read({ query: 'client_id=a&state=b%20c' }).get('state'), 'b c')
})

test('OpenID Connect Core §3.1.2.1: parameters come in the body of a POST, and the query is not looked at', () => {
  const parameters = read({ form: { client_id: 'a' }, query: 'state=b' })
  assert.equal(parameters.get('client_id'), 'a')
  assert.equal(parameters.get('state'), undefined)
})

test('RFC 6749 §3.1: broken encoding is refused', () => {
  for (const query of ['a=%', 'a=%ff', 'a=%00', 'a=\ud800', 'x=1&x=2'])
    assert.ok(isRefusal(readParameters(request({ query }))), query)
  assert.ok(
    isRefusal(readParameters(request({ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }))),
  )
})

test('RFC 6749 §3.1: a known parameter that came twice is found; resource may repeat, and empty ones do not count', () => {
  assert.equal(findRepeated(read({ query: 'scope=a&scope=b' })), 'scope')
  assert.equal(findRepeated(read({ query: 'resource=a&resource=b&scope=a&scope=' })), undefined)
})

test('RFC 6749 §3.1: parameters without a meaning here are ignored, and not kept', () => {
  assert.equal(printParameters(read({ query: `junk=${'x'.repeat(10_000)}&client_id=a` })), 'client_id=a')
})

test('parameters survive being kept while the user is asked', () => {
  const query = 'client_id=a&state=%26%3D+%C3%BC&resource=x&resource=y&empty='
  const again = parseParameters(printParameters(read({ query })))
  assert.ok(!isRefusal(again))
  assert.equal(again.get('state'), '&= ü')
  assert.deepEqual(again.all('resource'), ['x', 'y'])
})
