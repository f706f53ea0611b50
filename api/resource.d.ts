// @ambit/resource
export type Access = {
    readonly issuer: string;
    readonly actor: 'user' | 'client';
    readonly principal: Principal;
    readonly subject?: string;
    readonly clientId?: string;
    readonly scope: ScopeSet;
    readonly unknownScope: readonly string[];
    readonly acr?: string;
    readonly authTime?: EpochSeconds;
    readonly authorizationDetails: readonly AuthorizationDetail[];
    readonly expiresAt?: EpochSeconds;
    readonly claims: JwtClaims;
};
export type Allowed = {
    readonly kind: 'allowed';
    readonly access: Access;
    readonly headers: Readonly<Record<string, string>>;
};
export type AuthorizationDetail = {
    readonly type: string;
} & Readonly<Record<string, unknown>>;
export type CheckSignature = (signed: string, signature: string) => boolean | Promise<boolean>;
export type Circumstanced<C> = Told<C> | ((access: Access) => Told<C> | undefined | Promise<Told<C> | undefined>);
export type ClientCertificateSource = 'tls' | {
    readonly header: string;
    readonly trustedProxies: readonly string[];
};
export type Clock = {
    readonly now: () => EpochSeconds;
    readonly elapsed?: () => number;
};
export type DiscoveryOptions = FetchOptions & {
    readonly jwt?: JwtRules | 'none';
    readonly introspection?: IntrospectionRules;
    readonly cacheTtl?: number;
    readonly staleTtl?: number;
    readonly clock?: Clock;
};
export type DpopNonces = {
    readonly current: () => Promise<string>;
    readonly judge: (nonce: string) => Promise<'current' | 'ageing' | 'unknown'>;
};
export type DpopOptions = {
    readonly required?: boolean;
    readonly algorithms?: readonly SigningAlgorithm[];
    readonly publicUrl?: string | ((request: GuardedRequest) => string);
    readonly maxAge?: number;
    readonly clockSkew?: number;
    readonly nonces?: DpopNonces;
    readonly replay?: ReplayMemory;
};
export type Expectation = {
    readonly issuer: string;
    readonly audience: string;
};
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
export type Guard<Token extends string = string> = {
    (request: GuardedRequest, wanted: Wanted<Token>): Promise<Guarded>;
    readonly metadata: MetadataDocument | undefined;
};
export type GuardEvent = {
    readonly kind: 'allowed' | 'refused';
    readonly operation: string;
    readonly status?: number;
    readonly error?: string;
    readonly reason?: string;
    readonly issuer?: string;
    readonly principal?: Principal;
    readonly clientId?: string;
    readonly usedScope: readonly string[];
    readonly explain?: () => Explanation | Promise<Explanation>;
    readonly at: number;
};
export type GuardFrame = {
    readonly issuers: readonly TrustedIssuer[];
    readonly resource: string;
    readonly realm?: string;
    readonly dpop?: DpopOptions | 'required';
    readonly clientCertificate?: ClientCertificateSource;
    readonly metadata?: MetadataOptions;
    readonly clock?: Clock;
    readonly verification?: VerifierOptions;
    readonly observe?: ObserveGuard;
};
export type GuardOptions<Token extends string = string> = GuardFrame & {
    readonly catalogue: Catalogue<Token>;
};
export type Guarded = Allowed | Refused;
export type GuardedRequest = Pick<HttpRequest, 'headers' | 'query' | 'body'> & Partial<HttpRequest>;
export type IntrospectionRules = {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly clock?: Clock;
    readonly cacheTtl?: number;
};
export type IntrospectionVerifierOptions = IntrospectionRules & FetchOptions & {
    readonly endpoint: string;
};
export type IsWithin = (address: string | undefined) => boolean;
export type JwtRules = {
    readonly algorithms?: readonly SignatureAlgorithm[];
    readonly clockSkew?: number;
    readonly maxLifetime?: number;
    readonly statusList?: StatusListOptions | 'ignore';
    readonly dangerouslyAcceptPlainJwt?: true;
    readonly clock?: Clock;
    readonly signatures?: LoadKey;
};
export type JwtVerifierOptions = JwtRules & FetchOptions & (RemoteKeySet | {
    readonly jwks: KeySet;
});
export type KeySet = {
    readonly keys: readonly object[];
};
export type LoadKey = (jwk: JsonObject, algorithm: SignatureAlgorithm) => CheckSignature | Promise<CheckSignature>;
export declare class LocalReplayMemory implements ReplayMemory {
    #private;
    constructor({ clock, capacity }: LocalReplayMemoryOptions);
    get size(): number;
    remember(key: string, until: number): Promise<boolean>;
}
export type LocalReplayMemoryOptions = {
    readonly clock: Clock;
    readonly capacity?: number;
};
export type LoginRequirement = {
    readonly acr?: string | readonly [string, ...string[]];
    readonly maxAge?: number;
};
export type MetadataDocument = {
    readonly value: ProtectedResourceMetadata;
    readonly url: string;
    readonly path: string;
    readonly serve: (request: Pick<HttpRequest, 'method' | 'path' | 'query'>) => HttpResponse | undefined;
};
export type MetadataOptions = {
    readonly name?: string;
    readonly documentation?: string;
    readonly policy?: string;
    readonly termsOfService?: string;
};
export type ObserveGuard = (event: GuardEvent) => void;
export type PolicyGuard<P extends AnyPolicy> = {
    <N extends ActionOf<P>>(request: GuardedRequest, action: N, ...given: Given<CircumstancesOf<P, N>>): Promise<Guarded>;
    (request: GuardedRequest, wanted: Exclude<Wanted<TokenOf<P>>, string>): Promise<Guarded>;
    readonly decide: <N extends ActionOf<P>>(access: Access, action: N, ...given: Given<CircumstancesOf<P, N>>) => Promise<Guarded>;
    readonly metadata: MetadataDocument | undefined;
};
export type PolicyGuardOptions<P extends AnyPolicy> = GuardFrame & {
    readonly policy: P;
};
export type Principal = Brand<string, 'Principal'>;
export type ProtectedResourceMetadata = {
    readonly resource: string;
    readonly authorization_servers: readonly string[];
    readonly scopes_supported?: readonly string[];
    readonly bearer_methods_supported: readonly ['header'];
    readonly resource_name?: string;
    readonly resource_documentation?: string;
    readonly resource_policy_uri?: string;
    readonly resource_tos_uri?: string;
    readonly tls_client_certificate_bound_access_tokens?: boolean;
    readonly authorization_details_types_supported?: readonly string[];
    readonly dpop_signing_alg_values_supported?: readonly string[];
    readonly dpop_bound_access_tokens_required?: boolean;
};
export type Refused = {
    readonly kind: 'refused';
    readonly response: HttpResponse;
    readonly reason: string;
};
export type RemoteKeySet = {
    readonly jwksUri: string;
    readonly cacheTtl?: number;
    readonly staleTtl?: number;
};
export type Repeat = (milliseconds: number, task: () => void) => () => void;
export type ReplayMemory = {
    readonly remember: (key: string, until: number) => Promise<boolean>;
};
export declare class ReplayMemoryFullError extends Error {
    readonly name = "ReplayMemoryFullError";
}
export type SignatureAlgorithm = keyof typeof signatureAlgorithms;
export type StartTimer = (milliseconds: number, expire: () => void) => () => void;
export type StatelessNonceOptions = {
    readonly secret: string;
    readonly ttl?: number;
    readonly clock?: Clock;
};
export type StatusListOptions = {
    readonly window?: number;
    readonly required?: boolean;
    readonly origins?: readonly string[];
};
export type TrustedIssuer = {
    readonly issuer: string;
    readonly jwt?: VerifyToken;
    readonly opaque?: VerifyToken;
    readonly scopeClaim?: 'scope' | 'scp';
    readonly isClient?: (claims: JwtClaims) => boolean;
};
export type Unavailable = {
    readonly kind: 'unavailable';
    readonly reason: string;
};
export declare class UsageReporter {
    #private;
    constructor(options: UsageReporterOptions);
    get waiting(): number;
    readonly observe: ({ kind, issuer, clientId, usedScope, at }: GuardEvent) => void;
    flush(): Promise<void>;
    close(): Promise<void>;
}
export type UsageReporterOptions = FetchOptions & {
    readonly issuer: string;
    readonly endpoint?: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly interval?: number;
    readonly max?: number;
    readonly repeat?: Repeat;
    readonly onFailure?: (reason: string) => void;
};
export type Verification = Verified | Refusal<'invalid_token'> | Unavailable;
export type Verified = {
    readonly kind: 'verified';
    readonly claims: JwtClaims;
    readonly until: number;
    readonly stillHolds?: () => boolean;
};
export type VerifiedFrom = Verified & {
    readonly issuer: string;
};
export type VerifierOptions = {
    readonly rememberedTokens?: number;
    readonly hash?: (text: string) => string | Promise<string>;
};
export type VerifyAccessToken = (token: string) => Promise<VerifiedFrom | Refusal<'invalid_token'> | Unavailable>;
export type VerifyToken = (token: string, expected: Expectation) => Promise<Verification>;
export type Wanted<Token extends string = string> = Token | ScopeAlone<Token> | (LoginRequirement & {
    readonly scope: Needs<Token>;
});
export declare function addressesWithin(ranges: readonly string[]): IsWithin;
export declare function createGuard<P extends AnyPolicy>(options: PolicyGuardOptions<P>): PolicyGuard<P>;
export declare function createGuard<Token extends string>(options: GuardOptions<Token>): Guard<Token>;
export declare function discoverIssuer(issuer: string, options?: DiscoveryOptions): TrustedIssuer;
export declare function introspectionVerifier(options: IntrospectionVerifierOptions): VerifyToken;
export declare function jwtVerifier(options: JwtVerifierOptions): VerifyToken;
export declare function statelessNonces({ secret, ttl, clock }: StatelessNonceOptions): DpopNonces;
export declare function steadyClock({ now, elapsed }: Readings): Clock & Required<Clock>;
export declare function verifierOf(issuers: readonly TrustedIssuer[], audience: string, options?: VerifierOptions): VerifyAccessToken;
// Not exported, needed above.
type FetchOptions = {
    readonly fetch?: Fetch;
    readonly startTimer?: StartTimer;
};
type Given<C> = object extends C ? [circumstances?: Circumstanced<C>] : [circumstances: Circumstanced<C>];
type JsonObject = Readonly<Record<string, unknown>>;
type Readings = {
    readonly now: () => number;
    readonly elapsed: () => number;
};
type ScopeAlone<Token extends string> = Needs<Token> & {
    readonly acr?: never;
    readonly maxAge?: never;
};
type TokenOf<P> = P extends Policy<infer Actions> ? Actions[keyof Actions]['scope'] : string;
type Told<C> = C & Pick<Circumstances, 'requestFacts'>;
declare const signatureAlgorithms: {
    readonly ES256: {
        readonly kty: 'EC';
        readonly crv: 'P-256';
        readonly hash: 'sha256';
    };
    readonly ES384: {
        readonly kty: 'EC';
        readonly crv: 'P-384';
        readonly hash: 'sha384';
    };
    readonly ES512: {
        readonly kty: 'EC';
        readonly crv: 'P-521';
        readonly hash: 'sha512';
    };
    readonly EdDSA: {
        readonly kty: 'OKP';
        readonly crv: 'Ed25519';
    };
    readonly Ed25519: {
        readonly kty: 'OKP';
        readonly crv: 'Ed25519';
    };
    readonly RS256: {
        readonly kty: 'RSA';
        readonly hash: 'sha256';
        readonly padding: 'pkcs1';
    };
    readonly RS384: {
        readonly kty: 'RSA';
        readonly hash: 'sha384';
        readonly padding: 'pkcs1';
    };
    readonly RS512: {
        readonly kty: 'RSA';
        readonly hash: 'sha512';
        readonly padding: 'pkcs1';
    };
    readonly PS256: {
        readonly kty: 'RSA';
        readonly hash: 'sha256';
        readonly padding: 'pss';
    };
    readonly PS384: {
        readonly kty: 'RSA';
        readonly hash: 'sha384';
        readonly padding: 'pss';
    };
    readonly PS512: {
        readonly kty: 'RSA';
        readonly hash: 'sha512';
        readonly padding: 'pss';
    };
};

