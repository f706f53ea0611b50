import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpHeaders } from '@ambit/protocol'
import { request } from '../testing/requests.ts'
import { testWorld } from '../testing/world.ts'
import { csrfToken, isOwnForm, knowBrowser } from './browser.ts'

async function sending() {
  const { context, exchange } = await testWorld()
  const browser = knowBrowser(context, exchange(request()))
  const token = csrfToken(context, browser, 'x')
  const isOwn = (headers: HttpHeaders = {}, form: { token?: string | undefined; purpose?: string } = {}) =>
    isOwnForm(
      context,
      exchange(request({ headers: { cookie: `__Host-ambit_browser=${browser.secret}`, ...headers } })),
      { token, purpose: 'x', ...form },
    )
  return { context, exchange, browser, token, isOwn }
}

test('RFC 6749 §10.12: a form with the token of its browser and purpose is our own', async () => {
  const { isOwn } = await sending()
  assert.equal(isOwn(), true)
  assert.equal(isOwn({ origin: 'https://as.example', 'sec-fetch-site': 'same-origin' }), true)
  assert.equal(isOwn({ origin: 'null', 'sec-fetch-site': 'same-origin' }), true)
})

test('RFC 6749 §10.12: another token, purpose, browser or none is not', async () => {
  const { isOwn, context, exchange } = await sending()
  const other = knowBrowser(context, exchange(request())).secret
  assert.equal(isOwn({}, { token: 'x' }), false)
  assert.equal(isOwn({}, { token: undefined }), false)
  assert.equal(isOwn({}, { purpose: 'y' }), false)
  assert.equal(isOwn({ cookie: `__Host-ambit_browser=${other}` }), false)
  assert.equal(isOwn({ cookie: '' }), false)
  assert.equal(isOwn({ cookie: '__Host-ambit_browser=planted' }), false)
})

test('RFC 9700 §4.7: what the browser tells of another site speaks against a form', async () => {
  const { isOwn } = await sending()
  assert.equal(isOwn({ origin: 'https://evil.example' }), false)
  assert.equal(isOwn({ origin: 'https://as.example.evil.example' }), false)
  assert.equal(isOwn({ 'sec-fetch-site': 'cross-site' }), false)
  assert.equal(isOwn({ 'sec-fetch-site': 'same-site' }), false)
})

test('a browser that is known keeps its secret; one that is not gets one', async () => {
  const { browser, context, exchange } = await sending()
  assert.match(browser.cookie ?? '', /^__Host-ambit_browser=br_/)
  const headers = { cookie: `__Host-ambit_browser=${browser.secret}` }
  assert.deepEqual(knowBrowser(context, exchange(request({ headers }))), { secret: browser.secret })
})
