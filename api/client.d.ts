// @ambit/client
export type HeldToken = {
    readonly accessToken: string;
    readonly scope?: string;
};
export declare class StepUpError extends Error {
    readonly name = "StepUpError";
    readonly failure: StepUpFailure;
    readonly ask: TokenAsk;
    readonly response: Response;
    constructor(failure: StepUpFailure, ask: TokenAsk, response: Response);
}
export type StepUpFailure = 'not_obtained' | 'repeated' | 'already_held' | 'too_many' | 'body_spent';
export type StepUpFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;
export type StepUpFetchOptions = {
    readonly tokens: TokenSource;
    readonly origins: readonly [string, ...string[]];
    readonly maxRetries?: 1 | 2;
    readonly metadataOrigins?: readonly string[];
    readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
};
export type TokenAsk = {
    readonly scope: readonly string[];
    readonly resourceMetadata?: string;
} & ({
    readonly kind: 'token';
} | {
    readonly kind: 'fresh_token';
} | {
    readonly kind: 'more_scope';
} | {
    readonly kind: 'stronger_authentication';
    readonly acrValues: readonly string[];
    readonly maxAge?: number;
});
export type TokenSource = {
    readonly current: () => HeldToken | undefined | Promise<HeldToken | undefined>;
    readonly obtain: (ask: TokenAsk) => Promise<HeldToken | undefined>;
};
export declare function authorizationParameters(ask: TokenAsk): Readonly<Record<string, string>>;
export declare function createStepUpFetch(options: StepUpFetchOptions): StepUpFetch;
