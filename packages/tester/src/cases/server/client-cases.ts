// RFC 6749 §2.3, §3.2.1; RFC 7523 §3; RFC 7591 §2; RFC 8705 §2; RFC 9700 §2.5, §4.13
import type { CaseText, TestCase } from '../../catalogue/test-case.ts'
import { publicKeyTexts } from '../../node/forge-jws.ts'
import { makeKeyPair, naturalAlg } from '../../node/signing-key.ts'
import type { TestClient } from '../../target/target.ts'
import { randomText } from '../../tokens/server-access.ts'
import { inconclusive, isJudgement } from '../resource/guarded-call.ts'
import { type AssertionChange, assertionPairs, bare, goodAudience, keyOf } from './client-assertion.ts'
import { mutualTls } from './client-certificate.ts'
import { publicFeatures } from './client-public.ts'
import { disguised } from './client-trial.ts'
import type { ClientTrial } from './server-case.ts'
import type { ServerContext } from './server-trial.ts'
import { withWrongSecret } from './token-errors.ts'
import { goodTokenRequest, tokenRequest } from './token-grant.ts'
import { isGiven, judgeError } from './token-refusal.ts'
import { secretClient, serverCase, signingClient } from './token-trial.ts'

const secretText: CaseText = {
  id: 'AS-CLI-01',
  title: 'a client without its secret',
  why: 'Whoever gets tokens without the secret can pretend to be the client: its codes and refresh tokens are then worth something to a thief.',
  remedy:
    'Authenticate each client at the token endpoint by what it was registered with, before anything else is looked at.',
  severity: 'critical',
  level: 'L0',
  sources: ['RFC 6749 §3.2.1', 'RFC 6749 §2.3', 'OWASP ASVS 5.0 §10.4.10'],
  tags: ['client', 'token endpoint'],
}

const refusedClient = (sent: string) => (client: TestClient) => ({
  sent,
  errors: ['invalid_client'] as const,
  statuses: client.credential.method === 'client_secret_basic' ? ([401, 400] as const) : ([400, 401] as const),
})

/** AS-CLI-01: no secret, a wrong one, and that of another client. */
const missingSecret: TestCase = serverCase(secretText, [
  disguised('no secret', {
    client: secretClient,
    wanted: refusedClient('a good request without the client’s secret'),
    request: (context, client, pairs) => tokenRequest(context, bare(client), pairs),
  }),
  disguised('wrong secret', {
    client: secretClient,
    wanted: refusedClient('a good request with a wrong secret'),
    request: (context, client, pairs) => tokenRequest(context, withWrongSecret(context, client), pairs),
  }),
  disguised('an empty secret', {
    client: secretClient,
    wanted: refusedClient('a good request with an empty secret'),
    request: (context, client, pairs) => tokenRequest(context, bare(client), [...pairs, ['client_secret', '']]),
  }),
  {
    variant: 'secret of another client',
    client: secretClient,
    run: async (context, client) => {
      const own = 'secret' in client.credential ? client.credential.secret.reveal() : ''
      const other = context.server.client(
        each =>
          'secret' in each.credential && each.clientId !== client.clientId && each.credential.secret.reveal() !== own,
      )
      if (other === undefined || !('secret' in other.credential) || !('secret' in client.credential))
        return { verdict: 'not_applicable', reason: 'it needs a second client with another secret; configure one' }
      const good = await goodTokenRequest(context, client)
      if (isJudgement(good)) return good
      const mixed: TestClient = { ...client, credential: { ...client.credential, secret: other.credential.secret } }
      const exchange = await context.send(tokenRequest(context, mixed, good.pairs))
      return judgeError(exchange, {
        sent: 'the secret of another client',
        errors: ['invalid_client'],
        statuses: [401, 400],
      })
    },
  },
])

const twoText: CaseText = {
  id: 'AS-CLI-02',
  title: 'two ways to authenticate at once',
  why: 'Where a request names two clients, one part of the server checks the first and another part gives the second its token.',
  remedy: 'Refuse requests that use more than one way to authenticate by `invalid_request`.',
  severity: 'low',
  level: 'L0',
  sources: ['RFC 6749 §2.3', 'RFC 6749 §5.2'],
  tags: ['client', 'token endpoint'],
}

