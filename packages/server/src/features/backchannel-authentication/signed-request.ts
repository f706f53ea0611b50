// OpenID Connect CIBA Core §7.1.1
import { isRefusal, type Parameters, parseForm, type Refusal, refuse, seconds } from '@ambit/protocol'
import { metadataOf } from '../../client/metadata-field.ts'
import type { ServerContext } from '../../context.ts'
import type { ClientRecord } from '../../ports/records.ts'
import { findWrongTime, refuseReplay } from '../request-objects/judge.ts'
import { type ObjectClaims, openRequestObject } from '../request-objects/open.ts'
import { requestSigningAlgorithm } from './client-fields.ts'
import type { BackchannelSettings } from './settings.ts'

/** The parameters of an authentication request. @spec OpenID Connect CIBA Core §7.1 */
const parameterNames = [
  'acr_values',
  'authorization_details',
  'binding_message',
  'client_notification_token',
  'id_token_hint',
  'login_hint',
  'login_hint_token',
  'requested_expiry',
  'resource',
  'scope',
  'user_code',
] as const

/** How long a signed request may be good, in seconds. */
const lifetime = seconds(3600)

/**
 * The parameters of a request: as they came, or as the client has signed them. Who registers an algorithm signs all requests.
 * @spec OpenID Connect CIBA Core §7.1.1
 * @errors invalid_request: signed where that cannot be, or not where it must be; parameters beside it; wrong, old or used before
 */
export async function resolveSigned(
  context: ServerContext,
  {
    client,
    form,
    settings,
  }: { readonly client: ClientRecord; readonly form: Parameters; readonly settings: BackchannelSettings },
): Promise<Parameters | Refusal<'invalid_request'>> {
  const object = form.get('request')
  const algorithm = metadataOf(client, requestSigningAlgorithm)
  if (object === undefined && algorithm === undefined) return form
  if (object === undefined) return refuse('invalid_request', '`request` is missing: this client signs its requests')
  if (algorithm === undefined || !settings.signedRequests.includes(algorithm))
    return refuse('invalid_request', 'signed requests of this client are not taken here')
  if (parameterNames.some(name => form.get(name) !== undefined))
    return refuse('invalid_request', 'a signed request has no parameters beside it')
  const opened = await openRequestObject(context, {
    client,
    object,
    settings: { algorithms: [algorithm], encrypted: false },
    registered: algorithm,
  })
  if (isRefusal(opened)) return refuse('invalid_request', opened.description)
  const { claims } = opened
  const wrong = findWrongClaim(context, client, claims) ?? (await refuseReplay(context, client, claims))
  return wrong ? refuse('invalid_request', wrong.description) : parametersOf(claims)
}

function findWrongClaim(context: ServerContext, { clientId }: ClientRecord, claims: ObjectClaims): Refusal | undefined {
  const { iss, sub, aud, jti, iat, nbf } = claims
  if (iss !== clientId) return refuse('invalid_request', '`iss` of the request must be the client')
  if (sub === clientId) return refuse('invalid_request', '`sub` of the request is the client, as in an assertion')
  const isForUs = aud === context.issuer || (Array.isArray(aud) && aud.includes(context.issuer))
  if (!isForUs) return refuse('invalid_request', '`aud` of the request must be, or contain, the issuer')
  if (typeof jti !== 'string' || jti === '' || iat === undefined || nbf === undefined)
    return refuse('invalid_request', '`jti`, `iat` and `nbf` of the request must be there')
  return findWrongTime(context, { claims, settings: { lifetime, requireNotBefore: true } })
}

/** The claims as a form would carry them. */
function parametersOf(claims: ObjectClaims): Parameters | Refusal<'invalid_request'> {
  const pairs: string[][] = []
  for (const name of parameterNames) {
    const value = claims[name]
    const texts = value === undefined ? [] : textsOf(name, value)
    if (texts === undefined) return refuse('invalid_request', `\`${name}\` of the request is of the wrong type`)
    pairs.push(...texts.map(text => [name, text]))
  }
  return parseForm(new URLSearchParams(pairs).toString(), { repeatable: ['resource'] })
}

function textsOf(name: (typeof parameterNames)[number], value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value]
  if (name === 'requested_expiry' && typeof value === 'number') return [String(value)]
  if (name === 'authorization_details' && Array.isArray(value)) return [JSON.stringify(value)]
  const isList = Array.isArray(value) && value.every(each => typeof each === 'string')
  return name === 'resource' && isList ? value : undefined
}
