// RFC 6749 §4.1.2
import {
  type AuthorizationDetail,
  after,
  type EpochSeconds,
  type ErrorCodeAt,
  type HttpResponse,
  isRefusal,
  type Refusal,
  refuse,
} from '@ambit/protocol'
import { printScope, type ScopeDecision } from '@ambit/scope'
import type { Exchange, ServerContext } from '../context.ts'
import type { FamilyId, SecretRef } from '../ports/ids.ts'
import type { CodeRecord, GrantRecord } from '../ports/records.ts'
import { makeFamilyId, makeSecret } from '../secret.ts'
import type { Login } from '../session/session.ts'
import { grantOf, isStanding, rememberedScope } from './consent.ts'
import { implicitParameters } from './implicit.ts'
import type { AuthorizationRequest } from './request.ts'
import { type RedirectChannel, respond } from './respond.ts'

/** A request that may have what was decided. */
export type CompletedRequest = {
  readonly request: AuthorizationRequest
  readonly login: Login
  /** What the user granted to this client before. */
  readonly grant?: GrantRecord | undefined
  readonly decision: ScopeDecision
  /** What the user granted beside scope. @spec RFC 9396 §9 */
  readonly details: readonly AuthorizationDetail[]
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
  for (const tell of context.mounted.allowed) await tell(context, completed)
  const { request } = completed
  const { channel } = request
  if (channel.kind === 'aside') return channel.complete(context, exchange, completed)
  const familyId = makeFamilyId(context)
  const parameters =
    request.responseType === 'code'
      ? { code: await makeCode(context, exchange, { ...completed, channel, familyId }) }
      : await implicitParameters(context, exchange, { ...completed, familyId })
  if (isRefusal(parameters)) return parameters
  if (await hasLoggedOut(context, completed, familyId))
    return refuse('login_required', 'the user has logged out meanwhile')
  return respond(context, exchange, { channel, parameters })
}

/** A logout that came between the decision and what was stored has not seen it, so it is taken back here. */
export async function hasLoggedOut(
  { store, clock }: ServerContext,
  { login }: Pick<CompletedRequest, 'login'>,
  familyId: FamilyId,
): Promise<boolean> {
  if (await store.findSession(login.session.ref)) return false
  await store.revokeFamilies({ familyId }, clock.now())
  return true
}

async function makeCode(
  context: ServerContext,
  exchange: Exchange,
  completed: CompletedRequest & { readonly channel: RedirectChannel; readonly familyId: FamilyId },
): Promise<string> {
  const { request, channel, familyId } = completed
  const { text, ref } = makeSecret(context, 'code')
  await context.store.saveCode({
    ...codeRecord(context, exchange, {
      completed,
      ref,
      familyId,
      expiresAt: after(context.clock.now(), context.ttl.code),
    }),
    redirectUri: channel.redirectUri,
    isRedirectUriSent: request.isRedirectUriSent,
  })
  return text
}

/** What stands for an authorization until it is exchanged for tokens, by whatever grant type. */
export function codeRecord(
  context: ServerContext,
  { requestId }: Pick<Exchange, 'requestId'>,
  made: {
    readonly completed: CompletedRequest
    readonly ref: SecretRef
    readonly familyId: FamilyId
    readonly expiresAt: EpochSeconds
  },
): CodeRecord {
  const { completed, ref, familyId, expiresAt } = made
  const { request, login, decision, details } = completed
  const { session } = login
  return {
    kind: 'code',
    ref,
    familyId,
    clientId: request.client.clientId,
    userId: session.userId,
    scope: printScope(decision.scope),
    resources: request.resources,
    issuedAt: context.clock.now(),
    expiresAt,
    authTime: session.authTime,
    acr: session.acr,
    amr: session.amr,
    sessionId: session.sessionId,
    trace: { requestId, requested: decision.requested, steps: decision.steps },
    redirectUri: '',
    isRedirectUriSent: false,
    ...(request.codeChallenge !== undefined && { codeChallenge: request.codeChallenge }),
    ...(request.nonce !== undefined && { nonce: request.nonce }),
    ...(request.claims !== undefined && { claims: request.claims }),
    ...(request.confirmation && { confirmation: request.confirmation }),
    // none of those that were asked for is told to the client too
    ...(request.details.length > 0 && { details }),
  }
}

/** What is issued is always within the user's grant, so that taking it back there stops it; pre-granted scope gets there now. */
async function keepGrant(context: ServerContext, completed: CompletedRequest): Promise<void> {
  const { request, login, grant, decision, details } = completed
  const { catalogue, store, clock } = context
  const now = clock.now()
  const missing = catalogue.missing(rememberedScope(catalogue, grant, now), decision.scope)
  // details alone begin a grant too: it is what the user sees of the app, and takes back
  if (missing.size === 0 && (details.length === 0 || isStanding(grant, now))) return
  const added = grantOf(context, { userId: login.user.userId, clientId: request.client.clientId, scope: missing, now })
  const { expiresAt, ...begun } = added
  const ends = isStanding(grant, now) ? grant.expiresAt : expiresAt
  await store.addToGrant({ ...begun, ...(ends !== undefined && { expiresAt: ends }) })
}
