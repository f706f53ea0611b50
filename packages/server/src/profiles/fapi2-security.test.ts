import assert from 'node:assert/strict'
import { constants, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { seconds } from '@ambit/protocol'
import { decodeJwt, SignJWT } from 'jose'
import { dpop } from '../features/dpop/dpop.ts'
import { pushedRequests } from '../features/pushed-requests/pushed-requests.ts'
import type { ServerOptions } from '../options.ts'
import { ServerOptionsError } from '../options-error.ts'
import type { ClientRecord } from '../ports/records.ts'
import { createServer, findServerProblems } from '../server.ts'
import { sentParameters } from '../testing/authorize.ts'
import {
  authorizeAsBank,
  bank,
  bankAssertion,
  openBank,
  pushAsBank,
  redeemAsBank,
  sendAsBank,
  strictAlgorithms,
  strictFeatures,
} from '../testing/bank.ts'
import { pageOf } from '../testing/browser.ts'
import { clientSecret, password } from '../testing/clients.ts'
import { push, referringQuery } from '../testing/push.ts'
import { bodyOf, outcomeOf, request } from '../testing/requests.ts'
import { tokensOf } from '../testing/token-requests.ts'
import { testTtls, testWorld } from '../testing/world.ts'
import { findClientProblems } from './judge.ts'

const { options } = await testWorld({ profile: 'fapi2-security', features: strictFeatures })
const strictDpop = dpop({ algorithms: strictAlgorithms })
const strictPushing = pushedRequests({ required: true })

test('options that say nothing against the profile are fine with it, and it fills in what they leave open', () => {
  assert.deepEqual(findServerProblems(options), [])
  const { context, metadata } = createServer(options)
  assert.equal(context.requireSenderConstraint, true)
  assert.equal(context.assertionAudience, 'issuer')
  assert.equal(context.refreshTokens, 'kept')
  assert.deepEqual(metadata.token_endpoint_auth_methods_supported, ['private_key_jwt'])
  assert.deepEqual(metadata.token_endpoint_auth_signing_alg_values_supported, ['ES256', 'EdDSA', 'PS256'])
})

/** Has keys by which the profile signs nothing. */
const oldSigner: ServerOptions['signer'] = {
  algorithms: ['ES256', 'RS256'],
  sign: () => '',
  verifyOwn: async () => undefined,
  jwks: () => ({ keys: [] }),
}

type Wrong = readonly [sentence: string, changes: Partial<ServerOptions>, path: string, rule: string]

const refusedAtStart: readonly Wrong[] = [
  ['FAPI 2.0 Security Profile §5.2.1-1: no issuer without TLS', { issuer: 'http://as.example' }, 'issuer', ''],
  [
    'FAPI 2.0 Security Profile §5.3.2.1-2: no password grant',
    { dangerouslyAllowPassword: true },
    'dangerouslyAllowPassword',
    'no-password',
  ],
  [
    'FAPI 2.0 Security Profile §5.3.2.1-4: no server that issues unbound tokens',
    { requireSenderConstraint: false },
    'requireSenderConstraint',
    'sender-constrained',
  ],
  [
    'FAPI 2.0 Security Profile §5.3.2.1-5: no server without a way to bind tokens',
    { features: [strictPushing] },
    'features',
    'sender-constrained',
  ],
  [
    'FAPI 2.0 Security Profile §5.3.2.1-6: no authentication by a secret',
    { clientAuthenticationMethods: ['private_key_jwt', 'client_secret_basic'] },
    'clientAuthenticationMethods',
    'client-authentication',
  ],
  [
    'FAPI 2.0 Security Profile §5.3.2.1-3: no public clients among the methods',
    { clientAuthenticationMethods: ['private_key_jwt', 'none'] },
    'clientAuthenticationMethods',
    'client-authentication',
  ],
  [
    'FAPI 2.0 Security Profile §5.3.2.1-8: no assertion for an endpoint',
    { assertionAudience: 'endpoint' },
    'assertionAudience',
    'assertion-audience',
  ],
  [
    'FAPI 2.0 Security Profile §5.3.2.1-9: no rotation of refresh tokens',
    { refreshTokens: 'rotated' },
    'refreshTokens',
    'no-rotation',
  ],
  [
    'FAPI 2.0 Security Profile §5.3.2.1-11: no code that lives for more than 60 seconds',
    { ttl: { ...testTtls, code: seconds(61) } },
    'ttl.code',
    'code-lifetime',
  ],
  [
    'FAPI 2.0 Security Profile §5.3.2.1-13: no proofs from more than 60 seconds ahead',
    { features: [dpop({ algorithms: strictAlgorithms, proofMaxAge: 90, clockSkew: 61 }), strictPushing] },
    'features.dpop.clockSkew',
    'clocks',
  ],
  [
    'FAPI 2.0 Security Profile §5.3.2.1-13: proofs from 10 seconds ahead are taken',
    { features: [dpop({ algorithms: strictAlgorithms, clockSkew: 9 }), strictPushing] },
    'features.dpop.clockSkew',
    'clocks',
  ],
  [
    'FAPI 2.0 Security Profile §5.3.2.2-1: no implicit grant',
    { dangerouslyAllowImplicit: true },
    'dangerouslyAllowImplicit',
    'code-only',
  ],
  [
    'FAPI 2.0 Security Profile §5.3.2.2-2: no server where nothing can be pushed',
    { features: [strictDpop] },
    'features.pushedRequests',
    'pushed-requests',
  ],
  [
    'FAPI 2.0 Security Profile §5.3.2.2-3: no server where requests need not be pushed',
    { features: [strictDpop, pushedRequests()] },
    'features.pushedRequests',
    'pushed-requests',
  ],
  [
    'FAPI 2.0 Security Profile §5.3.2.2-12: no pushed request that waits for 600 seconds',
    { features: [strictDpop, pushedRequests({ required: true, ttl: seconds(600) })] },
    'features.pushedRequests.ttl',
    'request-uri-lifetime',
  ],
  [
    'FAPI 2.0 Security Profile §5.4.1-1: no ID tokens by RS256',
    { idTokenAlgorithm: 'RS256', signer: oldSigner },
    'keys.idTokenAlgorithm',
    'algorithms',
  ],
  [
    'FAPI 2.0 Security Profile §5.4.1-1: no access tokens by RS256',
    {
      resources: options.resources.map(each => ({ ...each, algorithm: 'RS256' as const })),
      signer: oldSigner,
    },
    'resources[0].algorithm',
    'algorithms',
  ],
  [
    'FAPI 2.0 Security Profile §5.4.1-1: no assertions by RS256',
    { acceptedAlgorithms: ['PS256', 'RS256'] },
    'acceptedAlgorithms',
    'algorithms',
  ],
  [
    'FAPI 2.0 Security Profile §5.4.1-1: no proofs by RS256',
    { features: [dpop(), strictPushing] },
    'features.dpop.algorithms',
    'algorithms',
  ],
]

for (const [sentence, changes, path, rule] of refusedAtStart)
  test(sentence, () => {
    const problems = findServerProblems({ ...options, ...changes })
    const found = problems.find(problem => problem.path === path)
    assert.ok(found, JSON.stringify(problems))
    if (rule !== '') assert.match(found.message, new RegExp(`rule \`${rule}\`, FAPI 2\\.0 Security Profile §5`))
  })

test('all contradictions are told at once, and the server is not made', () => {
  const changes: Partial<ServerOptions> = {
    features: [],
    ttl: { ...testTtls, code: seconds(90) },
    refreshTokens: 'rotated',
  }
  assert.throws(
    () => createServer({ ...options, ...changes }),
    (error: unknown) => {
      assert.ok(error instanceof ServerOptionsError)
      const paths = error.problems.map(({ path }) => path)
      assert.deepEqual(paths, ['features', 'refreshTokens', 'ttl.code', 'features.pushedRequests'])
      return true
    },
  )
})

const forbiddenClients: readonly (readonly [string, Partial<ClientRecord>, string])[] = [
  ['FAPI 2.0 Security Profile §5.3.2.1-3: no public client', { authenticationMethod: 'none' }, 'authenticationMethod'],
  [
    'FAPI 2.0 Security Profile §5.3.2.1-6: no client with a secret',
    { authenticationMethod: 'client_secret_basic' },
    'authenticationMethod',
  ],
  ['FAPI 2.0 Security Profile §5.3.2.1-2: no client of the password grant', { grantTypes: ['password'] }, 'grantTypes'],
  ['FAPI 2.0 Security Profile §5.3.2.2-1: no client of the implicit grant', { grantTypes: ['implicit'] }, 'grantTypes'],
  ['FAPI 2.0 Security Profile §5.3.2.2-1: no client of tokens in front', { responseTypes: ['token'] }, 'responseTypes'],
  [
    'FAPI 2.0 Security Profile §5.3.2.2-5: no client without PKCE',
    { dangerouslyAcceptNonceInsteadOfPkce: true },
    'dangerouslyAcceptNonceInsteadOfPkce',
  ],
  [
    'FAPI 2.0 Security Profile §5.3.2.2-8: no client that is answered without TLS',
    { redirectUris: ['http://app.example/cb'] },
    'redirectUris',
  ],
  [
    'FAPI 2.0 Security Profile §5.3.2.2-8: no client that is answered without TLS, however it is written',
    { redirectUris: ['HTTP://app.example/cb'] },
    'redirectUris',
  ],
  [
    'FAPI 2.0 Security Profile §5.3.2.2-8: no web client on loopback',
    { redirectUris: ['http://127.0.0.1/cb'] },
    'redirectUris',
  ],
  [
    'FAPI 2.0 Security Profile §5.4.1-1: no client with ID tokens by RS256',
    { idTokenAlgorithm: 'RS256' },
    'idTokenAlgorithm',
  ],
]

for (const [sentence, changes, member] of forbiddenClients)
  test(sentence, async () => {
    const client: ClientRecord = { ...bank, ...changes }
    assert.ok(findClientProblems('fapi2-security', client).some(problem => problem.member === member))
    const placed = findServerProblems(options, [{ client, path: 'clients[3]' }])
    assert.ok(placed.some(({ path }) => path === `clients[3].${member}`))
    const opened = await openBank({ clients: [client] })
    assert.equal(outcomeOf(await pushAsBank(opened)), '401 invalid_client', 'it stands in the store and is not known')
    const warning = opened.world.events.find(({ kind }) => kind === 'warning')
    assert.match(JSON.stringify(warning), /the profile `fapi2-security` forbids the client `bank`/)
  })

test('FAPI 2.0 Security Profile §5.3.2.2-8: a native client may be answered on loopback', () => {
  const native: ClientRecord = { ...bank, applicationType: 'native', redirectUris: ['http://127.0.0.1/cb'] }
  assert.deepEqual(findClientProblems('fapi2-security', native), [])
})

test('FAPI 2.0 Security Profile §5.3.1: a pushed request of a client by its key gives tokens that are bound to another', async () => {
  const opened = await openBank()
  const sent = await authorizeAsBank(opened, { scope: 'openid read_pets offline_access' })
  const tokens = tokensOf(await redeemAsBank(opened, sent.get('code') ?? ''))
  assert.ok(decodeJwt(tokens.access_token)['cnf'])
  assert.ok(tokens.refresh_token)
})

test('FAPI 2.0 Security Profile §5.2.3-1: browsers are told to use TLS alone', async () => {
  const { browser } = await openBank()
  const { headers } = await browser.send({ path: '/login' })
  assert.match(String(headers['strict-transport-security']), /^max-age=\d{7,}$/)
})

test('FAPI 2.0 Security Profile §5.2.3-3: scripts of other sites do not read the authorization endpoint', async () => {
  const { browser } = await openBank()
  const { headers } = await browser.send({ path: '/authorize', headers: { origin: 'https://other.example' } })
  assert.equal(headers['access-control-allow-origin'], undefined)
})

test('FAPI 2.0 Security Profile §5.3.2.1-1: the metadata is served, and says what the profile is about', async () => {
  const { browser } = await openBank()
  const metadata = bodyOf(await browser.send({ path: '/.well-known/openid-configuration' }))
  assert.equal(metadata['require_pushed_authorization_requests'], true)
  assert.deepEqual(metadata['response_types_supported'], ['code'])
  assert.deepEqual(metadata['grant_types_supported'], ['authorization_code', 'refresh_token', 'client_credentials'])
  assert.equal(metadata['authorization_response_iss_parameter_supported'], true)
})

test('FAPI 2.0 Security Profile §5.3.2.1-2: a request of the password grant is refused', async () => {
  const form = { grant_type: 'password', username: 'alice', password: 'x' }
  assert.equal(outcomeOf(await sendAsBank(await openBank(), '/token', { form })), '400 unsupported_grant_type')
})

test('FAPI 2.0 Security Profile §5.3.2.1-4: no token is issued without a proof of possession', async () => {
  const opened = await openBank()
  const sent = await authorizeAsBank(opened)
  assert.equal(outcomeOf(await redeemAsBank(opened, sent.get('code') ?? '', { proof: 'none' })), '400 invalid_request')
  const form = { grant_type: 'client_credentials', scope: 'read_pets' }
  assert.equal(outcomeOf(await sendAsBank(opened, '/token', { form, proof: 'none' })), '400 invalid_request')
  assert.equal(outcomeOf(await sendAsBank(opened, '/token', { form })), '200')
})

test('FAPI 2.0 Security Profile §5.3.2.1-6: no secret authenticates anybody', async () => {
  const { server } = await openBank()
  const form = { grant_type: 'client_credentials', scope: 'read_pets' }
  const response = await server.handle(request({ path: '/token', form, basic: ['machine', clientSecret] }))
  assert.equal(outcomeOf(response), '401 invalid_client')
})

test('FAPI 2.0 Security Profile §5.3.2.1-7: nobody is redirected to where no client is registered', async () => {
  const opened = await openBank()
  const refused = await pushAsBank(opened, { form: { redirect_uri: 'https://evil.example/' } })
  assert.equal(outcomeOf(refused), '400 invalid_request')
  const arrival = await opened.authorize({ client_id: 'bank', redirect_uri: 'https://evil.example/' })
  assert.equal(pageOf(arrival).page, 'error')
})

for (const [name, aud] of [
  ['the token endpoint', 'https://as.example/token'],
  ['a list with the issuer', ['https://as.example']],
  ['a list with another', ['https://as.example', 'https://other.example']],
  ['the pushed request endpoint', 'https://as.example/par'],
] as const)
  test(`FAPI 2.0 Security Profile §5.3.2.1-8: no assertion whose audience is ${name}`, async () => {
    const opened = await openBank()
    assert.equal(outcomeOf(await pushAsBank(opened, { assertion: { claims: { aud } } })), '401 invalid_client')
  })

test('FAPI 2.0 Security Profile §5.3.2.1-9: a refresh token is not rotated', async () => {
  const opened = await openBank()
  const sent = await authorizeAsBank(opened, { scope: 'openid read_pets offline_access' })
  const { refresh_token } = tokensOf(await redeemAsBank(opened, sent.get('code') ?? ''))
  const form = { grant_type: 'refresh_token', refresh_token }
  for (const refreshed of [
    await sendAsBank(opened, '/token', { form }),
    await sendAsBank(opened, '/token', { form }),
  ]) {
    assert.equal(outcomeOf(refreshed), '200')
    assert.equal(bodyOf(refreshed)['refresh_token'], undefined)
  }
})

test('FAPI 2.0 Security Profile §5.3.2.1-11: a code is good for 60 seconds', async () => {
  const opened = await openBank()
  const sent = await authorizeAsBank(opened)
  opened.world.clock.advance(60)
  assert.equal(outcomeOf(await redeemAsBank(opened, sent.get('code') ?? '')), '400 invalid_grant')
})

test('FAPI 2.0 Security Profile §5.3.2.1-12: a code is bound to the key that was named for it', async () => {
  const opened = await openBank()
  const refused = await pushAsBank(opened, { form: { dpop_jkt: 'k'.repeat(43) } })
  assert.equal(outcomeOf(refused), '400 invalid_request', 'another key than that of the proof')
  const pushed = await pushAsBank(opened, { form: { dpop_jkt: 'k'.repeat(43) }, proof: 'none' })
  assert.equal(pushed.status, 201)
})

const clocks: readonly (readonly [number, string, string])[] = [
  [0, '201', '201'],
  [10, '201', '201'],
  [61, '401 invalid_client', '400 invalid_dpop_proof'],
]

for (const [ahead, asAssertion, asProof] of clocks)
  test(`FAPI 2.0 Security Profile §5.3.2.1-13: what is dated ${ahead} seconds ahead`, async () => {
    const opened = await openBank()
    const at = opened.world.clock.now() + ahead
    const statusOf = async (changes: Parameters<typeof pushAsBank>[1]) => {
      const response = await pushAsBank(opened, changes)
      return response.status === 201 ? '201' : outcomeOf(response)
    }
    assert.equal(await statusOf({ assertion: { claims: { iat: at, exp: at + 60 } } }), asAssertion)
    assert.equal(await statusOf({ assertion: { claims: { nbf: at, exp: at + 60 } } }), asAssertion)
    assert.equal(await statusOf({ proof: { claims: { iat: at } } }), asProof)
  })

for (const type of ['token', 'id_token', 'id_token token', 'code token', 'none'])
  test(`FAPI 2.0 Security Profile §5.3.2.2-1: no response type but code: ${type}`, async () => {
    const response = await pushAsBank(await openBank(), { form: { response_type: type, nonce: 'n' } })
    assert.match(outcomeOf(response), /^400 (unsupported_response_type|unauthorized_client)$/)
  })

test('FAPI 2.0 Security Profile §5.3.2.2-3: an authorization request that was not pushed is refused', async () => {
  const { authorize } = await openBank()
  const sent = sentParameters(await authorize({ client_id: 'bank' }))
  assert.equal(sent.get('error'), 'invalid_request')
  assert.equal(sent.get('code'), null)
})

test('FAPI 2.0 Security Profile §5.3.2.2-4: nothing is pushed without authentication', async () => {
  const opened = await openBank()
  assert.equal(outcomeOf(await push(opened, {}, { by: { publicClient: 'spa' } })), '401 invalid_client')
  assert.equal(outcomeOf(await push(opened, {}, { by: { publicClient: 'bank' } })), '401 invalid_client')
  assert.equal(outcomeOf(await push(opened)), '401 invalid_client')
})

for (const [name, form] of [
  ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
  ['the method plain', { code_challenge_method: 'plain' }],
  ['no method', { code_challenge_method: undefined }],
  ['a nonce instead', { code_challenge: undefined, code_challenge_method: undefined, nonce: 'n' }],
] as const)
  test(`FAPI 2.0 Security Profile §5.3.2.2-5: no request with ${name}`, async () => {
    assert.equal(outcomeOf(await pushAsBank(await openBank(), { form })), '400 invalid_request')
  })

test('FAPI 2.0 Security Profile §5.3.2.2-6: no pushed request without redirect_uri, even where one is registered', async () => {
  const form = { redirect_uri: undefined, scope: 'read_pets' }
  assert.equal(outcomeOf(await pushAsBank(await openBank(), { form })), '400 invalid_request')
  const loose = await openBank({ profile: 'oauth2.1' })
  assert.equal((await pushAsBank(loose, { form })).status, 201, 'without the profile')
})

test('FAPI 2.0 Security Profile §5.3.2.2-7: answers name the issuer', async () => {
  assert.equal((await authorizeAsBank(await openBank())).get('iss'), 'https://as.example')
})

test('FAPI 2.0 Security Profile §5.3.2.2-9: a code is good once', async () => {
  const opened = await openBank()
  const code = (await authorizeAsBank(opened)).get('code') ?? ''
  assert.equal(outcomeOf(await redeemAsBank(opened, code)), '200')
  assert.equal(outcomeOf(await redeemAsBank(opened, code)), '400 invalid_grant')
})

test('FAPI 2.0 Security Profile §5.3.2.2-10: a form with a password is answered by a 303', async () => {
  const opened = await openBank()
  const uri = String(bodyOf(await pushAsBank(opened))['request_uri'])
  const login = await opened.browser.open(`/authorize?${referringQuery(uri, 'bank')}`)
  const { csrf, interaction } = pageOf(login)
  const form = { csrf: String(csrf), interaction: String(interaction), username: 'alice', password }
  const answer = await opened.browser.send(request({ path: '/login', form }))
  assert.equal(answer.status, 303)
})

test('FAPI 2.0 Security Profile §5.3.2.2-12: a pushed request waits for less than 600 seconds', async () => {
  const longest = pushedRequests({ required: true, ttl: seconds(599) })
  const opened = await openBank({ features: [strictDpop, longest] })
  assert.equal(bodyOf(await pushAsBank(opened))['expires_in'], 599)
})

test('FAPI 2.0 Security Profile §5.3.2.2-14: a nonce of 64 characters is taken', async () => {
  assert.equal((await pushAsBank(await openBank(), { form: { nonce: 'n'.repeat(64) } })).status, 201)
})

test('FAPI 2.0 Security Profile §5.4.1-1: no assertion is unsigned', async () => {
  const opened = await openBank()
  const [, claims] = (await bankAssertion(opened)).split('.')
  const header = Buffer.from('{"alg":"none"}').toString('base64url')
  const form = { client_assertion: `${header}.${claims}.` }
  assert.equal(outcomeOf(await pushAsBank(opened, { form })), '401 invalid_client')
})

test('FAPI 2.0 Security Profile §5.4.1-1: no assertion by RS256, though the key would do', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const opened = await openBank({ clients: [{ ...bank, jwks: { keys: [publicKey.export({ format: 'jwk' })] } }] })
  const statusBy = async (alg: 'RS256' | 'PS256') => {
    const claims = decodeJwt(await bankAssertion(opened))
    const form = { client_assertion: await new SignJWT(claims).setProtectedHeader({ alg }).sign(privateKey) }
    return (await pushAsBank(opened, { form })).status
  }
  assert.equal(await statusBy('RS256'), 401)
  assert.equal(await statusBy('PS256'), 201)
})

test('FAPI 2.0 Security Profile §5.4.1-2: no RSA key of less than 2048 bits', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const opened = await openBank({ clients: [{ ...bank, jwks: { keys: [publicKey.export({ format: 'jwk' })] } }] })
  const claims = decodeJwt(await bankAssertion(opened))
  const signed = ['{"alg":"PS256"}', JSON.stringify(claims)]
    .map(each => Buffer.from(each).toString('base64url'))
    .join('.')
  const pss = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  const signature = sign('sha256', Buffer.from(signed), pss).toString('base64url')
  const form = { client_assertion: `${signed}.${signature}` }
  assert.equal(outcomeOf(await pushAsBank(opened, { form })), '401 invalid_client')
})

test('FAPI 2.0 Security Profile §5.4.1-4: what the bank is given is long enough for 210 random bits', async () => {
  const opened = await openBank()
  const pushed = String(bodyOf(await pushAsBank(opened))['request_uri'])
  const code = (await authorizeAsBank(opened)).get('code') ?? ''
  for (const secret of [pushed, code]) assert.match(secret, /_[\w-]{43,}$/)
})
