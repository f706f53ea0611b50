// RFC 6749 §4.2.2, OpenID Connect Core §3.2.2.5
import { after, type Brand, isRefusal, type Refusal } from '@ambit/protocol'
import type { ScopeDecision } from '@ambit/scope'
import type { Exchange, ServerContext } from '../context.ts'
import type { Issuance, IssuanceUser } from '../grants/grant.ts'
import { makeIdToken } from '../issue/id-token.ts'
import { issue } from '../issue/issue.ts'
import type { ResourceDeclaration } from '../options.ts'
import type { FamilyId } from '../ports/ids.ts'
import type { ClientRecord } from '../ports/records.ts'
import { chooseAudience } from '../scope/choose-audience.ts'
import type { Login } from '../session/session.ts'
import type { AuthorizationRequest } from './request.ts'

/** A client of the implicit grant: it is known by its redirect URI alone. Only this file makes it. @spec RFC 6749 §4.2, §10.16 */
export type ImplicitClient = Brand<ClientRecord, 'ImplicitClient'>

/** A request that may have what was decided, and the family that begins with it. */
export type ImplicitRequest = {
  readonly request: AuthorizationRequest
  readonly login: Login
  readonly decision: ScopeDecision
  readonly familyId: FamilyId
}

/**
 * The parameters of an implicit response: an access token, an ID token, or both; never a refresh token.
 * @spec RFC 6749 §4.2.2, OpenID Connect Core §3.2.2.5
 * @errors invalid_target: the scope spans several resources, of which an access token can be for one only
 */
export async function implicitParameters(
  context: ServerContext,
  exchange: Exchange,
  implicit: ImplicitRequest,
): Promise<Readonly<Record<string, string | undefined>> | Refusal<'invalid_target'>> {
  const { request } = implicit
  if (request.responseType === 'id_token') return { id_token: await idTokenAlone(context, implicit) }
  const { resources } = request
  const target = chooseAudience(context, { named: [], allowed: resources, decision: implicit.decision })
  if (isRefusal(target)) return target
  const issued = await issue(context, issuanceOf(context, implicit, target.audience), exchange)
  if (isRefusal(issued)) throw new Error(`an issuance that spends nothing was refused: ${issued.reason}`)
  return {
    access_token: issued.access_token,
    token_type: issued.token_type,
    expires_in: String(issued.expires_in),
    scope: issued.scope,
    id_token: request.responseType === 'token' ? undefined : issued.id_token,
  }
}

function issuanceOf(context: ServerContext, implicit: ImplicitRequest, audience: ResourceDeclaration): Issuance {
  const { request, login, decision, familyId } = implicit
  return {
    kind: 'issuance',
    grantType: 'implicit',
    client: implicitClient(request),
    user: userOf(login),
    decision,
    grantScope: decision.scope,
    grantResources: request.resources,
    audience,
    family: {
      kind: 'new',
      familyId,
      expiresAt: after(context.clock.now(), context.ttl.refreshAbsolute),
      generation: 0,
    },
    hasRefreshToken: false,
    ...(request.nonce !== undefined && { nonce: request.nonce }),
    ...(request.claims !== undefined && { claims: request.claims }),
  }
}

function idTokenAlone(context: ServerContext, { request, login, decision }: ImplicitRequest): Promise<string> {
  return makeIdToken(context, {
    client: request.client,
    user: userOf(login),
    ...(request.nonce !== undefined && { nonce: request.nonce }),
    ...(request.claims !== undefined && { claims: request.claims }),
    scope: decision.scope,
    now: context.clock.now(),
  })
}

function userOf({ session }: Login): IssuanceUser {
  const { userId, authTime, acr, amr, sessionId } = session
  return { userId, authTime, acr, amr, sessionId }
}

function implicitClient({ client }: AuthorizationRequest): ImplicitClient {
  return client as ImplicitClient
}
