// RFC 8414 §2, OpenID Connect Discovery §3
/** Authorization server metadata, collected from what is mounted. @spec RFC 8414 §2 */
export type ServerMetadata = {
  readonly issuer: string
  readonly authorization_endpoint?: string
  readonly token_endpoint?: string
  readonly jwks_uri?: string
  readonly userinfo_endpoint?: string
  readonly introspection_endpoint?: string
  readonly revocation_endpoint?: string
  readonly end_session_endpoint?: string
  readonly scopes_supported?: readonly string[]
  readonly response_types_supported: readonly string[]
  readonly response_modes_supported?: readonly string[]
  readonly grant_types_supported?: readonly string[]
  readonly token_endpoint_auth_methods_supported?: readonly string[]
  readonly token_endpoint_auth_signing_alg_values_supported?: readonly string[]
  readonly introspection_endpoint_auth_methods_supported?: readonly string[]
  readonly introspection_endpoint_auth_signing_alg_values_supported?: readonly string[]
  readonly revocation_endpoint_auth_methods_supported?: readonly string[]
  readonly revocation_endpoint_auth_signing_alg_values_supported?: readonly string[]
  readonly code_challenge_methods_supported?: readonly string[]
  readonly authorization_response_iss_parameter_supported?: boolean
  readonly ui_locales_supported?: readonly string[]
  readonly service_documentation?: string
  readonly subject_types_supported?: readonly string[]
  readonly id_token_signing_alg_values_supported?: readonly string[]
  readonly acr_values_supported?: readonly string[]
  readonly claim_types_supported?: readonly string[]
  readonly claims_supported?: readonly string[]
  readonly claims_parameter_supported?: boolean
  readonly request_parameter_supported?: boolean
  readonly request_uri_parameter_supported?: boolean
  readonly prompt_values_supported?: readonly string[]
  readonly dpop_signing_alg_values_supported?: readonly string[]
  readonly tls_client_certificate_bound_access_tokens?: boolean
  readonly mtls_endpoint_aliases?: Readonly<Record<string, string>>
  readonly pushed_authorization_request_endpoint?: string
  readonly require_pushed_authorization_requests?: boolean
  readonly require_request_uri_registration?: boolean
  readonly require_signed_request_object?: boolean
  readonly request_object_signing_alg_values_supported?: readonly string[]
  readonly request_object_encryption_alg_values_supported?: readonly string[]
  readonly request_object_encryption_enc_values_supported?: readonly string[]
  readonly authorization_signing_alg_values_supported?: readonly string[]
  readonly authorization_encryption_alg_values_supported?: readonly string[]
  readonly authorization_encryption_enc_values_supported?: readonly string[]
  readonly id_token_encryption_alg_values_supported?: readonly string[]
  readonly id_token_encryption_enc_values_supported?: readonly string[]
  readonly authorization_details_types_supported?: readonly string[]
  readonly device_authorization_endpoint?: string
  readonly backchannel_authentication_endpoint?: string
  readonly backchannel_token_delivery_modes_supported?: readonly string[]
  readonly backchannel_authentication_request_signing_alg_values_supported?: readonly string[]
  readonly backchannel_user_code_parameter_supported?: boolean
  readonly backchannel_logout_supported?: boolean
  readonly backchannel_logout_session_supported?: boolean
  readonly frontchannel_logout_supported?: boolean
  readonly registration_endpoint?: string
  readonly client_id_metadata_document_supported?: boolean
  readonly introspection_signing_alg_values_supported?: readonly string[]
  readonly introspection_encryption_alg_values_supported?: readonly string[]
  readonly introspection_encryption_enc_values_supported?: readonly string[]
  readonly grant_management_endpoint?: string
  readonly grant_management_actions_supported?: readonly string[]
  readonly grant_management_action_required?: boolean
  readonly global_token_revocation_endpoint?: string
  readonly global_token_revocation_endpoint_auth_methods_supported?: readonly string[]
  readonly protected_resources?: readonly string[]
  readonly authorization_grant_profiles_supported?: readonly string[]
  readonly identity_chaining_requested_token_types_supported?: readonly string[]
  readonly client_attestation_signing_alg_values_supported?: readonly string[]
  readonly client_attestation_pop_signing_alg_values_supported?: readonly string[]
  readonly challenge_endpoint?: string
}

/** A part of the metadata, as one feature contributes it. Lists of several features are joined. */
export type MetadataPart = { readonly [K in keyof ServerMetadata]?: ServerMetadata[K] }
