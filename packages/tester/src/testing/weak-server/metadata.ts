// RFC 8414 §2, §3; RFC 7517 §5; Fetch §3.3
import type { HeaderField, ReceivedResponse } from '../../wire/exchange.ts'
import { json } from './message.ts'
import { knownScopes } from './setting.ts'
import type { WeakWorld } from './world.ts'

/** The metadata. @spec RFC 8414 §2 */
export function metadataOf({ issuer, has }: WeakWorld): Readonly<Record<string, unknown>> {
  const methods = [
    'none',
    'client_secret_basic',
    'client_secret_post',
    'private_key_jwt',
    'self_signed_tls_client_auth',
  ]
  return {
    issuer: has('issuer-differs') ? `${issuer}/` : issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    userinfo_endpoint: `${has('endpoint-plain') ? issuer.replace('https:', 'http:') : issuer}/userinfo`,
    introspection_endpoint: `${issuer}/introspect`,
    revocation_endpoint: `${issuer}/revoke`,
    pushed_authorization_request_endpoint: `${issuer}/par`,
    device_authorization_endpoint: `${issuer}/device_authorization`,
    registration_endpoint: `${issuer}/register`,
    end_session_endpoint: `${issuer}/logout`,
    scopes_supported: knownScopes,
    response_types_supported: has('implicit-announced') ? ['code', 'token', 'id_token token'] : ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: [
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:device_code',
      'urn:ietf:params:oauth:grant-type:token-exchange',
      ...(has('implicit-announced') ? ['password', 'implicit'] : []),
    ],
    token_endpoint_auth_methods_supported: methods,
    token_endpoint_auth_signing_alg_values_supported: ['ES256'],
    code_challenge_methods_supported: has('plain-announced') ? ['S256', 'plain'] : ['S256'],
    dpop_signing_alg_values_supported: ['ES256'],
    id_token_signing_alg_values_supported: ['ES256'],
    subject_types_supported: ['public'],
    request_parameter_supported: true,
    request_uri_parameter_supported: false,
    request_object_signing_alg_values_supported: ['ES256'],
    ...(has('push-only-announced') && { require_pushed_authorization_requests: true }),
    ...(has('iss-not-announced') ? {} : { authorization_response_iss_parameter_supported: true }),
  }
}

/** Answers with the metadata. @spec RFC 8414 §3.2 */
export function serveMetadata(world: WeakWorld): ReceivedResponse {
  const document = json(metadataOf(world), 200, corsOf(world))
  return world.has('metadata-no-json')
    ? { ...document, headers: [['content-type', 'text/plain'], ...corsOf(world)] }
    : document
}

/** Answers with the key set. @spec RFC 7517 §5 */
export function serveKeys(world: WeakWorld): ReceivedResponse {
  const { signingKey, decoyKey, has } = world
  const named = has('keys-without-id') ? {} : { kid: 'weak-1', use: 'sig', alg: 'ES256' }
  const secret: unknown = has('private-key-published') ? JSON.parse(decoyKey.privateJwk.reveal()) : undefined
  const more =
    typeof secret === 'object' && secret !== null ? [{ ...secret, kid: 'weak-2', use: 'sig', alg: 'ES256' }] : []
  return json({ keys: [{ ...signingKey.publicJwk, ...named }, ...more] }, 200, corsOf(world))
}

function corsOf({ has }: WeakWorld): readonly HeaderField[] {
  return has('metadata-without-cors') ? [] : [['access-control-allow-origin', '*']]
}
