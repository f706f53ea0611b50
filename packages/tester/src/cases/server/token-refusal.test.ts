import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Exchange } from '../../wire/exchange.ts'
import { judgeError } from './token-refusal.ts'

const request = { method: 'POST', origin: 'https://as.test', target: '/token', headers: [] }
const wanted = { sent: 'a wrong code', errors: ['invalid_grant'] as const }

function answered(status: number, body: object | string): Exchange {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = { status, headers: [], body: text, isCut: false }
  return { kind: 'answered', request, sentAt: 0, duration: 1, response }
}

describe('judgeError', () => {
  const table = [
    ['the right code', 400, { error: 'invalid_grant' }, 'pass'],
    ['another code', 400, { error: 'invalid_request' }, 'warn'],
    ['no code', 400, 'nothing', 'warn'],
    ['another status', 403, { error: 'invalid_grant' }, 'warn'],
    ['a success', 200, { access_token: 'x' }, 'fail'],
    ['a redirect', 302, '', 'fail'],
    ['a failure of the server', 500, 'oops', 'fail'],
    ['too many requests', 429, { error: 'slow' }, 'inconclusive'],
    ['a busy server', 503, '', 'inconclusive'],
  ] as const
  for (const [what, status, body, verdict] of table)
    test(`RFC 6749 §5.2: ${what} is ${verdict}`, () => {
      assert.equal(judgeError(answered(status, body), wanted).verdict, verdict)
    })

  test('no answer says nothing', () => {
    const silent: Exchange = { kind: 'failed', request, sentAt: 0, duration: 1, failure: 'timeout', detail: 'late' }
    assert.equal(judgeError(silent, wanted).verdict, 'inconclusive')
  })

  test('what may be accepted elsewhere is a warning where it is said so', () => {
    assert.equal(judgeError(answered(200, {}), { ...wanted, whenAccepted: 'warn' }).verdict, 'warn')
  })
})
