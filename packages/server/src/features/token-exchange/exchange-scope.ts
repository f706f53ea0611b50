// RFC 8693 §2.1, RFC 6749 §3.3
import { isRefusal, type Refusal, refuse } from '@ambit/protocol'
import { decisionOf, keepWhere, limitTo, refusals, type ScopeDecision } from '@ambit/scope'
import type { ServerContext } from '../../context.ts'
import type { TokenRequest } from '../../grants/grant.ts'
import type { ResourceDeclaration } from '../../options.ts'
import type { AccessTokenRecord, UserRecord } from '../../ports/records.ts'
import { limitToAuthentication, limitToGrantType, limitToHook } from '../../scope/decide-scope.ts'
import { heldScope } from '../../scope/held-scope.ts'
import { narrowToAsked } from '../../scope/narrow-to-asked.ts'
import { limitToUser } from '../../scope/permissions.ts'
import { refuseScope, type ScopeRefused } from '../../scope/refuse-scope.ts'
import type { ExchangeTarget } from './exchange-target.ts'
import { tokenExchangeGrantType } from './token-type.ts'

/** An exchange whose scope is to be decided. */
export type ExchangeScopeQuestion = ExchangeTarget & {
  readonly request: TokenRequest
  readonly subject: AccessTokenRecord
}

/** About the login at one client and nobody else's: neither passes to another. */
const ofLogin: readonly string[] = ['openid', 'offline_access']

/**
 * What passes from the subject token to the new one: never more than it holds, and of that what the client's ceiling, its
 * policy, the audience, the user's permissions and the operator's hook leave.
 * @errors invalid_scope: more than the subject token holds or than this exchange may carry, or nothing is left; invalid_request: the user is gone
 */
export async function decideExchangeScope(
  context: ServerContext,
  question: ExchangeScopeQuestion,
): Promise<ScopeDecision | ScopeRefused | Refusal<'invalid_request'>> {
  const { request, subject } = question
  const asked = request.form.get('scope')
  const held = decisionOf(heldScope(context.catalogue, subject.scope))
  const begun = narrowToAsked(context, held, { asked, holder: 'the subject token' })
  if (isRefusal(begun)) return begun
  const fit = limitToExchange(context, begun, question)
  if (asked !== undefined && fit !== begun) return refuseScope(`this exchange may not carry ${lost(fit)}`, fit.steps)
  const user = subject.userId && (await context.store.findUser(subject.userId))
  if (subject.userId !== undefined && !user) return refuse('invalid_request', 'the user of the subject token is gone')
  const permitted = user ? await limitToLogin(context, fit, { user, subject }) : fit
  const by = { client: request.client, ...(user && { user }), grantType: tokenExchangeGrantType }
  const left = await limitToHook(context, permitted, by)
  if (left.scope.size === 0) return refuseScope('nothing of the subject token passes to this audience', left.steps)
  return left
}

function limitToExchange(
  context: ServerContext,
  begun: ScopeDecision,
  { request, policy, audience }: ExchangeScopeQuestion,
): ScopeDecision {
  const { catalogue } = context
  const ceiling = catalogue.parse(request.client.scope)
  const held = ceiling.ok ? ceiling.value.scope : catalogue.empty
  const atLogin = keepWhere(catalogue, begun, {
    at: 'grant_type',
    reason: 'not_for_grant_type',
    keep: ({ name }) => !ofLogin.includes(name),
  })
  const below = limitTo(catalogue, atLogin, { at: 'ceiling', held, reason: 'above_ceiling' })
  const allowed = policy.scope && catalogue.read(policy.scope).scope
  const byPolicy = allowed
    ? limitTo(catalogue, below, { at: 'ceiling', held: allowed, reason: 'above_ceiling' })
    : below
  const fit = limitToGrantType(catalogue, byPolicy, tokenExchangeGrantType)
  return limitTo(catalogue, fit, { at: 'resource', held: knownTo(context, fit, audience), reason: 'other_resource' })
}

/** What of all that a decision reaches the audience knows: by an umbrella of one resource another may be reached. */
function knownTo(
  { catalogue }: ServerContext,
  { scope }: ScopeDecision,
  { resource }: ResourceDeclaration,
): ScopeDecision['scope'] {
  const isKnown = (token: string) => [undefined, resource].includes(catalogue.definition(token)?.resource)
  return catalogue.read(catalogue.expand(scope).tokens.filter(isKnown)).scope
}

async function limitToLogin(
  context: ServerContext,
  decision: ScopeDecision,
  { user, subject }: { readonly user: UserRecord; readonly subject: AccessTokenRecord },
): Promise<ScopeDecision> {
  const permitted = await limitToUser(context, decision, user)
  return limitToAuthentication(context.catalogue, permitted, subject.acr ?? '')
}

function lost(decision: ScopeDecision): string {
  return refusals(decision)
    .map(({ token }) => `\`${token}\``)
    .join(', ')
}
