// ambit
export type CertificateField = {
    readonly header: string;
    readonly verifiedHeader?: string;
    readonly isVerified?: boolean;
};
export type ClientConfig<Name extends string = string> = {
    readonly clientId: string;
    readonly name?: string;
    readonly uri?: string;
    readonly applicationType?: 'web' | 'native';
    readonly authenticationMethod?: ClientAuthenticationMethod;
    readonly secret?: string;
    readonly secretEnv?: string;
    readonly secretHash?: string;
    readonly jwks?: {
        readonly keys: readonly ClientKey[];
    };
    readonly jwksUri?: string;
    readonly redirectUris?: readonly string[];
    readonly postLogoutRedirectUris?: readonly string[];
    readonly grantTypes?: readonly string[];
    readonly responseTypes?: readonly string[];
    readonly scope: readonly ScopeToken<Name>[];
    readonly defaultScope?: readonly ScopeToken<Name>[];
    readonly mandatoryScope?: readonly ScopeToken<Name>[];
    readonly introspects?: readonly string[];
    readonly subjectType?: 'public' | 'pairwise';
    readonly sectorIdentifier?: string;
    readonly idTokenAlgorithm?: SigningAlgorithm;
    readonly accessTokenTtl?: number;
    readonly requiredAcr?: string;
    readonly metadata?: ClientMetadata;
    readonly dangerouslyAcceptNonceInsteadOfPkce?: boolean;
    readonly dangerouslyAllowImplicit?: boolean;
    readonly dangerouslyAllowPassword?: boolean;
};
export type Config = {
    readonly issuer?: string;
    readonly port: number;
    readonly host: string;
    readonly store: string | DatabaseConfig;
    readonly workers?: number;
    readonly catalogue: Catalogue;
    readonly resources: readonly ResourceDeclaration[];
    readonly defaultResource?: string;
    readonly clients: readonly DeclaredClient[];
    readonly users: readonly DeclaredUser[];
    readonly ttl: Ttls;
    readonly keys: KeySchedule & {
        readonly algorithms: readonly SigningAlgorithm[];
        readonly idTokenAlgorithm: SigningAlgorithm;
        readonly sealingKey?: string;
    };
    readonly unknownScope?: 'refuse' | 'ignore';
    readonly scopeHook?: ScopeHook;
    readonly roles?: Roles;
    readonly grantable?: GrantableScope;
    readonly statusList?: StatusListOptions;
    readonly security: ConfigSecurity;
    readonly features: readonly Feature[];
    readonly outbound: OutboundConfig;
    readonly oneTimeCodes: boolean;
    readonly pages: PagesOptions;
    readonly log: Required<LogConfig>;
    readonly trustedProxies: readonly string[];
    readonly tls?: TlsConfig;
    readonly certificateField?: CertificateField;
    readonly metricsPort?: number;
    readonly metricsHost: string;
    readonly dangerouslyAllowImplicit: boolean;
    readonly dangerouslyAllowPassword: boolean;
};
export type ConfigDeclaration<D = Catalogue | CatalogueDeclaration> = {
    readonly issuer?: string;
    readonly port?: number;
    readonly host?: string;
    readonly store?: string | DatabaseDeclaration;
    readonly workers?: number | 'auto';
    readonly catalogue: D;
    readonly resources?: readonly ResourceConfig[];
    readonly defaultResource?: string;
    readonly clients?: readonly ClientConfig<ScopeNameIn<D>>[];
    readonly users?: readonly UserConfig<ScopeNameIn<D>>[];
    readonly ttl?: {
        readonly [K in keyof Ttls]?: number;
    };
    readonly keys?: KeysConfig;
    readonly unknownScope?: 'refuse' | 'ignore';
    readonly scopeHook?: ScopeHook;
    readonly roles?: Readonly<Record<string, readonly ScopeToken<ScopeNameIn<D>>[]>>;
    readonly grantable?: GrantableScope;
    readonly statusList?: {
        readonly window: number;
    };
    readonly profile?: ProfileName;
    readonly clientAuthenticationMethods?: readonly ClientAuthenticationMethod[];
    readonly assertionAudience?: 'issuer' | 'endpoint';
    readonly acceptedAlgorithms?: readonly SigningAlgorithm[];
    readonly requireSenderConstraint?: boolean;
    readonly refreshTokens?: 'rotated' | 'kept';
    readonly features?: FeaturesConfig;
    readonly outbound?: OutboundConfig;
    readonly oneTimeCodes?: boolean;
    readonly pages?: PagesOptions;
    readonly log?: LogConfig;
    readonly trustedProxies?: readonly string[];
    readonly tls?: TlsConfig;
    readonly certificateField?: CertificateField;
    readonly metricsPort?: number;
    readonly metricsHost?: string;
    readonly dangerouslyAllowImplicit?: boolean;
    readonly dangerouslyAllowPassword?: boolean;
};
export declare class ConfigError extends Error {
    readonly name = "ConfigError";
    readonly problems: readonly ConfigProblem[];
    constructor(problems: readonly ConfigProblem[], source?: string, options?: ErrorOptions);
}
export type ConfigProblem = {
    readonly path: string;
    readonly message: string;
};
export type DeclaredIssuer = {
    readonly issuer: string;
    readonly jwt?: 'none';
    readonly introspection?: {
        readonly clientId: string;
        readonly clientSecret: string;
        readonly cacheTtl?: number;
    };
    readonly reportUsage?: boolean;
    readonly dangerouslyAcceptPlainJwt?: boolean;
};
export type FetchEdgeOptions<Platform extends readonly unknown[]> = {
    readonly maxBodyLength?: number;
    readonly remoteAddress?: (request: Request, ...platform: Platform) => string;
    readonly peerCertificate?: (request: Request, ...platform: Platform) => PeerCertificate | undefined;
    readonly onError?: (error: unknown, request: HttpRequest) => void;
};
export type GuardDeclaration = {
    readonly openapi: string;
    readonly resource: string;
    readonly issuers: readonly (string | DeclaredIssuer)[];
    readonly listen?: string;
    readonly upstream?: string;
    readonly proxy?: ProxyKind;
    readonly trust?: readonly string[];
    readonly catalogue?: Catalogue | CatalogueDeclaration;
    readonly basePath?: string;
    readonly checkedByApi?: readonly string[];
    readonly preflight?: 'pass' | 'refuse';
    readonly keepAuthorization?: boolean;
    readonly dpop?: 'accept' | 'required';
    readonly certificateField?: string;
    readonly maxBodyLength?: number;
    readonly timeout?: number;
    readonly log?: LogConfig;
};
export type Handle = (request: HttpRequest) => Promise<HttpResponse>;
export type KeysConfig = {
    readonly algorithms?: readonly SigningAlgorithm[];
    readonly idTokenAlgorithm?: SigningAlgorithm;
    readonly rotateEvery?: number;
    readonly announceFor?: number;
    readonly overlapFor?: number;
    readonly sealingKey?: string;
};
export type Log = {
    readonly observe: Observe;
    readonly say: (level: Level, words: string, members?: Readonly<Record<string, unknown>>) => void;
};
export type LogConfig = {
    readonly level?: 'silent' | 'error' | 'warn' | 'info' | 'debug';
    readonly format?: 'auto' | 'json' | 'pretty';
};
export type LogOptions = {
    readonly level: Required<LogConfig>['level'];
    readonly format: 'json' | 'pretty';
    readonly isColourful?: boolean;
    readonly members?: Readonly<Record<string, unknown>>;
    readonly destination: DestinationStream;
    readonly millis?: () => number;
};
export type NodeEdgeOptions = {
    readonly maxBodyLength?: number;
    readonly trustedProxies?: readonly string[];
    readonly certificateField?: CertificateField;
    readonly onError?: (error: unknown, request: HttpRequest) => void;
};
export type OpenIdScope = keyof typeof openIdScopes;
export type PagesOptions = {
    readonly words?: WordChanges;
    readonly brand?: Brand;
};
export type PeerCertificate = Required<Pick<HttpRequest, 'peerCertificate' | 'isPeerCertificateTrusted'>>;
export type ProxyKind = (typeof proxyKinds)[number];
export type ResourceConfig = {
    readonly resource: string;
    readonly name?: string;
    readonly tokenFormat?: 'jwt' | 'opaque';
    readonly accessTokenTtl?: number;
    readonly algorithm?: SigningAlgorithm;
};
export type RunningServer = {
    readonly origin: string;
    readonly issuer: string;
    readonly port: number;
    readonly metadata: ServerMetadata;
    readonly store: Store;
    readonly tlsOrigin?: string;
    readonly metricsOrigin?: string;
    readonly close: () => Promise<void>;
};
export type ScopeNameIn<D> = D extends Catalogue<infer Name> ? Name : D extends CatalogueDeclaration ? NameOf<D> | OpenIdScope : never;
export type SecretText = string | {
    readonly env: string;
} | {
    readonly file: string;
};
export declare class StartError extends Error {
    readonly name = "StartError";
}
export type StartOptions = {
    readonly environment?: Readonly<Record<string, string | undefined>>;
    readonly directory?: string;
    readonly observe?: Observe;
    readonly log?: Log;
    readonly clock?: Clock;
    readonly timer?: Timer;
};
export type TestApi = {
    readonly openapi?: string;
    readonly code?: string | {
        readonly folder: string;
        readonly guards?: GuardRules;
        readonly withBuilt?: boolean;
    };
    readonly observedCalls?: {
        readonly files: readonly string[];
        readonly scope?: Readonly<Record<string, readonly string[]>>;
    };
    readonly baseUrl?: string;
    readonly resources?: Readonly<Record<string, string>>;
    readonly publicOperations?: readonly string[];
    readonly examples?: Readonly<Record<string, {
        readonly parameters?: Readonly<Record<string, unknown>>;
        readonly body?: unknown;
    }>>;
    readonly actions?: Readonly<Record<string, string>>;
    readonly inputs?: Readonly<Record<string, Readonly<Record<string, string>>>>;
    readonly writes?: Readonly<Record<string, boolean>>;
    readonly headers?: Readonly<Record<string, SecretText>>;
    readonly checkedByApi?: readonly string[];
    readonly catalogue?: Catalogue | CatalogueDeclaration;
    readonly policy?: string | {
        readonly file: string;
        readonly export: string;
    };
    readonly objects?: readonly {
        readonly kind: string;
        readonly id: string;
        readonly attributes: Readonly<Record<string, unknown>>;
    }[];
    readonly revocationWindow?: number;
    readonly mostPerScope?: number;
    readonly otherResource?: string;
    readonly plainOrigin?: string;
    readonly olderPaths?: readonly string[];
};
export type TestClientConfig = {
    readonly clientId: string;
    readonly name?: string;
    readonly method?: 'none' | 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'tls_client_auth' | 'self_signed_tls_client_auth';
    readonly secret?: SecretText;
    readonly key?: SecretText;
    readonly kid?: string;
    readonly certificate?: {
        readonly certificate: SecretText;
        readonly privateKey: SecretText;
    };
    readonly redirectUris?: readonly string[];
    readonly grantTypes?: readonly string[];
    readonly scope?: readonly string[];
    readonly mayIntrospect?: boolean;
    readonly binding?: 'dpop';
    readonly signsRequests?: boolean;
    readonly responseMode?: 'jwt';
    readonly claims?: Readonly<Record<string, unknown>>;
    readonly facts?: Readonly<Record<string, unknown>>;
};
export type TestDeclaration = {
    readonly title?: string;
    readonly api?: TestApi;
    readonly issuer?: string;
    readonly clients?: readonly TestClientConfig[];
    readonly users?: readonly TestUserConfig[];
    readonly registrationToken?: SecretText;
    readonly login?: TestLogin;
    readonly testIssuer?: TestIssuerConfig;
    readonly clientUnderTest?: ClientUnderTestConfig;
    readonly introspectionPort?: number;
    readonly ownership?: SecretText;
    readonly canary?: {
        readonly host?: string;
        readonly port?: number;
    };
    readonly ca?: readonly string[];
    readonly concurrency?: number;
    readonly rate?: number;
    readonly timeout?: number;
    readonly failOn?: Severity | 'warn' | 'never';
    readonly baseline?: string;
    readonly reports?: TestReports;
    readonly locale?: string;
    readonly timeZone?: string;
};
export type TestIssuerConfig = {
    readonly issuer: string;
    readonly keys: readonly TestIssuerKey[];
    readonly claims?: Readonly<Record<string, unknown>>;
    readonly subjects?: {
        readonly users?: readonly string[];
        readonly clients?: readonly string[];
    };
    readonly second?: {
        readonly issuer: string;
        readonly keys: readonly TestIssuerKey[];
    };
    readonly keySetPort?: number;
};
export type TestIssuerKey = {
    readonly kid: string;
    readonly alg: string;
    readonly key: SecretText;
    readonly role?: 'signing' | 'encryption' | 'retired' | 'other_alg';
};
export type TestLogin = {
    readonly by?: 'form' | 'browser';
    readonly flow?: 'authorization_code' | 'device_code' | 'password' | 'implicit';
    readonly steps?: readonly LoginStep[];
    readonly origins?: readonly string[];
    readonly browser?: string;
    readonly browserArguments?: readonly string[];
};
export type TestReports = Readonly<Partial<Record<'html' | 'junit' | 'sarif' | 'har' | 'json', string>>>;
export type TestUserConfig = {
    readonly username: string;
    readonly password: SecretText;
    readonly name?: string;
    readonly owns?: Readonly<Record<string, readonly string[]>>;
    readonly claims?: Readonly<Record<string, unknown>>;
    readonly facts?: Readonly<Record<string, unknown>>;
};
export type TlsConfig = {
    readonly cert: string;
    readonly key: string;
    readonly requestCert?: boolean;
    readonly ca?: string;
    readonly port?: number;
};
export type UserConfig<Name extends string = string> = {
    readonly username: string;
    readonly userId?: string;
    readonly password?: string;
    readonly passwordEnv?: string;
    readonly passwordHash?: string;
    readonly claims?: Readonly<Record<string, unknown>>;
    readonly scope?: readonly ScopeToken<Name>[];
    readonly roles?: readonly string[];
};
export type WithOpenIdScopes<D extends CatalogueDeclaration> = Omit<D, 'scopes'> & {
    readonly scopes: Omit<typeof openIdScopes, keyof D['scopes']> & D['scopes'];
};
export declare function createLog(options: LogOptions): Log;
export declare function createPages(options?: PagesOptions): Pages;
export declare function defineConfig<const D extends Catalogue | CatalogueDeclaration>(config: ConfigDeclaration<D>): ConfigDeclaration<D>;
export declare function defineGuard(declaration: GuardDeclaration): GuardDeclaration;
export declare function defineTest(declaration: TestDeclaration): TestDeclaration;
export declare function fetchHandler<Platform extends readonly unknown[] = []>(handle: (request: HttpRequest) => Promise<HttpResponse>, options?: FetchEdgeOptions<Platform>): (request: Request, ...platform: Platform) => Promise<Response>;
export declare function nodeHandler(handle: Handle, options?: NodeEdgeOptions): RequestListener;
export declare const nodeServerOptions: {
    readonly headersTimeout: 10000;
    readonly requestTimeout: 20000;
    readonly keepAliveTimeout: 65000;
    readonly connectionsCheckingInterval: 2000;
    readonly maxHeaderSize: 16384;
};
export declare const openIdScopes: {
    readonly openid: {
        readonly title: {
            readonly en: 'Know who you are';
            readonly de: 'Wissen, wer Sie sind';
        };
        readonly description: {
            readonly en: 'A number that stands for your account here, and when you logged in';
            readonly de: 'Eine Nummer, die für Ihr Konto hier steht, und wann Sie sich angemeldet haben';
        };
        readonly consent: 'mandatory';
        readonly grantTypes: readonly ["authorization_code", "refresh_token", "implicit", "password", "urn:ietf:params:oauth:grant-type:device_code", "urn:openid:params:grant-type:ciba"];
    };
    readonly profile: {
        readonly title: {
            readonly en: 'See your profile';
            readonly de: 'Ihr Profil sehen';
        };
        readonly description: {
            readonly en: 'Name, picture, language, time zone and what else your profile says';
            readonly de: 'Name, Bild, Sprache, Zeitzone und was Ihr Profil sonst sagt';
        };
        readonly grantTypes: readonly ["authorization_code", "refresh_token", "implicit", "password", "urn:ietf:params:oauth:grant-type:device_code", "urn:openid:params:grant-type:ciba"];
    };
    readonly email: {
        readonly title: {
            readonly en: 'See your email address';
            readonly de: 'Ihre E-Mail-Adresse sehen';
        };
        readonly description: {
            readonly en: 'The address, and whether it was verified';
            readonly de: 'Die Adresse, und ob sie bestätigt ist';
        };
        readonly grantTypes: readonly ["authorization_code", "refresh_token", "implicit", "password", "urn:ietf:params:oauth:grant-type:device_code", "urn:openid:params:grant-type:ciba"];
    };
    readonly address: {
        readonly title: {
            readonly en: 'See your postal address';
            readonly de: 'Ihre Postanschrift sehen';
        };
        readonly risk: 'sensitive';
        readonly grantTypes: readonly ["authorization_code", "refresh_token", "implicit", "password", "urn:ietf:params:oauth:grant-type:device_code", "urn:openid:params:grant-type:ciba"];
    };
    readonly phone: {
        readonly title: {
            readonly en: 'See your phone number';
            readonly de: 'Ihre Telefonnummer sehen';
        };
        readonly description: {
            readonly en: 'The number, and whether it was verified';
            readonly de: 'Die Nummer, und ob sie bestätigt ist';
        };
        readonly risk: 'sensitive';
        readonly grantTypes: readonly ["authorization_code", "refresh_token", "implicit", "password", "urn:ietf:params:oauth:grant-type:device_code", "urn:openid:params:grant-type:ciba"];
    };
    readonly offline_access: {
        readonly title: {
            readonly en: 'Stay connected while you are away';
            readonly de: 'Verbunden bleiben, wenn Sie nicht da sind';
        };
        readonly description: {
            readonly en: 'The app may go on using what you allow here after you log out, until you take it back';
            readonly de: 'Die App darf das hier Erlaubte auch nach Ihrer Abmeldung nutzen, bis Sie es zurücknehmen';
        };
        readonly risk: 'sensitive';
        readonly grantTypes: ("authorization_code" | "password" | "refresh_token" | "urn:ietf:params:oauth:grant-type:device_code" | "urn:openid:params:grant-type:ciba")[];
    };
};
export declare function startServer<const D extends Catalogue | CatalogueDeclaration>(declaration: ConfigDeclaration<D>, options?: StartOptions): Promise<RunningServer>;
export declare function withOpenIdScopes<const D extends CatalogueDeclaration>(declaration: D): WithOpenIdScopes<D>;
// Not exported, needed above.
type Brand = {
    readonly name: string;
    readonly helpUri?: string;
    readonly privacyUri?: string;
    readonly termsUri?: string;
};
type ClientUnderTestConfig = {
    readonly title?: string;
    readonly startUrl: string;
    readonly callback: string;
    readonly clientId: string;
    readonly serverPort: number;
    readonly calls?: readonly string[];
};
type ConfigSecurity = Pick<ServerOptions, 'profile' | 'clientAuthenticationMethods' | 'assertionAudience' | 'acceptedAlgorithms' | 'requireSenderConstraint' | 'refreshTokens'>;
type DatabaseConfig = Omit<DatabaseDeclaration, 'urlEnv' | 'replicaUrlEnv'> & Required<Pick<DatabaseDeclaration, 'url' | 'migrate'>>;
type DatabaseDeclaration = {
    readonly url?: string;
    readonly urlEnv?: string;
    readonly replicaUrl?: string;
    readonly replicaUrlEnv?: string;
    readonly poolSize?: number;
    readonly connectTimeout?: number;
    readonly statementTimeout?: number;
    readonly lockTimeout?: number;
    readonly migrate?: 'start' | 'never';
};
type Declared<T> = T extends Seconds ? number : T extends (...words: never[]) => unknown ? T : T extends object ? {
    readonly [K in keyof T]: Declared<T[K]>;
} : T;
type DeclaredClient = Omit<ClientRecord, 'createdAt'>;
type DeclaredUser = Pick<UserRecord, 'username' | 'claims' | 'scope' | 'roles'> & {
    readonly userId?: string;
    readonly credential: {
        readonly kind: 'password';
        readonly password: string;
    } | {
        readonly kind: 'hash';
        readonly passwordHash: string;
    };
};
type FeatureRow<T = unknown> = {
    readonly options: Field<T>;
    readonly declare: (value: unknown, place: Place) => MakeFeature | undefined;
};
type FeatureSettings<T extends FeatureTable> = {
    readonly [N in keyof T]?: boolean | Declared<ValueOf<T[N]['options']>>;
};
type FeatureTable = Readonly<Record<string, FeatureRow>>;
type FeatureWorld = {
    readonly sealing?: ClientSecretJwtOptions['sealing'];
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly directory: string;
    readonly report: Report;
};
type FeaturesConfig = FeatureSettings<typeof featureTable>;
type Field<T> = {
    readonly wanted: string;
    readonly parse: (value: unknown, place: Place) => T | undefined;
};
type Level = 'debug' | 'info' | 'warn' | 'error';
type MakeFeature = (world: FeatureWorld) => Feature | undefined;
type OutboundConfig = {
    readonly dangerouslyAllow?: readonly string[];
};
type Place = {
    readonly path: string;
    readonly report: Report;
};
type Report = (path: string, message: string) => void;
type Timer = (milliseconds: number, work: () => void) => () => void;
type ValueOf<F> = F extends Field<infer T> ? T : never;
type WordChanges = Readonly<Record<string, Partial<Words>>>;
type Words = {
    readonly login_title: string;
    readonly login_for: string;
    readonly login_repeated: string;
    readonly login_username: string;
    readonly login_password: string;
    readonly login_show_password: string;
    readonly login_hide_password: string;
    readonly login_submit: string;
    readonly login_wrong_credentials: string;
    readonly login_throttled: string;
    readonly login_expired_form: string;
    readonly problem_prefix: string;
    readonly login_code_title: string;
    readonly login_code_as: string;
    readonly login_code_text: string;
    readonly login_code_label: string;
    readonly login_code_submit: string;
    readonly login_code_expired_form: string;
    readonly login_code_leave: string;
    readonly login_code_wrong: string;
    readonly select_account_title: string;
    readonly select_account_for: string;
    readonly select_account_continue: string;
    readonly select_account_other: string;
    readonly consent_title: string;
    readonly consent_as: string;
    readonly consent_website: string;
    readonly consent_choose: string;
    readonly consent_account_group: string;
    readonly consent_nothing_new: string;
    readonly consent_details: string;
    readonly consent_details_text: string;
    readonly consent_required: string;
    readonly consent_required_reason: string;
    readonly consent_reaches: string;
    readonly consent_reaches_more: string;
    readonly consent_already: string;
    readonly consent_duration_title: string;
    readonly consent_duration_session: string;
    readonly consent_duration_offline: string;
    readonly consent_change: string;
    readonly consent_next: string;
    readonly consent_address: string;
    readonly consent_on_device: string;
    readonly consent_allow: string;
    readonly consent_deny: string;
    readonly risk_sensitive: string;
    readonly risk_sensitive_reason: string;
    readonly risk_dangerous: string;
    readonly risk_dangerous_reason: string;
    readonly logout_title: string;
    readonly logout_as: string;
    readonly logout_for: string;
    readonly logout_submit: string;
    readonly logout_stay: string;
    readonly logged_out_title: string;
    readonly logged_out_text: string;
    readonly home_title: string;
    readonly home_since: string;
    readonly home_profile: string;
    readonly home_grants: string;
    readonly home_grants_text: string;
    readonly home_no_grants: string;
    readonly home_updated: string;
    readonly home_remove: string;
    readonly home_remove_scope: string;
    readonly home_remove_all: string;
    readonly home_details: string;
    readonly home_remove_client: string;
    readonly home_logout: string;
    readonly home_notices: string;
    readonly home_connect_device: string;
    readonly home_waiting_requests: string;
    readonly claim_name: string;
    readonly claim_email: string;
    readonly claim_phone_number: string;
    readonly claim_address: string;
    readonly claim_website: string;
    readonly claim_locale: string;
    readonly claim_zoneinfo: string;
    readonly device_code_title: string;
    readonly device_code_label: string;
    readonly device_code_hint: string;
    readonly device_code_submit: string;
    readonly device_code_wrong: string;
    readonly device_code_expired_form: string;
    readonly device_code_compare: string;
    readonly device_code_compare_reason: string;
    readonly device_code_same: string;
    readonly device_code_other: string;
    readonly device_confirm_title: string;
    readonly device_confirm_text: string;
    readonly device_confirm_place: string;
    readonly device_confirm_here: string;
    readonly device_confirm_elsewhere: string;
    readonly device_confirm_question: string;
    readonly device_confirm_warning: string;
    readonly device_confirm_yes: string;
    readonly device_confirm_no: string;
    readonly aside_device: string;
    readonly aside_backchannel: string;
    readonly aside_message: string;
    readonly aside_compare: string;
    readonly aside_asked: string;
    readonly aside_network: string;
    readonly answer_sent_approved: string;
    readonly answer_sent_approved_device: string;
    readonly answer_sent_approved_backchannel: string;
    readonly answer_sent_denied: string;
    readonly answer_sent_denied_device: string;
    readonly answer_sent_denied_backchannel: string;
    readonly answer_sent_ended: string;
    readonly answer_sent_ended_device: string;
    readonly answer_sent_ended_backchannel: string;
    readonly answer_sent_home: string;
    readonly waiting_title: string;
    readonly waiting_text: string;
    readonly waiting_none: string;
    readonly waiting_until: string;
    readonly waiting_look: string;
    readonly waiting_look_client: string;
    readonly error_title: string;
    readonly error_server_title: string;
    readonly error_text: string;
    readonly error_server_text: string;
    readonly error_unavailable_title: string;
    readonly error_unavailable_text: string;
    readonly error_code: string;
    readonly error_description: string;
    readonly error_request: string;
    readonly error_stranger: string;
    readonly error_onward: string;
    readonly form_post_title: string;
    readonly form_post_text: string;
    readonly form_post_submit: string;
    readonly footer_help: string;
    readonly footer_privacy: string;
    readonly footer_terms: string;
};
declare const featureTable: {
    readonly dpop: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{
        readonly nonce: import("./fields.ts").Field<"always" | "never">;
        readonly proofMaxAge: import("./fields.ts").Field<number>;
        readonly clockSkew: import("./fields.ts").Field<number>;
        readonly algorithms: import("./fields.ts").Field<readonly ("ES256" | "EdDSA" | "PS256" | "RS256")[]>;
        readonly required: import("./fields.ts").Field<boolean>;
    }, never>>;
    readonly mutualTls: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{
        readonly methods: import("./fields.ts").Field<readonly ("self_signed_tls_client_auth" | "tls_client_auth")[]>;
        readonly required: import("./fields.ts").Field<boolean>;
        readonly alias: import("./fields.ts").Field<string>;
    }, never>>;
    readonly pushedRequests: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{
        readonly required: import("./fields.ts").Field<boolean>;
        readonly ttl: import("./fields.ts").Field<import("@ambit/protocol").Seconds>;
    }, never>>;
    readonly requestObjects: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{
        readonly required: import("./fields.ts").Field<boolean>;
        readonly algorithms: import("./fields.ts").Field<readonly ("ES256" | "EdDSA" | "PS256" | "RS256")[]>;
        readonly lifetime: import("./fields.ts").Field<import("@ambit/protocol").Seconds>;
        readonly requireNotBefore: import("./fields.ts").Field<boolean>;
        readonly singleUse: import("./fields.ts").Field<boolean>;
        readonly references: import("./fields.ts").Field<boolean>;
        readonly encrypted: import("./fields.ts").Field<boolean>;
    }, never>>;
    readonly introspectionJwt: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{
        readonly algorithm: import("./fields.ts").Field<"ES256" | "EdDSA" | "PS256" | "RS256">;
        readonly required: import("./fields.ts").Field<boolean>;
    }, never>>;
    readonly jwtResponses: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{
        readonly required: import("./fields.ts").Field<boolean>;
        readonly lifetime: import("./fields.ts").Field<import("@ambit/protocol").Seconds>;
    }, never>>;
    readonly authorizationDetails: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{
        readonly types: import("./fields.ts").Field<Readonly<Record<string, import("@ambit/server").DetailType>>>;
    }, "types">>;
    readonly grantManagement: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{
        readonly required: import("./fields.ts").Field<boolean>;
    }, never>>;
    readonly encryption: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{}, never>>;
    readonly clientSecretJwt: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{}, never>>;
    readonly deviceFlow: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{
        readonly ttl: import("./fields.ts").Field<number>;
        readonly interval: import("./fields.ts").Field<number>;
        readonly userCode: import("./fields.ts").Field<import("./fields.ts").Read<{
            readonly length: import("./fields.ts").Field<number>;
        }, never>>;
    }, never>>;
    readonly backchannelAuthentication: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{
        readonly ttl: import("./fields.ts").Field<number>;
        readonly interval: import("./fields.ts").Field<number>;
        readonly modes: import("./fields.ts").Field<readonly ("ping" | "poll")[]>;
        readonly requireBindingMessage: import("./fields.ts").Field<boolean>;
        readonly signedRequests: import("./fields.ts").Field<readonly ("ES256" | "EdDSA" | "PS256" | "RS256")[]>;
        readonly findUser: import("./fields.ts").Field<import("@ambit/server").FindUser>;
        readonly notify: import("./fields.ts").Field<import("@ambit/server").NotifyUser>;
    }, never>>;
    readonly tokenExchange: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{
        readonly policies: import("./fields.ts").Field<readonly import("./fields.ts").Read<{
            readonly client: import("./fields.ts").Field<string>;
            readonly audience: import("./fields.ts").Field<string | readonly string[]>;
            readonly mode: import("./fields.ts").Field<"delegation" | "impersonation">;
            readonly scope: import("./fields.ts").Field<readonly string[]>;
            readonly subjectAudience: import("./fields.ts").Field<readonly string[]>;
            readonly actors: import("./fields.ts").Field<readonly string[]>;
            readonly mayAct: import("./fields.ts").Field<string>;
            readonly requiresMayAct: import("./fields.ts").Field<boolean>;
            readonly dangerouslyAcceptUnprovenSubject: import("./fields.ts").Field<boolean>;
        }, "audience" | "client" | "mode">[]>;
        readonly audiences: import("./fields.ts").Field<Readonly<Record<string, string>>>;
        readonly mostActors: import("./fields.ts").Field<number>;
    }, "policies">>;
    readonly jwtBearer: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{
        readonly issuers: import("./fields.ts").Field<readonly import("./fields.ts").Read<{
            readonly issuer: import("./fields.ts").Field<string>;
            readonly jwks: import("./fields.ts").Field<{
                readonly keys: readonly import("@ambit/server").ClientKey[];
            }>;
            readonly jwksUri: import("./fields.ts").Field<string>;
            readonly algorithms: import("./fields.ts").Field<readonly ("ES256" | "EdDSA" | "PS256" | "RS256")[]>;
            readonly clients: import("./fields.ts").Field<readonly string[]>;
            readonly subject: import("./fields.ts").Field<import("@ambit/server").FindSubject | import("@ambit/server").SubjectMapping>;
            readonly consent: import("./fields.ts").Field<"assertion" | "remembered">;
            readonly scope: import("./fields.ts").Field<readonly string[]>;
            readonly lifetime: import("./fields.ts").Field<import("@ambit/protocol").Seconds>;
            readonly acr: import("./fields.ts").Field<Readonly<Record<string, string>>>;
            readonly acceptsTokenEndpoint: import("./fields.ts").Field<boolean>;
        }, "clients" | "consent" | "issuer" | "subject">[]>;
    }, "issuers">>;
    readonly identityAssertion: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{
        readonly issue: import("./fields.ts").Field<readonly import("./fields.ts").Read<{
            readonly client: import("./fields.ts").Field<string>;
            readonly audience: import("./fields.ts").Field<string>;
            readonly clientId: import("./fields.ts").Field<string>;
            readonly relyingParty: import("./fields.ts").Field<string>;
            readonly scope: import("./fields.ts").Field<readonly string[]>;
            readonly defaultScope: import("./fields.ts").Field<readonly string[]>;
            readonly resources: import("./fields.ts").Field<readonly string[]>;
            readonly claims: import("./fields.ts").Field<readonly string[]>;
            readonly acr: import("./fields.ts").Field<string>;
            readonly ttl: import("./fields.ts").Field<import("@ambit/protocol").Seconds>;
        }, "audience" | "client" | "clientId">[]>;
        readonly accept: import("./fields.ts").Field<readonly import("./fields.ts").Read<{
            readonly issuer: import("./fields.ts").Field<string>;
            readonly jwks: import("./fields.ts").Field<{
                readonly keys: readonly import("@ambit/server").ClientKey[];
            }>;
            readonly jwksUri: import("./fields.ts").Field<string>;
            readonly algorithms: import("./fields.ts").Field<readonly ("ES256" | "EdDSA" | "PS256" | "RS256")[]>;
            readonly clients: import("./fields.ts").Field<readonly string[]>;
            readonly subject: import("./fields.ts").Field<import("@ambit/server").FindSubject | import("@ambit/server").SubjectMapping>;
            readonly consent: import("./fields.ts").Field<"assertion" | "remembered">;
            readonly scope: import("./fields.ts").Field<readonly string[]>;
            readonly lifetime: import("./fields.ts").Field<import("@ambit/protocol").Seconds>;
            readonly acr: import("./fields.ts").Field<Readonly<Record<string, string>>>;
        }, "clients" | "consent" | "issuer" | "subject">[]>;
    }, never>>;
    readonly registration: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{
        readonly access: import("./fields.ts").Field<"initial_token" | "open">;
        readonly policy: import("./fields.ts").Field<import("./fields.ts").Read<{
            readonly scope: import("./fields.ts").Field<readonly string[]>;
            readonly isWholeScope: import("./fields.ts").Field<boolean>;
            readonly defaultScope: import("./fields.ts").Field<readonly string[]>;
            readonly mandatoryScope: import("./fields.ts").Field<readonly string[]>;
            readonly grantTypes: import("./fields.ts").Field<readonly string[]>;
            readonly responseTypes: import("./fields.ts").Field<readonly string[]>;
            readonly authenticationMethods: import("./fields.ts").Field<readonly ("attest_jwt_client_auth" | "client_secret_basic" | "client_secret_jwt" | "client_secret_post" | "none" | "private_key_jwt" | "self_signed_tls_client_auth" | "tls_client_auth")[]>;
            readonly redirectHosts: import("./fields.ts").Field<readonly string[]>;
            readonly accessTokenTtl: import("./fields.ts").Field<import("@ambit/protocol").Seconds>;
        }, "scope">>;
        readonly limits: import("./fields.ts").Field<import("./fields.ts").Read<{
            readonly perNetwork: import("./fields.ts").Field<number>;
            readonly clients: import("./fields.ts").Field<number>;
            readonly unusedTtl: import("./fields.ts").Field<import("@ambit/protocol").Seconds>;
        }, never>>;
        readonly management: import("./fields.ts").Field<boolean>;
        readonly softwareStatements: import("./fields.ts").Field<import("./fields.ts").Read<{
            readonly issuers: import("./fields.ts").Field<readonly import("./fields.ts").Read<{
                readonly issuer: import("./fields.ts").Field<string>;
                readonly jwks: import("./fields.ts").Field<{
                    readonly keys: readonly import("@ambit/server").ClientKey[];
                }>;
            }, "issuer" | "jwks">[]>;
            readonly isRequired: import("./fields.ts").Field<boolean>;
        }, "issuers">>;
    }, "access" | "policy">>;
    readonly clientDocuments: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{
        readonly policy: import("./fields.ts").Field<import("./fields.ts").Read<{
            readonly scope: import("./fields.ts").Field<readonly string[]>;
            readonly isWholeScope: import("./fields.ts").Field<boolean>;
            readonly defaultScope: import("./fields.ts").Field<readonly string[]>;
            readonly mandatoryScope: import("./fields.ts").Field<readonly string[]>;
            readonly grantTypes: import("./fields.ts").Field<readonly string[]>;
            readonly responseTypes: import("./fields.ts").Field<readonly string[]>;
            readonly authenticationMethods: import("./fields.ts").Field<readonly ("attest_jwt_client_auth" | "client_secret_basic" | "client_secret_jwt" | "client_secret_post" | "none" | "private_key_jwt" | "self_signed_tls_client_auth" | "tls_client_auth")[]>;
            readonly redirectHosts: import("./fields.ts").Field<readonly string[]>;
            readonly accessTokenTtl: import("./fields.ts").Field<import("@ambit/protocol").Seconds>;
        }, never>>;
        readonly hosts: import("./fields.ts").Field<readonly string[]>;
        readonly limits: import("./fields.ts").Field<import("./fields.ts").Read<{
            readonly perHost: import("./fields.ts").Field<number>;
            readonly overall: import("./fields.ts").Field<number>;
        }, never>>;
    }, never>>;
    readonly globalRevocation: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{
        readonly clients: import("./fields.ts").Field<readonly string[]>;
    }, "clients">>;
    readonly protectedResources: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{}, never>>;
    readonly backchannelLogout: import("./feature-row.ts").FeatureRow<import("./fields.ts").Read<{
        readonly retryAfter: import("./fields.ts").Field<readonly number[]>;
    }, never>>;
};
declare const proxyKinds: readonly ['nginx', 'traefik', 'caddy', 'envoy'];