// @ambit/resource/authzen
export type AuthzenAction = {
    readonly name: string;
    readonly properties?: JsonObject;
};
export type AuthzenEndpoints = {
    readonly handle: (request: HttpRequest) => Promise<HttpResponse | undefined>;
    readonly metadata: AuthzenMetadata;
};
export type AuthzenEntity = {
    readonly type: string;
    readonly id: string;
    readonly properties?: JsonObject;
};
export type AuthzenEvent = {
    readonly subject: AuthzenName;
    readonly action: string;
    readonly resource: AuthzenName;
    readonly decision: boolean;
    readonly context?: JsonObject;
    readonly requestId?: string;
};
export type AuthzenLimits = {
    readonly body: number;
    readonly depth: number;
    readonly evaluations: number;
    readonly page: number;
    readonly candidates: number;
};
export type AuthzenMetadata = {
    readonly policy_decision_point: string;
    readonly access_evaluation_endpoint: string;
    readonly access_evaluations_endpoint?: string;
    readonly search_subject_endpoint?: string;
    readonly search_resource_endpoint?: string;
    readonly search_action_endpoint?: string;
};
export type AuthzenOptions = {
    readonly identifier: string;
    readonly policy: DecidingPolicy;
    readonly authenticate: (request: HttpRequest) => PepAuthentication | Promise<PepAuthentication>;
    readonly resolveSubject: (subject: AuthzenEntity, context: JsonObject | undefined) => Maybe<TokenView>;
    readonly resolveResource?: (resource: AuthzenEntity, context: JsonObject | undefined) => Maybe<unknown>;
    readonly resolveFacts?: (context: JsonObject | undefined) => Maybe<JsonObject>;
    readonly subjects?: (type: string) => Many<AuthzenEntity>;
    readonly resources?: (type: string) => Many<AuthzenEntity>;
    readonly clock?: Clock;
    readonly limits?: Partial<AuthzenLimits>;
    readonly observe?: (event: AuthzenEvent) => void;
    readonly onError?: (error: unknown) => void;
};
export type AuthzenPdpOptions = {
    readonly identifier: string;
    readonly evaluationEndpoint?: string;
    readonly authorization: () => string | Promise<string>;
    readonly catalogue?: Catalogue;
    readonly describeSubject?: (token: TokenView) => AuthzenEntity;
    readonly describeResource?: (action: string, resource: unknown) => AuthzenEntity;
    readonly fetch?: Fetch;
    readonly timeout?: number;
    readonly requestId?: () => string;
};
export type DecidingPolicy = {
    readonly model: PolicyModel;
    readonly evaluator: Pick<Evaluator, 'decide'>;
};
export type EvaluationAnswer = {
    readonly decision: boolean;
    readonly context?: JsonObject;
};
export type EvaluationRequest = {
    readonly subject: AuthzenEntity;
    readonly action: AuthzenAction;
    readonly resource: AuthzenEntity;
    readonly context?: JsonObject;
};
export type JsonObject = Readonly<Record<string, unknown>>;
export type PepAuthentication = {
    readonly kind: 'allowed';
} | {
    readonly kind: 'refused';
    readonly response: HttpResponse;
};
export type RemotePolicy = {
    readonly decide: (action: string, token: TokenView, circumstances: Circumstances) => Promise<Decision | Unavailable>;
};
export declare function authzenEndpoints(options: AuthzenOptions): AuthzenEndpoints;
export declare function authzenPdp(options: AuthzenPdpOptions): RemotePolicy;
export declare function decideElsewhere<P extends AnyPolicy>(policy: P, remote: RemotePolicy): P;
export declare function factsAsTold(context: JsonObject | undefined): JsonObject | undefined;
export declare function readAuthzenMetadata(identifier: string, options?: FetchOptions): Promise<AuthzenMetadata>;
export declare function sharedSecrets(secrets: Readonly<Record<string, string | readonly string[] | undefined>>): (request: HttpRequest) => Promise<PepAuthentication>;
export declare function subjectAsTold(catalogue: Catalogue): (subject: AuthzenEntity) => TokenView | undefined;
// Not exported, needed above.
type AuthzenName = {
    readonly type: string;
    readonly id: string;
};
type Clock = {
    readonly now: () => EpochSeconds;
    readonly elapsed?: () => number;
};
type Fetch = (url: string, init: RequestInit) => Promise<Response>;
type FetchOptions = {
    readonly fetch?: Fetch;
    readonly startTimer?: StartTimer;
};
type Many<T> = Iterable<T> | AsyncIterable<T>;
type Maybe<T> = T | undefined | Promise<T | undefined>;
type StartTimer = (milliseconds: number, expire: () => void) => () => void;
type Unavailable = {
    readonly kind: 'unavailable';
    readonly reason: string;
};

