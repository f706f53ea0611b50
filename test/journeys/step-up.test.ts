import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { createStepUpFetch, StepUpError } from '@ambit/client'
import type { Changes } from './browser-like.ts'
import { openClient, otp, startApi, startIssuer, startWatch } from './step-up-world.ts'

describe('step-up, from the answer of an API to the call that succeeds', () => {
  const watch = startWatch()
  let issuer: Awaited<ReturnType<typeof startIssuer>>
  let api: Awaited<ReturnType<typeof startApi>>
  beforeEach(async () => {
    issuer = await startIssuer(watch)
    api = await startApi(issuer.server.issuer, watch)
  })
  afterEach(async () => {
    api.close()
    await issuer.server.close()
  })

  const open = (changes: Changes = {}) => {
    const client = openClient(issuer.server, issuer.code, changes)
    const request = createStepUpFetch({ origins: [api.origin], tokens: client.tokens })
    const call = (method: string, path = '/pets') => request(`${api.origin}${path}`, { method })
    return { ...client, call }
  }
  const giveUp = (call: Promise<Response>) =>
    call.then(
      () => assert.fail('the call succeeded'),
      (error: unknown) => (error instanceof StepUpError ? error : assert.fail(String(error))),
    )

  test('RFC 6750 §3.1: 403 insufficient_scope → the user consents to the difference → the call succeeds', async () => {
    const { call, asks, pages } = open()
    assert.equal((await call('GET')).status, 200)
    const response = await call('POST')
    assert.equal(response.status, 200)
    assert.deepEqual(((await response.json()) as { scope: unknown }).scope, ['read_pets', 'write_pets'])
    assert.deepEqual(asks, [
      { kind: 'token', scope: ['read_pets'] },
      { kind: 'more_scope', scope: ['read_pets', 'write_pets'] },
    ])
    assert.deepEqual(pages, ['/login', '/consent read_pets', '/consent write_pets'])
    assert.equal((await call('GET')).status, 200)
    assert.equal(asks.length, 2)
  })

  test('RFC 9470 §4: 401 with max_age → the user logs in again → the call succeeds', async () => {
    const { call, asks, pages } = open()
    assert.equal((await call('PUT')).status, 200)
    assert.equal(asks.length, 1)
    watch.advance(600)
    assert.equal((await call('GET')).status, 200)
    assert.equal(asks.length, 1)
    const seen = pages.length
    assert.equal((await call('PUT')).status, 200)
    assert.deepEqual(asks.at(-1), { kind: 'stronger_authentication', scope: ['read_pets'], acrValues: [], maxAge: 300 })
    assert.deepEqual(pages.slice(seen), ['/login'])
  })

  test('RFC 9470 §4: 401 with acr_values → the user adds a one-time code → the call succeeds', async () => {
    const { call, asks, pages } = open()
    const response = await call('DELETE')
    assert.equal(response.status, 200)
    assert.equal(((await response.json()) as { acr: unknown }).acr, otp)
    assert.deepEqual(
      asks.map(({ kind }) => kind),
      ['token', 'stronger_authentication'],
    )
    assert.deepEqual(pages, ['/login', '/consent wipe_pets', '/login/code'])
  })

  test('RFC 9470 §4: an API that is never content ends the loop', async () => {
    const { call, asks } = open()
    await call('GET')
    const { failure, response } = await giveUp(call('GET', '/never'))
    assert.equal(failure, 'repeated')
    assert.match(response.headers.get('www-authenticate') ?? '', /max_age="1"/)
    assert.equal(asks.length, 2)
  })

  test('RFC 6749 §3.3: a user who refuses the difference is not asked again', async () => {
    const { call, asks, pages } = open({ scope: ['read_pets'] })
    assert.equal((await call('GET')).status, 200)
    const { failure, ask } = await giveUp(call('POST'))
    assert.equal(failure, 'repeated')
    assert.deepEqual(ask.scope, ['read_pets', 'write_pets'])
    assert.equal(asks.length, 2)
    assert.equal(pages.filter(page => page.startsWith('/consent')).length, 2)
  })
})
