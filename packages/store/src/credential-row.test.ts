import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessTokenData, spendableData } from './credential-row.ts'
import { makeAccessToken, makeCode, makeRefreshToken } from './testing/records.ts'

test('what a credential does not have takes no room in its row', () => {
  assert.equal(
    accessTokenData(makeAccessToken()),
    '{"scope":"read","audience":["https://api.example"],"issuedAt":1800000000}',
  )
  const login =
    '"scope":"read","resources":["https://api.example"],"issuedAt":1800000000,"authTime":1800000000,"acr":"1"'
  assert.equal(spendableData(makeRefreshToken()), `{${login},"amr":["pwd"],"generation":0}`)
  const { codeChallenge: _challenge, ...code } = makeCode()
  const redirect = '"redirectUri":"https://app.example/callback","isRedirectUriSent":true'
  assert.equal(spendableData(code), `{${login},"amr":["pwd"],${redirect}}`)
})
