// RFC 6750 §2.1
import type { Judgement } from '../../catalogue/test-case.ts'
import { forgeToken, type TokenChange } from '../../node/forge-token.ts'
import type { CallChange, ProbeContext } from '../../run/probe-context.ts'
import { deleteMade, deletionOf } from '../../run/undo-create.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { HeldToken, TokenOutcome, TokenWish } from '../../tokens/token.ts'
import type { Exchange, SentRequest } from '../../wire/exchange.ts'
import { pathParameters, valueAtPath } from './call-values.ts'
import { inconclusive, isAccepted, notApplicable } from './guarded-call.ts'
import { familyOf } from './objects-known.ts'

/** How a trial comes by its token. */
export type Supply = (context: ProbeContext) => TokenOutcome | Promise<TokenOutcome>

/** One call of an operation, as a case wants it. */
export type CallTrial = {
  readonly operation: ApiOperation
  /** Absent: the call goes out without any token. */
  readonly token?: Supply
  readonly change?: CallChange
  /** The last word about the request, before the token is put on it. */
  readonly reshape?: (request: SentRequest) => SentRequest
}

/** What became of a trial. */
export type Attempt =
  | { readonly kind: 'sent'; readonly exchange: Exchange; readonly token?: HeldToken }
  /** Nothing was learnt, and the judgement says why. */
  | { readonly kind: 'not_sent'; readonly judgement: Judgement }

/**
 * A token of exactly this scope: from the server, or of the test issuer where the server gives no such token. A token of
 * other scope than was asked for is none.
 */
export function heldToken(
  operation: Pick<ApiOperation, 'resource'>,
  scope: readonly string[],
  wish: Omit<TokenWish, 'scope' | 'resource'> = {},
): Supply {
  return async context => {
    const resource = operation.resource
    const outcome = await context.tokens.token({ ...wish, scope, ...(resource !== undefined && { resource }) })
    const checked = outcome.kind === 'token' ? checkScope(outcome.token, scope) : outcome
    const isForged = checked.kind === 'unavailable' && context.testIssuer !== undefined && wish.alsoWants === undefined
    if (!isForged) return checked
    return forgedToken(operation, { scope, ...(wish.holder !== undefined && { holder: wish.holder }) })(context)
  }
}

/** A token of the test issuer, good but for what is changed. */
export function forgedToken(operation: Pick<ApiOperation, 'resource'>, change: TokenChange): Supply {
  return context => {
    if (context.testIssuer === undefined)
      return { kind: 'unavailable', reason: 'no test issuer is configured that could make such a token' }
    const { resource } = operation
    const token: HeldToken = {
      accessToken: forgeToken(context, resource === undefined ? {} : { resource }, change),
      tokenType: 'Bearer',
      scope: change.scope ?? [],
      holder: change.holder ?? { kind: 'user', user: 'first' },
      ...(resource !== undefined && { resource }),
      expiresAt: context.now() + 300_000,
      from: 'test_issuer',
    }
    return { kind: 'token', token }
  }
}

/** Answers that may mean that the API knows nothing of the test issuer, or could not ask about its token. */
const doubtful: ReadonlySet<number | undefined> = new Set([401, 503])

/**
 * Sends a trial. A forged token that seems to be unknown is judged only where the API takes tokens of the test issuer. What was
 * deleted already is made anew, and deleted once more.
 */
export async function attempt(context: ProbeContext, trial: CallTrial): Promise<Attempt> {
  const { operation, change, token: supply } = trial
  const call = context.call(operation, change)
  if (call === undefined)
    return stop(inconclusive('the call cannot be made: a value that it needs is known to nobody; give an example'))
  if (supply === undefined) return { kind: 'sent', exchange: await sendCall(context, trial) }
  const outcome = await supply(context)
  if (outcome.kind === 'unavailable') return stop(inconclusive(outcome.reason))
  const { token } = outcome
  const exchange = await sendCall(context, trial, token)
  const isDoubtful = token.from === 'test_issuer' && doubtful.has(statusOf(exchange))
  if (isDoubtful && !(await takesForged(context, operation)))
    return stop(notApplicable('the API takes no tokens of the test issuer for this operation'))
  return { kind: 'sent', exchange, token }
}

async function sendCall(context: ProbeContext, trial: CallTrial, token?: HeldToken): Promise<Exchange> {
  const first = await sendOnce(context, trial, token)
  const change = gone.has(statusOf(first)) ? await anotherObject(context, trial, token) : undefined
  return change === undefined ? first : sendOnce(context, { ...trial, change }, token)
}

