// @ambit/protocol
export type AccessTokenClaims = {
    readonly iss: string;
    readonly sub: string;
    readonly aud: string | readonly string[];
    readonly client_id: string;
    readonly iat: number;
    readonly exp: number;
    readonly jti: string;
    readonly scope?: string;
    readonly auth_time?: number;
    readonly acr?: string;
    readonly amr?: readonly string[];
    readonly cnf?: Confirmation;
    readonly authorization_details?: readonly AuthorizationDetail[];
    readonly act?: JwtClaims;
    readonly may_act?: JwtClaims;
    readonly status?: {
        readonly status_list: {
            readonly idx: number;
            readonly uri: string;
        };
    };
};
export type AuthorizationDetail = {
    readonly type: string;
    readonly locations?: readonly string[];
    readonly [field: string]: unknown;
};
export type Brand<T, Name extends string> = T & {
    readonly [brand]: Name;
};
export type Challenge = {
    readonly scheme: string;
    readonly parameters: ReadonlyMap<string, string>;
    readonly token68?: string;
};
export type ChallengeParameters = Readonly<Record<string, string | undefined>>;
export type ChallengeScheme = 'Bearer' | 'DPoP' | 'Basic';
export type CodeChallenge = Brand<string, 'CodeChallenge'>;
export type Confirmation = {
    readonly jkt?: string;
    readonly 'x5t#S256'?: string;
};
export type DpopExpectation = {
    readonly method: string;
    readonly uri: string;
    readonly ath?: string;
    readonly now: number;
    readonly maxAge: number;
    readonly clockSkew: number;
};
export type DpopKey = {
    readonly kty: 'EC';
    readonly crv: 'P-256';
    readonly x: string;
    readonly y: string;
} | {
    readonly kty: 'OKP';
    readonly crv: 'Ed25519';
    readonly x: string;
} | {
    readonly kty: 'RSA';
    readonly e: string;
    readonly n: string;
};
export type DpopProof = {
    readonly algorithm: SigningAlgorithm;
    readonly key: DpopKey;
    readonly jti: string;
    readonly htm: string;
    readonly htu: string;
    readonly iat: number;
    readonly ath?: string;
    readonly nonce?: string;
};
export type EpochSeconds = Brand<number, 'EpochSeconds'>;
export type ErrorCode = keyof typeof errorCodes;
export type ErrorCodeAt<P extends ErrorPlace> = {
    [C in ErrorCode]: P extends (typeof errorCodes)[C]['at'][number] ? C : never;
}[ErrorCode];
export type ErrorPlace = 'authorization' | 'token' | 'pushed_request' | 'device_authorization' | 'backchannel_authentication' | 'introspection' | 'revocation' | 'global_revocation' | 'grant_management' | 'registration' | 'scope_usage' | 'resource' | 'end_session';
export type FormLimits = {
    readonly maxLength: number;
    readonly maxParameters: number;
};
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;
export type HttpRequest = {
    readonly method: string;
    readonly path: string;
    readonly query: string;
    readonly headers: HttpHeaders;
    readonly body: string | undefined;
    readonly remoteAddress: string;
    readonly peerCertificate?: Uint8Array;
    readonly isPeerCertificateTrusted?: boolean;
};
export type HttpResponse = {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | readonly string[]>>;
    readonly body: string;
};
export type JwtClaims = Readonly<Record<string, unknown>>;
export type JwtHeader = {
    readonly alg: SigningAlgorithm;
    readonly kid: string;
    readonly typ: string;
};
export type MetadataPart = {
    readonly [K in keyof ServerMetadata]?: ServerMetadata[K];
};
export type Parameters = {
    readonly get: (name: string) => string | undefined;
    readonly all: (name: string) => readonly string[];
    readonly names: readonly string[];
};
export type ReadJwt = {
    readonly header: JwtClaims;
    readonly claims: JwtClaims;
};
export type Refusal<C extends ErrorCode = ErrorCode> = {
    readonly kind: 'refusal';
    readonly error: C;
    readonly description: string;
    readonly reason: string;
    readonly status?: number;
    readonly retryAfter?: number;
    readonly headers?: Readonly<Record<string, string>>;
};
export type Seconds = Brand<number, 'Seconds'>;
export type ServerMetadata = {
    readonly issuer: string;
    readonly authorization_endpoint?: string;
    readonly token_endpoint?: string;
    readonly jwks_uri?: string;
    readonly userinfo_endpoint?: string;
    readonly introspection_endpoint?: string;
    readonly revocation_endpoint?: string;
    readonly end_session_endpoint?: string;
    readonly scopes_supported?: readonly string[];
    readonly response_types_supported: readonly string[];
    readonly response_modes_supported?: readonly string[];
    readonly grant_types_supported?: readonly string[];
    readonly token_endpoint_auth_methods_supported?: readonly string[];
    readonly token_endpoint_auth_signing_alg_values_supported?: readonly string[];
    readonly introspection_endpoint_auth_methods_supported?: readonly string[];
    readonly introspection_endpoint_auth_signing_alg_values_supported?: readonly string[];
    readonly revocation_endpoint_auth_methods_supported?: readonly string[];
    readonly revocation_endpoint_auth_signing_alg_values_supported?: readonly string[];
    readonly code_challenge_methods_supported?: readonly string[];
    readonly authorization_response_iss_parameter_supported?: boolean;
    readonly ui_locales_supported?: readonly string[];
    readonly service_documentation?: string;
    readonly subject_types_supported?: readonly string[];
    readonly id_token_signing_alg_values_supported?: readonly string[];
    readonly acr_values_supported?: readonly string[];
    readonly claim_types_supported?: readonly string[];
    readonly claims_supported?: readonly string[];
    readonly claims_parameter_supported?: boolean;
    readonly request_parameter_supported?: boolean;
    readonly request_uri_parameter_supported?: boolean;
    readonly prompt_values_supported?: readonly string[];
    readonly dpop_signing_alg_values_supported?: readonly string[];
    readonly tls_client_certificate_bound_access_tokens?: boolean;
    readonly mtls_endpoint_aliases?: Readonly<Record<string, string>>;
    readonly pushed_authorization_request_endpoint?: string;
    readonly require_pushed_authorization_requests?: boolean;
    readonly require_request_uri_registration?: boolean;
    readonly require_signed_request_object?: boolean;
    readonly request_object_signing_alg_values_supported?: readonly string[];
    readonly request_object_encryption_alg_values_supported?: readonly string[];
    readonly request_object_encryption_enc_values_supported?: readonly string[];
    readonly authorization_signing_alg_values_supported?: readonly string[];
    readonly authorization_encryption_alg_values_supported?: readonly string[];
    readonly authorization_encryption_enc_values_supported?: readonly string[];
    readonly id_token_encryption_alg_values_supported?: readonly string[];
    readonly id_token_encryption_enc_values_supported?: readonly string[];
    readonly authorization_details_types_supported?: readonly string[];
    readonly device_authorization_endpoint?: string;
    readonly backchannel_authentication_endpoint?: string;
    readonly backchannel_token_delivery_modes_supported?: readonly string[];
    readonly backchannel_authentication_request_signing_alg_values_supported?: readonly string[];
    readonly backchannel_user_code_parameter_supported?: boolean;
    readonly backchannel_logout_supported?: boolean;
    readonly backchannel_logout_session_supported?: boolean;
    readonly frontchannel_logout_supported?: boolean;
    readonly registration_endpoint?: string;
    readonly client_id_metadata_document_supported?: boolean;
    readonly introspection_signing_alg_values_supported?: readonly string[];
    readonly introspection_encryption_alg_values_supported?: readonly string[];
    readonly introspection_encryption_enc_values_supported?: readonly string[];
    readonly grant_management_endpoint?: string;
    readonly grant_management_actions_supported?: readonly string[];
    readonly grant_management_action_required?: boolean;
    readonly global_token_revocation_endpoint?: string;
    readonly global_token_revocation_endpoint_auth_methods_supported?: readonly string[];
    readonly protected_resources?: readonly string[];
    readonly authorization_grant_profiles_supported?: readonly string[];
    readonly identity_chaining_requested_token_types_supported?: readonly string[];
    readonly client_attestation_signing_alg_values_supported?: readonly string[];
    readonly client_attestation_pop_signing_alg_values_supported?: readonly string[];
    readonly challenge_endpoint?: string;
};
export type SigningAlgorithm = (typeof signingAlgorithms)[number];
export declare function after(at: EpochSeconds, ttl: Seconds): EpochSeconds;
export declare const badProof = "the DPoP proof is not good for this request";
export declare function bytesOfBase64(text: string): Uint8Array | undefined;
export declare function confirms(proved: Confirmation | undefined, wanted: Confirmation): boolean;
export declare const defaultFormLimits: FormLimits;
export declare function epochSeconds(value: number): EpochSeconds;
export declare const errorCodes: {
    readonly invalid_request: {
        readonly status: 400;
        readonly at: readonly ["authorization", "token", "pushed_request", "device_authorization", "backchannel_authentication", "introspection", "revocation", "global_revocation", "scope_usage", "grant_management", "registration", "resource", "end_session"];
        readonly spec: 'RFC 6749 §5.2';
    };
    readonly invalid_client: {
        readonly status: 401;
        readonly at: readonly ["authorization", "token", "pushed_request", "device_authorization", "backchannel_authentication", "introspection", "revocation", "global_revocation", "scope_usage"];
        readonly spec: 'RFC 6749 §5.2';
    };
    readonly invalid_grant: {
        readonly status: 400;
        readonly at: readonly ["token"];
        readonly spec: 'RFC 6749 §5.2';
    };
    readonly unauthorized_client: {
        readonly status: 400;
        readonly at: readonly ["authorization", "token", "pushed_request", "device_authorization", "backchannel_authentication", "revocation", "global_revocation", "scope_usage"];
        readonly spec: 'RFC 6749 §5.2';
    };
    readonly unsupported_grant_type: {
        readonly status: 400;
        readonly at: readonly ["token"];
        readonly spec: 'RFC 6749 §5.2';
    };
    readonly invalid_scope: {
        readonly status: 400;
        readonly at: readonly ["authorization", "token", "pushed_request", "device_authorization", "backchannel_authentication"];
        readonly spec: 'RFC 6749 §5.2';
    };
    readonly access_denied: {
        readonly status: 403;
        readonly at: readonly ["authorization", "token", "backchannel_authentication"];
        readonly spec: 'RFC 6749 §4.1.2.1, RFC 8628 §3.5';
    };
    readonly unsupported_response_type: {
        readonly status: 400;
        readonly at: readonly ["authorization", "pushed_request"];
        readonly spec: 'RFC 6749 §4.1.2.1';
    };
    readonly server_error: {
        readonly status: 500;
        readonly at: readonly ["authorization", "token", "pushed_request", "device_authorization", "backchannel_authentication", "introspection", "revocation", "global_revocation", "scope_usage", "grant_management", "registration", "resource", "end_session"];
        readonly spec: 'RFC 6749 §4.1.2.1';
    };
    readonly temporarily_unavailable: {
        readonly status: 503;
        readonly at: readonly ["authorization", "token", "pushed_request", "device_authorization", "backchannel_authentication", "introspection", "revocation", "global_revocation", "scope_usage", "registration"];
        readonly spec: 'RFC 6749 §4.1.2.1';
    };
    readonly unsupported_token_type: {
        readonly status: 400;
        readonly at: readonly ["revocation"];
        readonly spec: 'RFC 7009 §2.2.1';
    };
    readonly invalid_target: {
        readonly status: 400;
        readonly at: readonly ["authorization", "token", "pushed_request", "device_authorization", "backchannel_authentication"];
        readonly spec: 'RFC 8707 §2';
    };
    readonly login_required: {
        readonly status: 400;
        readonly at: readonly ["authorization", "pushed_request"];
        readonly spec: 'OpenID Connect Core §3.1.2.6';
    };
    readonly consent_required: {
        readonly status: 400;
        readonly at: readonly ["authorization", "pushed_request"];
        readonly spec: 'OpenID Connect Core §3.1.2.6';
    };
    readonly interaction_required: {
        readonly status: 400;
        readonly at: readonly ["authorization", "pushed_request"];
        readonly spec: 'OpenID Connect Core §3.1.2.6';
    };
    readonly account_selection_required: {
        readonly status: 400;
        readonly at: readonly ["authorization", "pushed_request"];
        readonly spec: 'OpenID Connect Core §3.1.2.6';
    };
    readonly request_not_supported: {
        readonly status: 400;
        readonly at: readonly ["authorization", "pushed_request"];
        readonly spec: 'OpenID Connect Core §3.1.2.6';
    };
    readonly request_uri_not_supported: {
        readonly status: 400;
        readonly at: readonly ["authorization", "pushed_request"];
        readonly spec: 'OpenID Connect Core §3.1.2.6';
    };
    readonly registration_not_supported: {
        readonly status: 400;
        readonly at: readonly ["authorization", "pushed_request"];
        readonly spec: 'OpenID Connect Core §3.1.2.6';
    };
    readonly invalid_request_uri: {
        readonly status: 400;
        readonly at: readonly ["authorization", "pushed_request"];
        readonly spec: 'RFC 9101 §7';
    };
    readonly invalid_request_object: {
        readonly status: 400;
        readonly at: readonly ["authorization", "pushed_request"];
        readonly spec: 'RFC 9101 §7';
    };
    readonly invalid_authorization_details: {
        readonly status: 400;
        readonly at: readonly ["authorization", "token", "pushed_request", "device_authorization", "backchannel_authentication"];
        readonly spec: 'RFC 9396 §5';
    };
    readonly invalid_grant_id: {
        readonly status: 400;
        readonly at: readonly ["authorization", "pushed_request"];
        readonly spec: 'Grant Management for OAuth 2.0';
    };
    readonly unmet_authentication_requirements: {
        readonly status: 400;
        readonly at: readonly ["authorization", "pushed_request"];
        readonly spec: 'RFC 9470 §5';
    };
    readonly authorization_pending: {
        readonly status: 400;
        readonly at: readonly ["token"];
        readonly spec: 'RFC 8628 §3.5';
    };
    readonly slow_down: {
        readonly status: 400;
        readonly at: readonly ["token"];
        readonly spec: 'RFC 8628 §3.5';
    };
    readonly expired_token: {
        readonly status: 400;
        readonly at: readonly ["token"];
        readonly spec: 'RFC 8628 §3.5';
    };
    readonly unknown_user_id: {
        readonly status: 400;
        readonly at: readonly ["backchannel_authentication", "global_revocation"];
        readonly spec: 'OpenID Connect CIBA Core §13';
    };
    readonly expired_login_hint_token: {
        readonly status: 400;
        readonly at: readonly ["backchannel_authentication"];
        readonly spec: 'OpenID Connect CIBA Core §13';
    };
    readonly invalid_binding_message: {
        readonly status: 400;
        readonly at: readonly ["backchannel_authentication"];
        readonly spec: 'OpenID Connect CIBA Core §13';
    };
    readonly invalid_redirect_uri: {
        readonly status: 400;
        readonly at: readonly ["registration"];
        readonly spec: 'RFC 7591 §3.2.2';
    };
    readonly invalid_client_metadata: {
        readonly status: 400;
        readonly at: readonly ["registration"];
        readonly spec: 'RFC 7591 §3.2.2';
    };
    readonly invalid_software_statement: {
        readonly status: 400;
        readonly at: readonly ["registration"];
        readonly spec: 'RFC 7591 §3.2.2';
    };
    readonly unapproved_software_statement: {
        readonly status: 400;
        readonly at: readonly ["registration"];
        readonly spec: 'RFC 7591 §3.2.2';
    };
    readonly invalid_token: {
        readonly status: 401;
        readonly at: readonly ["resource", "registration", "grant_management"];
        readonly spec: 'RFC 6750 §3.1';
    };
    readonly insufficient_scope: {
        readonly status: 403;
        readonly at: readonly ["resource", "grant_management"];
        readonly spec: 'RFC 6750 §3.1';
    };
    readonly insufficient_user_authentication: {
        readonly status: 401;
        readonly at: readonly ["resource", "token"];
        readonly spec: 'RFC 9470 §3';
    };
    readonly invalid_dpop_proof: {
        readonly status: 401;
        readonly at: readonly ["resource", "token", "pushed_request"];
        readonly spec: 'RFC 9449 §5, §7.1';
    };
    readonly use_dpop_nonce: {
        readonly status: 401;
        readonly at: readonly ["resource", "token", "pushed_request"];
        readonly spec: 'RFC 9449 §8, §9';
    };
};
export declare function fetchHeaders(headers: Headers): HttpHeaders;
export declare function fetchResponse({ status, headers, body }: HttpResponse, method: string): Response;
export declare function isCodeVerifier(text: string): boolean;
export declare function isCompactJws(text: string): boolean;
export declare function isRefusal(value: unknown): value is Refusal;
export declare function isSigningAlgorithm(text: string): text is SigningAlgorithm;
export declare function isWithoutContent(status: number): boolean;
export declare function json(status: number, value: unknown, headers?: HttpResponse['headers']): HttpResponse;
export declare function judgeDpopProof(proof: DpopProof, expected: DpopExpectation): BadProof | undefined;
export declare const jwtTypes: {
    readonly accessToken: 'at+jwt';
    readonly idToken: 'JWT';
    readonly clientAssertion: 'client-authentication+jwt';
    readonly statusList: 'statuslist+jwt';
    readonly requestObject: 'oauth-authz-req+jwt';
    readonly introspection: 'token-introspection+jwt';
    readonly logout: 'logout+jwt';
    readonly identityAssertion: 'oauth-id-jag+jwt';
};
export declare const noStore: {
    readonly 'cache-control': 'no-store';
    readonly pragma: 'no-cache';
};
export declare function nodeHeaders({ headers, rawHeaders }: NodeHeaders): HttpHeaders;
export declare function normalizeUri(text: string): string | undefined;
export declare function parseBody(request: HttpRequest, options?: ParseOptions): Parameters | Refusal<'invalid_request'>;
export declare function parseChallenges(field: string | readonly string[]): readonly Challenge[] | undefined;
export declare function parseCodeChallenge(text: string): CodeChallenge | undefined;
export declare function parseForm(text: string, options?: ParseOptions): Parameters | Refusal<'invalid_request'>;
export declare function parseIpAddress(text: string): readonly number[] | undefined;
export declare function parseStrictJson(text: string): unknown;
export declare function printChallenge(scheme: ChallengeScheme, parameters: ChallengeParameters): string;
export declare function printForm(parameters: Readonly<Record<string, string | undefined>>): string;
export declare function readCertificateField(headers: HttpHeaders, name: string): Uint8Array | undefined;
export declare function readDpopProof({ header, claims }: ReadJwt, algorithms: readonly SigningAlgorithm[]): DpopProof | BadProof;
export declare function refuse<const C extends ErrorCode>(error: C, description: string, reason?: string): Refusal<C>;
export declare function seconds(value: number): Seconds;
export declare const signingAlgorithms: readonly ['ES256', 'EdDSA', 'RS256', 'PS256'];
export declare function singleHeader(headers: HttpHeaders, name: string): string | undefined;
export declare function splitTarget(target: string): {
    readonly path: string;
    readonly query: string;
};
export declare function thumbprintInput(key: DpopKey): string;
// Not exported, needed above.
type BadProof = Refusal<'invalid_dpop_proof'>;
type NodeHeaders = {
    readonly headers: HttpHeaders;
    readonly rawHeaders: readonly string[];
};
type ParseOptions = {
    readonly repeatable?: readonly string[];
    readonly limits?: FormLimits;
};
declare const brand: unique symbol;
