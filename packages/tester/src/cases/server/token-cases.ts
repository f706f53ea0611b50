// RFC 6749 §3.2, §5.1, §5.2; RFC 9700 §2.4
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import { fieldValue, type SentRequest, withField } from '../../wire/exchange.ts'
import { inconclusive, isJudgement } from '../resource/guarded-call.ts'
import type { ClientTrial } from './server-case.ts'
import type { ServerContext } from './server-trial.ts'
import { apiScopesOf, askedByMachine, hasGrant, isConfidential, isMachine, isOfUsers } from './token-ask.ts'
import { tokenErrors } from './token-errors.ts'
import { goodTokenRequest, serverOf, tokenRequest } from './token-grant.ts'
import { tokenLifetime } from './token-lifetime.ts'
import { machineTokens } from './token-machine.ts'
import { errorOf, finding, judgeError, pass } from './token-refusal.ts'
import { secretThrottling } from './token-throttling.ts'
import { anyClient, clientTrials, serverCase } from './token-trial.ts'

const shapeText: CaseText = {
  id: 'AS-TOK-01',
  title: 'a token request of another shape',
  why: 'Codes, secrets and tokens that stand in an address end up in logs and histories. A request that is read in several ways is checked in one and used in another.',
  remedy: 'Take token requests by POST with a form in the body only, and ignore parameters in the address.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 6749 §3.2', 'RFC 6749 §2.3.1'],
  tags: ['token endpoint'],
}

/** AS-TOK-01: the same good request by GET, as JSON, and with its parameters in the address. */
const requestShape: TestCase = serverCase(shapeText, [
  reshaped('GET', {
    reshape: ({ body = '', ...request }) => ({
      ...asRead(request),
      method: 'GET',
      target: `${request.target}?${body}`,
    }),
    sent: 'a token request by GET',
    late: 'fail',
  }),
  reshaped('JSON body', {
    reshape: request => ({
      ...withField(request, ['content-type', 'application/json']),
      body: JSON.stringify(Object.fromEntries(new URLSearchParams(request.body ?? ''))),
    }),
    sent: 'a token request as JSON',
    late: 'warn',
  }),
  reshaped('parameters in the query', {
    reshape: ({ body = '', ...request }) => ({ ...request, target: `${request.target}?${body}`, body: '' }),
    sent: 'a token request with its parameters in the address',
    late: 'fail',
  }),
])

function asRead({ headers, ...request }: SentRequest): SentRequest {
  return { ...request, headers: headers.filter(([name]) => name.toLowerCase() !== 'content-type') }
}

type Reshaping = {
  readonly reshape: (request: SentRequest) => SentRequest
  readonly sent: string
  /** What an acceptance is. */
  readonly late: 'fail' | 'warn'
}

function reshaped(variant: string, { reshape, sent, late }: Reshaping): ClientTrial {
  return {
    variant,
    client: anyClient,
    run: async (context, client) => {
      const good = await goodTokenRequest(context, client)
      if (isJudgement(good)) return good
      const exchange = await context.send(reshape(tokenRequest(context, client, good.pairs)))
      const judgement = judgeError(exchange, { sent, errors: ['invalid_request'] })
      if (exchange.kind === 'failed' || judgement.verdict === 'inconclusive') return judgement
      const { status, headers, body } = exchange.response
      const isToken = status < 300 && /"access_token"\s*:/.test(body)
      if (isToken) return { ...judgement, verdict: late }
      // it may be anything that is no token: a page, 405, 415
      if (status >= 300 && status < 400)
        return finding(
          'warn',
          {
            reason: `${sent} was answered by a redirect to ${fieldValue(headers, 'location') === undefined ? 'nowhere' : 'elsewhere'} (${status})`,
            complaint: 'redirect',
          },
          exchange,
        )
      return status < 500 ? pass(`${sent} gave no token (${status})`, exchange) : judgement
    },
  }
}

const cachingText: CaseText = {
  id: 'AS-TOK-03',
  title: 'answers of the token endpoint that may be kept',
  why: 'A token that a proxy or browser keeps is given to whoever asks next.',
  remedy: 'Send `Cache-Control: no-store` with every answer of the token endpoint.',
  severity: 'medium',
  level: 'L0',
  sources: ['RFC 6749 §5.1', 'RFC 9700 §4.1'],
  tags: ['token endpoint', 'caching'],
}

/** AS-TOK-03: `Cache-Control: no-store`, with tokens and with errors. */
const tokenCaching: TestCase = serverCase(cachingText, [
  {
    variant: 'tokens',
    client: anyClient,
    hasControl: false,
    run: async (context, client) => {
      const good = await goodTokenRequest(context, client)
      if (isJudgement(good)) return good
      const exchange = await context.send(tokenRequest(context, client, good.pairs))
      if (exchange.kind === 'failed' || exchange.response.status !== 200)
        return inconclusive('no token came whose answer could be looked at', exchange)
      return judgeCaching(exchange, 'the answer with tokens', 'fail')
    },
  },
  {
    variant: 'errors',
    client: anyClient,
    hasControl: false,
    run: async (context, client) => {
      const exchange = await context.send(tokenRequest(context, client, [['grant_type', 'nothing_of_the_kind']]))
      if (exchange.kind === 'failed') return inconclusive('the token endpoint gave no answer', exchange)
      return judgeCaching(exchange, 'an error of the token endpoint', 'warn')
    },
  },
])

