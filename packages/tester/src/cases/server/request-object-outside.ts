// RFC 9101 §6.3; RFC 9126 §4
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { TestClient } from '../../target/target.ts'
import type { Pair } from '../../tokens/endpoint-request.ts'
import { besideObject } from '../../tokens/signed-request.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { inconclusive, isJudgement, notApplicable } from '../resource/guarded-call.ts'
import { push, pushedEndpoint, visitPushed } from './pushed-request.ts'
import { requestObject, takesRequestObjects, withMode } from './request-object.ts'
import { type ClientWish, codeClient, withClient } from './server-case.ts'
import {
  type AuthorizationRequest,
  authorizationRequest,
  deliver,
  type FrontOutcome,
  isAtClient,
  redemptionOf,
  wordsOf,
} from './server-flow.ts'
import type { ServerContext } from './server-trial.ts'
import { apiScopesOf, askedByUser, isOfUsers, withPairs } from './token-ask.ts'
import { listed, readGrant, serverOf } from './token-grant.ts'
import { answerWords, finding, isBusy, pass } from './token-refusal.ts'
import { serverCase, untried } from './token-trial.ts'

const text: CaseText = {
  id: 'AS-PAR-04',
  title: 'other parameters beside a pushed or signed request',
  why: 'What stands in the address can be changed by whoever made the link. Where it wins over what was pushed or signed, pushing and signing protect nothing.',
  remedy: 'Use only the parameters that were pushed or signed, and none of those that stand beside them.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 9101 §6.3', 'RFC 9126 §4'],
  tags: ['par', 'jar'],
}

const parameters = ['state', 'scope', 'redirect_uri'] as const

/** AS-PAR-04: another state, scope and redirect URI in the address, one at a time. */
export const outsideParameters: TestCase = serverCase(text, server => {
  const canPush = server.metadata[pushedEndpoint] !== undefined
  const canSign = takesRequestObjects(server)
  if (!canPush && !canSign) return 'the server takes neither pushed nor signed requests'
  const pushed = parameters.map(name => {
    const run = (context: ServerContext, client: TestClient) => tryPushed(context, client, name)
    return withClient(server, { variant: `pushed, other ${name}`, client: codeClient, hasControl: false, run })
  })
  const signed = parameters.map(name => {
    const run = (context: ServerContext, client: TestClient) => trySigned(context, client, name)
    return withClient(server, { variant: `signed, other ${name}`, client: signer, hasControl: false, run })
  })
  return [
    ...(canPush ? pushed : [untried('pushed', 'the server offers no pushed authorization requests')]),
    ...(canSign ? signed : [untried('signed', 'the server takes no signed requests')]),
  ]
})

const signer: ClientWish = {
  fits: client => isOfUsers(client) && 'key' in client.credential,
  lacks: 'it needs a client for users with a key that signs its requests; configure one',
}

type Inner = {
  readonly request: AuthorizationRequest
  /** What stands beside it. */
  readonly outside: Pair
  /** The scope that is only there. */
  readonly more: string | undefined
}

/** A request for one scope, and a parameter that says something else. */
async function innerRequest(
  context: ServerContext,
  client: TestClient,
  name: (typeof parameters)[number],
): Promise<Inner> {
  const [kept = 'openid', more] = apiScopesOf(client, context.target)
  const asked = askedByUser(client, context.target, serverOf(context), { scope: [kept] })
  const request = await authorizationRequest(context, client, Object.fromEntries(asked))
  const others = {
    state: 'the-state-of-somebody-else',
    redirect_uri: 'https://elsewhere.tester.test/callback',
    scope: [kept, more].filter(each => each !== undefined).join(' '),
  }
  return { request, outside: [name, others[name]], more }
}

async function tryPushed(
  context: ServerContext,
  client: TestClient,
  name: (typeof parameters)[number],
): Promise<Judgement> {
  const inner = await innerRequest(context, client, name)
  const pushed = await push(context, client, inner.request.pairs)
  if (isJudgement(pushed)) return pushed
  const outcome = await visitPushed(context, client, pushed.reference, { more: [inner.outside] })
  return judge(context, client, { inner, outcome })
}

async function trySigned(
  context: ServerContext,
  client: TestClient,
  name: (typeof parameters)[number],
): Promise<Judgement> {
  const inner = await innerRequest(context, client, name)
  const pairs = withMode(inner.request.pairs, client)
  const object = requestObject(context, client, pairs)
  const beside = withPairs(besideObject(pairs, object), Object.fromEntries([inner.outside]))
  const outcome = await deliver(context, client, beside)
  const error = outcome.kind === 'redirected' ? outcome.parameters.get('error') : undefined
  if (error === 'request_not_supported') return notApplicable('this client’s signed requests are not taken')
  return judge(context, client, { inner, outcome })
}

/** Refusing the whole is as good as ignoring what stands beside it. */
function judgePushed(exchange: Exchange): Judgement {
  if (exchange.kind === 'failed' || isBusy(exchange.response.status) || exchange.response.status >= 500)
    return inconclusive(`the pushed request got ${answerWords(exchange)}`, exchange)
  return pass(`parameters beside the request were refused as a whole: ${answerWords(exchange)}`, exchange)
}

type Came = { readonly inner: Inner; readonly outcome: FrontOutcome }

async function judge(context: ServerContext, client: TestClient, { inner, outcome }: Came): Promise<Judgement> {
  const wins = (what: string) =>
    finding('fail', {
      reason: `${what} in the address won over that of the request itself`,
      complaint: `${what} from outside`,
    })
  if (outcome.kind === 'stuck') return inconclusive(`nobody can tell what became of the request: ${outcome.reason}`)
  if (outcome.kind === 'not_pushed') return judgePushed(outcome.exchange)
  if (outcome.kind === 'unsent') return notApplicable(outcome.reason)
  if (outcome.kind === 'page') return pass(`parameters beside the request were refused as a whole: ${wordsOf(outcome)}`)
  if (!isAtClient(outcome, client)) return wins('the redirect URI')
  const state = outcome.parameters.get('state')
  const code = outcome.parameters.get('code')
  if (state === 'the-state-of-somebody-else') return wins('the state')
  if (code === undefined) return pass(`parameters beside the request were refused: ${wordsOf(outcome)}`)
  if (state !== inner.request.state)
    return finding('warn', {
      reason: 'the answer has neither the state of the request nor that of the address',
      complaint: 'state lost',
    })
  const { verifier, redirectUri } = inner.request
  const secret = context.secrets.secret('authorization code', code)
  const exchange = await context.send(
    redemptionOf(context, { kind: 'code', client, code: secret, verifier, redirectUri }),
  )
  const granted = readGrant(context, exchange, { client, asked: [] })
  if (isJudgement(granted)) return granted
  if (inner.more !== undefined && granted.scope.includes(inner.more)) return wins('the scope')
  return pass(`only what was inside the request counted: the token holds ${listed(granted.scope)}`, exchange)
}
