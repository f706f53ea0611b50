import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeKeyPair, splitJws } from '../node/forge-jws.ts'
import { createSecretLedger } from '../secret/secret.ts'
import type { TestClient } from '../target/target.ts'
import { fieldValue } from '../wire/exchange.ts'
import { clientRequest, methodOf } from './client-authentication.ts'
import { isSignedByOneOf } from './jws-signature.ts'
import { clientWith, metadata, serverWith } from './testing/scripted-server.ts'

const secrets = createSecretLedger()
const secret = secrets.secret('client secret', 'a b+c%:ü')

function requestOf(client: TestClient, change: Parameters<typeof serverWith>[0] = {}) {
  const parts = { server: serverWith(change), secrets, now: () => 1_700_000_000_000 }
  const request = clientRequest('token_endpoint', [['grant_type', 'x']], client, parts)
  return { request, form: new URLSearchParams(request.body) }
}

describe('clientRequest', () => {
  test('RFC 6749 §2.3.1: both parts of Basic are form-encoded first', () => {
    const { request, form } = requestOf(
      clientWith({ clientId: 'a:b c', credential: { method: 'client_secret_basic', secret } }),
    )
    const [, text = ''] = fieldValue(request.headers, 'authorization')?.split(' ') ?? []
    assert.equal(atob(text), 'a%3Ab+c:a+b%2Bc%25%3A%C3%BC')
    assert.deepEqual([...form.keys()], ['grant_type'])
    assert.ok(secrets.all().some(each => each.reveal() === text))
  })

  test('RFC 6749 §2.3.1: in the body, client_id and client_secret', () => {
    const { request, form } = requestOf(clientWith({ credential: { method: 'client_secret_post', secret } }))
    assert.equal(form.get('client_id'), 'web')
    assert.equal(form.get('client_secret'), secret.reveal())
    assert.equal(fieldValue(request.headers, 'authorization'), undefined)
  })

  test('RFC 6749 §3.2.1: a public client sends its client_id alone', () => {
    const { form } = requestOf(clientWith({ credential: { method: 'none' } }))
    assert.deepEqual(
      [...form],
      [
        ['grant_type', 'x'],
        ['client_id', 'web'],
      ],
    )
  })

  test('RFC 7523 §3: an assertion is by and about the client, for the issuer, once and for a minute', async () => {
    const key = makeKeyPair('ES256', secrets)
    const { form } = requestOf(clientWith({ credential: { method: 'private_key_jwt', key } }))
    const assertion = form.get('client_assertion') ?? ''
    const { header, payload } = splitJws(assertion) ?? {}
    assert.equal(form.get('client_assertion_type'), 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    const { jti, ...claims } = payload ?? {}
    assert.deepEqual(claims, { iss: 'web', sub: 'web', aud: metadata.issuer, iat: 1_700_000_000, exp: 1_700_000_060 })
    assert.equal(String(jti).length, 43)
    assert.ok(await isSignedByOneOf(assertion, header ?? {}, [{ ...key.publicJwk }]))
    assert.ok(secrets.all().some(each => each.reveal() === assertion))
    const again = requestOf(clientWith({ credential: { method: 'private_key_jwt', key } })).form.get('client_assertion')
    assert.notEqual(splitJws(again ?? '')?.payload['jti'], jti)
  })

  test('Okta and Entra ID want the token endpoint as its audience', () => {
    const key = makeKeyPair('ES256', secrets)
    const client = clientWith({ credential: { method: 'private_key_jwt', key } })
    for (const provider of ['okta', 'entra'] as const) {
      const { form } = requestOf(client, { provider })
      assert.equal(splitJws(form.get('client_assertion') ?? '')?.payload['aud'], metadata.token_endpoint)
    }
  })

  test('RFC 8414 §2: an RSA key signs by an algorithm that the server takes', () => {
    const key = makeKeyPair('RS256', secrets)
    const client = clientWith({ credential: { method: 'private_key_jwt', key } })
    const alg = (supported?: readonly string[]) => {
      const change = supported && {
        metadata: { ...metadata, token_endpoint_auth_signing_alg_values_supported: supported },
      }
      return splitJws(requestOf(client, change).form.get('client_assertion') ?? '')?.header['alg']
    }
    assert.equal(alg(), 'RS256')
    assert.equal(alg(['ES256', 'PS256']), 'PS256')
    assert.equal(alg(['ES256']), 'RS256')
  })

  test('OpenID Connect Core §9: an assertion may be made with the secret', async () => {
    const { form } = requestOf(clientWith({ credential: { method: 'client_secret_jwt', secret } }))
    const assertion = form.get('client_assertion') ?? ''
    const k = Buffer.from(secret.reveal()).toString('base64url')
    assert.ok(await isSignedByOneOf(assertion, { alg: 'HS256' }, [{ kty: 'oct', k }]))
  })

  test('RFC 8705 §5: a client with a certificate goes to the alias, and shows it', () => {
    const certificate = { certificate: 'PEM', privateKey: 'PEM' }
    const client = clientWith({ credential: { method: 'tls_client_auth', certificate } })
    const aliases = { mtls_endpoint_aliases: { token_endpoint: 'https://mtls.as.example/token' } }
    const { request, form } = requestOf(client, { metadata: { ...metadata, ...aliases } })
    assert.equal(request.origin, 'https://mtls.as.example')
    assert.equal(request.certificate, certificate)
    assert.equal(form.get('client_id'), 'web')
    assert.equal(requestOf(client).request.origin, 'https://as.example')
    const plain = { mtls_endpoint_aliases: { token_endpoint: 'http://mtls.as.example/token' } }
    assert.equal(requestOf(client, { metadata: { ...metadata, ...plain } }).request.origin, 'https://as.example')
  })

  test('an endpoint that the server does not have is a bug of whoever asks', () => {
    const parts = { server: serverWith({ metadata: {} }), secrets, now: () => 0 }
    assert.throws(() => clientRequest('token_endpoint', [], clientWith(), parts), /has no `token_endpoint`/)
    const elsewhere = clientRequest('https://as.example/par?x=1', [], clientWith(), parts)
    assert.equal(elsewhere.target, '/par?x=1')
  })
})

describe('methodOf', () => {
  const method = (supported: readonly string[] | undefined, registered: 'client_secret_basic' | 'client_secret_post') =>
    methodOf(clientWith({ credential: { method: registered, secret } }), {
      ...serverWith(),
      metadata: { token_endpoint_auth_methods_supported: supported },
    })

  test('RFC 8414 §2: the registered method, unless the server does not know it', () => {
    assert.equal(method(undefined, 'client_secret_post'), 'client_secret_post')
    assert.equal(method(['client_secret_basic', 'client_secret_post'], 'client_secret_post'), 'client_secret_post')
    assert.equal(method(['client_secret_post', 'private_key_jwt'], 'client_secret_basic'), 'client_secret_post')
    assert.equal(method(['private_key_jwt'], 'client_secret_basic'), 'client_secret_basic')
    const certificate = { certificate: 'PEM', privateKey: 'PEM' }
    const server = {
      ...serverWith(),
      metadata: { token_endpoint_auth_methods_supported: ['self_signed_tls_client_auth'] },
    }
    assert.equal(
      methodOf(clientWith({ credential: { method: 'tls_client_auth', certificate } }), server),
      'self_signed_tls_client_auth',
    )
  })
})
