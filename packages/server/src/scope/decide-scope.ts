// RFC 6749 §3.3
import {
  beginDecision,
  type Catalogue,
  decisionOf,
  keepWhere,
  limitTo,
  refusals,
  type ScopeDecision,
  type ScopeReason,
  type ScopeSet,
} from '@ambit/scope'
import { reachesAcr } from '../accounts/authentication.ts'
import type { ServerContext } from '../context.ts'
import type { ClientRecord, UserRecord } from '../ports/records.ts'
import { refusedAt, refuseScope, type ScopeRefused } from './refuse-scope.ts'

/** Who asks for which scope, and by which grant. */
export type ScopeAsk = {
  /** The `scope` parameter; absent: the default set. */
  readonly requested: string | undefined
  readonly client: ClientRecord
  readonly grantType: string
}

/**
 * The first steps of every scope on its way to a token: request → known → below the client's ceiling → fit for the grant type.
 * Omitted scope means the documented default set, never everything that the client may have.
 * @spec RFC 6749 §3.3
 * @errors invalid_scope: malformed, none and no default, unknown, above the ceiling, not for this grant type
 */
export function decideScope(context: ServerContext, ask: ScopeAsk): ScopeDecision | ScopeRefused {
  const begun = beginScope(context, ask)
  if ('kind' in begun) return begun
  const ceiling = context.catalogue.parse(ask.client.scope)
  const held = ceiling.ok ? ceiling.value.scope : context.catalogue.empty
  const below = limitTo(context.catalogue, begun, { at: 'ceiling', held, reason: 'above_ceiling' })
  if (below !== begun) return refuseScope(`this client may not have ${lost(below, 'above_ceiling')}`, below.steps)
  const fit = limitToGrantType(context.catalogue, below, ask.grantType)
  // what nobody asked for cannot be asked for wrongly: of the default set remains what fits
  if (fit !== below && ask.requested !== undefined)
    return refuseScope(`the grant type ${ask.grantType} may not carry ${lost(fit, 'not_for_grant_type')}`, fit.steps)
  if (fit.scope.size === 0) return refuseScope(nothingLeft(ask), fit.steps)
  return fit
}

function nothingLeft({ requested, grantType }: ScopeAsk): string {
  return requested === undefined
    ? `\`scope\` is missing, and the grant type ${grantType} may carry nothing of the default scope`
    : 'no scope of the request is known'
}

/** Drops what needs an authentication that the user has not done. @spec OpenID Connect Core §2 (`acr`) */
export function limitToAuthentication(catalogue: Catalogue, decision: ScopeDecision, acr: string): ScopeDecision {
  return keepWhere(catalogue, decision, {
    at: 'authentication',
    reason: 'needs_stronger_authentication',
    keep: definition => definition.acr === undefined || reachesAcr(acr, definition.acr),
  })
}

/** Asks the operator's hook, which can only narrow. */
export async function limitToHook(
  context: ServerContext,
  decision: ScopeDecision,
  asked: { readonly client: ClientRecord; readonly user?: UserRecord; readonly grantType: string },
): Promise<ScopeDecision> {
  if (!context.scopeHook) return decision
  const left = await context.scopeHook({ scope: decision.scope.tokens, ...asked })
  const held = context.catalogue.read(left).scope
  return limitTo(context.catalogue, decision, { at: 'hook', held, reason: 'refused_by_hook' })
}

function beginScope(context: ServerContext, ask: ScopeAsk): ScopeDecision | ScopeRefused {
  if (ask.requested === undefined) return defaultScope(context, ask.client)
  const begun = beginDecision(context.catalogue, ask.requested)
  if (!begun.ok) return refuseScope(begun.error.message, refusedAt('request', [ask.requested], 'malformed'))
  const unknown = begun.value.steps.length > 0
  if (unknown && !ignoresUnknown(context, begun.value))
    return refuseScope(`unknown scope ${lost(begun.value, 'unknown')}`, begun.value.steps)
  return begun.value
}

function defaultScope(context: ServerContext, client: ClientRecord): ScopeDecision | ScopeRefused {
  const own = client.defaultScope === undefined ? undefined : context.catalogue.parse(client.defaultScope)
  const ceiling = context.catalogue.parse(client.scope)
  const wanted = own?.ok ? own.value.scope : context.catalogue.defaults
  const scope = context.catalogue.narrow(ceiling.ok ? ceiling.value.scope : context.catalogue.empty, wanted)
  if (scope.size === 0) return refuseScope('`scope` is missing and this client has no default scope', [])
  return decisionOf(scope)
}

/** OpenID Connect Core §3.1.2.1 asks to ignore scope that is not understood; without a setting that holds where `openid` is asked. */
function ignoresUnknown(context: ServerContext, decision: ScopeDecision): boolean {
  return context.unknownScope === undefined ? decision.scope.has('openid') : context.unknownScope === 'ignore'
}

/** The grant types for which a set was found fit; sets that come from the same text are one value, so most requests end here. */
const fitFor = new WeakMap<ScopeSet, Set<string>>()

/** Drops what the grant type may not carry. */
export function limitToGrantType(catalogue: Catalogue, decision: ScopeDecision, grantType: string): ScopeDecision {
  const known = fitFor.get(decision.scope)
  if (known?.has(grantType)) return decision
  const fit = keepWhere(catalogue, decision, {
    at: 'grant_type',
    reason: 'not_for_grant_type',
    keep: definition => definition.grantTypes?.includes(grantType) ?? true,
  })
  if (fit === decision) fitFor.set(decision.scope, (known ?? new Set()).add(grantType))
  return fit
}

function lost(decision: ScopeDecision, reason: ScopeReason): string {
  return refusals(decision)
    .filter(refusal => refusal.reason === reason)
    .map(refusal => `\`${refusal.token}\``)
    .join(', ')
}
