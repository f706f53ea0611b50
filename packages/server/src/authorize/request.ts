// RFC 6749 §4.1.1, §4.2.1, OpenID Connect Core §3.1.2.1, §3.2.2.1
import {
  type AuthorizationDetail,
  type CodeChallenge,
  type Confirmation,
  type ErrorCodeAt,
  isRefusal,
  jwtTypes,
  type Parameters,
  type Refusal,
  refuse,
  type Seconds,
  seconds,
} from '@ambit/protocol'
import { keepWhere, type ScopeDecision } from '@ambit/scope'
import { type ClaimsRequest, parseClaimsRequest } from '../claims/claims-request.ts'
import type { ServerContext } from '../context.ts'
import { isBindingRequired } from '../possession.ts'
import { type AcrDemand, readAcrDemands } from './acr.ts'
import { readCodeChallenge } from './code-challenge.ts'
import { findRepeated } from './parameters.ts'
import { type Prompt, parsePrompt } from './prompt.ts'
import { type Asked, readAsked } from './read-asked.ts'
import type { RequestClient } from './request-client.ts'
import { parseResponseMode, parseResponseType, type ResponseType, responseTypes } from './response-type.ts'

/** An authorization request that is well formed and allowed to this client; nothing of it is about the user yet. */
export type AuthorizationRequest = RequestClient & {
  readonly responseType: ResponseType
  /** The grant type by which its scope is decided. */
  readonly grantType: string
  readonly isRedirectUriSent: boolean
  readonly decision: ScopeDecision
  readonly resources: readonly string[]
  readonly codeChallenge: CodeChallenge | undefined
  readonly nonce: string | undefined
  readonly prompt: ReadonlySet<Prompt>
  readonly maxAge: Seconds | undefined
  /** Each of them must be met by the login. */
  readonly acrDemands: readonly AcrDemand[]
  readonly loginHint: string | undefined
  /** The `sub` of the ID token that the client sent as a hint. */
  readonly hintedSubject: string | undefined
  readonly uiLocales: string | undefined
  /** `claims` as it was sent, and as it was understood. */
  readonly claims: string | undefined
  readonly claimsRequest: ClaimsRequest
  /** What is asked beside scope. @spec RFC 9396 §2 */
  readonly details: readonly AuthorizationDetail[]
  /** The key that whoever redeems the code must prove to hold. @spec RFC 9449 §10 */
  readonly confirmation: Confirmation | undefined
  readonly parameters: Parameters
}

type AuthorizationError = ErrorCodeAt<'authorization'>

/**
 * Checks the rest of an authorization request, after its redirect URI.
 * @spec RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1, §3.1.2.2
 * @errors see each rule
 */
export async function parseAuthorizationRequest(
  context: ServerContext,
  { client, channel }: RequestClient,
  parameters: Parameters,
): Promise<AuthorizationRequest | Refusal<AuthorizationError>> {
  const repeated = findRepeated(parameters)
  if (repeated !== undefined) return refuse('invalid_request', `\`${repeated}\` was sent more than once`)
  const responseType = readResponseType(context, client, parameters)
  if (isRefusal(responseType)) return responseType
  const unsupported = findUnsupported(context, parameters, responseType)
  if (unsupported !== undefined) return unsupported
  const isCode = responseType === 'code'
  const codeChallenge = isCode ? readCodeChallenge(client, parameters) : undefined
  if (isRefusal(codeChallenge)) return codeChallenge
  const prompt = parsePrompt(parameters.get('prompt'))
  if (isRefusal(prompt)) return prompt
  const maxAge = parseMaxAge(parameters.get('max_age'))
  if (isRefusal(maxAge)) return maxAge
  const claimsRequest = parseClaimsRequest(parameters.get('claims'))
  if (isRefusal(claimsRequest)) return claimsRequest
  const acrDemands = readAcrDemands(context, { client, parameters, claimsRequest })
  if (isRefusal(acrDemands)) return acrDemands
  const hintedSubject = await readHint(context, parameters.get('id_token_hint'))
  if (isRefusal(hintedSubject)) return hintedSubject
  const asked = readAskedBy(context, { client, responseType, parameters })
  if (isRefusal(asked)) return asked
  const confirmation = readConfirmation(context, parameters)
  if (isRefusal(confirmation)) return confirmation
  return {
    client,
    channel,
    responseType,
    grantType: responseTypes[responseType].grantType,
    isRedirectUriSent: parameters.get('redirect_uri') !== undefined,
    ...asked,
    codeChallenge,
    nonce: parameters.get('nonce'),
    prompt,
    maxAge,
    acrDemands,
    loginHint: parameters.get('login_hint'),
    hintedSubject,
    uiLocales: parameters.get('ui_locales'),
    claims: parameters.get('claims'),
    claimsRequest,
    confirmation,
    parameters,
  }
}

/** Where no feature binds to keys, the parameter means nothing. @spec RFC 9449 §10 */
function readConfirmation(
  { mounted }: ServerContext,
  parameters: Parameters,
): Confirmation | undefined | Refusal<'invalid_request'> {
  const jkt = parameters.get('dpop_jkt')
  if (jkt === undefined || !mounted.senderBindings.some(({ member }) => member === 'jkt')) return undefined
  if (!/^[A-Za-z0-9_-]{43}$/.test(jkt))
    return refuse('invalid_request', '`dpop_jkt` must be the base64url of a SHA-256: 43 characters')
  return { jkt }
}

