import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCodeVerifier, parseCodeChallenge } from './pkce.ts'

test('RFC 7636 §4.1: a code verifier has 43 to 128 unreserved characters', () => {
  assert.ok(isCodeVerifier('aZ09-._~'.repeat(6)))
  assert.ok(isCodeVerifier('a'.repeat(43)))
  assert.ok(isCodeVerifier('a'.repeat(128)))
  for (const bad of [
    'a'.repeat(42),
    'a'.repeat(129),
    `${'a'.repeat(43)}+`,
    `${'a'.repeat(42)}ü`,
    `${'a'.repeat(43)}\n`,
    '',
  ])
    assert.ok(!isCodeVerifier(bad), JSON.stringify(bad))
})

test('RFC 7636 §4.2: an S256 challenge is 43 characters of base64url', () => {
  assert.equal(
    parseCodeChallenge('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'),
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  )
  for (const bad of [
    '',
    'a'.repeat(42),
    'a'.repeat(44),
    `${'a'.repeat(42)}=`,
    `${'a'.repeat(42)}~`,
    `${'a'.repeat(43)}\n`,
  ])
    assert.equal(parseCodeChallenge(bad), undefined, JSON.stringify(bad))
})
