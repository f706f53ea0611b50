// RFC 7662 §2.1, §2.2
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { Secret } from '../../secret/secret.ts'
import type { TestClient } from '../../target/target.ts'
import { type Exchange, withField } from '../../wire/exchange.ts'
import { inconclusive, isJudgement, notApplicable } from '../resource/guarded-call.ts'
import { bare } from './client-assertion.ts'
import { type ClientTrial, codeClient } from './server-case.ts'
import type { ServerContext } from './server-trial.ts'
import { isConfidential } from './token-ask.ts'
import { withWrongSecret } from './token-errors.ts'
import { type Granted, grantByCode, serverOf } from './token-grant.ts'
import { answerOf, answerWords, finding, isBusy, pass } from './token-refusal.ts'
import { clientTrials, serverCase } from './token-trial.ts'

const none = 'the server offers no introspection'
const noAsker = 'it needs a client that may introspect (`mayIntrospect`); configure one'

/** A case about introspection, where there is one and a client that may use it. */
function introspectionCase(text: CaseText, trials: readonly ClientTrial[]): TestCase {
  return serverCase(text, server => {
    if (server.metadata['introspection_endpoint'] === undefined) return none
    return server.clients.some(({ mayIntrospect }) => mayIntrospect) ? clientTrials(server, trials) : noAsker
  })
}

type Asked = { readonly asker: TestClient; readonly granted: Granted }

/** Gets a token and sees to it that the client that may ask is told that it is good. */
async function begin(context: ServerContext, client: TestClient): Promise<Asked | Judgement> {
  const asker = context.server.client(({ mayIntrospect }) => mayIntrospect)
  if (asker === undefined) return notApplicable(noAsker)
  const granted = await grantByCode(context, { client })
  if (isJudgement(granted)) return granted
  const control = await ask(context, granted.tokens.accessToken, asker)
  return answerOf(control)?.['active'] === true
    ? { asker, granted }
    : inconclusive('a good token was not said to be active even to the client that may ask', control)
}

function ask(context: ServerContext, token: Secret, client: TestClient): Promise<Exchange> {
  return context.send(context.server.formRequest('introspection_endpoint', [['token', token.reveal()]], client))
}

const openText: CaseText = {
  id: 'AS-INT-01',
  title: 'questions about tokens by nobody',
  why: 'Whoever may ask can try tokens until one is good, and learns whose it is.',
  remedy: 'Answer 401 to everybody who does not authenticate at the introspection endpoint.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 7662 §2.1'],
  tags: ['introspection'],
}

/** AS-INT-01: without authentication, with a wrong one, and with the token itself as authentication. */
const openIntrospection: TestCase = introspectionCase(openText, [
  nobody('no authentication', (context, token) => {
    const request = context.server.formRequest('introspection_endpoint', [['token', token.reveal()]], nameless)
    return { ...request, body: `token=${encodeURIComponent(token.reveal())}` }
  }),
  nobody('name only', (context, token, asker) =>
    context.server.formRequest('introspection_endpoint', [['token', token.reveal()]], bare(asker)),
  ),
  nobody('wrong secret', (context, token, asker) =>
    context.server.formRequest('introspection_endpoint', [['token', token.reveal()]], withWrongSecret(context, asker)),
  ),
  nobody('a token that is none', (context, token) => {
    const request = context.server.formRequest('introspection_endpoint', [['token', token.reveal()]], nameless)
    return withField({ ...request, body: `token=${encodeURIComponent(token.reveal())}` }, [
      'authorization',
      'Bearer a-token-that-nobody-made',
    ])
  }),
])

const nameless: TestClient = {
  name: 'nobody',
  clientId: 'nobody',
  credential: { method: 'none' },
  redirectUris: [],
  grantTypes: [],
  mayIntrospect: false,
}

type Asking = (context: ServerContext, token: Secret, asker: TestClient) => Exchange['request']

function nobody(variant: string, request: Asking): ClientTrial {
  return {
    variant,
    client: codeClient,
    hasControl: false,
    run: async (context, client) => {
      const begun = await begin(context, client)
      if (isJudgement(begun)) return begun
      if (variant === 'wrong secret' && !('secret' in begun.asker.credential))
        return notApplicable('the client that may ask has no secret')
      const exchange = await context.send(request(context, begun.granted.tokens.accessToken, begun.asker))
      return judgeStranger(exchange, variant)
    },
  }
}

function judgeStranger(exchange: Exchange, variant: string): Judgement {
  const sent = `a question about a token, with ${variant},`
  if (exchange.kind === 'failed' || isBusy(exchange.response.status))
    return inconclusive(`${sent} got ${answerWords(exchange)}`, exchange)
  const { status } = exchange.response
  if (answerOf(exchange)?.['active'] === true)
    return finding('fail', { reason: `${sent} was answered: the token is active`, complaint: 'accepted' }, exchange)
  if (status === 401) return pass(`${sent} was refused by 401`, exchange)
  const reason = `${sent} learnt nothing, but was answered by ${answerWords(exchange)}; 401 is wanted`
  return finding(status >= 500 ? 'fail' : 'warn', { reason, complaint: `${status} instead of 401` }, exchange)
}

