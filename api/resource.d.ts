// @ambit/resource
export type Access = {
    readonly subject?: string;
    readonly clientId?: string;
    readonly scope: ScopeSet;
    readonly claims: JwtClaims;
};
export type Clock = {
    readonly now: () => EpochSeconds;
};
export type Expectation = {
    readonly issuer: string;
    readonly audience: string;
};
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
export type Guard = (request: GuardedRequest, requirement: Requirement) => Promise<Guarded>;
export type GuardOptions = {
    readonly issuer: string;
    readonly resource: string;
    readonly catalogue: Catalogue;
    readonly verify: VerifyToken;
    readonly realm?: string;
};
export type Guarded = {
    readonly kind: 'allowed';
    readonly access: Access;
} | {
    readonly kind: 'refused';
    readonly response: HttpResponse;
    readonly reason: string;
};
export type GuardedRequest = Pick<HttpRequest, 'headers' | 'query' | 'body'> & Partial<HttpRequest>;
export type IntrospectionVerifierOptions = {
    readonly endpoint: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly fetch?: Fetch;
    readonly clock?: Clock;
    readonly cacheTtl?: number;
};
export type JwtVerifierOptions = {
    readonly algorithms?: readonly SigningAlgorithm[];
    readonly clockSkew?: number;
    readonly clock?: Clock;
} & (RemoteKeySet | {
    readonly jwks: JSONWebKeySet;
});
export type RemoteKeySet = {
    readonly jwksUri: string;
    readonly fetch?: Fetch;
    readonly cacheTtl?: number;
    readonly staleTtl?: number;
};
export type Requirement = ScopeSet | {
    readonly anyOf: readonly [ScopeSet, ...ScopeSet[]];
};
export type Unavailable = {
    readonly kind: 'unavailable';
    readonly reason: string;
};
export type Verification = {
    readonly kind: 'verified';
    readonly claims: JwtClaims;
} | Refusal<'invalid_token'> | Unavailable;
export type VerifyToken = (token: string, expected: Expectation) => Promise<Verification>;
export declare function createGuard(options: GuardOptions): Guard;
export declare function introspectionVerifier(options: IntrospectionVerifierOptions): VerifyToken;
export declare function jwtVerifier(options: JwtVerifierOptions): VerifyToken;
