// RFC 8693 §2.1, §2.2.2, §4.4
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import { joinJws, splitJws } from '../../node/forge-jws.ts'
import type { Secret } from '../../secret/secret.ts'
import type { TestClient } from '../../target/target.ts'
import { textIn } from '../../tokens/json-object.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { inconclusive, isJudgement, notApplicable } from '../resource/guarded-call.ts'
import { introspectionOf } from './introspection-ask.ts'
import type { ClientTrial, ClientWish } from './server-case.ts'
import type { ServerContext } from './server-trial.ts'
import { apiScopesOf, hasGrant, isConfidential, isOfUsers } from './token-ask.ts'
import { accessClaims, type Granted, grantByCode, type PairChange, readGrant, tokenRequest } from './token-grant.ts'
import { answerWords, finding, isGiven, judgeError, pass } from './token-refusal.ts'
import { serverCase } from './token-trial.ts'

const grant = 'urn:ietf:params:oauth:grant-type:token-exchange'
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

const text: CaseText = {
  id: 'AS-EXC-01',
  title: 'exchanging a token for a better one',
  why: 'An exchange should give less than what one has. Where it gives more, any token is worth as much as the best.',
  remedy:
    'Give at most the scope, audience and subject of the token that was shown, and let others act only where it says `may_act`.',
  severity: 'critical',
  level: 'L0',
  sources: ['RFC 8693 §2.2.2', 'RFC 8693 §4.4'],
  tags: ['token exchange'],
}

const exchanging: ClientWish = {
  fits: client => hasGrant(grant, client) && isConfidential(client),
  lacks: `it needs a confidential client with the grant \`${grant}\`; configure one`,
}

/** AS-EXC-01: more scope, another audience, another subject, and an actor that nobody allowed. */
const tokenExchange: TestCase = serverCase(text, [
  { variant: 'larger scope', client: exchanging, hasControl: false, run: tryScope },
  {
    variant: 'foreign audience',
    client: exchanging,
    hasControl: false,
    run: (context, client) =>
      tryChange(context, client, {
        change: { audience: 'https://nowhere.tester.test/api' },
        sent: 'an exchange for an API that nobody knows',
        errors: ['invalid_target', 'invalid_request', 'access_denied'],
      }),
  },
  forged('another subject'),
  { variant: 'requested subject', client: exchanging, hasControl: false, run: tryRequestedSubject },
  { variant: 'no may_act', client: exchanging, hasControl: false, run: tryActor },
])

/** A token to exchange, after a good exchange has succeeded. */
async function subjectToken(context: ServerContext, client: TestClient): Promise<Granted | Judgement> {
  const owner = isOfUsers(client) ? client : context.server.client(isOfUsers)
  if (owner === undefined)
    return notApplicable('it needs a client for users whose token can be exchanged; configure one')
  const granted = await grantByCode(context, { client: owner })
  if (isJudgement(granted)) return granted
  const control = await send(context, client, granted.tokens.accessToken)
  return isGiven(control) ? granted : inconclusive(`a good exchange was refused: ${answerWords(control)}`, control)
}

function send(context: ServerContext, client: TestClient, token: Secret, change: PairChange = {}): Promise<Exchange> {
  const pairs = [
    ['grant_type', grant],
    ['subject_token', token.reveal()],
    ['subject_token_type', accessTokenType],
    ...Object.entries(change).flatMap(([name, value]) =>
      value === undefined ? [] : [value].flat().map(each => [name, each] as const),
    ),
  ] as const
  return context.send(tokenRequest(context, client, pairs))
}

type Changed = { readonly change: PairChange; readonly sent: string; readonly errors: readonly [string, ...string[]] }

async function tryChange(
  context: ServerContext,
  client: TestClient,
  { change, sent, errors }: Changed,
): Promise<Judgement> {
  const subject = await subjectToken(context, client)
  if (isJudgement(subject)) return subject
  return judgeError(await send(context, client, subject.tokens.accessToken, change), { sent, errors })
}

