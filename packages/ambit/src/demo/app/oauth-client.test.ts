import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import { isRefusal, parseForm } from '@ambit/protocol'
import { OAuthClient } from './oauth-client.ts'
import { type Failure, readTokens, type Tokens } from './tokens.ts'

const issuer = 'http://localhost:1'
const places = { issuer, api: 'http://localhost:2', app: 'http://127.0.0.1:3' }
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const strangeKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  introspection_endpoint: `${issuer}/introspect`,
  revocation_endpoint: `${issuer}/revoke`,
  userinfo_endpoint: `${issuer}/userinfo`,
  end_session_endpoint: `${issuer}/logout`,
  jwks_uri: `${issuer}/jwks`,
}

/** How the server of a test differs from a good one. */
type Difference = {
  readonly metadata?: object
  readonly claims?: object
  readonly header?: object
  readonly tokens?: object
  readonly key?: KeyObject
}

function clientOf(difference: Difference = {}) {
  let nonce = ''
  const answers: Readonly<Record<string, () => object>> = {
    '/.well-known/openid-configuration': () => ({ ...metadata, ...difference.metadata }),
    '/jwks': () => ({ keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256' }] }),
    '/token': () => ({
      access_token: 'at',
      token_type: 'Bearer',
      scope: 'a',
      id_token: idToken(),
      ...difference.tokens,
    }),
  }
  const idToken = (): string => {
    const exp = Math.floor(Date.now() / 1000) + 60
    const claims = { iss: issuer, aud: 'app', sub: 'ada', exp, nonce, ...difference.claims }
    const parts = [{ alg: 'ES256', kid: 'k', ...difference.header }, claims].map(part =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    )
    const signer = { key: difference.key ?? key.privateKey, dsaEncoding: 'ieee-p1363' } as const
    return [...parts, sign('sha256', Buffer.from(parts.join('.')), signer).toString('base64url')].join('.')
  }
  const fetch = async (url: string) => Response.json(answers[new URL(url).pathname]?.() ?? {})
  const client = new OAuthClient({ places, clientId: 'app', clientSecret: 'secret', fetch })
  const finish = async (query: (state: string) => string): Promise<Tokens | Failure> => {
    const { pending } = await client.begin({ scope: 'openid', resources: ['urn:r'] })
    nonce = pending.nonce
    const parameters = parseForm(query(pending.state))
    return isRefusal(parameters) ? assert.fail() : client.finish(parameters, pending, 'urn:r')
  }
  return { client, finish }
}

const goodAnswer = (state: string) => `state=${state}&iss=${issuer}&code=c`

test('RFC 6749 §4.1.1, RFC 7636 §4.3: the authorization request', async () => {
  const { url, pending } = await clientOf().client.begin({ scope: 'openid a', resources: ['urn:a', 'urn:b'] })
  const query = new URL(url).searchParams
  assert.equal(query.get('response_type'), 'code')
  assert.equal(query.get('redirect_uri'), `${places.app}/callback`)
  assert.equal(query.get('code_challenge_method'), 'S256')
  assert.equal(query.get('state'), pending.state)
  assert.equal(query.get('nonce'), pending.nonce)
  assert.deepEqual(query.getAll('resource'), ['urn:a', 'urn:b'])
  assert.equal(url.includes(pending.verifier), false)
})

test('RFC 6749 §4.1.4: a good answer gives tokens', async () => {
  const tokens = await clientOf().finish(goodAnswer)
  assert.equal(tokens.kind === 'tokens' && tokens.accessToken, 'at')
})

for (const [name, query, wanted] of [
  ['RFC 6749 §10.12: another state', () => `state=other&iss=${issuer}&code=c`, /no login that began here/],
  [
    'RFC 9207 §2.4: another issuer',
    (state: string) => `state=${state}&iss=http://evil&code=c`,
    /another authorization server/,
  ],
  ['RFC 9207 §2.4: no issuer', (state: string) => `state=${state}&code=c`, /another authorization server/],
  ['RFC 6749 §4.1.2.1: an error', (state: string) => `state=${state}&iss=${issuer}&error=access_denied`, /refused/],
  [
    'RFC 6749 §4.1.2: neither code nor error',
    (state: string) => `state=${state}&iss=${issuer}`,
    /neither code nor error/,
  ],
] as const)
  test(`${name} gives no tokens`, async () => {
    const failure = await clientOf().finish(query)
    assert.match(failure.kind === 'failed' ? failure.description : '', wanted)
  })

for (const [name, difference, wanted] of [
  ['no ID token', { tokens: { id_token: undefined } }, /has no ID token/],
  ['another issuer', { claims: { iss: 'http://evil' } }, /another issuer/],
  ['another audience', { claims: { aud: 'other' } }, /another client/],
  ['another nonce', { claims: { nonce: 'other' } }, /another login/],
  ['expired', { claims: { exp: 1 } }, /has expired/],
  ['no expiry', { claims: { exp: undefined } }, /has expired/],
  ['the signature of a stranger', { key: strangeKey.privateKey }, /not signed/],
  ['an unknown key', { header: { kid: 'other' } }, /not signed/],
  ['another algorithm', { header: { alg: 'none' } }, /not signed/],
] as const)
  test(`OpenID Connect Core §3.1.3.7: the ID token is judged: ${name}`, async () => {
    const failure = await clientOf(difference).finish(goodAnswer)
    assert.match(failure.kind === 'failed' ? failure.description : '', wanted)
  })

test('RFC 8414 §3.3: metadata of another issuer is not used', async () => {
  const { client } = clientOf({ metadata: { issuer: 'http://evil' } })
  await assert.rejects(client.begin({ scope: 'a', resources: [] }), /another issuer/)
})

test('RFC 8414 §2: metadata without an endpoint is not used', async () => {
  const { client } = clientOf({ metadata: { token_endpoint: undefined } })
  await assert.rejects(client.begin({ scope: 'a', resources: [] }), /no `token_endpoint`/)
})

for (const [name, status, value, wanted] of [
  [
    'an error',
    400,
    { error: 'invalid_grant', error_description: 'gone' },
    { error: 'invalid_grant', description: 'gone' },
  ],
  ['an error without words', 502, {}, { error: 'unknown', description: 'refused' }],
  ['no token', 200, { token_type: 'Bearer', scope: 'a' }, { description: 'the answer has no token' }],
  ['no scope', 200, { token_type: 'Bearer', access_token: 'a' }, { description: 'the answer has no token' }],
  [
    'another type',
    200,
    { token_type: 'DPoP', access_token: 'a', scope: 'a' },
    { description: 'the token is not of type Bearer' },
  ],
] as const)
  test(`RFC 6749 §5: a token response is judged: ${name}`, () => {
    assert.partialDeepStrictEqual(readTokens({ status, value }), { kind: 'failed', ...wanted })
  })
