// RFC 6749 §4.1.2.1, §4.2.2.1, §5.2; RFC 6750 §3.1; RFC 7009 §2.2.1; RFC 8707 §2; RFC 9449 §7.1; RFC 9470 §3; OpenID Connect Core §3.1.2.6
/** Where an error code may appear. */
export type ErrorPlace =
  | 'authorization'
  | 'token'
  | 'pushed_request'
  | 'device_authorization'
  | 'backchannel_authentication'
  | 'introspection'
  | 'revocation'
  | 'global_revocation'
  | 'grant_management'
  | 'registration'
  | 'scope_usage'
  | 'resource'
  | 'end_session'

type ErrorRow = { readonly status: number; readonly at: readonly ErrorPlace[]; readonly spec: string }

/** Where only clients that are authenticated are answered. */
const ofClients = [
  'token',
  'pushed_request',
  'device_authorization',
  'backchannel_authentication',
  'introspection',
  'revocation',
  'global_revocation',
  'scope_usage',
] as const

/** Where authorization is asked for, by whatever way. */
const ofRequests = [
  'authorization',
  'token',
  'pushed_request',
  'device_authorization',
  'backchannel_authentication',
] as const

/** Where an authorization request is answered, or checked before it is made. @spec RFC 9126 §2.3 */
const ofAuthorization = ['authorization', 'pushed_request'] as const

/** Every error code this house speaks: its status, the places where it may appear, and its source. */
export const errorCodes = {
  invalid_request: {
    status: 400,
    at: ['authorization', ...ofClients, 'grant_management', 'registration', 'resource', 'end_session'],
    spec: 'RFC 6749 §5.2',
  },
  invalid_client: { status: 401, at: ['authorization', ...ofClients], spec: 'RFC 6749 §5.2' },
  invalid_grant: { status: 400, at: ['token'], spec: 'RFC 6749 §5.2' },
  unauthorized_client: {
    status: 400,
    at: [...ofRequests, 'revocation', 'global_revocation', 'scope_usage'],
    spec: 'RFC 6749 §5.2',
  },
  unsupported_grant_type: { status: 400, at: ['token'], spec: 'RFC 6749 §5.2' },
  invalid_scope: { status: 400, at: ofRequests, spec: 'RFC 6749 §5.2' },
  access_denied: {
    status: 403,
    at: ['authorization', 'token', 'backchannel_authentication'],
    spec: 'RFC 6749 §4.1.2.1, RFC 8628 §3.5',
  },
  unsupported_response_type: { status: 400, at: ofAuthorization, spec: 'RFC 6749 §4.1.2.1' },
  server_error: {
    status: 500,
    at: ['authorization', ...ofClients, 'grant_management', 'registration', 'resource', 'end_session'],
    spec: 'RFC 6749 §4.1.2.1',
  },
  temporarily_unavailable: {
    status: 503,
    at: ['authorization', ...ofClients, 'registration'],
    spec: 'RFC 6749 §4.1.2.1',
  },
  unsupported_token_type: { status: 400, at: ['revocation'], spec: 'RFC 7009 §2.2.1' },
  invalid_target: { status: 400, at: ofRequests, spec: 'RFC 8707 §2' },
  login_required: { status: 400, at: ofAuthorization, spec: 'OpenID Connect Core §3.1.2.6' },
  consent_required: { status: 400, at: ofAuthorization, spec: 'OpenID Connect Core §3.1.2.6' },
  interaction_required: { status: 400, at: ofAuthorization, spec: 'OpenID Connect Core §3.1.2.6' },
  account_selection_required: { status: 400, at: ofAuthorization, spec: 'OpenID Connect Core §3.1.2.6' },
  request_not_supported: { status: 400, at: ofAuthorization, spec: 'OpenID Connect Core §3.1.2.6' },
  request_uri_not_supported: { status: 400, at: ofAuthorization, spec: 'OpenID Connect Core §3.1.2.6' },
  registration_not_supported: { status: 400, at: ofAuthorization, spec: 'OpenID Connect Core §3.1.2.6' },
  invalid_request_uri: { status: 400, at: ofAuthorization, spec: 'RFC 9101 §7' },
  invalid_request_object: { status: 400, at: ofAuthorization, spec: 'RFC 9101 §7' },
  invalid_authorization_details: { status: 400, at: ofRequests, spec: 'RFC 9396 §5' },
  invalid_grant_id: { status: 400, at: ofAuthorization, spec: 'Grant Management for OAuth 2.0' },
  unmet_authentication_requirements: { status: 400, at: ofAuthorization, spec: 'RFC 9470 §5' },
  authorization_pending: { status: 400, at: ['token'], spec: 'RFC 8628 §3.5' },
  slow_down: { status: 400, at: ['token'], spec: 'RFC 8628 §3.5' },
  expired_token: { status: 400, at: ['token'], spec: 'RFC 8628 §3.5' },
  unknown_user_id: {
    status: 400,
    at: ['backchannel_authentication', 'global_revocation'],
    spec: 'OpenID Connect CIBA Core §13',
  },
  expired_login_hint_token: { status: 400, at: ['backchannel_authentication'], spec: 'OpenID Connect CIBA Core §13' },
  invalid_binding_message: { status: 400, at: ['backchannel_authentication'], spec: 'OpenID Connect CIBA Core §13' },
  invalid_redirect_uri: { status: 400, at: ['registration'], spec: 'RFC 7591 §3.2.2' },
  invalid_client_metadata: { status: 400, at: ['registration'], spec: 'RFC 7591 §3.2.2' },
  invalid_software_statement: { status: 400, at: ['registration'], spec: 'RFC 7591 §3.2.2' },
  unapproved_software_statement: { status: 400, at: ['registration'], spec: 'RFC 7591 §3.2.2' },
  invalid_token: { status: 401, at: ['resource', 'registration', 'grant_management'], spec: 'RFC 6750 §3.1' },
  insufficient_scope: { status: 403, at: ['resource', 'grant_management'], spec: 'RFC 6750 §3.1' },
  insufficient_user_authentication: { status: 401, at: ['resource', 'token'], spec: 'RFC 9470 §3' },
  invalid_dpop_proof: { status: 401, at: ['resource', 'token', 'pushed_request'], spec: 'RFC 9449 §5, §7.1' },
  use_dpop_nonce: { status: 401, at: ['resource', 'token', 'pushed_request'], spec: 'RFC 9449 §8, §9' },
} as const satisfies Readonly<Record<string, ErrorRow>>

