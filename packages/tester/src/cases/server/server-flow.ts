// RFC 6749 §4.1; RFC 7636 §4; RFC 9126 §2, §4

import type { AuthorizationOutcome, UserConduct } from '../../run/probe-context.ts'
import type { Secret } from '../../secret/secret.ts'
import type { TestClient } from '../../target/target.ts'
import type { Pair } from '../../tokens/endpoint-request.ts'
import { isAnswerAt } from '../../tokens/front-channel.ts'
import { parseJsonObject, textIn, textsIn } from '../../tokens/json-object.ts'
import { makePkce } from '../../tokens/pkce.ts'
import { pushedForm } from '../../tokens/pushed-form.ts'
import { randomText } from '../../tokens/server-access.ts'
import { scopeTokens } from '../../tokens/token-response.ts'
import type { Exchange, SentRequest } from '../../wire/exchange.ts'
import type { ServerContext } from './server-trial.ts'
import type { PairChange } from './token-grant.ts'

/** A good authorization request, with what belongs to it. */
export type AuthorizationRequest = {
  readonly pairs: readonly Pair[]
  readonly verifier: Secret
  readonly state: string
  readonly redirectUri: string
}

/** The scope that a client’s usual request asks for: to log in, or else the first that it may have. */
export function usualScope(
  { target }: Pick<ServerContext, 'target'>,
  { scope, grantTypes }: TestClient,
): readonly string[] {
  const supported = textsIn(target.server?.metadata ?? {}, 'scopes_supported') ?? []
  const isForUsers = grantTypes.includes('authorization_code')
  const hasOpenId = scope?.includes('openid') ?? supported.includes('openid')
  if (isForUsers && hasOpenId) return ['openid']
  const first = scope?.find(each => !['openid', 'offline_access'].includes(each))
  return first === undefined ? [] : [first]
}

/** Makes an authorization request that is good but for the change. @spec RFC 6749 §4.1.1, RFC 7636 §4.3 */
export async function authorizationRequest(
  context: ServerContext,
  client: TestClient,
  change: PairChange = {},
): Promise<AuthorizationRequest> {
  const pkce = await makePkce(context.secrets)
  const redirectUri = client.redirectUris[0] ?? ''
  const scope = usualScope(context, client).join(' ')
  const state = randomText()
  const usual: PairChange = {
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: redirectUri,
    ...(scope !== '' && { scope }),
    state,
    ...(scope.includes('openid') && { nonce: randomText() }),
    code_challenge: pkce.challenge,
    code_challenge_method: 'S256',
  }
  const pairs = Object.entries({ ...usual, ...change }).flatMap(([name, value]): readonly Pair[] =>
    value === undefined ? [] : typeof value === 'string' ? [[name, value]] : value.map((each): Pair => [name, each]),
  )
  const sentState = change['state']
  return { pairs, verifier: pkce.verifier, state: typeof sentState === 'string' ? sentState : state, redirectUri }
}

/** What an authorization request came to. */
export type FrontOutcome =
  | AuthorizationOutcome
  /** Refused already where it was pushed. */
  | { readonly kind: 'not_pushed'; readonly exchange: Exchange }
  /** It cannot be said in the form that the server demands. */
  | { readonly kind: 'unsent'; readonly reason: string }

/** Sends the user’s browser with a request as its client must make it: signed, pushed. @spec RFC 9101 §4, RFC 9126 §4, §5 */
export async function visit(
  context: ServerContext,
  client: TestClient,
  pairs: readonly Pair[],
  conduct?: UserConduct,
): Promise<FrontOutcome> {
  const sealed = context.server.seal(pairs, client)
  return sealed.kind === 'sealed'
    ? deliver(context, client, sealed.pairs, conduct)
    : { kind: 'unsent', reason: sealed.reason }
}

/** Sends the user’s browser with parameters as they are; pushed before where the server wants that. @spec RFC 9126 §4, §5 */
export async function deliver(
  context: ServerContext,
  client: TestClient,
  pairs: readonly Pair[],
  conduct?: UserConduct,
): Promise<FrontOutcome & { readonly kind: Exclude<FrontOutcome['kind'], 'unsent'> }> {
  const made = await pushWhereWanted(context, client, pairs)
  return made.kind === 'sealed' ? context.server.authorize(made.pairs, conduct) : made
}

/** The parameters for the address: themselves, or the reference that they were pushed for. @spec RFC 9126 §2, §4 */
export async function pushWhereWanted(
  context: ServerContext,
  client: TestClient,
  pairs: readonly Pair[],
): Promise<
  | { readonly kind: 'sealed'; readonly pairs: readonly Pair[] }
  | { readonly kind: 'not_pushed'; readonly exchange: Exchange; readonly reason: string }
