// OpenID Connect CIBA Core §7
import {
  after,
  type HttpResponse,
  isRefusal,
  json,
  noStore,
  type Parameters,
  type Refusal,
  refuse,
  seconds,
} from '@ambit/protocol'
import type { Endpoint, ServerContext } from '../../context.ts'
import { answerClient, type ClientRequest } from '../../endpoints/answer.ts'
import type { SecretRef } from '../../ports/ids.ts'
import type { ClientRecord, UserRecord } from '../../ports/records.ts'
import { makeSecret } from '../../secret.ts'
import { isPending, printAsked, readPolledTicket, savePolledRequest } from '../polled-request/polled-request.ts'
import { type AuthenticationRequest, parseAuthenticationRequest } from './authentication-request.ts'
import { sealPing } from './notification.ts'
import { type BackchannelSettings, cibaGrantType, requestKind } from './settings.ts'
import { resolveSigned } from './signed-request.ts'
import { findHintedUser } from './user-hint.ts'

/** What of a request is kept for the user to be asked about. */
const askedNames = ['scope', 'resource', 'authorization_details', 'acr_values']

/** How many requests may wait for one user, and how many one client may make of one user within a window. */
export const promptLimits = { windowTtl: seconds(600), perWindow: 10, perClient: 3, perUser: 20 } as const

/** The backchannel authentication endpoint. @spec OpenID Connect CIBA Core §7, §4 */
export function authenticationEndpoint(settings: BackchannelSettings): Endpoint {
  const path = '/backchannel_authentication'
  return {
    path,
    methods: ['POST'],
    handle: (context, exchange) =>
      answerClient(context, exchange, {
        place: 'backchannel_authentication',
        repeatable: ['resource'],
        respond: (_, request) => respond(context, request, settings),
      }),
    metadata: context => ({
      backchannel_authentication_endpoint: context.url(path),
      backchannel_token_delivery_modes_supported: settings.modes,
      backchannel_user_code_parameter_supported: false,
      ...(settings.signedRequests.length > 0 && {
        backchannel_authentication_request_signing_alg_values_supported: settings.signedRequests,
      }),
    }),
  }
}

/**
 * Keeps a request until its user has answered it.
 * @spec OpenID Connect CIBA Core §7.1, §7.3
 * @errors unauthorized_client: a public client, or without the grant; temporarily_unavailable: too many; see what it calls
 */
async function respond(
  context: ServerContext,
  { exchange, form, client }: ClientRequest,
  settings: BackchannelSettings,
): Promise<HttpResponse | Refusal> {
  if (client.authenticationMethod === 'none')
    return refuse('unauthorized_client', 'a public client cannot ask users by the back channel')
  if (!client.grantTypes.includes(cibaGrantType))
    return refuse('unauthorized_client', 'this client is not registered for back-channel authentication')
  const parameters = await resolveSigned(context, { client, form, settings })
  if (isRefusal(parameters)) return parameters
  const request = parseAuthenticationRequest(context, { client, parameters, settings })
  if (isRefusal(request)) return request
  const user = await findHintedUser(context, { client, hint: request.hint, findUser: settings.findUser })
  if (isRefusal(user)) return user
  const tooOften = await refuseTooOften(context, client, user)
  if (tooOften) return tooOften
  const { text, ref } = makeSecret(context, 'backchannel_request')
  const kept = { client, user, request, parameters, ref, requestId: exchange.requestId }
  await keep(context, settings, { ...kept, authReqId: text })
  const crowd = await refuseCrowd(context, kept)
  if (crowd) return crowd
  void notify(context, settings, kept)
  const { interval } = settings
  return json(200, { auth_req_id: text, expires_in: request.ttl, interval }, noStore)
}

/** A client cannot ask a user again and again until they give in. @spec OpenID Connect CIBA Core §14 */
async function refuseTooOften(
  { store, clock, crypto }: ServerContext,
  { clientId }: ClientRecord,
  { userId }: UserRecord,
): Promise<Refusal<'temporarily_unavailable'> | undefined> {
  const now = clock.now()
  const key = `backchannel:${crypto.hash(`${clientId}\n${userId}`)}`
  const { count, windowEndsAt } = await store.countFailure(key, now, promptLimits.windowTtl)
  return count > promptLimits.perWindow ? tooMany(windowEndsAt - now) : undefined
}

/**
 * Takes a request back that is one too many. It is counted with those that are kept already, itself among them, so that of many
 * at once no more stay than may.
 * @spec OpenID Connect CIBA Core §14
 */
async function refuseCrowd(
  { store, clock }: ServerContext,
  { client, user, ref }: Pick<Kept, 'client' | 'user' | 'ref'>,
): Promise<Refusal<'temporarily_unavailable'> | undefined> {
  const tickets = await store.listTickets({ kind: requestKind, userId: user.userId }, 1000)
  const waiting = tickets.filter(ticket => isPending(readPolledTicket(ticket), clock.now()))
  const own = waiting.filter(({ clientId }) => clientId === client.clientId)
  if (own.length <= promptLimits.perClient && waiting.length <= promptLimits.perUser) return undefined
  await store.takeTicket(ref, requestKind)
  return tooMany(promptLimits.windowTtl)
}

function tooMany(retryAfter: number): Refusal<'temporarily_unavailable'> {
  const refusal = refuse('temporarily_unavailable', 'too many requests for this user')
  return { ...refusal, status: 429, retryAfter: Math.max(1, retryAfter) }
}

type Kept = {
  readonly client: ClientRecord
  readonly user: UserRecord
  readonly request: AuthenticationRequest
  readonly parameters: Parameters
  readonly ref: SecretRef
}

async function keep(
  { store, clock }: ServerContext,
  settings: BackchannelSettings,
  kept: Kept & { readonly authReqId: string; readonly requestId: ClientRequest['exchange']['requestId'] },
): Promise<void> {
  const { client, user, request, parameters, ref, requestId, authReqId } = kept
  const { bindingMessage, notificationToken } = request
  const createdAt = clock.now()
  await savePolledRequest(store, {
    ref,
    kind: requestKind,
    client,
    user,
    createdAt,
    expiresAt: after(createdAt, request.ttl),
    isDroppable: false,
    parameters: printAsked(parameters, askedNames),
    requestId,
    interval: settings.interval,
    ...(bindingMessage !== undefined && { bindingMessage }),
    ...(notificationToken !== undefined && {
      sealedPing: sealPing(settings, ref, { authReqId, notificationToken }),
    }),
  })
}

/** Tells the user; the client is not held up by it, and the request stands on the user's page in any case. */
async function notify(
  context: ServerContext,
  settings: BackchannelSettings,
  { user, client, request }: Kept,
): Promise<void> {
  const { userId, username, claims } = user
  const { bindingMessage } = request
  const about = { clientName: client.name, ...(bindingMessage !== undefined && { bindingMessage }) }
  try {
    await settings.notify?.({ userId, username, claims }, context.url('/backchannel'), about)
  } catch (error) {
    context.observe({ kind: 'warning', about: 'notify', message: `a user could not be told: ${String(error)}` })
  }
}
