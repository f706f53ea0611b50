// RFC 8693 §2
import { isRefusal, type Refusal, refuse } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import { decideDetails } from '../../grants/decide-details.ts'
import type { Grant, Issuance, TokenRequest } from '../../grants/grant.ts'
import type { ResourceDeclaration } from '../../options.ts'
import type { ClientId } from '../../ports/ids.ts'
import type { FoundAccessToken } from '../../ports/store.ts'
import { decideActor } from './acting.ts'
import type { ExchangePolicy, TokenExchangeOptions } from './exchange-policy.ts'
import { readExchange } from './exchange-request.ts'
import { decideExchangeScope } from './exchange-scope.ts'
import { chooseExchangeTarget } from './exchange-target.ts'
import { findPresented, refuseStrange, refuseUnproven } from './presented-token.ts'
import { tokenExchangeGrantType, tokenTypes } from './token-type.ts'

/** How many may act one for another, where the options do not say. */
const mostActorsUsually = 3

/**
 * Exchanges an access token for a narrower one, which stands and falls with the authorization that the first one came from.
 * @spec RFC 8693 §2.1, §2.2
 * @errors unauthorized_client: a public client, or one without a policy; invalid_request: a subject or actor token that will not do; invalid_target; invalid_scope; invalid_authorization_details
 */
export function exchangeGrant(options: TokenExchangeOptions): Grant {
  return {
    grantType: tokenExchangeGrantType,
    isFor: form => form.get('requested_token_type') !== tokenTypes.identityAssertion,
    decide: async (context, request) => decide(context, request, options),
  }
}

async function decide(
  context: ServerContext,
  request: TokenRequest,
  options: TokenExchangeOptions,
): ReturnType<Grant['decide']> {
  const { client, form } = request
  if (client.authenticationMethod === 'none')
    return refuse('unauthorized_client', 'a public client cannot exchange tokens: it cannot prove who it is')
  const policies = options.policies.filter(each => each.client === client.clientId)
  if (policies.length === 0) return refuse('unauthorized_client', 'this client may not exchange tokens')
  const exchange = readExchange(form)
  if (isRefusal(exchange)) return exchange
  const found = await findPresented(context, exchange.subject)
  if (isRefusal(found)) return found
  const subject = found.record
  const target = chooseExchangeTarget(context, options, { form, subject, policies })
  if (isRefusal(target)) return target
  const { policy, audience } = target
  const type = chooseType(form.get('requested_token_type'), audience)
  if (isRefusal(type)) return type
  const refusal =
    refuseStrange('subject_token', subject, { client, policy }) ??
    refuseUnproven('subject_token', subject, { request, policy })
  if (refusal) return refusal
  const { mostActors = mostActorsUsually } = options
  const actor = await decideActor(context, { request, policy, subject, presented: exchange.actor, mostActors })
  if (isRefusal(actor)) return actor
  const mayAct = await findMayAct(context, policy)
  if (isRefusal(mayAct)) return mayAct
  const decision = await decideExchangeScope(context, { request, policy, audience, subject })
  if (isRefusal(decision)) return decision
  const details = decideDetails(context, { form, client, held: subject.details, audience })
  if (isRefusal(details)) return details
  const alone = subject.userId === undefined && context.mounted.details?.refuseAlone(client, details.details ?? [])
  if (alone) return alone
  return {
    kind: 'issuance',
    grantType: tokenExchangeGrantType,
    client,
    ...standsOn(found),
    decision,
    grantScope: decision.scope,
    grantResources: [audience.resource],
    audience,
    hasRefreshToken: false,
    endsAt: subject.expiresAt,
    ...details,
    ...(actor && { actor }),
    ...(mayAct !== undefined && { mayAct }),
    response: { issued_token_type: type },
  }
}

/** @spec RFC 8693 §2.1, §3 */
function chooseType(
  requested: string = tokenTypes.accessToken,
  { resource, tokenFormat }: ResourceDeclaration,
): string | Refusal<'invalid_request'> {
  if (requested !== tokenTypes.accessToken && requested !== tokenTypes.jwt)
    return refuse('invalid_request', `\`requested_token_type\` must be ${tokenTypes.accessToken} or ${tokenTypes.jwt}`)
  if (requested === tokenTypes.jwt && tokenFormat !== 'jwt')
    return refuse('invalid_request', `the tokens of \`${resource}\` are no JWTs`)
  return requested
}

/** The one who may act further on must be registered, or the token would leave it open. */
async function findMayAct(
  { store }: ServerContext,
  { mayAct }: ExchangePolicy,
): Promise<ClientId | undefined | Refusal<'invalid_target'>> {
  if (mayAct === undefined) return undefined
  const client = await store.findClient(mayAct)
  return client
    ? client.clientId
    : refuse('invalid_target', `the client \`${mayAct}\` of \`may_act\` is not registered`)
}

/** What the new token stands and falls with: the family and the consent of the subject token, or the client it is about. */
function standsOn({ record, family }: FoundAccessToken): Pick<Issuance, 'user' | 'family' | 'consentOf'> {
  const consentOf = record.consentOf ?? record.clientId
  if (record.userId === undefined) return { consentOf }
  const { userId, authTime, acr, amr } = record
  if (!family || authTime === undefined || acr === undefined || amr === undefined)
    throw new Error('an active access token of a user has no family or no login')
  const { familyId, expiresAt } = family
  return {
    consentOf,
    user: { userId, authTime, acr, amr },
    family: { kind: 'existing', familyId, expiresAt, generation: 0 },
  }
}