/** @spec RFC 6749 §3.1.1, §4.1.2.1, RFC 9700 §2.1.2 */
function readResponseType(
  context: ServerContext,
  client: RequestClient['client'],
  parameters: Parameters,
): ResponseType | Refusal<'invalid_request' | 'unsupported_response_type' | 'unauthorized_client'> {
  const sent = parameters.get('response_type')
  if (sent === undefined) return refuse('invalid_request', '`response_type` is missing')
  const type = parseResponseType(sent)
  if (type === undefined) return refuse('unsupported_response_type', 'this `response_type` is not supported')
  const { grantType } = responseTypes[type]
  const isImplicit = grantType === 'implicit'
  if (isImplicit && context.dangerouslyAllowImplicit !== true)
    return refuse('unsupported_response_type', 'the implicit grant is not supported; use `response_type=code`')
  if (isImplicit && client.dangerouslyAllowImplicit !== true)
    return refuse('unauthorized_client', 'this client may not use the implicit grant')
  if (isImplicit && type !== 'id_token' && isBindingRequired(context, client))
    return refuse('unauthorized_client', 'the implicit grant cannot bind tokens, as those of this client must be')
  if (!client.responseTypes.some(registered => parseResponseType(registered) === type))
    return refuse('unauthorized_client', 'this client is not registered for this `response_type`')
  if (!client.grantTypes.includes(grantType))
    return refuse('unauthorized_client', `this client is not registered for the grant type ${grantType}`)
  return type
}

/** @spec OpenID Connect Core §3.1.2.6, OAuth 2.0 Multiple Response Type Encoding Practices §2.1, §3 */
function findUnsupported(
  context: ServerContext,
  parameters: Parameters,
  type: ResponseType,
): Refusal<AuthorizationError> | undefined {
  const { mode, wrapped } = parseResponseMode(context, parameters.get('response_mode')) ?? {}
  const isModeSent = parameters.get('response_mode') !== undefined
  if (parameters.get('request') !== undefined)
    return refuse('request_not_supported', 'the parameter `request` is not supported')
  if (parameters.get('request_uri') !== undefined)
    return refuse('request_uri_not_supported', 'the parameter `request_uri` is not supported')
  if (parameters.get('registration') !== undefined)
    return refuse('registration_not_supported', 'the parameter `registration` is not supported')
  if (isModeSent && mode === undefined)
    return refuse('invalid_request', '`response_mode` must be one that the metadata lists')
  if (mode === 'query' && type !== 'code')
    return refuse('invalid_request', '`response_mode=query` is not allowed where a token is in the response')
  if (mode === 'fragment' && type === 'code' && wrapped === undefined)
    return refuse('invalid_request', '`response_mode=fragment` is not supported for a code')
  if ((parameters.get('nonce')?.length ?? 0) > maxNonceLength)
    return refuse('invalid_request', `\`nonce\` is longer than ${maxNonceLength} characters`)
  if (type.startsWith('id_token') && parameters.get('nonce') === undefined)
    return refuse('invalid_request', '`nonce` is missing: it is required where an ID token is in the response')
  return undefined
}

const maxNonceLength = 512

/** @spec OpenID Connect Core §3.1.2.1 */
function parseMaxAge(text: string | undefined): Seconds | undefined | Refusal<'invalid_request'> {
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text)) return refuse('invalid_request', '`max_age` must be a whole number of seconds')
  return seconds(Number(text))
}

/** The hint may be old; it only has to be ours. @spec OpenID Connect Core §3.1.2.1 */
async function readHint(
  context: ServerContext,
  hint: string | undefined,
): Promise<string | undefined | Refusal<'invalid_request'>> {
  if (hint === undefined) return undefined
  const claims = await context.signer.verifyOwn(hint, jwtTypes.idToken)
  const subject = claims?.['iss'] === context.issuer ? claims['sub'] : undefined
  if (typeof subject !== 'string')
    return refuse('invalid_request', '`id_token_hint` is not an ID token that this server has issued')
  return subject
}

/** @spec RFC 6749 §3.3, RFC 8707 §2.1, RFC 9396 §3, OpenID Connect Core §11 */
function readAskedBy(
  context: ServerContext,
  by: {
    readonly client: RequestClient['client']
    readonly responseType: ResponseType
    readonly parameters: Parameters
  },
): Asked | Refusal<'invalid_scope' | 'invalid_target' | 'invalid_request' | 'invalid_authorization_details'> {
  const { client, responseType, parameters } = by
  const { grantType } = responseTypes[responseType]
  const asked = readAsked(context, { client, grantType, parameters })
  if (isRefusal(asked)) return asked
  if (responseType.startsWith('id_token') && !asked.decision.scope.has('openid'))
    return refuse('invalid_scope', 'an ID token needs the scope `openid`')
  if (responseType === 'code') return asked
  if (asked.details.length > 0)
    return refuse('invalid_request', '`authorization_details` can only be asked for with `response_type=code`')
  return { ...asked, decision: withoutOffline(context, asked.decision) }
}

/** Without a code there is nothing to be offline with. @spec OpenID Connect Core §11 */
function withoutOffline(context: ServerContext, decision: ScopeDecision): ScopeDecision {
  return keepWhere(context.catalogue, decision, {
    at: 'grant_type',
    reason: 'not_for_grant_type',
    keep: definition => definition.name !== 'offline_access',
  })
}
