import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { createSecretLedger } from '../secret/secret.ts'
import type { TestIssuer } from '../target/target.ts'
import { isJwt, makeKeyPair, splitJws } from './forge-jws.ts'
import { forgeToken, type TokenChange } from './forge-token.ts'

const secrets = createSecretLedger()
const now = () => 1_800_000_000_000
const key = makeKeyPair('ES256', secrets)
const testIssuer: TestIssuer = {
  issuer: 'https://as.example',
  keys: [{ kid: 'k1', alg: 'ES256', key, role: 'signing' }],
  claims: { tenant: 'north', acr: 'basic' },
  subjects: { users: ['gerda', 'kay'], clients: ['till', 'other'] },
}
const operation = { resource: 'https://api.example' }

function forge(change: TokenChange = {}): string {
  return forgeToken({ testIssuer, secrets, now }, operation, change).reveal()
}

const claims = (change: TokenChange) => splitJws(forge(change))?.payload ?? {}

test('RFC 9068 §2.2: an unchanged token is a good one', async () => {
  const token = forge({ scope: ['items', 'items:write'] })
  const { payload } = await jwtVerify(token, await importJWK({ ...key.publicJwk }, 'ES256'), {
    typ: 'at+jwt',
    issuer: 'https://as.example',
    audience: 'https://api.example',
    requiredClaims: ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'],
    currentDate: new Date(now()),
  })
  assert.equal(payload.scope, 'items items:write')
  assert.equal(payload.sub, 'gerda')
  assert.equal(payload.tenant, 'north')
  assert.deepEqual(decodeProtectedHeader(token), { alg: 'ES256', kid: 'k1', typ: 'at+jwt' })
})

test('RFC 9068 §2.2: each token has its own `jti`', () => {
  assert.notEqual(claims({}).jti, claims({}).jti)
})

test('RFC 9068 §2.2: a token without scope has an empty one, or that of the issuer', () => {
  assert.equal(claims({}).scope, '')
  assert.equal(claims({ scope: [] }).scope, '')
  const withScope = { ...testIssuer, claims: { scope: 'items' } }
  const token = forgeToken({ testIssuer: withScope, secrets, now }, operation).reveal()
  assert.equal(splitJws(token)?.payload.scope, 'items')
})

describe('holders', () => {
  const table: readonly (readonly [TokenChange, string, string])[] = [
    [{}, 'gerda', 'till'],
    [{ holder: { kind: 'user', user: 'second' } }, 'kay', 'till'],
    [{ holder: { kind: 'client', client: 'first' } }, 'till', 'till'],
    [{ holder: { kind: 'client', client: 'second' } }, 'other', 'other'],
  ]
  for (const [change, sub, client] of table) {
    test(`RFC 9068 §2.2: a token of ${sub} by ${client} says so`, () => {
      assert.equal(claims(change).sub, sub)
      assert.equal(claims(change).client_id, client)
    })
  }

  test('RFC 9068 §2.2.1: only a user has logged in', () => {
    assert.equal(claims({}).auth_time, 1_800_000_000)
    assert.equal(claims({ holder: { kind: 'client', client: 'first' } }).auth_time, undefined)
  })

  test('where nobody is known by name, users and clients differ still', () => {
    const nobody = { ...testIssuer, subjects: {} }
    const subjects = (['first', 'second'] as const).flatMap(which =>
      [{ kind: 'user', user: which } as const, { kind: 'client', client: which } as const].map(
        holder =>
          splitJws(forgeToken({ testIssuer: nobody, secrets, now }, operation, { holder }).reveal())?.payload.sub,
      ),
    )
    assert.equal(new Set(subjects).size, 4)
  })
})

describe('changes', () => {
  test('a claim or header that is set to `undefined` is left out', () => {
    const parts = splitJws(forge({ claims: { aud: undefined }, header: { typ: undefined } }))
    assert.ok(parts !== undefined && !('aud' in parts.payload) && !('typ' in parts.header))
  })

  test('RFC 7518 §3.6: `alg` none leaves the signature out', () => {
    assert.equal(splitJws(forge({ header: { alg: 'nOnE' } }))?.signature, '')
  })

  test('RFC 7519 §4: a payload is signed as it stands', async () => {
    const token = forge({ payload: '{"scope":"a","scope":"b"}' })
    assert.equal(splitJws(token)?.payloadText, '{"scope":"a","scope":"b"}')
    await assert.doesNotReject(jwtVerify(token, await importJWK({ ...key.publicJwk }, 'ES256')))
  })

  test('a signature stands as it is given', () => {
    assert.equal(splitJws(forge({ signature: 'AAAA' }))?.signature, 'AAAA')
  })

  test('another key signs under the same header', async () => {
    const other = makeKeyPair('ES256', secrets)
    const token = forge({ key: other })
    assert.equal(splitJws(token)?.header.kid, 'k1')
    await assert.rejects(jwtVerify(token, await importJWK({ ...key.publicJwk }, 'ES256')))
  })
})

test('RFC 6750 §5.3: a forged token is in the ledger', () => {
  const own = createSecretLedger()
  const token = forgeToken({ testIssuer, secrets: own, now }, operation)
  assert.ok(own.all().includes(token) && isJwt(token.reveal()))
})

test('without a test issuer nothing is forged', () => {
  assert.throws(() => forgeToken({ secrets, now }, operation), /there is none/)
})