const deadText: CaseText = {
  id: 'AS-INT-02',
  title: 'questions about dead tokens and those of others',
  why: 'An answer that says more than “not active” tells a thief what the token was, and an API that is told “active” lets it in.',
  remedy:
    'Answer exactly `{"active":false}` for tokens that are unknown, over, revoked, or none of the asker’s business.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 7662 §2.2', 'RFC 7662 §4'],
  tags: ['introspection'],
}

/** AS-INT-02: a text that is no token, revoked, expired, and asked by a client that it is not for. */
const deadTokens: TestCase = introspectionCase(deadText, [
  {
    variant: 'no token',
    client: codeClient,
    hasControl: false,
    run: async (context, client) => {
      const begun = await begin(context, client)
      if (isJudgement(begun)) return begun
      const token = context.secrets.secret('access token', 'a-token-that-nobody-made-0123456789')
      return judgeInactive(await ask(context, token, begun.asker), 'a text that is no token')
    },
  },
  {
    variant: 'revoked',
    client: codeClient,
    hasControl: false,
    run: async (context, client) => {
      if (context.server.endpoint('revocation_endpoint') === undefined)
        return notApplicable('the server offers no revocation')
      const begun = await begin(context, client)
      if (isJudgement(begun)) return begun
      const { accessToken } = begun.granted.tokens
      const pairs = [['token', accessToken.reveal()]] as const
      const revoked = await context.send(context.server.formRequest('revocation_endpoint', pairs, client))
      if (revoked.kind === 'failed' || revoked.response.status !== 200)
        return inconclusive(`the token could not be revoked: ${answerWords(revoked)}`, revoked)
      return judgeInactive(await ask(context, accessToken, begun.asker), 'a revoked token')
    },
  },
  { variant: 'expired', client: codeClient, hasControl: false, run: tryExpired },
  {
    variant: 'of another client',
    client: codeClient,
    hasControl: false,
    run: async (context, client) => {
      const begun = await begin(context, client)
      if (isJudgement(begun)) return begun
      const stranger = context.server.client(
        each => !each.mayIntrospect && isConfidential(each) && each.clientId !== client.clientId,
      )
      if (stranger === undefined)
        return notApplicable('it needs a second client that may not introspect; configure one')
      const exchange = await ask(context, begun.granted.tokens.accessToken, stranger)
      const { status } = exchange.kind === 'answered' ? exchange.response : { status: 0 }
      if (status === 401 || status === 403)
        return pass(`a client that may not ask about others’ tokens was refused by ${status}`, exchange)
      return judgeInactive(exchange, 'a token of another client')
    },
  },
])

async function tryExpired(context: ServerContext, client: TestClient): Promise<Judgement> {
  const begun = await begin(context, client)
  if (isJudgement(begun)) return begun
  const { patience = 120 } = serverOf(context)
  const { expiresIn } = begun.granted.tokens
  if (expiresIn === undefined) return inconclusive('the server does not say how long the token is good')
  if (expiresIn > patience)
    return inconclusive(`tokens are good for ${expiresIn} s, which is longer than a test may wait (${patience} s)`)
  await context.wait((expiresIn + 2) * 1000)
  return judgeInactive(await ask(context, begun.granted.tokens.accessToken, begun.asker), 'an expired token')
}

function judgeInactive(exchange: Exchange, what: string): Judgement {
  if (exchange.kind === 'failed' || isBusy(exchange.response.status))
    return inconclusive(`the question about ${what} got ${answerWords(exchange)}`, exchange)
  const answer = answerOf(exchange)
  if (answer?.['active'] === true)
    return finding('fail', { reason: `${what} is said to be active`, complaint: 'active' }, exchange)
  if (answer?.['active'] !== false || exchange.response.status !== 200)
    return finding(
      'warn',
      {
        reason: `the question about ${what} was answered by ${answerWords(exchange)}; 200 and \`{"active":false}\` are wanted`,
        complaint: 'no `active`',
      },
      exchange,
    )
  const more = Object.keys(answer).filter(name => name !== 'active')
  if (more.length > 0)
    return finding(
      'warn',
      {
        reason: `the answer about ${what} also tells ${more.map(name => `\`${name}\``).join(', ')}`,
        complaint: 'tells more',
      },
      exchange,
    )
  return pass(`the answer about ${what} is just that it is not active`, exchange)
}

/** AS-INT-01 and AS-INT-02: introspection. */
export const introspectionCases: readonly TestCase[] = [openIntrospection, deadTokens]