/** AS-CLI-02: header and body, secret and signature. */
const twoMethods: TestCase = serverCase(twoText, [
  disguised('header and body', {
    client: {
      fits: client => client.credential.method === 'client_secret_basic' && secretClient.fits(client),
      lacks: 'it needs a client with the authentication method `client_secret_basic`; configure one',
    },
    wanted: {
      sent: 'a secret in the header and in the body',
      errors: ['invalid_request', 'invalid_client'],
      whenAccepted: 'warn',
    },
    request: (context, client, pairs) => {
      const secret = 'secret' in client.credential ? client.credential.secret.reveal() : ''
      return tokenRequest(context, client, [...pairs, ['client_id', client.clientId], ['client_secret', secret]])
    },
  }),
  disguised('secret and assertion', {
    client: signingClient,
    wanted: {
      sent: 'a signed statement together with a secret',
      errors: ['invalid_request', 'invalid_client'],
      whenAccepted: 'warn',
    },
    request: (context, client, pairs) =>
      tokenRequest(context, bare(client), [
        ...pairs,
        ...assertionPairs(context, client),
        ['client_secret', 'a-secret-beside-it'],
      ]),
  }),
])

const downgradeText: CaseText = {
  id: 'AS-CLI-03',
  title: 'a secret in place of the client’s signature',
  why: 'A client that was registered to sign has a strong proof. Where the server takes a weaker one as well, the strong one is worth nothing.',
  remedy: 'Take from each client only the authentication method that it is registered with.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 7591 §2', 'OWASP ASVS 5.0 §10.4.16'],
  tags: ['client', 'downgrade'],
}

/** AS-CLI-03: weaker methods by a client that signs. */
const weakerMethod: TestCase = serverCase(
  downgradeText,
  (
    [
      ['client_secret', [['client_secret', 'a-secret-that-nobody-gave-0123456789']]],
      ['an empty client_secret', [['client_secret', '']]],
      ['nothing', []],
    ] as const
  ).map(([variant, more]) =>
    disguised(variant, {
      client: signingClient,
      wanted: {
        sent: `a client that must sign and sent ${variant === 'nothing' ? 'its name only' : variant}`,
        errors: ['invalid_client'],
      },
      request: (context, client, pairs) => tokenRequest(context, bare(client), [...pairs, ...more]),
    }),
  ),
)

const assertionText: CaseText = {
  id: 'AS-CLI-04',
  title: 'a bad signed statement of the client',
  why: 'The statement is the client’s password. One that is old, for somebody else or signed by nobody must open nothing.',
  remedy:
    'Verify signature, key, `iss`, `sub`, `aud`, `exp` and `jti` of each statement, with the client’s registered keys and algorithm only.',
  severity: 'critical',
  level: 'L0',
  sources: ['RFC 7523 §3', 'RFC 8725 §3.1', 'RFC 8725 §3.2'],
  tags: ['client', 'jwt'],
}

/** AS-CLI-04: statements with one mistake each. */
const badAssertion: TestCase = serverCase(assertionText, [
  badly('expired', ({ now }) => ({ claims: { iat: seconds(now) - 3600, exp: seconds(now) - 600 } })),
  badly('iss is not sub', (_, client) => ({ claims: { iss: `${client.clientId}-other` } })),
  badly('unknown kid and key', ({ secrets }, client) => ({
    header: { kid: 'a-key-that-nobody-knows' },
    key: makeKeyPair(naturalAlg(keyOf(client).publicJwk), secrets),
  })),
  badly('another key', ({ secrets }, client) => ({ key: makeKeyPair(naturalAlg(keyOf(client).publicJwk), secrets) })),
  badly('alg none', () => ({ header: { alg: 'none' } })),
  badly('HS256 with the public key', (_, client) => ({
    header: { alg: 'HS256' },
    key: { secret: publicKeyTexts(keyOf(client).publicJwk).pem },
  })),
  badly('no exp', () => ({ claims: { exp: undefined } })),
  badly('aud of another server', () => ({ claims: { aud: 'https://other.tester.test' } })),
])

