// RFC 6749 §4.1.1
import { type ErrorCodeAt, isRefusal, type Parameters, type Refusal } from '@ambit/protocol'
import { codeAuthentication, lacksCode } from '../accounts/authentication.ts'
import { subjectFor } from '../claims/subject.ts'
import type { Exchange, ServerContext } from '../context.ts'
import type { GrantRecord } from '../ports/records.ts'
import type { InteractionRecord } from '../ports/waiting-records.ts'
import { limitToAuthentication, limitToHook } from '../scope/decide-scope.ts'
import { limitToUser } from '../scope/permissions.ts'
import { findLogin, type Login } from '../session/session.ts'
import { strongestAcr } from './acr.ts'
import { type AuthorizationDecision, type AuthorizationLogin, decideAuthorization } from './decide.ts'
import { type AuthorizationRequest, parseAuthorizationRequest } from './request.ts'
import type { RequestClient } from './request-client.ts'

/** An authorization request whose redirect URI is verified, and the interaction that it waits in, if it waits. */
export type PendingRequest = {
  readonly from: RequestClient
  readonly parameters: Parameters
  readonly interaction?: InteractionRecord
}

/** A request with everything that was read for it, and what happens next. */
export type WeighedRequest = {
  readonly kind: 'weighed'
  readonly request: AuthorizationRequest
  readonly login: Login | undefined
  readonly grant: GrantRecord | undefined
  readonly decided: AuthorizationDecision
}

/** Reads what the decision needs, and takes it. It writes nothing of the request. */
export async function weighRequest(
  context: ServerContext,
  exchange: Exchange,
  { from, parameters, interaction }: PendingRequest,
): Promise<WeighedRequest | Refusal<ErrorCodeAt<'authorization'>>> {
  const parse = from.channel.kind === 'aside' ? from.channel.parse : parseAuthorizationRequest
  const request = await parse(context, from, parameters)
  if (isRefusal(request)) return request
  const login = await findLogin(context, exchange)
  const facts = login && (await readLogin(context, request, login))
  const decided = decideAuthorization({
    catalogue: context.catalogue,
    now: context.clock.now(),
    request,
    ...(facts && { login: facts }),
    ...(interaction && { interaction: answeredBy(login, interaction) }),
  })
  const weighed = { kind: 'weighed', request, login, grant: facts?.grant, decided } as const
  const isAnswered = interaction !== undefined && answeredBy(login, interaction).consented !== undefined
  return (await findBrokenRule(context, weighed, isAnswered)) ?? weighed
}

/** The first rule of a feature that a request breaks by who its user is; asked when the user has nothing to do but consent. */
async function findBrokenRule(
  context: ServerContext,
  { request, login, grant, decided }: WeighedRequest,
  isAnswered: boolean,
): Promise<Refusal<ErrorCodeAt<'authorization'>> | undefined> {
  if (login === undefined || (decided.kind !== 'consent' && decided.kind !== 'proceed')) return undefined
  for (const judge of context.mounted.userRule) {
    const refusal = await judge(context, { request, login, grant, isAnswered })
    if (refusal) return refusal
  }
  return undefined
}

/** The interaction as far as it is about this login: another user's answer to the consent page is none. */
function answeredBy(login: Login | undefined, interaction: InteractionRecord): InteractionRecord {
  if (interaction.consentedBy === login?.user.userId) return interaction
  const { consented: _, consentedBy: __, consentedDetails: ___, ...unanswered } = interaction
  return unanswered
}

async function readLogin(
  context: ServerContext,
  { client, decision, grantType }: AuthorizationRequest,
  login: Login,
): Promise<AuthorizationLogin> {
  const { session, user } = login
  const { catalogue } = context
  const ofUser = await limitToUser(context, decision, user)
  const ofLogin = limitToAuthentication(catalogue, ofUser, session.acr)
  const strongest = strongestAcr(context, user)
  const atMost = ofLogin === ofUser ? ofLogin : limitToAuthentication(catalogue, ofUser, strongest)
  const grant = await context.store.findGrant(user.userId, client.clientId)
  return {
    session,
    subject: await subjectFor(context, client, user.userId),
    ...(grant && { grant }),
    offered: await limitToHook(context, ofLogin, { client, user, grantType }),
    strongestAcr: strongest,
    acrDemands: lacksCode(login) ? [[codeAuthentication.acr]] : [],
    opensMore: catalogue.missing(ofLogin.scope, atMost.scope).size > 0,
  }
}
