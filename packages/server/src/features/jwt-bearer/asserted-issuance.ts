// RFC 7521 §4.1, RFC 7523 §2.1
import { type AuthorizationDetail, after, isRefusal, type Refusal, refuse } from '@ambit/protocol'
import { limitTo, type ScopeDecision } from '@ambit/scope'
import type { ServerContext } from '../../context.ts'
import { decideDetails } from '../../grants/decide-details.ts'
import type { Issuance, TokenRequest } from '../../grants/grant.ts'
import { standingScope } from '../../issue/standing.ts'
import type { Actor, UserRecord } from '../../ports/records.ts'
import { chooseTarget } from '../../scope/choose-audience.ts'
import { limitToAuthentication, limitToHook } from '../../scope/decide-scope.ts'
import { limitToUser } from '../../scope/permissions.ts'
import { makeFamilyId } from '../../secret.ts'
import { findAssertedUser } from './asserted-user.ts'
import { jwtBearerGrantType, type VerifiedAssertion } from './verify-assertion.ts'

/** An assertion, and what its client may have of what was asked for. */
export type AssertedGrant = {
  readonly verified: VerifiedAssertion
  readonly asked: ScopeDecision
  /** The resources that are named; the scope's own, when there are none. */
  readonly named: readonly string[]
  readonly details?: readonly AuthorizationDetail[]
}

/**
 * What is issued for an assertion: a new authorization of its user, without a refresh token, since the issuer can give the
 * next assertion or not.
 * @spec RFC 7521 §4.1
 * @errors invalid_grant: the user is not known, or has allowed nothing; invalid_scope: nothing is left; invalid_target; unauthorized_client; invalid_authorization_details
 */
export async function decideAsserted(
  context: ServerContext,
  request: TokenRequest,
  { verified, asked, named, details: held }: AssertedGrant,
): Promise<
  | Issuance
  | Refusal<
      'invalid_grant' | 'invalid_scope' | 'invalid_target' | 'unauthorized_client' | 'invalid_authorization_details'
    >
> {
  const { client, now, form } = request
  const found = await findAssertedUser(context, request, verified)
  if (isRefusal(found)) return found
  const { user, login } = found
  const permitted = await limitToUser(context, asked, user)
  const reached = limitToAuthentication(context.catalogue, permitted, login.acr)
  const allowed = await limitToConsent(context, reached, { request, verified, user })
  if (isRefusal(allowed)) return allowed
  const offered = await limitToHook(context, allowed, { client, user, grantType: jwtBearerGrantType })
  const target = chooseTarget(context, { named, decision: offered })
  if (isRefusal(target)) return target
  const details = decideDetails(context, { form, client, held, audience: target.audience })
  if (isRefusal(details)) return details
  const { actor } = verified.claims
  if (actor === 'unknown') return refuse('invalid_grant', '`act` of the assertion is not well-formed')
  if (isOfIssuer(actor, context.issuer))
    return refuse('invalid_grant', '`act` of the assertion names a client of this server, which alone could say so')
  return {
    kind: 'issuance',
    grantType: jwtBearerGrantType,
    client,
    user: login,
    ...target,
    family: {
      kind: 'new',
      familyId: makeFamilyId(context),
      expiresAt: after(now, context.ttl.refreshAbsolute),
      generation: 0,
    },
    hasRefreshToken: false,
    isConsent: verified.issuer.consent === 'assertion',
    ...details,
    ...(actor && { actor: nameIssuer(actor, verified.issuer.issuer) }),
  }
}

/** Whether any of a chain of actors is said to be this issuer's. */
function isOfIssuer(actor: Actor | undefined, issuer: string): boolean {
  return actor !== undefined && (actor.iss === issuer || isOfIssuer(actor.actor, issuer))
}

/** Whoever in the chain has no issuer is the assertion's: without one they would be taken for a client of ours. @spec RFC 8693 §4.1 */
function nameIssuer(actor: Actor, issuer: string): Actor {
  return { iss: issuer, ...actor, ...(actor.actor && { actor: nameIssuer(actor.actor, issuer) }) }
}

/** Where the assertion is not the user's consent, what they allowed this client before, and still do. */
async function limitToConsent(
  context: ServerContext,
  decision: ScopeDecision,
  by: { readonly request: TokenRequest; readonly verified: VerifiedAssertion; readonly user: UserRecord },
): Promise<ScopeDecision | Refusal<'invalid_grant'>> {
  if (by.verified.issuer.consent === 'assertion') return decision
  const grant = await context.store.findGrant(by.user.userId, by.request.client.clientId)
  const held = standingScope(context, decision.scope, grant)
  const left = limitTo(context.catalogue, decision, { at: 'consent', held, reason: 'user_refused' })
  return left.scope.size > 0 ? left : refuse('invalid_grant', 'the user has not allowed this client any of the scope')
}
