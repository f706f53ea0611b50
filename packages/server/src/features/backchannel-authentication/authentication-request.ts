// OpenID Connect CIBA Core §7.1, §7.2, §13
import {
  type ErrorCodeAt,
  isRefusal,
  type Parameters,
  type Refusal,
  refuse,
  type Seconds,
  seconds,
} from '@ambit/protocol'
import { readAcrDemands } from '../../authorize/acr.ts'
import { readAsked } from '../../authorize/read-asked.ts'
import { noClaimsRequest } from '../../claims/claims-request.ts'
import { isLegible } from '../../client/registered-metadata/shown-text.ts'
import type { ServerContext } from '../../context.ts'
import type { ClientRecord } from '../../ports/records.ts'
import { deliveryModeOf } from './client-fields.ts'
import { type BackchannelSettings, cibaGrantType } from './settings.ts'

/** A code that the endpoint answers with. */
export type BackchannelRefusal = Refusal<ErrorCodeAt<'backchannel_authentication'>>

/** The parameters by which a client says whom it means, of which a request has one. @spec OpenID Connect CIBA Core §7.1 */
const hintNames = ['login_hint', 'login_hint_token', 'id_token_hint'] as const

/** A request that is well formed and allowed to its client; who is meant is not looked up yet. */
export type AuthenticationRequest = {
  readonly kind: 'request'
  readonly hint: { readonly name: (typeof hintNames)[number]; readonly value: string }
  readonly ttl: Seconds
  readonly bindingMessage?: string
  /** Present where the client wants to be told. @spec OpenID Connect CIBA Core §7.1 */
  readonly notificationToken?: string
}

type Judged = {
  readonly client: ClientRecord
  readonly parameters: Parameters
  readonly settings: BackchannelSettings
}

/**
 * Reads an authentication request.
 * @spec OpenID Connect CIBA Core §7.1, §7.2
 * @errors invalid_request; invalid_scope: no `openid`; invalid_binding_message; unauthorized_client; see `readAsked`
 */
export function parseAuthenticationRequest(
  context: ServerContext,
  judged: Judged,
): AuthenticationRequest | BackchannelRefusal {
  const hint = readHint(judged)
  if (isRefusal(hint)) return hint
  const unfit = findUnfit(context, judged)
  if (unfit) return unfit
  const bindingMessage = readBindingMessage(judged)
  if (isRefusal(bindingMessage)) return bindingMessage
  const ttl = readExpiry(judged)
  if (isRefusal(ttl)) return ttl
  const notificationToken = readNotificationToken(judged)
  if (isRefusal(notificationToken)) return notificationToken
  return {
    kind: 'request',
    hint,
    ttl,
    ...(bindingMessage !== undefined && { bindingMessage }),
    ...(notificationToken !== undefined && { notificationToken }),
  }
}

function readHint({ parameters }: Judged): AuthenticationRequest['hint'] | Refusal<'invalid_request'> {
  const [hint, another] = hintNames.flatMap(name => {
    const value = parameters.get(name)
    return value === undefined ? [] : [{ name, value }]
  })
  if (hint === undefined || another !== undefined)
    return refuse('invalid_request', `exactly one of ${hintNames.join(', ')} is wanted`)
  return hint
}

/** What is asked must be what this client may ask for, and a login here must be able to reach its level. */
function findUnfit(context: ServerContext, { client, parameters }: Judged): BackchannelRefusal | undefined {
  const asked = readAsked(context, { client, grantType: cibaGrantType, parameters })
  if (isRefusal(asked)) return asked
  if (!asked.decision.scope.has('openid'))
    return refuse('invalid_scope', 'the scope `openid` is wanted: this is an authentication request')
  const demands = readAcrDemands(context, { client, parameters, claimsRequest: noClaimsRequest })
  return isRefusal(demands) ? refuse('invalid_request', demands.description) : undefined
}

/** Short enough to be compared on two screens. @spec OpenID Connect CIBA Core §7.1 */
const longestMessage = 64

/** @spec OpenID Connect CIBA Core §7.1, §13 */
function readBindingMessage({ parameters, settings }: Judged): string | undefined | Refusal<'invalid_binding_message'> {
  const message = parameters.get('binding_message')
  if (message === undefined && settings.requireBindingMessage)
    return refuse('invalid_binding_message', '`binding_message` is missing: it is wanted here')
  if (message === undefined) return undefined
  if (message.length > longestMessage)
    return refuse('invalid_binding_message', `\`binding_message\` is longer than ${longestMessage} characters`)
  if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u.test(message) || !isLegible(message))
    return refuse('invalid_binding_message', '`binding_message` must be plain text of one line')
  return message
}

/** The client may wait less long than others, and not longer. @spec OpenID Connect CIBA Core §7.1 */
function readExpiry({ parameters, settings }: Judged): Seconds | Refusal<'invalid_request'> {
  const wanted = parameters.get('requested_expiry')
  if (wanted === undefined) return settings.ttl
  if (!/^[1-9]\d{0,8}$/.test(wanted))
    return refuse('invalid_request', '`requested_expiry` must be a whole number of seconds above 0')
  return seconds(Math.min(Number(wanted), settings.ttl))
}

/** @spec OpenID Connect CIBA Core §7.1, RFC 6750 §2.1 */
function readNotificationToken({
  client,
  parameters,
  settings,
}: Judged): string | undefined | Refusal<'invalid_request' | 'unauthorized_client'> {
  const mode = deliveryModeOf(client)
  if (!settings.modes.includes(mode))
    return refuse('unauthorized_client', `the delivery mode \`${mode}\` of this client is not offered here`)
  if (mode !== 'ping') return undefined
  const token = parameters.get('client_notification_token')
  if (token === undefined)
    return refuse('invalid_request', '`client_notification_token` is missing: this client wants to be told')
  if (token.length < 22 || token.length > 1024 || !/^[A-Za-z0-9._~+/-]+=*$/.test(token))
    return refuse('invalid_request', '`client_notification_token` must be a bearer token of 22 to 1024 characters')
  return token
}
