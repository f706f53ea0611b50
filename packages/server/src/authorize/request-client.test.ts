import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '@ambit/protocol'
import { authorizationQuery, type RequestChanges } from '../testing/authorize.ts'
import { testWorld } from '../testing/world.ts'
import { parseParameters } from './parameters.ts'
import { findRequestClient } from './request-client.ts'

async function find(changes: RequestChanges) {
  const { context } = await testWorld()
  const parameters = parseParameters(authorizationQuery(changes))
  assert.ok(!isRefusal(parameters))
  return findRequestClient(context, parameters)
}

const refused: readonly (readonly [name: string, error: string, changes: RequestChanges, says?: RegExp])[] = [
  ['RFC 6749 §4.1.2.1: a missing client_id stays on a page', 'invalid_request', { client_id: undefined }, /missing/],
  ['RFC 6749 §4.1.2.1: an unknown client_id stays on a page', 'invalid_client', { client_id: 'nobody' }],
  [
    'RFC 6749 §3.1: a repeated client_id stays on a page',
    'invalid_request',
    { client_id: ['web', 'web'] },
    /more than once/,
  ],
  [
    'RFC 6749 §3.1: a repeated redirect_uri stays on a page',
    'invalid_request',
    { redirect_uri: ['https://app.example/callback', 'https://evil.example/'] },
    /more than once/,
  ],
  [
    'RFC 6749 §3.1.2.4: an unregistered redirect_uri stays on a page',
    'invalid_request',
    { redirect_uri: 'https://evil.example/' },
  ],
]

for (const [name, error, changes, says = /./] of refused) {
  test(name, async () => {
    const found = await find(changes)
    assert.ok(isRefusal(found))
    assert.equal(found.error, error)
    assert.match(found.description, says)
  })
}

test('RFC 6749 §4.1.2.1: errors travel as asked, where that can be', async () => {
  const modeOf = async (changes: RequestChanges) => {
    const found = await find(changes)
    return isRefusal(found) ? undefined : found.channel.mode
  }
  assert.equal(await modeOf({}), 'query')
  assert.equal(await modeOf({ response_mode: 'form_post' }), 'form_post')
  assert.equal(await modeOf({ response_mode: 'fragment' }), 'query')
  assert.equal(await modeOf({ response_type: 'token' }), 'fragment')
  assert.equal(await modeOf({ response_type: 'token', response_mode: 'query' }), 'fragment')
  assert.equal(await modeOf({ response_type: 'whatever' }), 'query')
})

test('RFC 6749 §4.1.2.1: a state that came twice is not sent back', async () => {
  const found = await find({ state: ['a', 'b'] })
  assert.ok(!isRefusal(found))
  assert.equal(found.channel.state, undefined)
})