async function tryScope(context: ServerContext, client: TestClient): Promise<Judgement> {
  const subject = await subjectToken(context, client)
  if (isJudgement(subject)) return subject
  const more = [...apiScopesOf(subject.client, context.target), ...apiScopesOf(client, context.target)].find(
    token => !subject.scope.includes(token),
  )
  if (more === undefined) return notApplicable('the token to exchange holds every scope that is known')
  const exchange = await send(context, client, subject.tokens.accessToken, {
    scope: [...subject.scope, more].join(' '),
  })
  const sent = 'an exchange for more scope than the token holds'
  if (!isGiven(exchange))
    return judgeError(exchange, { sent, errors: ['invalid_scope', 'invalid_request', 'access_denied'] })
  const got = readGrant(context, exchange, { client, asked: [] })
  if (isJudgement(got)) return got
  return got.scope.includes(more)
    ? finding('fail', { reason: `${sent} gave \`${more}\``, complaint: 'accepted' }, exchange)
    : pass(`${sent} gave no more than that`, exchange)
}

/** The user's token, rewritten to be somebody else's. */
function forged(variant: string): ClientTrial {
  return {
    variant,
    client: exchanging,
    hasControl: false,
    run: async (context, client) => {
      const subject = await subjectToken(context, client)
      if (isJudgement(subject)) return subject
      const token = subject.tokens.accessToken.reveal()
      const parts = splitJws(token)
      const text =
        parts === undefined || accessClaims(context, subject) === undefined
          ? `${token.slice(0, -4)}AAAA`
          : joinJws(parts.header, rewritten(parts.payload), parts.signature)
      const forgery = context.secrets.secret('access token', text)
      return judgeError(await send(context, client, forgery), {
        sent: 'an exchange of a token that was rewritten for another user',
        errors: ['invalid_request', 'invalid_grant', 'invalid_token'],
      })
    },
  }
}

function rewritten(payload: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { ...payload, sub: 'the-user-of-somebody-else' }
}

async function tryRequestedSubject(context: ServerContext, client: TestClient): Promise<Judgement> {
  const [, second] = context.server.users
  if (second === undefined) return notApplicable('it needs a second user; configure one')
  const subject = await subjectToken(context, client)
  if (isJudgement(subject)) return subject
  const before = await subjectOf(context, subject)
  const exchange = await send(context, client, subject.tokens.accessToken, { requested_subject: second.username })
  if (!isGiven(exchange))
    return pass(`an exchange for the token of another user was refused: ${answerWords(exchange)}`, exchange)
  const got = readGrant(context, exchange, { client, asked: [] })
  if (isJudgement(got)) return got
  const after = await subjectOf(context, got)
  if (before === undefined || after === undefined)
    return inconclusive('nobody can read for whom the token is', exchange)
  return before === after
    ? pass('a wish for the token of another user changes nothing: the token is for the same one', exchange)
    : finding(
        'fail',
        { reason: 'an exchange gave the token of another user, whom the client named', complaint: 'accepted' },
        exchange,
      )
}

/** For whom a token is: as it says itself, or as the server says of it. @spec RFC 7662 §2.2 */
async function subjectOf(context: ServerContext, granted: Granted): Promise<string | undefined> {
  const own = textIn(accessClaims(context, granted) ?? {}, 'sub')
  return own ?? textIn((await introspectionOf(context, granted.tokens.accessToken))?.answer ?? {}, 'sub')
}

/** Somebody who wants to act for the user, of whom the user's token says nothing. */
async function tryActor(context: ServerContext, client: TestClient): Promise<Judgement> {
  const subject = await subjectToken(context, client)
  if (isJudgement(subject)) return subject
  if (accessClaims(context, subject)?.['may_act'] !== undefined)
    return notApplicable('the user’s token says who may act for the user')
  const user = context.server.users.length > 1 ? 'second' : 'first'
  const actor = await grantByCode(context, { client: subject.client, conduct: { user } })
  if (isJudgement(actor)) return actor
  const exchange = await send(context, client, subject.tokens.accessToken, {
    actor_token: actor.tokens.accessToken.reveal(),
    actor_token_type: accessTokenType,
  })
  return judgeError(exchange, {
    sent: 'an exchange by an actor whom the user’s token does not name',
    errors: ['invalid_request', 'invalid_grant', 'access_denied', 'unauthorized_client'],
    whenAccepted: 'warn',
  })
}

/** AS-EXC-01: token exchange. */
export const exchangeCases: readonly TestCase[] = [tokenExchange]
