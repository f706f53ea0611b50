import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issuerProblem } from './issuer.ts'

test('RFC 8414 §2: an issuer is an https URL without query and fragment', () => {
  for (const issuer of [
    'https://as.example',
    'https://as.example/',
    'https://as.example/tenant',
    'https://as.example:8443',
  ])
    assert.equal(issuerProblem(issuer), undefined, issuer)
  for (const issuer of ['https://as.example?x', 'https://as.example/#', 'https://as.example/?'])
    assert.match(issuerProblem(issuer) ?? '', /query and fragment/, issuer)
})

test('RFC 8252 §7.3: http is allowed on loopback alone', () => {
  for (const issuer of ['http://127.0.0.1:9000', 'http://[::1]:9000', 'http://localhost:9000'])
    assert.equal(issuerProblem(issuer), undefined, issuer)
  for (const issuer of [
    'http://as.example',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'ftp://localhost',
  ])
    assert.match(issuerProblem(issuer) ?? '', /https/, issuer)
})

test('RFC 8414 §3.3: an issuer is compared as text, so only its normal form will do', () => {
  assert.match(issuerProblem('as.example') ?? '', /absolute/)
  assert.match(issuerProblem('https://user@as.example') ?? '', /without user/)
  assert.match(issuerProblem('https://as.example/tenant/') ?? '', /end in/)
  for (const issuer of [
    'https://AS.example',
    'https://as.example:443',
    'HTTPS://as.example',
    'https://as.example/a/../b',
  ])
    assert.match(issuerProblem(issuer) ?? '', /normal form/, issuer)
})