function seconds(now: () => number): number {
  return Math.floor(now() / 1000)
}

function badly(variant: string, change: (context: ServerContext, client: TestClient) => AssertionChange): ClientTrial {
  return disguised(variant, {
    client: signingClient,
    wanted: { sent: `a signed statement with the mistake “${variant}”`, errors: ['invalid_client'] },
    request: (context, client, pairs) =>
      tokenRequest(context, bare(client), [...pairs, ...assertionPairs(context, client, change(context, client))]),
  })
}

const audienceText: CaseText = {
  id: 'AS-CLI-05',
  title: 'a signed statement for an address instead of the issuer',
  why: 'A statement that names an address may have been made for another server: a hostile one can state that address as its own and pass on what it gets.',
  remedy: 'Take statements whose only `aud` is your issuer identifier, as the FAPI 2.0 security profile wants.',
  severity: 'medium',
  level: 'L0',
  sources: ['FAPI 2.0 Security Profile §5.3.2', 'RFC 7523 §3'],
  tags: ['client', 'jwt', 'fapi'],
}

/** AS-CLI-05: what was usual before, and is given up. */
const addressAudience: TestCase = serverCase(audienceText, [
  audienced('token endpoint', context => context.server.endpoint('token_endpoint')),
  audienced('PAR endpoint', context => context.server.endpoint('pushed_authorization_request_endpoint')),
  audienced('a list', context => [goodAudience(context), 'https://other.tester.test']),
])

function audienced(variant: string, audience: (context: ServerContext) => unknown): ClientTrial {
  return {
    variant,
    client: signingClient,
    run: async (context, client) => {
      const aud = audience(context)
      if (aud === undefined) return { verdict: 'not_applicable', reason: 'the server has no such endpoint' }
      if (aud === goodAudience(context))
        return { verdict: 'not_applicable', reason: 'this server wants statements to name its token endpoint' }
      const good = await goodTokenRequest(context, client)
      if (isJudgement(good)) return good
      const pairs = [...good.pairs, ...assertionPairs(context, client, { claims: { aud } })]
      const exchange = await context.send(tokenRequest(context, bare(client), pairs))
      return judgeError(exchange, {
        sent: `a signed statement whose \`aud\` is ${variant === 'a list' ? 'a list' : `the ${variant}`}`,
        errors: ['invalid_client'],
        whenAccepted: 'warn',
      })
    },
  }
}

const replayText: CaseText = {
  id: 'AS-CLI-06',
  title: 'the same signed statement twice',
  why: 'Who sees a statement once, in a log or at a proxy, can use it again until it expires.',
  remedy: 'Remember the `jti` of each statement until it expires, and refuse it the second time.',
  severity: 'medium',
  level: 'L0',
  sources: ['RFC 7523 §3', 'OpenID Connect Core §9'],
  tags: ['client', 'jwt', 'replay'],
}

/** AS-CLI-06: a statement is good once. */
const replayedAssertion: TestCase = serverCase(replayText, [
  {
    client: signingClient,
    hasControl: false,
    run: async (context, client) => {
      const first = await goodTokenRequest(context, client)
      if (isJudgement(first)) return first
      const second = await goodTokenRequest(context, client)
      if (isJudgement(second)) return second
      const statement = assertionPairs(context, client, { claims: { jti: randomText() } })
      const good = await context.send(tokenRequest(context, bare(client), [...first.pairs, ...statement]))
      if (!isGiven(good)) return inconclusive('the statement was not taken even the first time', good)
      const again = await context.send(tokenRequest(context, bare(client), [...second.pairs, ...statement]))
      return judgeError(again, { sent: 'a signed statement that was used before', errors: ['invalid_client'] })
    },
  },
])

/** AS-CLI-01 to AS-CLI-08: how clients show who they are. */
export const clientAuthenticationCases: readonly TestCase[] = [
  missingSecret,
  twoMethods,
  weakerMethod,
  badAssertion,
  addressAudience,
  replayedAssertion,
  mutualTls,
  publicFeatures,
]
