import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeKeyPair, splitJws } from '../../node/forge-jws.ts'
import type { ServerTools } from '../../run/probe-context.ts'
import { createSecretLedger } from '../../secret/secret.ts'
import type { ClientCredential, Target, TestClient } from '../../target/target.ts'
import { skipsOf } from '../../testing/case-world.ts'
import {
  answerOf,
  type CaseClaims,
  describeCase,
  runBehind,
  variantsOf,
  withoutTestIssuer,
} from '../../testing/describe-case.ts'
import { plainTools } from '../../testing/plain-tools.ts'
import type { TokenOutcome } from '../../tokens/token.ts'
import { fieldValue, type SentRequest } from '../../wire/exchange.ts'
import { tokenKindCases } from './token-kind-cases.ts'
import { codeCase } from './token-kind-credentials.ts'

const [idToken, refreshToken, , otherClient] = tokenKindCases
assert.ok(idToken && refreshToken && otherClient)

const claims: readonly CaseClaims[] = [
  {
    testCase: idToken,
    section: 'RFC 9068 §5',
    finds: { 'id-token-accepted': { fail: ['of the server', 'of the test issuer'] } },
  },
  { testCase: refreshToken, section: 'RFC 6749 §1.5', finds: { 'refresh-token-accepted': { fail: ['-'] } } },
  {
    testCase: codeCase,
    section: 'RFC 7523 §3',
    finds: { 'assertion-accepted': { fail: ['assertion by the test issuer'] } },
  },
  { testCase: otherClient, section: 'RFC 9700 §4.10.2', finds: { 'clients-see-all': { warn: ['-'] } } },
]

for (const each of claims) describeCase(each)

test('each case about kinds of tokens is tested both ways', () => {
  assert.deepEqual(
    claims.map(({ testCase }) => testCase.id),
    tokenKindCases.map(({ id }) => id),
  )
})

const petStore = 'GET /petstore/pets'
const secrets = createSecretLedger()

function sentToken({ headers }: SentRequest): string {
  return fieldValue(headers, 'authorization')?.replace(/^\w+ /, '') ?? ''
}

describe('ID tokens', () => {
  const retarget =
    (metadata: Record<string, unknown>, provider: 'unknown' | 'auth0' = 'auth0') =>
    (target: Target): Target =>
      withoutTestIssuer({ ...target, ...(target.server && { server: { ...target.server, metadata, provider } }) })

  test('OpenID Connect Discovery §3: a server that tells of no ID tokens is not asked for one', () => {
    assert.match(skipsOf(idToken, { retarget: retarget({}) })[0]?.reason ?? '', /no ID tokens/)
    assert.match(
      skipsOf(idToken, { retarget: retarget({ scopes_supported: ['pets'] }) })[0]?.reason ?? '',
      /no ID tokens/,
    )
  })

  test('OpenID Connect Discovery §3: one that tells of them, or of nothing, is', () => {
    const telling = [
      retarget({ scopes_supported: ['openid'] }),
      retarget({ id_token_signing_alg_values_supported: ['RS256'] }),
    ]
    for (const each of [...telling, retarget({}, 'unknown')]) assert.deepEqual(skipsOf(idToken, { retarget: each }), [])
  })

  test('RFC 9068 §5: a server that gives no ID token leaves it open', async () => {
    const results = await runBehind(idToken, () => undefined, {
      only: `${petStore} · of the server`,
      change: context => ({
        ...context,
        tokens: { ...context.tokens, token: wish => context.tokens.token({ ...wish, alsoWants: [] }) },
      }),
    })
    assert.equal(results[0]?.judgement.verdict, 'inconclusive')
    assert.match(results[0].judgement.reason, /gave no ID token/)
  })
})

