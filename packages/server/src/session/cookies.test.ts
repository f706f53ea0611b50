import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '@ambit/protocol'
import { request } from '../testing/requests.ts'
import { printCookie, readCookie } from './cookies.ts'

const https = { isHttps: true }
const http = { isHttps: false }

test('RFC 6265 §4.1: a cookie is bound to this host, hidden from scripts, and does not go along with other sites', () => {
  assert.equal(
    printCookie(https, 'session', { value: 'x' }),
    '__Host-ambit_session=x; Path=/; HttpOnly; SameSite=Lax; Secure',
  )
  assert.equal(
    printCookie(http, 'browser', { value: 'x', maxAge: seconds(9) }),
    'ambit_browser=x; Path=/; Max-Age=9; HttpOnly; SameSite=Lax',
  )
})

test('RFC 6265 §4.2: a cookie is found among others, in one header or several', () => {
  const read = (cookie: string | readonly string[]) => readCookie(https, request({ headers: { cookie } }), 'device')
  assert.equal(read('a=b; __Host-ambit_device=x'), 'x')
  assert.equal(read(['a=b', '__Host-ambit_device=x=y']), 'x=y')
  assert.equal(read('x__Host-ambit_device=x'), undefined)
  assert.equal(readCookie(https, request(), 'device'), undefined)
})
