import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calculateJwkThumbprint, EmbeddedJWK, importJWK, jwtVerify } from 'jose'
import { createSecretLedger } from '../secret/secret.ts'
import { makeDpopProof, type ProofParts, thumbprintOf } from './dpop-proof.ts'
import { makeKeyPair, splitJws } from './forge-jws.ts'

const secrets = createSecretLedger()
const key = makeKeyPair('ES256', secrets)
const now = () => 1_800_000_000_000

function proof(parts: Partial<ProofParts> = {}): string {
  const good = { key, method: 'GET', url: 'https://api.example/items?a=1#b', now }
  return makeDpopProof({ ...good, ...parts }, secrets).reveal()
}

test('RFC 9449 §4.2: an unchanged proof is a good one', async () => {
  const accessToken = secrets.secret('access token', 'abc')
  const made = proof({ accessToken, nonce: 'n1' })
  const { payload, protectedHeader } = await jwtVerify(made, EmbeddedJWK, { typ: 'dpop+jwt' })
  assert.deepEqual(protectedHeader, { typ: 'dpop+jwt', alg: 'ES256', jwk: key.publicJwk })
  const { jti, ...rest } = payload
  assert.ok(typeof jti === 'string' && jti.length > 20)
  assert.deepEqual(rest, {
    htm: 'GET',
    htu: 'https://api.example/items',
    iat: 1_800_000_000,
    ath: 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0',
    nonce: 'n1',
  })
})

test('RFC 9449 §4.2: without token and nonce neither `ath` nor `nonce` is there', () => {
  const claims = splitJws(proof())?.payload ?? {}
  assert.deepEqual(Object.keys(claims).sort(), ['htm', 'htu', 'iat', 'jti'])
})

test('RFC 9449 §4.3: each member can be changed or left out', () => {
  const parts = splitJws(proof({ change: { header: { typ: undefined }, claims: { htm: 'PUT', jti: undefined } } }))
  assert.ok(parts !== undefined && !('typ' in parts.header) && !('jti' in parts.payload))
  assert.equal(parts.payload.htm, 'PUT')
})

test('RFC 9449 §4.3: another key signs while the first one stands in the header', async () => {
  const made = proof({ change: { key: makeKeyPair('ES256', secrets) } })
  assert.deepEqual(splitJws(made)?.header.jwk, key.publicJwk)
  await assert.rejects(async () => jwtVerify(made, await importJWK({ ...key.publicJwk }, 'ES256')))
})

test('RFC 9449 §4.2: each proof has its own `jti`', () => {
  assert.notEqual(splitJws(proof())?.payload.jti, splitJws(proof())?.payload.jti)
})

for (const alg of ['ES256', 'RS256', 'EdDSA'])
  test(`RFC 7638 §3: the thumbprint of a key for ${alg} is what an outside library computes`, async () => {
    const { publicJwk } = makeKeyPair(alg, secrets)
    assert.equal(thumbprintOf(publicJwk), await calculateJwkThumbprint({ ...publicJwk }))
  })