describe('credentials of clients', () => {
  const key = makeKeyPair('ES256', secrets)

  function clientWith(credential: ClientCredential): TestClient {
    const names = { name: 'app', clientId: 'app', redirectUris: ['http://127.0.0.1/callback'] }
    return { ...names, credential, grantTypes: ['authorization_code'], mayIntrospect: false }
  }

  /** The tools of a server with one client. */
  function serverWith(client: TestClient, change: Partial<ServerTools> = {}): ServerTools {
    return {
      ...plainTools,
      endpoint: () => 'https://as.planted.test/par',
      client: fits => (fits(client) ? client : undefined),
      users: [],
      authorize: async () => ({ kind: 'stuck', reason: 'nobody authorizes here' }),
      visit: async () => ({ kind: 'stuck', reason: 'there is no browser here' }),
      formRequest: (_, parameters) => {
        const body = new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString()
        return { method: 'POST', origin: 'https://as.planted.test', target: '/par', headers: [], body }
      },
      obtainCode: async () => {
        const made = {
          code: secrets.secret('authorization code', 'code-1'),
          verifier: secrets.secret('code verifier', 'v'),
        }
        return { kind: 'code', ...made, redirectUri: 'http://127.0.0.1/callback', state: 's' }
      },
      ...change,
    }
  }

  const basic = clientWith({ method: 'client_secret_basic', secret: secrets.secret('client secret', 'shh') })
  const only = (variant: string) => ({ only: `${petStore} · ${variant}` })

  test('RFC 6749 §4.1: an authorization code that is taken for a token is a finding', async () => {
    const results = await runBehind(codeCase, request => answerOf(sentToken(request) === 'code-1' ? 200 : 401), {
      ...only('authorization code'),
      server: serverWith(basic),
    })
    assert.deepEqual(variantsOf(results, 'fail'), ['authorization code'])
  })

  test('RFC 6749 §4.1: where no code can be had, it is left open', async () => {
    const server = serverWith(basic, {
      obtainCode: async () => ({ kind: 'failed', reason: 'the login page is broken' }),
    })
    const results = await runBehind(codeCase, () => undefined, { ...only('authorization code'), server })
    assert.match(results[0]?.judgement.reason ?? '', /the login page is broken/)
    assert.equal(results[0]?.judgement.verdict, 'inconclusive')
  })

  test('RFC 6749 §4.1: without a client that users log in to there is no code', async () => {
    const server = serverWith({ ...basic, grantTypes: [], redirectUris: [] })
    for (const variant of ['authorization code', 'pushed request', 'client assertion']) {
      const results = await runBehind(codeCase, () => undefined, { ...only(variant), server })
      assert.deepEqual(variantsOf(results, 'not_applicable'), [variant])
    }
  })

  test('RFC 9126 §2.2: a request URI that is taken for a token is a finding', async () => {
    const uri = 'urn:ietf:params:oauth:request_uri:abc'
    const bodies: string[] = []
    const results = await runBehind(
      codeCase,
      request => {
        if (request.target !== '/par') return answerOf(sentToken(request) === uri ? 200 : 401)
        bodies.push(request.body ?? '')
        return answerOf(201, [], JSON.stringify({ request_uri: uri, expires_in: 60 }))
      },
      { ...only('pushed request'), server: serverWith(basic) },
    )
    assert.deepEqual(variantsOf(results, 'fail'), ['pushed request'])
    const parameters = new URLSearchParams(bodies[0])
    assert.equal(parameters.get('scope'), 'read_pets')
    assert.match(parameters.get('code_challenge') ?? '', /^[A-Za-z0-9]{43}$/)
  })

  for (const body of ['{}', '<html>', '[]', '{"request_uri":1}'])
    test(`RFC 9126 §2.2: ${body} in answer to a pushed request leaves it open`, async () => {
      const between = () => answerOf(200, [], body)
      const results = await runBehind(codeCase, between, { ...only('pushed request'), server: serverWith(basic) })
      assert.equal(results[0]?.judgement.verdict, 'inconclusive')
    })

  test('RFC 9126 §2.2: a server without the endpoint takes no pushed requests', async () => {
    const server = serverWith(basic, { endpoint: () => undefined })
    const results = await runBehind(codeCase, () => undefined, { ...only('pushed request'), server })
    assert.deepEqual(variantsOf(results, 'not_applicable'), ['pushed request'])
  })

  const byKey = clientWith({ method: 'private_key_jwt', key })
  const bySecret = clientWith({ method: 'client_secret_jwt', secret: secrets.secret('client secret', 'long enough') })
  for (const [client, alg] of [
    [byKey, 'ES256'],
    [bySecret, 'HS256'],
  ] as const)
    test(`RFC 7523 §3: an assertion by ${alg} that is taken for a token is a finding`, async () => {
      const seen: string[] = []
      const results = await runBehind(
        codeCase,
        request => {
          seen.push(sentToken(request))
          return answerOf(200)
        },
        { ...only('client assertion'), server: serverWith(client) },
      )
      assert.deepEqual(variantsOf(results, 'fail'), ['client assertion'])
      const assertion = splitJws(seen[0] ?? '')
      assert.equal(assertion?.header.alg, alg)
      assert.equal(assertion.payload.aud, 'https://as.planted.test')
      assert.deepEqual([assertion.payload.iss, assertion.payload.sub], ['app', 'app'])
    })
})

describe('another client', () => {
  test('RFC 9700 §4.10.2: without a second client and a test issuer there is nothing to try', () => {
    const retarget = (target: Target): Target => {
      const { server = assert.fail('there is a server') } = target
      return withoutTestIssuer({ ...target, server: { ...server, clients: server.clients.slice(0, 1) } })
    }
    assert.match(skipsOf(otherClient, { retarget })[0]?.reason ?? '', /a second client is wanted/)
  })

  test('RFC 9700 §4.10.2: where a second user or client gets no token, it is left open', async () => {
    const unavailable: TokenOutcome = { kind: 'unavailable', reason: 'there is no second one' }
    for (const kind of ['user', 'client'] as const) {
      const results = await runBehind(otherClient, () => undefined, {
        only: petStore,
        change: context => ({
          ...context,
          tokens: {
            ...context.tokens,
            token: async wish => {
              const isSecond = JSON.stringify(wish.holder).includes('second') && wish.holder?.kind === kind
              return isSecond ? unavailable : context.tokens.token(wish)
            },
          },
        }),
      })
      assert.equal(results[0]?.judgement.verdict, 'inconclusive')
      assert.match(results[0].judgement.reason, /there is no second one/)
    }
  })
})

test('RFC 6749 §1.5: the refresh token that is tried is one of its own', async () => {
  const fresh: (boolean | undefined)[] = []
  await runBehind(refreshToken, () => undefined, {
    only: petStore,
    change: context => ({
      ...context,
      tokens: {
        ...context.tokens,
        token: wish => {
          fresh.push(wish.isFresh)
          return context.tokens.token(wish)
        },
      },
    }),
  })
  assert.deepEqual(fresh, [true])
})