async function sendOnce(
  context: ProbeContext,
  { operation, change, reshape = same }: CallTrial,
  token: HeldToken | undefined,
): Promise<Exchange> {
  const call = context.call(operation, change)
  if (call === undefined) throw new TypeError('the same call could be made before')
  const exchange = await context.send(token === undefined ? reshape(call) : context.withToken(reshape(call), token))
  cleanUp(context, exchange)
  return exchange
}

/** Answers that may mean that an earlier test has deleted the object. */
const gone: ReadonlySet<number | undefined> = new Set([404, 410])

/** Makes something that can be deleted; `undefined` where the case itself names the object, or nothing can be made. */
async function anotherObject(
  context: ProbeContext,
  { operation, change = {} }: CallTrial,
  token: HeldToken | undefined,
): Promise<CallChange | undefined> {
  const { api, mayWrite } = context.target
  const name = pathParameters(operation).at(-1)?.name
  if (operation.method !== 'DELETE' || change.path !== undefined || name === undefined || !mayWrite) return undefined
  const { create } = familyOf(api?.operations ?? [], operation)
  if (create === undefined) return undefined
  const wish = token === undefined ? {} : { holder: token.holder }
  const made = await attempt(context, { operation: create, token: heldToken(create, context.leastScope(create), wish) })
  const id = made.kind === 'sent' && isAccepted(made.exchange) ? idIn(made.exchange, name) : undefined
  return id === undefined ? undefined : { ...change, path: { [name]: id } }
}

/** The id in an answer: the member of the parameter's name, or `id`. */
export function idIn(exchange: Exchange, name: string): string | undefined {
  const answer = jsonOf(exchange)
  const found = valueAtPath(answer, [name]) ?? valueAtPath(answer, ['id'])
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined
}

/** Sends a trial and judges its answer. */
export async function tryCall(
  context: ProbeContext,
  trial: CallTrial,
  judge: (exchange: Exchange, token?: HeldToken) => Judgement | Promise<Judgement>,
): Promise<Judgement> {
  const made = await attempt(context, trial)
  return made.kind === 'not_sent' ? made.judgement : judge(made.exchange, made.token)
}

/** The status of an answer; `undefined` where there is none. */
export function statusOf(exchange: Exchange): number | undefined {
  return exchange.kind === 'answered' ? exchange.response.status : undefined
}

/** The body of an answer as JSON; `undefined` where it is none. */
export function jsonOf(exchange: Exchange): unknown {
  if (exchange.kind === 'failed') return undefined
  try {
    const value: unknown = JSON.parse(exchange.response.body)
    return value
  } catch {
    return undefined
  }
}

/** What a call has made is deleted at the end, where the API has an operation for it. */
function cleanUp(context: ProbeContext, exchange: Exchange): void {
  const { api } = context.target
  const made = api === undefined ? undefined : deletionOf(exchange, api)
  if (api === undefined || made === undefined) return
  context.onEnd(`delete ${made.target}, which a test made`, () => deleteMade(made, api, context))
}

function same(request: SentRequest): SentRequest {
  return request
}

function stop(judgement: Judgement): Attempt {
  return { kind: 'not_sent', judgement }
}

async function takesForged(context: ProbeContext, operation: ApiOperation): Promise<boolean> {
  const call = context.call(operation)
  const good = await forgedToken(operation, { scope: context.leastScope(operation) })(context)
  if (call === undefined || good.kind === 'unavailable') return false
  return statusOf(await context.send(context.withToken(call, good.token))) !== 401
}

/** What comes with a refresh token or an ID token, and opens nothing at an API. @spec OpenID Connect Core §3.1.2.1, §11 */
const ofOpenId: ReadonlySet<string> = new Set(['openid', 'offline_access'])

function checkScope(token: HeldToken, wanted: readonly string[]): TokenOutcome {
  const isWanted = (held: string) => wanted.includes(held) || ofOpenId.has(held)
  const isSame = wanted.every(scope => token.scope.includes(scope)) && token.scope.every(isWanted)
  if (isSame) return { kind: 'token', token }
  return { kind: 'unavailable', reason: `the server gave ${named(token.scope)} where ${named(wanted)} was asked for` }
}

/** Scopes in a sentence. */
export function named(scopes: readonly string[]): string {
  return scopes.length === 0 ? 'no scope' : scopes.map(scope => `\`${scope}\``).join(', ')
}
