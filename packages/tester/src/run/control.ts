import { whyNoCall } from '../call/build-call.ts'
import { guessesOf } from '../call/operation-values.ts'
import { isFailure, isSuccess, statusOf } from '../judge/complaint.ts'
import type { ApiOperation } from '../target/api-operation.ts'
import { type Exchange, fieldValue } from '../wire/exchange.ts'
import type { RunTokens } from './context.ts'
import type { ProbeContext } from './probe-context.ts'
import type { ProbeResult } from './run-record.ts'

/** Whether the call of an operation succeeds with a good token. */
export type ControlOutcome =
  | { readonly kind: 'held'; readonly exchange?: Exchange }
  /** The reason follows `the same call with a good token`. */
  | { readonly kind: 'failed'; readonly reason: string; readonly exchange?: Exchange }

/**
 * Calls an operation with a token of its least scope; once more where a proof lacked the server's nonce, or the token had been
 * taken back and another can be had.
 * @spec RFC 9449 §9
 */
export async function tryControl(
  operation: ApiOperation,
  context: ProbeContext,
  renew?: RunTokens['renew'],
): Promise<ControlOutcome> {
  const call = context.call(operation)
  if (call === undefined)
    return { kind: 'failed', reason: `cannot be made: ${whyNoCall(operation) ?? 'a value is missing'}` }
  const { resource } = operation
  const scope = context.leastScope(operation)
  const outcome = await context.tokens.token({ scope, ...(resource === undefined ? {} : { resource }) })
  if (outcome.kind === 'unavailable')
    return { kind: 'failed', reason: `could not be tried, since none could be had: ${outcome.reason}` }
  const first = await context.send(context.withToken(call, outcome.token))
  if (first.kind === 'failed' || first.response.status !== 401) return outcomeOf(first, operation)
  const isNonceAsked = fieldValue(first.response.headers, 'dpop-nonce') !== undefined
  const again = isNonceAsked ? outcome : await renew?.(outcome.token)
  if (again?.kind !== 'token') return outcomeOf(first, operation)
  return outcomeOf(await context.send(context.withToken(call, again.token)), operation)
}

function outcomeOf(exchange: Exchange, operation: ApiOperation): ControlOutcome {
  if (exchange.kind === 'failed')
    return { kind: 'failed', reason: `got no answer: ${exchange.failure}, ${exchange.detail}`, exchange }
  const { status } = exchange.response
  if (isSuccess(status)) return { kind: 'held', exchange }
  const guesses = guessesOf(operation).map(name => `\`${name}\``)
  const isMadeUp = guesses.length > 0 && status >= 400 && status < 500 && ![401, 403, 429].includes(status)
  const hint = `${guesses.join(', ')} ${guesses.length === 1 ? 'was' : 'were'} made up; give a value in the configuration`
  return { kind: 'failed', reason: `was answered by ${status}${isMadeUp ? ` (${hint})` : ''}`, exchange }
}

/** Whether a result shows by itself that a good token opens its operation. */
export function isPositive({ caseId, verdict, cell, evidence }: ProbeResult): boolean {
  const isAllowed = cell?.expected === 'allowed' && cell.observed === 'allowed'
  return verdict === 'pass' && (caseId === 'RS-SCP-01' || isAllowed) && evidence.flatMap(statusOf).some(isSuccess)
}

/** What stands between a result and what makes it worthless; `the same call with a good token` follows. */
export const provesNothing = ', but that proves nothing: '

/**
 * What a result is worth where its control failed. That something was let in still stands, and so does an answer that differs
 * from the control's. A refusal proves nothing, and neither does the same answer as to a good token.
 */
export function underFailedControl(
  result: ProbeResult,
  control: ControlOutcome & { readonly kind: 'failed' },
): ProbeResult {
  if (!isDoubtful(result, control.exchange)) return result
  const { complaint: _, cell, ...kept } = result
  const evidence = control.exchange === undefined ? result.evidence : [...result.evidence, control.exchange]
  const reason = `${result.reason}${provesNothing}the same call with a good token ${control.reason}`
  const unknown = cell === undefined ? {} : { cell: { ...cell, observed: 'unknown' as const } }
  return { ...kept, ...unknown, verdict: 'inconclusive', doubt: 'control', reason, evidence }
}

function isDoubtful({ verdict, evidence }: ProbeResult, control: Exchange | undefined): boolean {
  if (verdict === 'pass') return true
  if (verdict !== 'warn' && verdict !== 'fail') return false
  const [wanted] = control === undefined ? [] : statusOf(control)
  const last = evidence.flatMap(statusOf).at(-1)
  if (last === undefined || wanted === undefined) return false
  return isFailure(last) ? isFailure(wanted) : !isSuccess(last) && last === wanted
}
