// ID-JAG §4.4
import { type AuthorizationDetail, isRefusal, jwtTypes, type Parameters, type Refusal, refuse } from '@ambit/protocol'
import { beginDecision, keepWhere, limitTo, type ScopeDecision } from '@ambit/scope'
import type { ServerContext } from '../../context.ts'
import type { Grant, TokenRequest } from '../../grants/grant.ts'
import { findResource } from '../../scope/choose-audience.ts'
import { decideScope, limitToGrantType } from '../../scope/decide-scope.ts'
import { narrowToAsked } from '../../scope/narrow-to-asked.ts'
import { refusedAt, refuseScope, type ScopeRefused } from '../../scope/refuse-scope.ts'
import { decideAsserted } from '../jwt-bearer/asserted-issuance.ts'
import type { TrustedIssuer } from '../jwt-bearer/trusted-issuer.ts'
import {
  claimedType,
  jwtBearerGrantType,
  type VerifiedAssertion,
  verifyAssertion,
} from '../jwt-bearer/verify-assertion.ts'

/**
 * Trades an identity assertion of a trusted server for an access token of its user. Until it expires the client that it names
 * may bring it again, as it would refresh; nobody else can bring it at all.
 * @spec ID-JAG §4.4
 * @errors unauthorized_client: a public client, or one that may not bring it; invalid_request; invalid_grant; invalid_scope; invalid_target; invalid_authorization_details
 */
export function identityAssertionGrant(issuers: readonly TrustedIssuer[]): Grant {
  return {
    grantType: jwtBearerGrantType,
    isFor: form => claimedType(form.get('assertion')) === jwtTypes.identityAssertion,
    async decide(context, request) {
      const { client } = request
      if (client.authenticationMethod === 'none')
        return refuse(
          'unauthorized_client',
          'a public client cannot use identity assertions: it cannot prove who it is',
        )
      const verified = await verifyAssertion(context, request, {
        issuers,
        types: [jwtTypes.identityAssertion],
        audiences: () => [context.issuer],
      })
      if (isRefusal(verified)) return verified
      const { claims } = verified
      if (claims.clientId !== client.clientId)
        return refuse('invalid_grant', '`client_id` of the assertion must be the client that brings it')
      if (claims.iat === undefined) return refuse('invalid_grant', 'the assertion has no `iat`')
      const asked = decideAsked(context, request, verified)
      if (isRefusal(asked)) return asked
      const named = chooseNamed(context, request.form, claims.resources)
      if (isRefusal(named)) return named
      const details = readDetails(context, request, verified)
      if (isRefusal(details)) return details
      const fit = limitToNamed(context, asked, named)
      return decideAsserted(context, request, { verified, asked: fit, named, ...(details && { details }) })
    },
  }
}

/**
 * What the issuer asserts is narrowed to what this server knows and the client may have, since the issuer cannot know that.
 * What the client asks for beyond it is refused.
 * @spec ID-JAG §4.4.1
 */
function decideAsked(
  context: ServerContext,
  { client, form }: TokenRequest,
  { issuer, claims }: VerifiedAssertion,
): ScopeDecision | ScopeRefused {
  const { catalogue } = context
  // one that is empty or no text asserts nothing, which is not the same as leaving it to us
  const begun = claims.all['scope'] === undefined ? undefined : beginDecision(catalogue, claims.scope ?? '')
  if (begun && !begun.ok)
    return refuseScope(begun.error.message, refusedAt('request', [claims.scope ?? ''], 'malformed'))
  const requested = form.get('scope')
  const asked = begun
    ? narrowToAsked(context, begun.value, { asked: requested, holder: 'the assertion' })
    : decideScope(context, { requested, client, grantType: jwtBearerGrantType })
  if (isRefusal(asked)) return asked
  const ceiling = catalogue.read(client.scope.split(' ')).scope
  const below = limitTo(catalogue, asked, { at: 'ceiling', held: ceiling, reason: 'above_ceiling' })
  const trusted = issuer.scope && catalogue.read(issuer.scope).scope
  const left = trusted ? limitTo(catalogue, below, { at: 'ceiling', held: trusted, reason: 'above_ceiling' }) : below
  return limitToGrantType(catalogue, left, jwtBearerGrantType)
}

/** The resources that the request names of those that the assertion names; of the latter those that are known here. */
function chooseNamed(
  context: ServerContext,
  form: Parameters,
  asserted: readonly string[] | undefined,
): readonly string[] | Refusal<'invalid_target'> {
  const named = form.all('resource')
  if (asserted === undefined) return named
  const strange = named.find(each => !asserted.includes(each))
  if (strange !== undefined) return refuse('invalid_target', `the assertion is not for \`${strange}\``)
  const known = (named.length > 0 ? named : asserted).filter(each => findResource(context, each) !== undefined)
  return known.length > 0 ? known : refuse('invalid_target', 'no resource of the assertion is known here')
}

/** The issuer may name scope of more resources than the token is for. */
function limitToNamed({ catalogue }: ServerContext, decision: ScopeDecision, named: readonly string[]): ScopeDecision {
  if (named.length === 0) return decision
  return keepWhere(catalogue, decision, {
    at: 'resource',
    reason: 'other_resource',
    keep: ({ resource }) => resource === undefined || named.includes(resource),
  })
}

/** @spec ID-JAG §4.4.1, RFC 9396 §5 */
function readDetails(
  context: ServerContext,
  { client }: TokenRequest,
  { issuer, claims }: VerifiedAssertion,
): readonly AuthorizationDetail[] | undefined | Refusal<'invalid_authorization_details'> {
  const asserted = claims.all['authorization_details']
  if (asserted === undefined || context.mounted.details === undefined) return undefined
  if (issuer.consent !== 'assertion')
    return refuse('invalid_authorization_details', 'the user has not allowed this client what the assertion details')
  return context.mounted.details.parse(context, client, JSON.stringify(asserted))
}
