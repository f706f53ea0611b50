// RFC 7523 §2.1, RFC 7521 §4.1
import { after, epochSeconds, isRefusal, jwtTypes, type Refusal, refuse } from '@ambit/protocol'
import { limitTo, printScope, type ScopeDecision } from '@ambit/scope'
import type { ServerContext } from '../../context.ts'
import type { Grant, TokenRequest } from '../../grants/grant.ts'
import { decideScope } from '../../scope/decide-scope.ts'
import { refuseScope, type ScopeRefused } from '../../scope/refuse-scope.ts'
import { decideAsserted } from './asserted-issuance.ts'
import type { TrustedIssuer } from './trusted-issuer.ts'
import {
  assertionSkew,
  claimedType,
  jwtBearerGrantType,
  type VerifiedAssertion,
  verifyAssertion,
} from './verify-assertion.ts'

/** An issuer of plain assertions. */
export type AssertionIssuer = TrustedIssuer & {
  /** Takes the token endpoint's URL as audience, too, as older issuers have it; only our issuer identifier, when absent. */
  readonly acceptsTokenEndpoint?: boolean
}

/** An ID token is none, nor an access token: only what says nothing of its kind, or that it is a grant. @spec RFC 8725 §3.11 */
const types = [undefined, 'JWT', 'authorization-grant+jwt'] as const

/**
 * Trades an assertion of a trusted issuer for an access token of its user, once.
 * @spec RFC 7523 §2.1, §3.1
 * @errors unauthorized_client: a public client, or one that may not bring it; invalid_request; invalid_grant; invalid_scope; invalid_target
 */
export function jwtBearerGrant(issuers: readonly AssertionIssuer[]): Grant {
  return {
    grantType: jwtBearerGrantType,
    isFor: form => claimedType(form.get('assertion')) !== jwtTypes.identityAssertion,
    async decide(context, request) {
      const { client, form } = request
      if (client.authenticationMethod === 'none')
        return refuse('unauthorized_client', 'a public client cannot use assertions: it cannot prove who it is')
      const audiences = ({ acceptsTokenEndpoint }: AssertionIssuer) =>
        acceptsTokenEndpoint ? [context.issuer, context.url('/token')] : [context.issuer]
      const verified = await verifyAssertion(context, request, { issuers, types, audiences })
      if (isRefusal(verified)) return verified
      const asked = decideAsked(context, request, verified)
      if (isRefusal(asked)) return asked
      const decided = await decideAsserted(context, request, { verified, asked, named: form.all('resource') })
      return isRefusal(decided) ? decided : ((await refuseReplay(context, request, verified)) ?? decided)
    },
  }
}

function decideAsked(
  context: ServerContext,
  { client, form }: TokenRequest,
  { issuer }: VerifiedAssertion,
): ScopeDecision | ScopeRefused {
  const requested = form.get('scope')
  const decided = decideScope(context, { requested, client, grantType: jwtBearerGrantType })
  if (isRefusal(decided) || issuer.scope === undefined) return decided
  const held = context.catalogue.read(issuer.scope).scope
  const left = limitTo(context.catalogue, decided, { at: 'ceiling', held, reason: 'above_ceiling' })
  const lost = context.catalogue.missing(held, decided.scope)
  if (requested !== undefined && lost.size > 0)
    return refuseScope(`assertions of this issuer do not stand for \`${printScope(lost)}\``, left.steps)
  return left
}

/**
 * The last step, so that a request that is refused for its scope may be mended and sent again; of two at once, one wins.
 * @spec RFC 7523 §3 (7)
 */
async function refuseReplay(
  { store, crypto, observe }: ServerContext,
  { client, requestId }: TokenRequest,
  { issuer, claims }: VerifiedAssertion,
): Promise<Refusal<'invalid_grant'> | undefined> {
  const hash = crypto.hash(`assertion\n${issuer.issuer}\n${claims.jti}`)
  if (await store.remember(hash, after(epochSeconds(Math.ceil(claims.exp)), assertionSkew))) return undefined
  observe({ kind: 'replay.detected', requestId, of: 'assertion', clientId: client.clientId })
  return refuse('invalid_grant', 'the assertion was used before')
}