// @ambit/resource/node
export type GuardedListener = (incoming: NodeRequest, outgoing: NodeResponse, access: Access) => void | Promise<void>;
export type NodeGuardOptions = {
    readonly onError?: (error: unknown, incoming: NodeRequest) => void;
};
export type NodeRequest = IncomingMessage & {
    readonly originalUrl?: string;
    readonly body?: unknown;
};
export type NodeResponse = ServerResponse;
export declare function answer(outgoing: NodeResponse, { status, headers, body }: HttpResponse): void;
export declare function nodeGuard<Wanted>(guard: AdaptedGuard<Wanted>, { onError }?: NodeGuardOptions): (needs: Wanted, listener: GuardedListener) => RequestListener;
export declare function nodePeer({ socket }: Pick<IncomingMessage, 'socket'>): Peer;
export declare function readNodeRequest(incoming: NodeRequest, around?: AroundRequest): Promise<HttpRequest>;
export declare function serveMetadata(guard: DescribedGuard): (incoming: NodeRequest, outgoing: NodeResponse) => boolean;
// Not exported, needed above.
type Access = {
    readonly issuer: string;
    readonly actor: 'user' | 'client';
    readonly principal: Principal;
    readonly subject?: string;
    readonly clientId?: string;
    readonly scope: ScopeSet;
    readonly unknownScope: readonly string[];
    readonly acr?: string;
    readonly authTime?: EpochSeconds;
    readonly authorizationDetails: readonly AuthorizationDetail[];
    readonly expiresAt?: EpochSeconds;
    readonly claims: JwtClaims;
};
type AdaptedGuard<Wanted> = (request: HttpRequest, needs: Wanted) => Promise<Guarded>;
type Allowed = {
    readonly kind: 'allowed';
    readonly access: Access;
    readonly headers: Readonly<Record<string, string>>;
};
type AroundRequest = Pick<NodeRequest, 'originalUrl' | 'body'>;
type AuthorizationDetail = {
    readonly type: string;
} & Readonly<Record<string, unknown>>;
type DescribedGuard = {
    readonly metadata: MetadataDocument | undefined;
};
type Guarded = Allowed | Refused;
type MetadataDocument = {
    readonly value: ProtectedResourceMetadata;
    readonly url: string;
    readonly path: string;
    readonly serve: (request: Pick<HttpRequest, 'method' | 'path' | 'query'>) => HttpResponse | undefined;
};
type Peer = Pick<HttpRequest, 'remoteAddress' | 'peerCertificate'>;
type Principal = Brand<string, 'Principal'>;
type ProtectedResourceMetadata = {
    readonly resource: string;
    readonly authorization_servers: readonly string[];
    readonly scopes_supported?: readonly string[];
    readonly bearer_methods_supported: readonly ['header'];
    readonly resource_name?: string;
    readonly resource_documentation?: string;
    readonly resource_policy_uri?: string;
    readonly resource_tos_uri?: string;
    readonly tls_client_certificate_bound_access_tokens?: boolean;
    readonly authorization_details_types_supported?: readonly string[];
    readonly dpop_signing_alg_values_supported?: readonly string[];
    readonly dpop_bound_access_tokens_required?: boolean;
};
type Refused = {
    readonly kind: 'refused';
    readonly response: HttpResponse;
    readonly reason: string;
};

