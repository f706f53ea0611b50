// RFC 9700 §4.4, RFC 9207
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorizationUrl, authorize, consent, issuer, logIn, startTarget } from './target.ts'

test('RFC 9207 §2: a successful response names its issuer', async () => {
  const left = await authorize((await startTarget()).openBrowser())
  assert.equal(left.searchParams.get('iss'), issuer)
  assert.deepEqual(left.searchParams.getAll('iss').length, 1)
})

test('RFC 9207 §2: a form_post response names its issuer', async () => {
  const browser = (await startTarget()).openBrowser()
  const page = await consent(
    browser,
    await logIn(browser, await browser.open(authorizationUrl({ response_mode: 'form_post' }))),
  )
  assert.deepEqual(
    page.forms[0]?.fields.filter(([name]) => name === 'iss'),
    [['iss', issuer]],
  )
})

test('RFC 9207 §2: a response in the fragment names its issuer', async () => {
  const target = await startTarget({ dangerouslyAllowImplicit: true })
  const left = await authorize(target.openBrowser(), { client_id: 'legacy', response_type: 'token' })
  assert.equal(new URLSearchParams(left.hash.slice(1)).get('iss'), issuer)
})

const errors = [
  ['invalid_scope', { scope: 'no_such_scope' }],
  ['invalid_request', { code_challenge: undefined }],
  ['unsupported_response_type', { response_type: 'code token' }],
  ['login_required', { prompt: 'none' }],
  ['request_not_supported', { request: 'e30.e30.' }],
  ['invalid_target', { resource: 'https://evil.example/' }],
] as const

for (const [error, changes] of errors)
  test(`RFC 9207 §2: an error response names its issuer: ${error}`, async () => {
    const left = await authorize((await startTarget()).openBrowser(), changes)
    assert.equal(left.searchParams.get('error'), error)
    assert.equal(left.searchParams.get('iss'), issuer)
    assert.equal(left.searchParams.get('state'), 'state-1')
  })

test('RFC 9207 §2: a refusal by the user names its issuer', async () => {
  const browser = (await startTarget()).openBrowser()
  const asked = await logIn(browser, await browser.open(authorizationUrl()))
  const { left } = await consent(browser, asked, { decision: 'deny' })
  assert.equal(left?.searchParams.get('error'), 'access_denied')
  assert.equal(left?.searchParams.get('iss'), issuer)
})

test('RFC 9207 §2.3: the metadata says so, and its issuer is the same to the letter', async () => {
  for (const name of [issuer, 'https://as.example/tenant/7']) {
    const { server } = await startTarget({ issuer: name })
    assert.equal(server.metadata.authorization_response_iss_parameter_supported, true)
    assert.equal(server.metadata.issuer, name)
  }
})

test('RFC 9700 §4.4.2.1: what the client sends as `iss` has no influence', async () => {
  const left = await authorize((await startTarget()).openBrowser(), { iss: 'https://evil.example' })
  assert.deepEqual(left.searchParams.getAll('iss'), [issuer])
})
