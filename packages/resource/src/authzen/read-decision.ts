// OpenID Authorization API 1.0 §5.5
import type { Decision } from '@ambit/policy'
import type { Catalogue, ScopeSet } from '@ambit/scope'
import type { Unavailable } from '../verification.ts'
import { isJsonObject, type JsonObject } from './entities.ts'

/**
 * Reads what a policy decision point answered. Only the boolean `true` allows; a denial is told apart as far as the
 * context says how, in the words of RFC 9470 and RFC 6750.
 * @spec OpenID Authorization API 1.0 §5.5
 */
export function readDecision({ decision, context }: JsonObject, catalogue?: Catalogue): Decision | Unavailable {
  if (typeof decision !== 'boolean') return unavailable('the answer of the policy decision point has no `decision`')
  if (context !== undefined && !isJsonObject(context))
    return unavailable('the `context` of the policy decision point is no object')
  if (decision) return { kind: 'allow' }
  return readDenial(context ?? {}, catalogue)
}

function readDenial(context: JsonObject, catalogue: Catalogue | undefined): Decision | Unavailable {
  const { status, message } = readError(context['error'])
  if (status >= 500) return unavailable(`the policy decision point could not decide: ${message}`)
  const rule = textOr(context['rule'], message)
  const wanted = readStepUp(context)
  if (wanted) return { kind: 'step_up', rule, ...wanted }
  const needed = readScope(context['scope'], catalogue)
  const missing = readScope(context['missing_scope'], catalogue) ?? needed
  if (needed && missing) return { kind: 'insufficient_scope', needed, missing }
  return { kind: 'forbidden', rule, isHidden: status === 404 }
}

function readStepUp({ acr_values: acr, max_age: maxAge }: JsonObject): Wanted | undefined {
  const wanted = { ...(isClassList(acr) && { acr }), ...(isSpan(maxAge) && { maxAge }) }
  return Object.keys(wanted).length === 0 ? undefined : wanted
}

type Wanted = { readonly acr?: string; readonly maxAge?: number }

const unexplained = 'the policy decision point denies'

function readError(error: unknown): { readonly status: number; readonly message: string } {
  if (!isJsonObject(error)) return { status: 403, message: unexplained }
  const { status, message } = error
  return { status: typeof status === 'number' ? status : 403, message: textOr(message, unexplained) }
}

/** A text for the log, on one line. */
function textOr(value: unknown, instead: string): string {
  return isFilled(value) ? value.slice(0, 256).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?') : instead
}

/** @spec RFC 9470 §3 */
function isClassList(value: unknown): value is string {
  return typeof value === 'string' && /^[!-~]+(?: [!-~]+)*$/.test(value)
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isSpan(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** A scope that the catalogue knows whole; anything else asks nobody for anything. */
function readScope(value: unknown, catalogue: Catalogue | undefined): ScopeSet | undefined {
  if (!isFilled(value) || catalogue === undefined) return undefined
  const parsed = catalogue.parse(value)
  return parsed.ok && parsed.value.unknown.length === 0 ? parsed.value.scope : undefined
}

function unavailable(reason: string): Unavailable {
  return { kind: 'unavailable', reason }
}
