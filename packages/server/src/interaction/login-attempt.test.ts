import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { request } from '../testing/requests.ts'
import { codeProblems, forgetAttempt, loginProblems, printAttempt, readAttempt } from './login-attempt.ts'

const context = { isHttps: true }
const kept = (value: string) =>
  readAttempt(context, request({ headers: { cookie: `__Host-ambit_attempt=${value}` } }), loginProblems)

test('RFC 9700 §4.12: what a failed login shows again survives the redirect, whatever the name', () => {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 256 }).filter(text => text.isWellFormed())
  fc.assert(
    fc.property(name, fc.integer({ min: 1, max: 999_999 }), (username, retryAfter) => {
      const attempt = { problem: 'throttled', username, retryAfter } as const
      const [pair = ''] = printAttempt(context, attempt).split(';')
      assert.deepEqual(readAttempt(context, request({ headers: { cookie: pair } }), loginProblems), attempt)
    }),
  )
})

test('an attempt is kept for a minute, for no script, and forgotten once shown', () => {
  assert.equal(
    printAttempt(context, { problem: 'wrong_credentials', username: 'ada; Path=/x' }),
    '__Host-ambit_attempt=wrong_credentials.0.ada%3B%20Path%3D%2Fx; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure',
  )
  assert.match(forgetAttempt(context), /^__Host-ambit_attempt=; Path=\/; Max-Age=0;/)
})

test('a cookie that holds no attempt counts as none', () => {
  for (const value of [
    '',
    'x',
    'all_well.0.ada',
    'throttled.x.ada',
    'throttled.1.%zz',
    'throttled.1',
    'throttled.1.a<b',
  ])
    assert.equal(kept(value), undefined, value)
  assert.deepEqual(kept('expired_form.0.'), { problem: 'expired_form' })
})

test('what was wrong with a code is shown where codes are asked for, and nowhere else', () => {
  const cookie = '__Host-ambit_attempt=wrong_code.0.'
  assert.deepEqual(readAttempt(context, request({ headers: { cookie } }), codeProblems), { problem: 'wrong_code' })
  assert.equal(kept('wrong_code.0.'), undefined)
})
