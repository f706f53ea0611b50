// ID-JAG §4.3
import {
  after,
  isRefusal,
  type JwtClaims,
  jwtTypes,
  type Parameters,
  type Refusal,
  refuse,
  seconds,
} from '@ambit/protocol'
import { parseScope, printScope } from '@ambit/scope'
import { reachesAcr } from '../../accounts/authentication.ts'
import { subjectFor } from '../../claims/subject.ts'
import type { ServerContext } from '../../context.ts'
import type { Grant, TokenRequest } from '../../grants/grant.ts'
import type { ClientRecord } from '../../ports/records.ts'
import { readExchange } from '../token-exchange/exchange-request.ts'
import { tokenExchangeGrantType, tokenTypes } from '../token-exchange/token-type.ts'
import type { IdentityAssertionPolicy } from './identity-policy.ts'
import { findIdentitySubject, type IdentitySubject } from './identity-subject.ts'

const usualTtl = seconds(300)

/**
 * Exchanges the proof that a user logged in at a client for an assertion of their identity, with which the client gets an access
 * token at another authorization server.
 * @spec ID-JAG §4.3
 * @errors unauthorized_client: a public client, or one without a policy; invalid_request: a subject token that will not do; invalid_target; invalid_scope; invalid_authorization_details; insufficient_user_authentication
 */
export function identityAssertionExchange(policies: readonly IdentityAssertionPolicy[]): Grant {
  return {
    grantType: tokenExchangeGrantType,
    isFor: form => form.get('requested_token_type') === tokenTypes.identityAssertion,
    decide: async (context, request) => decide(context, request, policies),
  }
}

async function decide(
  context: ServerContext,
  request: TokenRequest,
  policies: readonly IdentityAssertionPolicy[],
): ReturnType<Grant['decide']> {
  const { client, form, now } = request
  if (client.authenticationMethod === 'none')
    return refuse('unauthorized_client', 'a public client gets no identity assertions: it cannot prove who it is')
  if (form.get('requested_token_type') !== tokenTypes.identityAssertion)
    return refuse('invalid_request', `\`requested_token_type\` must be ${tokenTypes.identityAssertion}`)
  const own = policies.filter(each => each.client === client.clientId)
  if (own.length === 0) return refuse('unauthorized_client', 'this client gets no identity assertions')
  const exchange = readExchange(form)
  if (isRefusal(exchange)) return exchange
  if (exchange.actor)
    return refuse('invalid_request', 'an identity assertion names no actor: `actor_token` is not wanted')
  const policy = choosePolicy(form, own)
  if (isRefusal(policy)) return policy
  const subject = await findIdentitySubject(context, request, exchange.subject)
  if (isRefusal(subject)) return subject
  if (policy.acr !== undefined && !reachesAcr(subject.acr, policy.acr))
    return {
      ...refuse('insufficient_user_authentication', 'the user must log in more strongly for this audience'),
      status: 400,
    }
  const asked = readAsked(form, policy)
  if (isRefusal(asked)) return asked
  const sub = await subjectAt(context, { client, policy, subject })
  if (isRefusal(sub)) return sub
  return {
    kind: 'assertion',
    grantType: tokenExchangeGrantType,
    client,
    userId: subject.user.userId,
    typ: jwtTypes.identityAssertion,
    claims: { ...claimsAbout(subject, policy), sub, aud: policy.audience, client_id: policy.clientId, ...asked },
    scope: asked.scope,
    expiresAt: after(now, policy.ttl ?? usualTtl),
    response: { issued_token_type: tokenTypes.identityAssertion },
  }
}

/** @spec ID-JAG §4.3, RFC 8693 §2.2.2 */
function choosePolicy(
  form: Parameters,
  policies: readonly IdentityAssertionPolicy[],
): IdentityAssertionPolicy | Refusal<'invalid_request' | 'invalid_target'> {
  const [audience, other] = form.all('audience')
  if (audience === undefined) return refuse('invalid_request', '`audience` is missing: the issuer of the other server')
  if (other !== undefined) return refuse('invalid_target', 'an identity assertion is for one audience')
  const policy = policies.find(each => each.audience === audience)
  return policy ?? refuse('invalid_target', `this client gets no identity assertions for \`${audience}\``)
}

type Asked = { readonly scope: string; readonly resource?: string | readonly string[] }

/** The scope is another server's, so it is compared word by word; our catalogue knows nothing of it. */
function readAsked(
  form: Parameters,
  { scope = [], defaultScope = [], resources = [] }: IdentityAssertionPolicy,
): Asked | Refusal<'invalid_scope' | 'invalid_target' | 'invalid_authorization_details'> {
  if (form.get('authorization_details') !== undefined)
    return refuse('invalid_authorization_details', 'identity assertions carry no authorization details')
  const named = [...new Set(form.all('resource'))]
  const strange = named.find(each => !resources.includes(each))
  if (strange !== undefined) return refuse('invalid_target', `\`${strange}\` may not be named for this audience`)
  const asked = form.get('scope') ?? printScope(defaultScope)
  const parsed = parseScope(asked)
  if (!parsed.ok) return refuse('invalid_scope', parsed.error.message)
  const lost = parsed.value.filter(each => !scope.includes(each))
  if (lost.length > 0) return refuse('invalid_scope', `\`${printScope(lost)}\` may not be asked for at this audience`)
  const [only, another] = named
  const resource = another === undefined ? only : named
  return { scope: printScope(parsed.value), ...(resource !== undefined && { resource }) }
}

/** As the other server would see the user who logs in there through us. @spec ID-JAG §3.1, §5 */
async function subjectAt(
  context: ServerContext,
  from: {
    readonly client: ClientRecord
    readonly policy: IdentityAssertionPolicy
    readonly subject: IdentitySubject
  },
): Promise<string | Refusal<'invalid_target'>> {
  const { relyingParty } = from.policy
  const seenBy = relyingParty === undefined ? from.client : await context.store.findClient(relyingParty)
  if (seenBy === undefined) return refuse('invalid_target', 'the other server is no client here', 'no `relyingParty`')
  return subjectFor(context, seenBy, from.subject.user.userId)
}

/** An address that nobody verified must not make its owner's account somebody else's. @spec ID-JAG §3.1 */
function claimsAbout(
  { user, authTime, acr, amr }: IdentitySubject,
  { claims = [] }: IdentityAssertionPolicy,
): JwtClaims {
  const isVerified = user.claims['email_verified'] === true
  const told = claims.filter(name => user.claims[name] !== undefined && (name !== 'email' || isVerified))
  return {
    ...Object.fromEntries(told.map(name => [name, user.claims[name]])),
    ...(told.includes('email') && { email_verified: true }),
    auth_time: authTime,
    acr,
    amr,
  }
}
