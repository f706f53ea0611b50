import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signJws } from '../node/forge-jws.ts'
import { makeKeyPair } from '../node/signing-key.ts'
import type { AuthorizationOutcome } from '../run/probe-context.ts'
import { createSecretLedger } from '../secret/secret.ts'
import type { Send } from '../wire/exchange.ts'
import { openResponse } from './signed-response.ts'

const secrets = createSecretLedger()
const [key, other] = [makeKeyPair('ES256', secrets), makeKeyPair('ES256', secrets)]
const issuer = 'https://as.example'
const now = 1_700_000_000

const sendKeys: Send = async request => ({
  request,
  sentAt: 0,
  duration: 1,
  kind: 'answered',
  response: { status: 200, headers: [], body: JSON.stringify({ keys: [key.publicJwk] }), isCut: false },
})
const access = {
  server: {
    issuer,
    metadata: { jwks_uri: `${issuer}/jwks` },
    provider: 'unknown',
    clients: [],
    users: [],
    isUnderTest: true,
  },
  send: sendKeys,
  secrets,
  now: () => now * 1000,
  wait: async () => {},
} as const

const goodClaims = { iss: issuer, aud: 'app', exp: now + 60, code: 'the-code-of-somebody', state: 's' }

async function opened(claims: Readonly<Record<string, unknown>>, by = key, alg = 'ES256') {
  const response = signJws({ header: { alg }, payload: claims, key: by })
  const outcome: AuthorizationOutcome = {
    kind: 'redirected',
    location: `https://app.example/callback?response=${response}`,
    parameters: new Map([['response', response]]),
  }
  const seen = await openResponse(outcome, 'app', access)
  assert.ok(seen.kind === 'redirected')
  return seen
}

test('JARM §2.4: the parameters are those inside a response that the server has signed', async () => {
  const { parameters, problem } = await opened(goodClaims)
  assert.equal(problem, undefined)
  assert.deepEqual(
    [...parameters],
    [
      ['iss', issuer],
      ['code', 'the-code-of-somebody'],
      ['state', 's'],
    ],
  )
  assert.ok(secrets.all().some(secret => secret.reveal() === 'the-code-of-somebody'))
})

const mistakes = [
  ['another issuer', { ...goodClaims, iss: 'https://evil.example' }, /another issuer/],
  ['another client', { ...goodClaims, aud: 'somebody' }, /not for the client `app`/],
  ['no end', { ...goodClaims, exp: undefined }, /no `exp`/],
  ['an end that is over', { ...goodClaims, exp: now - 61 }, /has expired/],
] as const
for (const [name, claims, words] of mistakes)
  test(`JARM §2.4: a signed response with ${name} is not believed`, async () => {
    assert.match((await opened(claims)).problem ?? '', words)
  })

test('JARM §2.4: a response that is signed by nobody, or by somebody else, is not believed', async () => {
  assert.match((await opened(goodClaims, other)).problem ?? '', /does not fit any key/)
  assert.match((await opened(goodClaims, key, 'none')).problem ?? '', /does not fit any key/)
})

test('JARM §2.4: an answer without a signed response is left as it is', async () => {
  const plain: AuthorizationOutcome = { kind: 'redirected', location: 'https://app.example/', parameters: new Map() }
  assert.equal(await openResponse(plain, 'app', access), plain)
})