// @ambit/resource/express
export type ExpressMiddleware = (request: NodeRequest, response: NodeResponse, next: (error?: unknown) => void) => Promise<void>;
export declare function accessOf(request: NodeRequest): Access;
export declare function answer(outgoing: NodeResponse, { status, headers, body }: HttpResponse): void;
export declare function expressGuard<Wanted>(guard: AdaptedGuard<Wanted>): (needs: Wanted) => ExpressMiddleware;
export declare function serveMetadata(guard: DescribedGuard): (request: NodeRequest, response: NodeResponse, next: () => void) => void;
// Not exported, needed above.
type Access = {
    readonly issuer: string;
    readonly actor: 'user' | 'client';
    readonly principal: Principal;
    readonly subject?: string;
    readonly clientId?: string;
    readonly scope: ScopeSet;
    readonly unknownScope: readonly string[];
    readonly acr?: string;
    readonly authTime?: EpochSeconds;
    readonly authorizationDetails: readonly AuthorizationDetail[];
    readonly expiresAt?: EpochSeconds;
    readonly claims: JwtClaims;
};
type AdaptedGuard<Wanted> = (request: HttpRequest, needs: Wanted) => Promise<Guarded>;
type Allowed = {
    readonly kind: 'allowed';
    readonly access: Access;
    readonly headers: Readonly<Record<string, string>>;
};
type AuthorizationDetail = {
    readonly type: string;
} & Readonly<Record<string, unknown>>;
type DescribedGuard = {
    readonly metadata: MetadataDocument | undefined;
};
type Guarded = Allowed | Refused;
type MetadataDocument = {
    readonly value: ProtectedResourceMetadata;
    readonly url: string;
    readonly path: string;
    readonly serve: (request: Pick<HttpRequest, 'method' | 'path' | 'query'>) => HttpResponse | undefined;
};
type NodeRequest = IncomingMessage & {
    readonly originalUrl?: string;
    readonly body?: unknown;
};
type NodeResponse = ServerResponse;
type Principal = Brand<string, 'Principal'>;
type ProtectedResourceMetadata = {
    readonly resource: string;
    readonly authorization_servers: readonly string[];
    readonly scopes_supported?: readonly string[];
    readonly bearer_methods_supported: readonly ['header'];
    readonly resource_name?: string;
    readonly resource_documentation?: string;
    readonly resource_policy_uri?: string;
    readonly resource_tos_uri?: string;
    readonly tls_client_certificate_bound_access_tokens?: boolean;
    readonly authorization_details_types_supported?: readonly string[];
    readonly dpop_signing_alg_values_supported?: readonly string[];
    readonly dpop_bound_access_tokens_required?: boolean;
};
type Refused = {
    readonly kind: 'refused';
    readonly response: HttpResponse;
    readonly reason: string;
};

