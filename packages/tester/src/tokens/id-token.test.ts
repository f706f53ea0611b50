import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeKeyPair, signJws } from '../node/forge-jws.ts'
import { createSecretLedger, type SecretLedger } from '../secret/secret.ts'
import type { KeyPair } from '../target/target.ts'
import { problemOfIdToken } from './id-token.ts'
import { isSignedByOneOf } from './jws-signature.ts'
import { accessTo, clientWith, issuer } from './testing/scripted-server.ts'

const ledger = createSecretLedger()
const keys: Readonly<Record<string, KeyPair>> = Object.fromEntries(
  ['ES256', 'ES384', 'RS256', 'EdDSA'].map(alg => [alg, makeKeyPair(alg, ledger)]),
)
const stranger = makeKeyPair('ES256', ledger)
const keyFor = (alg: string): KeyPair => keys[alg] ?? stranger
const now = 1_700_000_000
const claims = { iss: issuer, aud: 'web', sub: 'ada', iat: now, exp: now + 60, nonce: 'n' }

type Change = {
  readonly alg?: string
  readonly claims?: object
  readonly key?: KeyPair | { readonly secret: string }
  readonly jwks?: unknown
}

async function problem({
  alg = 'ES256',
  claims: changed = {},
  key = keyFor(alg),
  jwks,
}: Change): Promise<string | undefined> {
  const published = jwks ?? { keys: [...Object.values(keys).map(each => each.publicJwk), 'nonsense', { kty: 'EC' }] }
  const access = accessTo({ '/jwks': () => ({ body: published }) })
  const payload = { ...claims, ...changed }
  const token = access.secrets.secret('ID token', signJws({ header: { alg }, payload, key }))
  return problemOfIdToken(token, { client: clientWith({}, silent), nonce: 'n' }, access)
}

const silent: SecretLedger = createSecretLedger()

describe('problemOfIdToken', () => {
  test('OpenID Connect Core §3.1.3.7: a good one has none, whatever signed it', async () => {
    for (const alg of ['ES256', 'ES384', 'RS256', 'EdDSA']) assert.equal(await problem({ alg }), undefined, alg)
    assert.equal(await problem({ alg: 'PS256', key: keyFor('RS256') }), undefined)
    assert.equal(await problem({ alg: 'HS256', key: { secret: 's3cret of the client' } }), undefined)
    assert.equal(await problem({ claims: { aud: ['web', 'x'], azp: 'web' } }), undefined)
  })

  const refused: readonly (readonly [string, Change, RegExp])[] = [
    ['another issuer', { claims: { iss: `${issuer}/` } }, /another issuer/],
    ['another client', { claims: { aud: 'other' } }, /not for the client `web`/],
    ['several clients without `azp`', { claims: { aud: ['web', 'x'] } }, /`azp` does not name/],
    ['no exp', { claims: { exp: 'soon' } }, /has no `exp`/],
    ['expired', { claims: { exp: now - 60 } }, /has expired/],
    ['no iat', { claims: { iat: undefined } }, /has no `iat`/],
    ['no sub', { claims: { sub: '' } }, /has no `sub`/],
    ['another nonce', { claims: { nonce: 'm' } }, /`nonce` is not the one/],
    ['no nonce', { claims: { nonce: undefined } }, /`nonce` is not the one/],
    ['a stranger’s key', { key: stranger }, /signature does not fit/],
    ['no signature', { alg: 'none' }, /signature does not fit/],
    ['an HMAC with the public key', { alg: 'HS256', key: { secret: 'public' } }, /signature does not fit/],
    ['a key for encryption', { jwks: { keys: [{ ...keyFor('ES256').publicJwk, use: 'enc' }] } }, /does not fit/],
    [
      'a key for another algorithm',
      { jwks: { keys: [{ ...keyFor('ES256').publicJwk, alg: 'ES384' }] } },
      /does not fit/,
    ],
    ['keys that are none', { jwks: 'x' }, /keys did not come/],
  ]
  for (const [name, change, wanted] of refused)
    test(`OpenID Connect Core §3.1.3.7: ${name} is refused`, async () => {
      assert.match((await problem(change)) ?? '', wanted)
    })

  test('RFC 7515 §2: a signature is base64url without padding, and nothing else', async () => {
    const key = keyFor('RS256')
    const tokens = Array.from({ length: 20 }, (_, jti) => signJws({ header: { alg: 'RS256' }, payload: { jti }, key }))
    const text = tokens.find(each => /[-_]/.test(each.split('.')[2] ?? '')) ?? ''
    const published = [{ ...key.publicJwk }]
    assert.equal(await isSignedByOneOf(text, { alg: 'RS256' }, published), true)
    const end = text.lastIndexOf('.')
    const standard = text.slice(end).replaceAll('-', '+').replaceAll('_', '/')
    assert.equal(await isSignedByOneOf(text.slice(0, end) + standard, { alg: 'RS256' }, published), false)
    assert.equal(await isSignedByOneOf(`${text}==`, { alg: 'RS256' }, published), false)
  })

  test('what is no JWT, an HMAC for a public client, and a server without keys', async () => {
    const access = accessTo({}, { metadata: {} })
    const token = (text: string) => access.secrets.secret('ID token', text)
    const client = clientWith({ credential: { method: 'none' } })
    assert.match((await problemOfIdToken(token('x'), { client }, access)) ?? '', /no signed JWT/)
    const hmac = signJws({ header: { alg: 'HS256' }, payload: claims, key: { secret: 'x' } })
    assert.match((await problemOfIdToken(token(hmac), { client }, access)) ?? '', /the client has no secret/)
    const signed = signJws({ header: { alg: 'ES256' }, payload: claims, key: keyFor('ES256') })
    assert.match((await problemOfIdToken(token(signed), { client }, access)) ?? '', /has no `jwks_uri`/)
  })
})
