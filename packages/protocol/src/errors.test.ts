import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ErrorCodeAt, errorCodes, isRefusal, type Refusal, refuse } from './errors.ts'

test('RFC 6749 §5.2: a description holds only the characters that the specification allows', () => {
  const unit = fc.integer({ min: 0, max: 0x10_ff_ff }).map(code => String.fromCodePoint(code))
  fc.assert(
    fc.property(fc.string({ unit }), text =>
      /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(refuse('invalid_request', text).description),
    ),
  )
})

test('RFC 6749 §5.2: the token endpoint has the codes of the specification', () => {
  const codes = [
    'invalid_request',
    'invalid_client',
    'invalid_grant',
    'unauthorized_client',
    'unsupported_grant_type',
    'invalid_scope',
  ] as const
  for (const code of codes) assert.ok((errorCodes[code].at as readonly string[]).includes('token'))
  assert.equal(errorCodes.invalid_client.status, 401)
  assert.equal(errorCodes.invalid_grant.status, 400)
})

test('a code in the wrong place does not compile', () => {
  const atToken = (refusal: Refusal<ErrorCodeAt<'token'>>) => refusal.error
  assert.equal(atToken(refuse('invalid_grant', 'the code is spent')), 'invalid_grant')
  // @ts-expect-error: login_required is for the authorization endpoint
  assert.equal(atToken(refuse('login_required', 'log in')), 'login_required')
})

test('words that quote a stranger at great length are cut', () => {
  const { description, reason } = refuse('invalid_scope', 'x'.repeat(5000), 'y'.repeat(5000))
  assert.equal(description, `${'x'.repeat(1024)}...`)
  assert.equal(reason, `${'y'.repeat(1024)}...`)
})

test('a refusal keeps its reason apart from its public words', () => {
  const refusal = refuse('invalid_grant', 'the code is not valid', 'the code belongs to another client')
  assert.equal(refusal.reason, 'the code belongs to another client')
  assert.ok(isRefusal(refusal))
  assert.ok(!isRefusal({ kind: 'issuance' }))
  assert.ok(!isRefusal(null))
})
