import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exchange, HeaderField, SendFailure } from '../wire/exchange.ts'
import { complaintOf } from './complaint.ts'
import { insufficientScope, judgeAcceptance, judgeRefusal, unauthorized, worstOf } from './judge-refusal.ts'

const request = { method: 'GET', origin: 'http://localhost', target: '/', headers: [] }

function answered(status: number, ...headers: readonly HeaderField[]): Exchange {
  return { kind: 'answered', request, sentAt: 0, duration: 1, response: { status, headers, body: '', isCut: false } }
}

function failed(failure: SendFailure): Exchange {
  return { kind: 'failed', request, sentAt: 0, duration: 1, failure, detail: 'the line is dead' }
}

const invalid: HeaderField = ['WWW-Authenticate', 'Bearer error="invalid_token"']
const sent = 'a bad token'

test('RFC 6750 §3.1: 401 with the code invalid_token is how a bad token is refused', () => {
  const judgement = judgeRefusal(answered(401, invalid), { ...unauthorized, sent })
  assert.equal(judgement.verdict, 'pass')
  assert.equal(judgement.reason, 'a bad token was refused by 401')
  assert.equal(judgement.complaint, undefined)
})

test('RFC 9110 §15.3: any 2xx fails', () => {
  for (const status of [200, 201, 204, 206]) {
    const judgement = judgeRefusal(answered(status), { ...unauthorized, sent })
    assert.equal(judgement.verdict, 'fail')
    assert.equal(judgement.complaint, 'accepted')
    assert.match(judgement.reason, new RegExp(`the answer is ${status}, 401 is wanted`))
  }
  assert.match(
    judgeRefusal(answered(200), { ...unauthorized, sent, accepted: 'opened the door' }).reason,
    /^a bad token opened the door/,
  )
})

test('RFC 9110 §15.6: a server that fails is a finding of its own', () => {
  for (const status of [500, 501, 502, 504]) {
    const judgement = judgeRefusal(answered(status), { ...unauthorized, sent })
    assert.equal(judgement.verdict, 'fail')
    assert.equal(judgement.complaint, `${status} instead of a refusal`)
  }
})

test('RFC 6585 §4: 429 and 503 are never a finding, unless they are what is wanted', () => {
  for (const status of [429, 503])
    assert.equal(judgeRefusal(answered(status), { ...unauthorized, sent }).verdict, 'inconclusive')
  assert.equal(judgeRefusal(answered(503), { statuses: [503], sent }).verdict, 'pass')
})

test('another status is a warning that names both', () => {
  for (const status of [302, 400, 403, 404, 422]) {
    const judgement = judgeRefusal(answered(status), { ...unauthorized, sent })
    assert.equal(judgement.verdict, 'warn')
    assert.equal(judgement.complaint, `${status} instead of 401`)
  }
})

test('RFC 9110 §11.6.1: a 401 without a challenge is a warning', () => {
  assert.equal(judgeRefusal(answered(401), { ...unauthorized, sent }).verdict, 'warn')
  const basic = answered(401, ['WWW-Authenticate', 'Basic realm="x"'])
  assert.match(judgeRefusal(basic, { ...unauthorized, sent }).reason, /no `WWW-Authenticate` challenge for Bearer/)
})

test('RFC 6750 §3.1: a missing or other code is a warning, and so is a code where nothing was sent', () => {
  const silent: HeaderField = ['WWW-Authenticate', 'Bearer']
  const wants = { ...unauthorized, sent }
  assert.match(judgeRefusal(answered(401, silent), wants).reason, /lacks `error="invalid_token"`/)
  const other: HeaderField = ['WWW-Authenticate', 'Bearer error="invalid_request"']
  assert.match(judgeRefusal(answered(401, other), wants).reason, /says `invalid_request` instead of `invalid_token`/)
  const none = { statuses: [401], error: 'none', sent } as const
  assert.equal(judgeRefusal(answered(401, silent), none).verdict, 'pass')
  assert.match(judgeRefusal(answered(401, invalid), none).reason, /where nothing was sent/)
  assert.equal(judgeRefusal(answered(403), { ...insufficientScope, sent }).verdict, 'warn')
  assert.equal(judgeRefusal(answered(403), { statuses: [403], sent }).verdict, 'pass')
})

test('RFC 9449 §7.1: a challenge of DPoP counts as well', () => {
  const dpop: HeaderField = ['WWW-Authenticate', 'DPoP algs="ES256", error="invalid_token"']
  assert.equal(judgeRefusal(answered(401, dpop), { ...unauthorized, sent }).verdict, 'pass')
})

test('no answer says nothing, but a closed connection refuses where that is allowed', () => {
  for (const failure of ['timeout', 'reset', 'refused', 'tls', 'malformed'] as const)
    assert.equal(judgeRefusal(failed(failure), { ...unauthorized, sent }).verdict, 'inconclusive')
  const mayClose = { ...unauthorized, sent, mayClose: true }
  assert.equal(judgeRefusal(failed('reset'), mayClose).verdict, 'pass')
  assert.equal(judgeRefusal(failed('refused'), mayClose).verdict, 'pass')
  assert.equal(judgeRefusal(failed('timeout'), mayClose).verdict, 'inconclusive')
})

test('what should be accepted passes with 2xx, fails with 401 and 403, and says nothing with the rest', () => {
  const verdicts = [200, 401, 403, 404, 422, 429, 500].map(status => judgeAcceptance(answered(status), sent).verdict)
  assert.deepEqual(verdicts, ['pass', 'fail', 'fail', 'inconclusive', 'inconclusive', 'inconclusive', 'inconclusive'])
  assert.equal(judgeAcceptance(failed('timeout'), sent).verdict, 'inconclusive')
})

test('of several tries the worst counts, with the evidence of all that are as bad', () => {
  const judge = (status: number) => judgeRefusal(answered(status), { statuses: [401], sent })
  const worst = worstOf(judge(400), judge(200), judge(429), judge(204))
  assert.equal(worst.verdict, 'fail')
  assert.equal(worst.complaint, 'accepted')
  assert.equal(worst.evidence?.length, 2)
  assert.match(worst.reason, /the answer is 200/)
  assert.equal(worstOf(judge(429), { verdict: 'pass', reason: 'good' }).verdict, 'inconclusive')
  assert.equal(worstOf({ verdict: 'not_applicable', reason: '' }, { verdict: 'pass', reason: 'good' }).verdict, 'pass')
})

test('what a judgement does not say of itself is read from its last exchange', () => {
  const fail = { verdict: 'fail' } as const
  assert.equal(complaintOf({ ...fail, evidence: [answered(401), answered(200)] }), 'accepted')
  assert.equal(complaintOf({ ...fail, evidence: [answered(200), answered(500)] }), '500 instead of a refusal')
  assert.equal(complaintOf({ ...fail, evidence: [answered(503)] }), undefined)
  assert.equal(complaintOf({ ...fail, evidence: [failed('reset')] }), undefined)
  assert.equal(complaintOf({ ...fail, complaint: 'leaks', evidence: [answered(200)] }), 'leaks')
  assert.equal(complaintOf({ verdict: 'pass', evidence: [answered(200)] }), undefined)
})

test('RFC 6750 §3.1: a 403 for too little scope without a challenge is a warning, and one that nobody wanted a code of is none', () => {
  const plain = answered(403)
  const told = judgeRefusal(plain, { ...insufficientScope, sent: 'x' })
  assert.equal(told.verdict, 'warn')
  assert.match(told.reason, /no `WWW-Authenticate` challenge/)
  assert.equal(judgeRefusal(plain, { statuses: [403], sent: 'x' }).verdict, 'pass')
})