> {
  const { server, target } = context
  if (target.server?.metadata['require_pushed_authorization_requests'] !== true) return { kind: 'sealed', pairs }
  const endpoint = 'pushed_authorization_request_endpoint'
  const exchange = await context.send(pushedForm(pairs, client, form => server.formRequest(endpoint, form, client)))
  const document = exchange.kind === 'answered' ? parseJsonObject(exchange.response.body) : undefined
  const reference = document && textIn(document, 'request_uri')
  if (reference === undefined)
    return { kind: 'not_pushed', exchange, reason: wordsOf({ kind: 'not_pushed', exchange }) }
  // the scope is not needed there; what it says helps on the consent page
  const scope = pairs.filter(([name]) => name === 'scope')
  return { kind: 'sealed', pairs: [['client_id', client.clientId], ['request_uri', reference], ...scope] }
}

/** A code with what redeems it. */
export type GoodCode = {
  readonly kind: 'code'
  readonly client: TestClient
  readonly code: Secret
  readonly verifier: Secret
  readonly redirectUri: string
}

/** Gets a code by a request that is good but for the change, or says why there is none. */
export async function obtainGoodCode(
  context: ServerContext,
  client: TestClient,
  change: PairChange = {},
  conduct?: UserConduct,
): Promise<GoodCode | { readonly kind: 'failed'; readonly reason: string; readonly outcome: FrontOutcome }> {
  const { pairs, verifier, redirectUri } = await authorizationRequest(context, client, change)
  const outcome = await visit(context, client, pairs, conduct)
  const code = outcome.kind === 'redirected' ? outcome.parameters.get('code') : undefined
  if (code === undefined || code === '') return { kind: 'failed', reason: wordsOf(outcome), outcome }
  return { kind: 'code', client, code: context.secrets.secret('authorization code', code), verifier, redirectUri }
}

/** The request that redeems a code, good but for the change. @spec RFC 6749 §4.1.3 */
export function redemptionOf(context: ServerContext, good: GoodCode, change: PairChange = {}): SentRequest {
  const usual: PairChange = {
    grant_type: 'authorization_code',
    code: good.code.reveal(),
    redirect_uri: good.redirectUri,
    code_verifier: good.verifier.reveal(),
  }
  const pairs = Object.entries({ ...usual, ...change }).flatMap(([name, value]): readonly Pair[] =>
    value === undefined ? [] : typeof value === 'string' ? [[name, value]] : value.map((each): Pair => [name, each]),
  )
  return context.server.formRequest('token_endpoint', pairs, good.client)
}

/** What an authorization request came to, for people. */
export function wordsOf(outcome: FrontOutcome): string {
  if (outcome.kind === 'stuck') return `the login could not be followed: ${outcome.reason}`
  if (outcome.kind === 'unsent') return outcome.reason
  if (outcome.kind === 'page') return `the server showed a page (${outcome.status})`
  if (outcome.kind === 'not_pushed')
    return outcome.exchange.kind === 'answered'
      ? `the pushed request was refused by ${outcome.exchange.response.status}${codeIn(outcome.exchange.response.body)}`
      : `the pushed request got no answer: ${outcome.exchange.detail}`
  const error = outcome.parameters.get('error')
  if (error !== undefined) return `the client was told \`${error}\``
  if (outcome.parameters.has('code')) return 'the client got a code'
  return 'the browser was sent on without a code and without an error'
}

function codeIn(body: string): string {
  const error = textIn(parseJsonObject(body) ?? {}, 'error')
  return error === undefined ? '' : ` \`${error}\``
}

/** Whether an outcome gives something away: a code, or tokens. */
export function givesSomething(outcome: FrontOutcome): boolean {
  if (outcome.kind !== 'redirected') return false
  const { parameters, location } = outcome
  if (['code', 'access_token', 'id_token', 'response'].some(name => (parameters.get(name) ?? '') !== '')) return true
  // behind a fragment that was asked for, parameters are none
  return /[?&#](code|access_token|id_token)=/.test(location)
}

/** Whether the browser was sent to one of a client’s own redirect URIs. */
export function isAtClient(
  outcome: AuthorizationOutcome & { readonly kind: 'redirected' },
  client: TestClient,
): boolean {
  return client.redirectUris.some(uri => isAnswerAt(outcome.location, uri) || isAnswerAt(outcome.location, tidied(uri)))
}

/** As a browser writes it. */
function tidied(uri: string): string {
  return URL.parse(uri)?.href ?? uri
}

/** The scope of a text, or nothing. */
export function scopeIn(text: string | undefined): readonly string[] {
  return scopeTokens(text ?? '')
}
