// RFC 8628 §3.1, §3.2
import {
  after,
  type EpochSeconds,
  type HttpResponse,
  isRefusal,
  json,
  noStore,
  type Refusal,
  refuse,
  seconds,
} from '@ambit/protocol'
import { networkOf } from '../../accounts/network.ts'
import { readAsked } from '../../authorize/read-asked.ts'
import type { Endpoint, ServerContext } from '../../context.ts'
import { answerClient, type ClientRequest } from '../../endpoints/answer.ts'
import type { SecretRef } from '../../ports/ids.ts'
import type { ClientRecord } from '../../ports/records.ts'
import { makeSecret } from '../../secret.ts'
import { printAsked, savePolledRequest } from '../polled-request/polled-request.ts'
import { ticketKinds } from './code-entry.ts'
import { type DeviceSettings, deviceGrantType } from './settings.ts'
import { locateUserCode, makeUserCode, printUserCode, type UserCode } from './user-code.ts'

/** What of a request is kept for the user to be asked about. */
const askedNames = ['scope', 'resource', 'authorization_details']

/** The longest that is kept of one request: anybody can make them. */
const longestRequest = 8192

/** How many requests of public clients one network may make within a window. */
export const authorizationLimits = { windowTtl: seconds(600), perNetwork: 100 } as const

/** The device authorization endpoint. @spec RFC 8628 §3.1, §4 */
export function deviceAuthorizationEndpoint(settings: DeviceSettings): Endpoint {
  const path = '/device_authorization'
  return {
    path,
    methods: ['POST'],
    isCrossOrigin: true,
    handle: (context, exchange) =>
      answerClient(context, exchange, {
        place: 'device_authorization',
        repeatable: ['resource'],
        respond: (_, request) => respond(context, request, settings),
      }),
    metadata: context => ({ device_authorization_endpoint: context.url(path) }),
  }
}

/**
 * Gives a device a secret to poll with, and a code for its user.
 * @spec RFC 8628 §3.1, §3.2
 * @errors unauthorized_client; invalid_scope; invalid_target; invalid_request: too long; temporarily_unavailable: too many
 */
async function respond(
  context: ServerContext,
  { exchange, form, client }: ClientRequest,
  settings: DeviceSettings,
): Promise<HttpResponse | Refusal> {
  if (!client.grantTypes.includes(deviceGrantType))
    return refuse('unauthorized_client', 'this client is not registered for the device authorization grant')
  const parameters = printAsked(form, askedNames)
  if (parameters.length > longestRequest)
    return refuse('invalid_request', `the request is longer than ${longestRequest} characters`)
  const asked = readAsked(context, { client, grantType: deviceGrantType, parameters: form })
  if (isRefusal(asked)) return asked
  const tooMany = await countRequest(context, client, exchange.request.remoteAddress)
  if (tooMany) return tooMany
  const createdAt = context.clock.now()
  const expiresAt = after(createdAt, settings.ttl)
  const { text, ref } = makeSecret(context, 'device_code')
  await savePolledRequest(context.store, {
    ref,
    kind: ticketKinds.device,
    client,
    createdAt,
    expiresAt,
    isDroppable: true,
    parameters,
    requestId: exchange.requestId,
    interval: settings.interval,
    // of a client with a server of its own it is the network of that server
    ...(client.authenticationMethod === 'none' && { network: networkOf(exchange.request.remoteAddress) }),
  })
  const userCode = await saveUserCode(context, { ref, client, createdAt, expiresAt, settings })
  return answer(context, { deviceCode: text, userCode, settings })
}

/** Public clients are anybody; a flood of theirs from one network does not push out the requests of others. */
async function countRequest(
  { store, clock }: ServerContext,
  client: ClientRecord,
  remoteAddress: string,
): Promise<Refusal<'temporarily_unavailable'> | undefined> {
  if (client.authenticationMethod !== 'none') return undefined
  const now = clock.now()
  const key = `device_authorization:${networkOf(remoteAddress)}`
  const { count, windowEndsAt } = await store.countFailure(key, now, authorizationLimits.windowTtl)
  if (count <= authorizationLimits.perNetwork) return undefined
  const refusal = refuse('temporarily_unavailable', 'too many device authorization requests')
  return { ...refusal, status: 429, retryAfter: Math.max(1, windowEndsAt - now) }
}

/** A code that another request has already is made anew. */
async function saveUserCode(
  context: ServerContext,
  made: {
    readonly ref: SecretRef
    readonly client: ClientRecord
    readonly createdAt: EpochSeconds
    readonly expiresAt: EpochSeconds
    readonly settings: DeviceSettings
  },
): Promise<UserCode> {
  const { ref, client, createdAt, expiresAt, settings } = made
  for (let attempt = 0; attempt < codeAttempts; attempt++) {
    const code = makeUserCode(context, settings.userCodeLength)
    const isNew = await context.store.saveTicket({
      ref: await locateUserCode(context, code),
      kind: ticketKinds.user,
      clientId: client.clientId,
      createdAt,
      expiresAt,
      revision: 0,
      isDroppable: true,
      data: JSON.stringify(ref),
    })
    if (isNew) return code
  }
  throw new Error('no user code is free')
}

/** Of the codes of eight letters one in half a million is taken where as many wait as may. */
const codeAttempts = 10

function answer(
  context: ServerContext,
  made: { readonly deviceCode: string; readonly userCode: UserCode; readonly settings: DeviceSettings },
): HttpResponse {
  const { deviceCode, userCode, settings } = made
  const printed = printUserCode(userCode)
  const verificationUri = context.url('/device')
  const body = {
    device_code: deviceCode,
    user_code: printed,
    verification_uri: verificationUri,
    verification_uri_complete: `${verificationUri}?user_code=${printed}`,
    expires_in: settings.ttl,
    interval: settings.interval,
  }
  return json(200, body, noStore)
}