// @ambit/resource/fastify
export type FastifyHook = (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>;
export type FastifyLike = {
    readonly get: (path: string, handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>) => unknown;
};
export type FastifyReplyLike = {
    readonly code: (status: number) => unknown;
    readonly header: (name: string, value: string | readonly string[]) => unknown;
    readonly send: (body: string) => unknown;
};
export type FastifyRequestLike = {
    readonly raw: NodeRequest;
    readonly originalUrl: string;
    readonly body?: unknown;
};
export declare function accessOf(request: Pick<FastifyRequestLike, 'raw'>): Access;
export declare function answer(reply: FastifyReplyLike, { status, headers, body }: HttpResponse): unknown;
export declare function fastifyGuard<Wanted>(guard: AdaptedGuard<Wanted>): (needs: Wanted) => FastifyHook;
export declare function serveMetadata(guard: DescribedGuard): (app: FastifyLike) => Promise<void>;
// Not exported, needed above.
type Access = {
    readonly issuer: string;
    readonly actor: 'user' | 'client';
    readonly principal: Principal;
    readonly subject?: string;
    readonly clientId?: string;
    readonly scope: ScopeSet;
    readonly unknownScope: readonly string[];
    readonly acr?: string;
    readonly authTime?: EpochSeconds;
    readonly authorizationDetails: readonly AuthorizationDetail[];
    readonly expiresAt?: EpochSeconds;
    readonly claims: JwtClaims;
};
type AdaptedGuard<Wanted> = (request: HttpRequest, needs: Wanted) => Promise<Guarded>;
type Allowed = {
    readonly kind: 'allowed';
    readonly access: Access;
    readonly headers: Readonly<Record<string, string>>;
};
type AuthorizationDetail = {
    readonly type: string;
} & Readonly<Record<string, unknown>>;
type DescribedGuard = {
    readonly metadata: MetadataDocument | undefined;
};
type Guarded = Allowed | Refused;
type MetadataDocument = {
    readonly value: ProtectedResourceMetadata;
    readonly url: string;
    readonly path: string;
    readonly serve: (request: Pick<HttpRequest, 'method' | 'path' | 'query'>) => HttpResponse | undefined;
};
type NodeRequest = IncomingMessage & {
    readonly originalUrl?: string;
    readonly body?: unknown;
};
type Principal = Brand<string, 'Principal'>;
type ProtectedResourceMetadata = {
    readonly resource: string;
    readonly authorization_servers: readonly string[];
    readonly scopes_supported?: readonly string[];
    readonly bearer_methods_supported: readonly ['header'];
    readonly resource_name?: string;
    readonly resource_documentation?: string;
    readonly resource_policy_uri?: string;
    readonly resource_tos_uri?: string;
    readonly tls_client_certificate_bound_access_tokens?: boolean;
    readonly authorization_details_types_supported?: readonly string[];
    readonly dpop_signing_alg_values_supported?: readonly string[];
    readonly dpop_bound_access_tokens_required?: boolean;
};
type Refused = {
    readonly kind: 'refused';
    readonly response: HttpResponse;
    readonly reason: string;
};

// @ambit/resource/hono
export type HonoContextLike = {
    readonly req: {
        readonly raw: Request;
    };
    readonly header: (name: string, value: string) => void;
};
export type HonoGuardOptions<Context> = {
    readonly peer?: (context: Context) => Peer;
};
export type HonoMiddleware<Context extends HonoContextLike> = (context: Context, next: () => Promise<void>) => Promise<Response | undefined>;
export declare function accessOf(context: HonoContextLike): Access;
export declare function honoGuard<Wanted, Context extends HonoContextLike = HonoContextLike>(guard: AdaptedGuard<Wanted>, { peer }?: HonoGuardOptions<Context>): (needs: Wanted) => HonoMiddleware<Context>;
export declare function serveMetadata(guard: DescribedGuard): HonoMiddleware<HonoContextLike>;
// Not exported, needed above.
type Access = {
    readonly issuer: string;
    readonly actor: 'user' | 'client';
    readonly principal: Principal;
    readonly subject?: string;
    readonly clientId?: string;
    readonly scope: ScopeSet;
    readonly unknownScope: readonly string[];
    readonly acr?: string;
    readonly authTime?: EpochSeconds;
    readonly authorizationDetails: readonly AuthorizationDetail[];
    readonly expiresAt?: EpochSeconds;
    readonly claims: JwtClaims;
};
type AdaptedGuard<Wanted> = (request: HttpRequest, needs: Wanted) => Promise<Guarded>;
type Allowed = {
    readonly kind: 'allowed';
    readonly access: Access;
    readonly headers: Readonly<Record<string, string>>;
};
type AuthorizationDetail = {
    readonly type: string;
} & Readonly<Record<string, unknown>>;
type DescribedGuard = {
    readonly metadata: MetadataDocument | undefined;
};
type Guarded = Allowed | Refused;
type MetadataDocument = {
    readonly value: ProtectedResourceMetadata;
    readonly url: string;
    readonly path: string;
    readonly serve: (request: Pick<HttpRequest, 'method' | 'path' | 'query'>) => HttpResponse | undefined;
};
type Peer = Pick<HttpRequest, 'remoteAddress' | 'peerCertificate'>;
type Principal = Brand<string, 'Principal'>;
type ProtectedResourceMetadata = {
    readonly resource: string;
    readonly authorization_servers: readonly string[];
    readonly scopes_supported?: readonly string[];
    readonly bearer_methods_supported: readonly ['header'];
    readonly resource_name?: string;
    readonly resource_documentation?: string;
    readonly resource_policy_uri?: string;
    readonly resource_tos_uri?: string;
    readonly tls_client_certificate_bound_access_tokens?: boolean;
    readonly authorization_details_types_supported?: readonly string[];
    readonly dpop_signing_alg_values_supported?: readonly string[];
    readonly dpop_bound_access_tokens_required?: boolean;
};
type Refused = {
    readonly kind: 'refused';
    readonly response: HttpResponse;
    readonly reason: string;
};

// @ambit/resource/fetch
export type FetchGuardOptions<Platform extends readonly unknown[]> = {
    readonly peer?: (request: Request, ...platform: Platform) => Peer;
};
export type GuardedHandler<Platform extends readonly unknown[]> = (request: Request, access: Access, ...platform: Platform) => Response | Promise<Response>;
export declare function fetchGuard<Wanted, Platform extends readonly unknown[] = []>(guard: AdaptedGuard<Wanted>, { peer }?: FetchGuardOptions<Platform>): (needs: Wanted, handler: GuardedHandler<Platform>) => (request: Request, ...platform: Platform) => Promise<Response>;
export declare function readFetchRequest(request: Request, peer?: Peer): Promise<HttpRequest>;
export declare function serveMetadata(guard: DescribedGuard): (request: Request) => Response | undefined;
// Not exported, needed above.
type Access = {
    readonly issuer: string;
    readonly actor: 'user' | 'client';
    readonly principal: Principal;
    readonly subject?: string;
    readonly clientId?: string;
    readonly scope: ScopeSet;
    readonly unknownScope: readonly string[];
    readonly acr?: string;
    readonly authTime?: EpochSeconds;
    readonly authorizationDetails: readonly AuthorizationDetail[];
    readonly expiresAt?: EpochSeconds;
    readonly claims: JwtClaims;
};
type AdaptedGuard<Wanted> = (request: HttpRequest, needs: Wanted) => Promise<Guarded>;
type Allowed = {
    readonly kind: 'allowed';
    readonly access: Access;
    readonly headers: Readonly<Record<string, string>>;
};
type AuthorizationDetail = {
    readonly type: string;
} & Readonly<Record<string, unknown>>;
type DescribedGuard = {
    readonly metadata: MetadataDocument | undefined;
};
type Guarded = Allowed | Refused;
type MetadataDocument = {
    readonly value: ProtectedResourceMetadata;
    readonly url: string;
    readonly path: string;
    readonly serve: (request: Pick<HttpRequest, 'method' | 'path' | 'query'>) => HttpResponse | undefined;
};
type Peer = Pick<HttpRequest, 'remoteAddress' | 'peerCertificate'>;
type Principal = Brand<string, 'Principal'>;
type ProtectedResourceMetadata = {
    readonly resource: string;
    readonly authorization_servers: readonly string[];
    readonly scopes_supported?: readonly string[];
    readonly bearer_methods_supported: readonly ['header'];
    readonly resource_name?: string;
    readonly resource_documentation?: string;
    readonly resource_policy_uri?: string;
    readonly resource_tos_uri?: string;
    readonly tls_client_certificate_bound_access_tokens?: boolean;
    readonly authorization_details_types_supported?: readonly string[];
    readonly dpop_signing_alg_values_supported?: readonly string[];
    readonly dpop_bound_access_tokens_required?: boolean;
};
type Refused = {
    readonly kind: 'refused';
    readonly response: HttpResponse;
    readonly reason: string;
};
