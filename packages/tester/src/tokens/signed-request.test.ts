import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitJws } from '../node/forge-jws.ts'
import { makeKeyPair } from '../node/signing-key.ts'
import { createSecretLedger } from '../secret/secret.ts'
import type { ServerTarget, TestClient } from '../target/target.ts'
import type { Pair } from './endpoint-request.ts'
import { isSignedByOneOf } from './jws-signature.ts'
import { sealRequest } from './signed-request.ts'

const secrets = createSecretLedger()
const key = makeKeyPair('ES256', secrets)

const signing: TestClient = {
  name: 'app',
  clientId: 'app',
  credential: { method: 'private_key_jwt', key },
  redirectUris: ['https://app.example/callback'],
  grantTypes: ['authorization_code'],
  mayIntrospect: false,
}
const good: readonly Pair[] = [
  ['response_type', 'code'],
  ['client_id', 'app'],
  ['scope', 'openid'],
  ['state', 's'],
]

function sealed(pairs: readonly Pair[], client: TestClient, metadata: ServerTarget['metadata']) {
  const server = {
    issuer: 'https://as.example',
    metadata,
    provider: 'unknown',
    clients: [],
    users: [],
    isUnderTest: true,
  } as const
  return sealRequest(pairs, client, { server, secrets, now: () => 1_700_000_000_000 })
}

const demanding = { require_signed_request_object: true }

test('RFC 9101 §4: a request is left as it is where nobody demands a signature', () => {
  assert.deepEqual(sealed(good, signing, {}), { kind: 'sealed', pairs: good })
})

test('RFC 9101 §10.5: it is signed by the client’s key where the server demands it', async () => {
  const made = sealed(good, signing, demanding)
  assert.ok(made.kind === 'sealed')
  assert.deepEqual(
    made.pairs.map(([name]) => name),
    ['response_type', 'client_id', 'scope', 'request'],
  )
  const object = made.pairs.at(-1)?.[1] ?? ''
  const { header = {}, payload = {} } = splitJws(object) ?? {}
  assert.ok(await isSignedByOneOf(object, header, [{ ...key.publicJwk }]))
  const { iss, aud, state, nbf, exp } = payload
  assert.deepEqual([iss, aud, state, nbf, exp], ['app', 'https://as.example', 's', 1_700_000_000, 1_700_000_120])
})

test('RFC 9101 §4: it is signed for a client that must, and several resources are a list', () => {
  const pairs: readonly Pair[] = [...good, ['resource', 'https://a.example'], ['resource', 'https://b.example']]
  const made = sealed(pairs, { ...signing, signsRequests: true }, {})
  assert.ok(made.kind === 'sealed')
  const { payload = {} } = splitJws(made.pairs.at(-1)?.[1] ?? '') ?? {}
  assert.deepEqual(payload['resource'], ['https://a.example', 'https://b.example'])
})

test('RFC 9101 §4: what cannot be said by a JSON object, or signed without a key, is not sent', () => {
  const twice = sealed([...good, ['state', 'other']], signing, demanding)
  assert.ok(twice.kind === 'unsealable' && twice.reason.includes('`state` twice'))
  const keyless = sealed(good, { ...signing, credential: { method: 'none' } }, demanding)
  assert.ok(keyless.kind === 'unsealable' && keyless.reason.includes('has no key'))
})

test('JARM §2.3: a signed response is asked for where the client wants one, and not twice', () => {
  const wishing: TestClient = { ...signing, responseMode: 'jwt' }
  const made = sealed(good, wishing, {})
  assert.ok(made.kind === 'sealed')
  assert.deepEqual(made.pairs.at(-1), ['response_mode', 'jwt'])
  const said: readonly Pair[] = [...good, ['response_mode', 'fragment']]
  assert.deepEqual(sealed(said, wishing, {}), { kind: 'sealed', pairs: said })
})
