// RFC 6749 §4.1.2
import { after, type ErrorCodeAt, type HttpResponse, isRefusal, type Refusal, refuse } from '@ambit/protocol'
import { printScope, type ScopeDecision } from '@ambit/scope'
import type { Exchange, ServerContext } from '../context.ts'
import type { FamilyId } from '../ports/ids.ts'
import type { CodeRecord, GrantRecord } from '../ports/records.ts'
import { makeFamilyId, makeSecret } from '../secret.ts'
import type { Login } from '../session/session.ts'
import { grantOf, rememberedScope } from './consent.ts'
import { implicitParameters } from './implicit.ts'
import type { AuthorizationRequest } from './request.ts'
import { respond } from './respond.ts'

/** A request that may have what was decided. */
export type CompletedRequest = {
  readonly request: AuthorizationRequest
  readonly login: Login
  /** What the user granted to this client before. */
  readonly grant?: GrantRecord | undefined
  readonly decision: ScopeDecision
}

/**
 * Gives the client what it asked for: a code, or by the implicit grant the tokens themselves.
 * @spec RFC 6749 §4.1.2, §4.2.2
 * @errors login_required: the user has logged out meanwhile; see `implicitParameters`
 */
export async function completeRequest(
  context: ServerContext,
  exchange: Exchange,
  completed: CompletedRequest,
): Promise<HttpResponse | Refusal<ErrorCodeAt<'authorization'>>> {
  await keepGrant(context, completed)
  const { request } = completed
  const familyId = makeFamilyId(context.crypto)
  const parameters =
    request.responseType === 'code'
      ? { code: await makeCode(context, exchange, { ...completed, familyId }) }
      : await implicitParameters(context, exchange, { ...completed, familyId })
  if (isRefusal(parameters)) return parameters
  if (await hasLoggedOut(context, completed, familyId))
    return refuse('login_required', 'the user has logged out meanwhile')
  return respond(context, exchange, { channel: request.channel, parameters })
}

/** A logout that came between the decision and what was stored has not seen it, so it is taken back here. */
async function hasLoggedOut(
  { store, clock }: ServerContext,
  { login }: CompletedRequest,
  familyId: FamilyId,
): Promise<boolean> {
  if (await store.findSession(login.session.ref)) return false
  await store.revokeFamilies({ familyId }, clock.now())
  return true
}

async function makeCode(
  context: ServerContext,
  { requestId }: Exchange,
  completed: CompletedRequest & { readonly familyId: FamilyId },
): Promise<string> {
  const { request, login, decision, familyId } = completed
  const { session } = login
  const { text, ref } = makeSecret(context, 'code')
  const now = context.clock.now()
  const record: CodeRecord = {
    kind: 'code',
    ref,
    familyId,
    clientId: request.client.clientId,
    userId: session.userId,
    scope: printScope(decision.scope),
    resources: request.resources,
    issuedAt: now,
    expiresAt: after(now, context.ttl.code),
    authTime: session.authTime,
    acr: session.acr,
    amr: session.amr,
    sessionId: session.sessionId,
    trace: { requestId, requested: decision.requested, steps: decision.steps },
    redirectUri: request.channel.redirectUri,
    isRedirectUriSent: request.isRedirectUriSent,
    ...(request.codeChallenge !== undefined && { codeChallenge: request.codeChallenge }),
    ...(request.nonce !== undefined && { nonce: request.nonce }),
    ...(request.claims !== undefined && { claims: request.claims }),
  }
  await context.store.saveCode(record)
  return text
}

/** What is issued is always within the user's grant, so that taking it back there stops it; pre-granted scope gets there now. */
async function keepGrant(context: ServerContext, completed: CompletedRequest): Promise<void> {
  const { request, login, grant, decision } = completed
  const { catalogue, store, clock } = context
  const now = clock.now()
  const missing = catalogue.missing(rememberedScope(catalogue, grant, now), decision.scope)
  if (missing.size === 0) return
  const added = grantOf(context, { userId: login.user.userId, clientId: request.client.clientId, scope: missing, now })
  const isLive = grant !== undefined && (grant.expiresAt === undefined || grant.expiresAt > now)
  const { expiresAt, ...begun } = added
  const ends = isLive ? grant.expiresAt : expiresAt
  await store.addToGrant({ ...begun, ...(ends !== undefined && { expiresAt: ends }) })
}
