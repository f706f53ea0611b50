// RFC 6749 §5.2
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import { crashedBy } from '../../judge/complaint.ts'
import type { TestClient } from '../../target/target.ts'
import type { Pair } from '../../tokens/endpoint-request.ts'
import { type Exchange, fieldValue } from '../../wire/exchange.ts'
import { inconclusive } from '../resource/guarded-call.ts'
import type { ClientTrial, ClientWish } from './server-case.ts'
import type { ServerContext } from './server-trial.ts'
import { hasSecret, isMachine } from './token-ask.ts'
import { tokenRequest } from './token-grant.ts'
import { answerWords, errorOf, finding, isBusy, pass } from './token-refusal.ts'
import { anyClient, clientWithGrant, secretClient, serverCase } from './token-trial.ts'

const text: CaseText = {
  id: 'AS-TOK-02',
  title: 'errors of the token endpoint',
  why: 'Clients decide by the error what to do next. One that they do not know makes them try again for ever, or show what an attacker wrote.',
  remedy:
    'Answer errors by 400 (401 where the client is not who it says) with a JSON object whose `error` is one of those of the standard.',
  severity: 'low',
  level: 'L0',
  sources: ['RFC 6749 §5.2'],
  tags: ['token endpoint', 'errors'],
}

/** Codes that the registry has for the token endpoint. */
const registered: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
  'invalid_dpop_proof',
  'use_dpop_nonce',
  'authorization_pending',
  'slow_down',
  'access_denied',
  'expired_token',
  'insufficient_user_authentication',
])

/** AS-TOK-02: the status, the form and the code of each error. */
export const tokenErrors: TestCase = serverCase(text, [
  trial('no grant_type', anyClient, [['code', 'x']], ['invalid_request', 'unsupported_grant_type']),
  trial(
    'unknown grant_type',
    anyClient,
    [['grant_type', 'nothing_of_the_kind']],
    ['unsupported_grant_type', 'unauthorized_client'],
  ),
  trial(
    'unknown code',
    clientWithGrant('authorization_code'),
    [
      ['grant_type', 'authorization_code'],
      ['code', 'nothing-of-the-kind'],
      ['redirect_uri', 'https://client.tester.test/callback'],
      ['code_verifier', 'a-verifier-that-belongs-to-nothing-0123456789'],
    ],
    ['invalid_grant'],
  ),
  trial(
    'unknown refresh token',
    clientWithGrant('refresh_token'),
    [
      ['grant_type', 'refresh_token'],
      ['refresh_token', 'nothing-of-the-kind'],
    ],
    ['invalid_grant'],
  ),
  trial(
    'no code',
    clientWithGrant('authorization_code'),
    [['grant_type', 'authorization_code']],
    ['invalid_request', 'invalid_grant'],
  ),
  {
    variant: 'wrong secret',
    client: secretClient,
    hasControl: false,
    run: async (context, client) => {
      const exchange = await context.send(tokenRequest(context, withWrongSecret(context, client), anything(client)))
      const isHeader = exchange.request.headers.some(([name]) => name.toLowerCase() === 'authorization')
      const judgement = judge(exchange, ['invalid_client'], isHeader ? [401] : [400, 401])
      if (judgement.verdict !== 'pass' || exchange.kind === 'failed' || !isHeader) return judgement
      return fieldValue(exchange.response.headers, 'www-authenticate') === undefined
        ? finding(
            'warn',
            {
              reason: 'a wrong secret is refused by 401 without `WWW-Authenticate`',
              complaint: 'no `WWW-Authenticate`',
            },
            exchange,
          )
        : judgement
    },
  },
])

function trial(variant: string, client: ClientWish, pairs: readonly Pair[], errors: readonly string[]): ClientTrial {
  return {
    variant,
    client,
    hasControl: false,
    run: async (context, found) => judge(await context.send(tokenRequest(context, found, pairs)), errors, [400]),
  }
}

/** A request whose grant does not matter, since it must not be looked at. */
function anything(client: TestClient): readonly Pair[] {
  return isMachine(client)
    ? [['grant_type', 'client_credentials']]
    : [
        ['grant_type', 'authorization_code'],
        ['code', 'nothing-of-the-kind'],
        ['redirect_uri', client.redirectUris[0] ?? 'https://client.tester.test/callback'],
      ]
}

/** The client with a secret that is not its own. */
export function withWrongSecret(context: Pick<ServerContext, 'secrets'>, client: TestClient): TestClient {
  const { credential } = client
  if (!hasSecret(client) || !('secret' in credential)) return client
  const secret = context.secrets.secret('client secret', 'a-wrong-secret-that-opens-nothing-0001')
  return { ...client, credential: { ...credential, secret } }
}

function judge(exchange: Exchange, errors: readonly string[], statuses: readonly [number, ...number[]]): Judgement {
  if (exchange.kind === 'failed') return inconclusive(`the token endpoint gave no answer: ${exchange.detail}`, exchange)
  if (isBusy(exchange.response.status))
    return inconclusive(`the answer was ${exchange.response.status}, which says nothing`, exchange)
  const { status, headers } = exchange.response
  const said = errorOf(exchange)
  const warn = (reason: string, complaint: string) => finding('warn', { reason, complaint }, exchange)
  if (status >= 500)
    return finding(
      'fail',
      { reason: `the request made the server fail (${status})`, complaint: crashedBy(status) },
      exchange,
    )
  if (status < 400)
    return finding(
      'fail',
      { reason: `the request was answered by ${status} instead of an error`, complaint: 'accepted' },
      exchange,
    )
  if (said === undefined) return warn(`the answer is ${status} without an \`error\` in a JSON object`, 'no error code')
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(fieldValue(headers, 'content-type') ?? ''))
    return warn(`the error \`${said}\` is not sent as JSON`, 'not JSON')
  if (!registered.has(said)) return warn(`the error \`${said}\` is none of the standard’s`, 'unknown error code')
  if (!errors.includes(said))
    return warn(`the error is \`${said}\`; \`${errors[0]}\` is wanted`, `\`${said}\` instead of \`${errors[0]}\``)
  if (!statuses.includes(status))
    return warn(`\`${said}\` came with ${status}; ${statuses[0]} is wanted`, `${status} instead of ${statuses[0]}`)
  return pass(`the answer is ${answerWords(exchange)}`, exchange)
}
