// RFC 6750 §2.1; RFC 9449 §7.1
import type { Judgement } from '../../catalogue/test-case.ts'
import { judgeAcceptance, judgeRefusal, type WantedRefusal } from '../../judge/judge-refusal.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { HeldToken, TokenWish } from '../../tokens/token.ts'
import { type Exchange, type HeaderField, type SentRequest, withField } from '../../wire/exchange.ts'

/** Whether something could be had, or a judgement says why not. */
export function isJudgement(value: object): value is Judgement {
  return 'verdict' in value && 'reason' in value
}

/** A judgement that nothing was tried, because it makes no sense here. */
export function notApplicable(reason: string): Judgement {
  return { verdict: 'not_applicable', reason }
}

/** A judgement that nobody can tell. */
export function inconclusive(reason: string, ...evidence: readonly Exchange[]): Judgement {
  return { verdict: 'inconclusive', reason, ...(evidence.length > 0 && { evidence }) }
}

/** The positive call of an operation without credentials, or why none can be made. */
export function callOf(context: ProbeContext, operation: ApiOperation): SentRequest | Judgement {
  const unknown = operation.parameters.filter(({ isRequired, example }) => isRequired && example === undefined)
  const names = unknown.map(({ name }) => `\`${name}\``).join(', ')
  return (
    context.call(operation) ??
    inconclusive(`no call can be made: nobody says a value for ${names || 'something that it needs'}`)
  )
}

/** A token that opens an operation with the least scope, or why none can be had. */
export async function tokenFor(
  context: ProbeContext,
  operation: ApiOperation,
  wish: Partial<TokenWish> = {},
): Promise<HeldToken | Judgement> {
  const outcome = await context.tokens.token({
    scope: context.leastScope(operation),
    ...(operation.resource !== undefined && { resource: operation.resource }),
    ...wish,
  })
  return outcome.kind === 'token' ? outcome.token : inconclusive(`no token could be had: ${outcome.reason}`)
}

/** A call that should succeed with its token, and the two apart. */
export type GoodCall = {
  readonly operation: ApiOperation
  /** Without credentials. */
  readonly call: SentRequest
  readonly token: HeldToken
}

/** Makes the call and gets its token. */
export async function goodCall(
  context: ProbeContext,
  operation: ApiOperation,
  wish?: Partial<TokenWish>,
): Promise<GoodCall | Judgement> {
  const call = callOf(context, operation)
  if (isJudgement(call)) return call
  const token = await tokenFor(context, operation, wish)
  return isJudgement(token) ? token : { operation, call, token }
}

/** The same call with other text in place of the token, sent the way the token is sent. */
export function withTokenText(context: ProbeContext, { call, token }: GoodCall, text: string): SentRequest {
  return context.withToken(call, { ...token, accessToken: context.secrets.secret('access token', text) })
}

/** The call with these `Authorization` fields and no other. */
export function withAuthorization(call: SentRequest, ...values: readonly string[]): SentRequest {
  return withField(call, ...values.map((value): HeaderField => ['Authorization', value]))
}

/** Whether an exchange ended in 2xx. @spec RFC 9110 §15.3 */
export function isAccepted(exchange: Exchange): boolean {
  return exchange.kind === 'answered' && exchange.response.status >= 200 && exchange.response.status < 300
}

/** Whether an exchange ended in a redirect, which is how some APIs say that one shall log in. @spec RFC 9110 §15.4 */
export function isRedirect(exchange: Exchange): boolean {
  return exchange.kind === 'answered' && exchange.response.status >= 300 && exchange.response.status < 400
}

/** A call that should be refused, and the one like it that should not. */
export type Comparison = {
  readonly bad: SentRequest
  readonly good: SentRequest
  readonly wanted: WantedRefusal
  /** How the good one is called in reasons. */
  readonly reference: string
}

/**
 * Judges a call that should be refused, and lets a refusal count only where the same call without its fault is accepted. The
 * bad one goes first: what was refused has changed nothing.
 */
export async function judgeAgainstReference(
  context: ProbeContext,
  { bad, good, wanted, reference }: Comparison,
): Promise<Judgement> {
  const exchange = await context.send(bad)
  const judgement = judgeRefusal(exchange, wanted)
  if (isAccepted(exchange) || judgement.verdict === 'inconclusive') return judgement
  const control = judgeAcceptance(await context.send(good), reference)
  if (control.verdict === 'pass') return judgement
  return { ...control, verdict: 'inconclusive', reason: `${control.reason}, so a refusal proves nothing` }
}

/** A failure that is no more than a warning here. */
export function atMostWarn(judgement: Judgement): Judgement {
  return judgement.verdict === 'fail' ? { ...judgement, verdict: 'warn' } : judgement
}