function judgeCaching(
  exchange: Awaited<ReturnType<ServerContext['send']>> & { readonly kind: 'answered' },
  what: string,
  verdict: 'fail' | 'warn',
): Judgement {
  const said = fieldValue(exchange.response.headers, 'cache-control')
  if (said?.toLowerCase().includes('no-store') === true) return pass(`${what} must not be kept`, exchange)
  const found = said === undefined ? 'it has no `Cache-Control`' : `its \`Cache-Control\` is \`${said}\``
  return finding(
    verdict,
    { reason: `${what} may be kept: ${found}; \`no-store\` is wanted`, complaint: 'no `no-store`' },
    exchange,
  )
}

const passwordText: CaseText = {
  id: 'AS-TOK-05',
  title: 'a password for a token',
  why: 'A program that takes passwords can do everything that its user can, and no second factor stands in its way. The grant is given up for that reason.',
  remedy: 'Switch off the grant `password` for every client.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 9700 §2.4', 'OWASP ASVS 5.0 §10.4.4'],
  tags: ['token endpoint', 'grant'],
}

/** AS-TOK-05: the grant that nobody should offer any more. */
const passwordGrant: TestCase = serverCase(passwordText, server => {
  const [user] = server.users
  if (user === undefined) return 'no user is configured'
  return clientTrials(server, [
    {
      client: anyClient,
      run: async (context, client) => {
        const scope = apiScopesOf(client, context.target).slice(0, 1)
        const exchange = await context.send(
          tokenRequest(context, client, [
            ['grant_type', 'password'],
            ['username', user.username],
            ['password', user.password.reveal()],
            ...(scope[0] === undefined ? [] : [['scope', scope[0]] as const]),
          ]),
        )
        return judgeError(exchange, {
          sent: 'a user name and password for a token',
          errors: ['unsupported_grant_type', 'unauthorized_client'],
        })
      },
    },
  ])
})

const registeredText: CaseText = {
  id: 'AS-TOK-06',
  title: 'a grant that the client is not registered for',
  why: 'Where any client may use any grant, the weakest of them decides how safe all others are.',
  remedy: 'Keep for each client which grants it may use, and refuse others by `unauthorized_client`.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 6749 §5.2', 'OWASP ASVS 5.0 §10.4.4'],
  tags: ['token endpoint', 'grant', 'client'],
}

/** AS-TOK-06: tokens for itself by a client of users, and a code by a client without users. */
const unregisteredGrant: TestCase = serverCase(registeredText, [
  {
    variant: 'client_credentials',
    client: {
      fits: client => isConfidential(client) && isOfUsers(client) && !hasGrant('client_credentials', client),
      lacks: 'it needs a confidential client that is not registered for `client_credentials`; configure one',
    },
    run: async (context, client) => {
      const pairs = askedByMachine(client, context.target, serverOf(context))
      const exchange = await context.send(
        tokenRequest(context, client, [['grant_type', 'client_credentials'], ...pairs]),
      )
      return judgeError(exchange, {
        sent: '`client_credentials` by a client that is not registered for it',
        errors: ['unauthorized_client', 'unsupported_grant_type'],
      })
    },
  },
  {
    variant: 'authorization_code',
    client: {
      fits: client =>
        isMachine(client) && !hasGrant('authorization_code', client) && !('certificate' in client.credential),
      lacks: 'it needs a client that is not registered for `authorization_code`; configure one',
    },
    run: async (context, client) => {
      const sent = '`authorization_code` by a client that is not registered for it'
      const exchange = await context.send(
        tokenRequest(context, client, [
          ['grant_type', 'authorization_code'],
          ['code', context.secrets.secret('authorization code', 'a-code-that-nobody-made-0123456789').reveal()],
          ['redirect_uri', 'https://client.tester.test/callback'],
        ]),
      )
      const judgement = judgeError(exchange, { sent, errors: ['unauthorized_client', 'unsupported_grant_type'] })
      if (errorOf(exchange) !== 'invalid_grant') return judgement
      return inconclusive(
        `${sent} was refused for its code, which was none: whether the grant matters cannot be told`,
        exchange,
      )
    },
  },
])

/** AS-TOK-01 to AS-TOK-08: the token endpoint. */
export const tokenCases: readonly TestCase[] = [
  requestShape,
  tokenErrors,
  tokenCaching,
  tokenLifetime,
  passwordGrant,
  unregisteredGrant,
  machineTokens,
  secretThrottling,
]