/** An error code of the table. */
export type ErrorCode = keyof typeof errorCodes

/** The error codes that may appear at one place. */
export type ErrorCodeAt<P extends ErrorPlace> = {
  [C in ErrorCode]: P extends (typeof errorCodes)[C]['at'][number] ? C : never
}[ErrorCode]

/**
 * A refusal: a code, words for the public, and a reason for the operator.
 * The reason goes to the log and to `why`, never to the wire.
 */
export type Refusal<C extends ErrorCode = ErrorCode> = {
  readonly kind: 'refusal'
  readonly error: C
  readonly description: string
  readonly reason: string
  /** Overrides the status of the table, where a specification asks for it. */
  readonly status?: number
  /** Seconds after which the caller may try again. @spec RFC 9110 §10.2.3 */
  readonly retryAfter?: number
  /** Further header fields of the answer, such as a nonce. @spec RFC 9449 §8 */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Refuses with a code of the table.
 * @param description what was wrong and what is wanted, for the client's developer
 * @param reason what an operator may know beyond that; the description when absent. Both are cut where they quote too much.
 */
export function refuse<const C extends ErrorCode>(error: C, description: string, reason = description): Refusal<C> {
  return { kind: 'refusal', error, description: printable(cut(description)), reason: cut(reason) }
}

/** Whether a value is a refusal. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'refusal'
}

const longestWords = 1024

function cut(text: string): string {
  return text.length > longestWords ? `${text.slice(0, longestWords)}...` : text
}

/** The characters that `error_description` may hold; others become `?`. @spec RFC 6749 §5.2 */
function printable(text: string): string {
  return text.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?')
}
