// @ambit/server
export type AccessTokenRecord = {
    readonly kind: 'access_token';
    readonly ref: SecretRef;
    readonly clientId: ClientId;
    readonly userId?: UserId;
    readonly familyId?: FamilyId;
    readonly scope: string;
    readonly audience: readonly string[];
    readonly issuedAt: EpochSeconds;
    readonly expiresAt: EpochSeconds;
    readonly authTime?: EpochSeconds;
    readonly acr?: string;
    readonly amr?: readonly string[];
    readonly claims?: string;
    readonly revokedAt?: EpochSeconds;
    readonly status?: TokenStatus;
    readonly trace: DecisionTrace;
};
export type AmbitServer = {
    readonly handle: Handle;
    readonly metadata: ServerMetadata;
    readonly context: ServerContext;
};
export type ClientAuthenticationMethod = 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';
export type ClientId = Brand<string, 'ClientId'>;
export type ClientKey = JsonWebKey & {
    readonly kid?: string;
};
export type ClientRecord = {
    readonly clientId: ClientId;
    readonly name: string;
    readonly uri?: string;
    readonly applicationType: 'web' | 'native';
    readonly authenticationMethod: ClientAuthenticationMethod;
    readonly secretHashes: readonly SecretHash[];
    readonly jwks?: {
        readonly keys: readonly ClientKey[];
    };
    readonly redirectUris: readonly string[];
    readonly postLogoutRedirectUris: readonly string[];
    readonly grantTypes: readonly string[];
    readonly responseTypes: readonly string[];
    readonly scope: string;
    readonly defaultScope?: string;
    readonly mandatoryScope?: string;
    readonly introspects: readonly string[];
    readonly subjectType: 'public' | 'pairwise';
    readonly sectorIdentifier?: string;
    readonly idTokenAlgorithm?: SigningAlgorithm;
    readonly accessTokenTtl?: Seconds;
    readonly requiredAcr?: string;
    readonly dangerouslyAcceptNonceInsteadOfPkce?: boolean;
    readonly dangerouslyAllowImplicit?: boolean;
    readonly dangerouslyAllowPassword?: boolean;
    readonly isDeclared?: boolean;
    readonly createdAt: EpochSeconds;
};
export type ClientView = {
    readonly clientId: string;
    readonly name: string;
    readonly uri?: string;
    readonly redirectHost: string;
};
export type Clock = {
    readonly now: () => EpochSeconds;
    readonly millis: () => number;
};
export type CodeRecord = SpendableRecord & {
    readonly kind: 'code';
    readonly redirectUri: string;
    readonly isRedirectUriSent: boolean;
    readonly codeChallenge?: string;
};
export type ConsentPage = FormFrame & {
    readonly page: 'consent';
    readonly client: ClientView;
    readonly username: string;
    readonly groups: readonly {
        readonly resource?: string;
        readonly resourceName?: string;
        readonly scopes: readonly ScopeView[];
    }[];
    readonly alreadyGranted: readonly ScopeView[];
    readonly offlineTtl?: number;
    readonly accessTokenTtl: number;
};
export type Crypto = {
    readonly random: (length: number) => string;
    readonly hash: (text: string) => SecretHash;
    readonly hmac: (key: string, text: string) => string;
    readonly isEqual: (a: string, b: string) => boolean;
};
export type DecisionTrace = {
    readonly requestId: RequestId;
    readonly requested: string;
    readonly steps: readonly ScopeStep[];
};
export type Endpoint = {
    readonly path: string;
    readonly methods: readonly string[];
    readonly isMounted?: (context: ServerContext) => boolean;
    readonly handle: (context: ServerContext, exchange: Exchange) => Promise<HttpResponse>;
    readonly metadata?: (context: ServerContext) => MetadataPart;
    readonly isCrossOrigin?: boolean;
    readonly isPage?: boolean;
    readonly isRootPath?: boolean;
};
export type ErrorPage = {
    readonly page: 'error';
    readonly status: number;
    readonly error: string;
    readonly description: string;
};
export type Exchange = {
    readonly request: HttpRequest;
    readonly requestId: RequestId;
};
export type ExchangeResult = {
    readonly kind: 'spent';
} | {
    readonly kind: 'repeated';
    readonly spent: Spent;
} | {
    readonly kind: 'replayed';
    readonly familyId: FamilyId;
} | {
    readonly kind: 'missing';
};
export type Explanation = TokenExplanation | RefusalExplanation | RequestExplanation;
export type FailureCount = {
    readonly count: number;
    readonly windowEndsAt: EpochSeconds;
};
export type FamilyId = Brand<string, 'FamilyId'>;
export type FamilyRecord = {
    readonly familyId: FamilyId;
    readonly clientId: ClientId;
    readonly userId: UserId;
    readonly sessionId?: SessionId;
    readonly createdAt: EpochSeconds;
    readonly expiresAt: EpochSeconds;
    readonly revokedAt?: EpochSeconds;
};
export type FamilySelection = {
    readonly familyId: FamilyId;
} | {
    readonly sessionId: SessionId;
} | {
    readonly userId: UserId;
    readonly clientId?: ClientId;
};
export type FormFrame = {
    readonly csrf: string;
    readonly interaction?: string;
};
export type FormPostPage = {
    readonly page: 'form_post';
    readonly action: string;
    readonly parameters: Readonly<Record<string, string>>;
};
export type FoundAccessToken = {
    readonly record: AccessTokenRecord;
    readonly family?: FamilyRecord;
    readonly grant?: GrantRecord;
};
export type FoundSpendable = {
    readonly record: Spendable;
    readonly spent?: Spent;
    readonly family?: FamilyRecord;
};
export type Grant = {
    readonly grantType: string;
    readonly isMounted?: (context: ServerContext) => boolean;
    readonly decide: (context: ServerContext, request: TokenRequest) => Promise<Issuance | Refusal<ErrorCodeAt<'token'>>>;
};
export type GrantRecord = {
    readonly userId: UserId;
    readonly clientId: ClientId;
    readonly scopes: readonly GrantedScope[];
    readonly createdAt: EpochSeconds;
    readonly updatedAt: EpochSeconds;
    readonly expiresAt?: EpochSeconds;
};
export type GrantableScope = (user: UserRecord) => Promise<readonly string[]>;
export type GrantedScope = {
    readonly token: string;
    readonly version: number;
    readonly grantedAt: EpochSeconds;
};
export type HomePage = FormFrame & {
    readonly page: 'home';
    readonly username: string;
    readonly claims: Readonly<Record<string, unknown>>;
    readonly authTime: number;
    readonly grants: readonly {
        readonly client: {
            readonly clientId: string;
            readonly name: string;
        };
        readonly scopes: readonly ScopeView[];
        readonly updatedAt: number;
    }[];
};
export type InteractionRecord = {
    readonly ref: SecretRef;
    readonly browserHash: SecretHash;
    readonly requestId: RequestId;
    readonly parameters: string;
    readonly createdAt: EpochSeconds;
    readonly expiresAt: EpochSeconds;
    readonly loggedInAt?: EpochSeconds;
    readonly selectedAt?: EpochSeconds;
    readonly consented?: string;
    readonly consentedBy?: UserId;
};
export type Issuance = {
    readonly kind: 'issuance';
    readonly grantType: string;
    readonly client: AuthenticatedClient | ImplicitClient;
    readonly user?: IssuanceUser;
    readonly decision: ScopeDecision;
    readonly grantScope: ScopeSet;
    readonly grantTrace?: Pick<ScopeDecision, 'requested' | 'steps'>;
    readonly grantResources: readonly string[];
    readonly audience: ResourceDeclaration;
    readonly spends?: IssuanceSpending;
    readonly family?: IssuanceFamily;
    readonly hasRefreshToken: boolean;
    readonly isConsent?: boolean;
    readonly nonce?: string;
    readonly claims?: string;
};
export type IssuanceFamily = {
    readonly kind: 'new' | 'existing';
    readonly familyId: FamilyId;
    readonly expiresAt: EpochSeconds;
    readonly generation: number;
};
export type IssuanceSpending = {
    readonly kind: 'code' | 'refresh_token';
    readonly ref: SecretRef;
    readonly presented: string;
};
export type IssuanceUser = {
    readonly userId: UserId;
    readonly authTime: EpochSeconds;
    readonly acr: string;
    readonly amr: readonly string[];
    readonly sessionId?: SessionId;
};
export type Issued = {
    readonly family?: FamilyRecord;
    readonly refreshToken?: RefreshTokenRecord;
    readonly accessToken?: AccessTokenRecord;
};
export type KeyRecord = {
    readonly kid: string;
    readonly algorithm: SigningAlgorithm;
    readonly publicJwk: JsonWebKey;
    readonly privateKey: {
        readonly sealed: boolean;
        readonly text: string;
    };
    readonly createdAt: EpochSeconds;
    readonly activeAt: EpochSeconds;
    readonly retiredAt?: EpochSeconds;
    readonly removedAt?: EpochSeconds;
};
export type KeyRing = Signer & {
    readonly tick: () => Promise<void>;
    readonly rotateNow: (algorithm: SigningAlgorithm, because?: 'compromise') => Promise<string>;
    readonly refresh: () => Promise<void>;
};
export type KeyRingOptions = {
    readonly store: Pick<Store, 'listKeys' | 'addKey' | 'deleteKey'>;
    readonly clock: Clock;
    readonly tools: KeyTools;
    readonly algorithms: readonly SigningAlgorithm[];
    readonly schedule: KeySchedule;
    readonly sealingKey?: string;
    readonly observe?: Observe;
};
export type KeySchedule = {
    readonly rotateEvery: Seconds;
    readonly announceFor: Seconds;
    readonly overlapFor: Seconds;
};
export type LoggedOutPage = {
    readonly page: 'logged_out';
};
export type LoginCodePage = FormFrame & {
    readonly page: 'login_code';
    readonly client?: ClientView;
    readonly username: string;
    readonly problem?: 'wrong_code' | 'throttled' | 'expired_form';
    readonly retryAfter?: number;
};
export type LoginPage = FormFrame & {
    readonly page: 'login';
    readonly client?: ClientView;
    readonly username?: string;
    readonly problem?: 'wrong_credentials' | 'throttled' | 'expired_form';
    readonly retryAfter?: number;
    readonly isRepeated: boolean;
};
export type LogoutPage = FormFrame & {
    readonly page: 'logout';
    readonly username?: string;
    readonly client?: {
        readonly name: string;
    };
    readonly parameters: Readonly<Record<string, string>>;
};
export type MadeSecret = {
    readonly text: string;
    readonly ref: SecretRef;
};
export type Observe = (event: ServerEvent) => void;
export type OneTimeCodeRecord = {
    readonly sealedSecret: string;
    readonly enrolledAt: EpochSeconds;
    readonly isAlways?: boolean;
};
export type OneTimeCodes = {
    readonly enrol: (userId: UserId) => {
        readonly sealedSecret: string;
        readonly secret: string;
    };
    readonly findStep: (enrolled: {
        readonly userId: UserId;
        readonly sealedSecret: string;
    }, code: string, at: EpochSeconds) => number | undefined;
};
export type OptionsProblem = {
    readonly path: string;
    readonly message: string;
};
export type Page = LoginPage | LoginCodePage | SelectAccountPage | ConsentPage | LogoutPage | LoggedOutPage | HomePage | ErrorPage | FormPostPage;
export type PageFrame = {
    readonly requestId: RequestId;
    readonly acceptLanguage: string | undefined;
    readonly uiLocales?: string;
    readonly basePath: string;
};
export type Pages = {
    readonly render: (page: Page, frame: PageFrame) => {
        readonly html: string;
        readonly language: string;
    };
    readonly asset: (name: string) => {
        readonly contentType: string;
        readonly body: string;
    } | undefined;
    readonly languages: readonly string[];
};
export type Passwords = {
    readonly hash: (password: string) => Promise<string>;
    readonly verify: (password: string, hash: string) => Promise<boolean>;
};
export type RefreshTokenRecord = SpendableRecord & {
    readonly kind: 'refresh_token';
    readonly generation: number;
};
export type RefusalRecord = {
    readonly requestId: RequestId;
    readonly at: EpochSeconds;
    readonly place: string;
    readonly error: string;
    readonly description: string;
    readonly reason: string;
    readonly clientId?: string;
    readonly userId?: UserId;
    readonly requested?: string;
    readonly steps: readonly ScopeStep[];
    readonly expiresAt: EpochSeconds;
};
export type RequestId = Brand<string, 'RequestId'>;
export type ResourceDeclaration = {
    readonly resource: string;
    readonly name: string;
    readonly tokenFormat: 'jwt' | 'opaque';
    readonly accessTokenTtl?: Seconds;
    readonly algorithm?: SigningAlgorithm;
};
export type Roles = Readonly<Record<string, readonly string[]>>;
export type ScopeHook = (question: {
    readonly scope: readonly string[];
    readonly client: ClientRecord;
    readonly user?: UserRecord;
    readonly grantType: string;
}) => Promise<readonly string[]>;
export type ScopeUsageRecord = {
    readonly clientId: ClientId;
    readonly scope: string;
    readonly count: number;
    readonly firstUsedAt: EpochSeconds;
    readonly lastUsedAt: EpochSeconds;
};
export type ScopeUse = Omit<ScopeUsageRecord, 'firstUsedAt'>;
export type ScopeView = {
    readonly token: string;
    readonly title: Readonly<Record<string, string>>;
    readonly description?: Readonly<Record<string, string>>;
    readonly risk: 'ordinary' | 'sensitive' | 'dangerous';
    readonly isMandatory: boolean;
    readonly reaches: readonly {
        readonly token: string;
        readonly title: Readonly<Record<string, string>>;
    }[];
    readonly isTicked: boolean;
};
export type SecretHash = Brand<string, 'SecretHash'>;
export type SecretKind = keyof typeof secretPrefixes;
export type SecretRef = {
    readonly locator: number;
    readonly hash: SecretHash;
};
export type SelectAccountPage = FormFrame & {
    readonly page: 'select_account';
    readonly client: ClientView;
    readonly username: string;
};
export type ServerContext = ServerOptions & {
    readonly basePath: string;
    readonly isHttps: boolean;
    readonly url: (path: string) => string;
};
export type ServerEvent = {
    readonly kind: 'token.issued';
    readonly requestId: RequestId;
    readonly clientId: ClientId;
    readonly userId?: UserId;
    readonly grantType: string;
    readonly scope: string;
    readonly refused: number;
} | {
    readonly kind: 'request.refused';
    readonly requestId: RequestId;
    readonly place: string;
    readonly error: string;
    readonly reason: string;
    readonly clientId?: string;
} | {
    readonly kind: 'replay.detected';
    readonly requestId: RequestId;
    readonly of: 'code' | 'refresh_token' | 'client_assertion';
    readonly clientId: ClientId;
    readonly familyId?: FamilyId;
} | {
    readonly kind: 'refresh.repeated';
    readonly requestId: RequestId;
    readonly clientId: ClientId;
    readonly familyId: FamilyId;
} | {
    readonly kind: 'token.revoked';
    readonly requestId: RequestId;
    readonly clientId: ClientId;
    readonly of: 'access_token' | 'refresh_token';
} | {
    readonly kind: 'login.succeeded';
    readonly requestId: RequestId;
    readonly userId: UserId;
} | {
    readonly kind: 'login.raised';
    readonly requestId: RequestId;
    readonly userId: UserId;
    readonly acr: string;
} | {
    readonly kind: 'login.failed';
    readonly requestId: RequestId;
    readonly isThrottled: boolean;
} | {
    readonly kind: 'consent.given';
    readonly requestId: RequestId;
    readonly userId: UserId;
    readonly clientId: ClientId;
    readonly granted: string;
    readonly refused: string;
} | {
    readonly kind: 'consent.denied';
    readonly requestId: RequestId;
    readonly userId: UserId;
    readonly clientId: ClientId;
} | {
    readonly kind: 'grant.changed';
    readonly requestId: RequestId;
    readonly userId: UserId;
    readonly clientId: ClientId;
    readonly removed: string;
} | {
    readonly kind: 'session.ended';
    readonly requestId: RequestId;
    readonly userId: UserId;
} | {
    readonly kind: 'key.created';
    readonly kid: string;
    readonly algorithm: string;
    readonly activeAt: number;
} | {
    readonly kind: 'warning';
    readonly about: string;
    readonly message: string;
} | {
    readonly kind: 'request.failed';
    readonly requestId: RequestId;
    readonly place: string;
    readonly error: unknown;
};
export type ServerOptions = {
    readonly issuer: string;
    readonly catalogue: Catalogue;
    readonly resources: readonly ResourceDeclaration[];
    readonly defaultResource?: string;
    readonly ttl: Ttls;
    readonly idTokenAlgorithm: SigningAlgorithm;
    readonly unknownScope?: 'refuse' | 'ignore';
    readonly dangerouslyAllowImplicit?: boolean;
    readonly dangerouslyAllowPassword?: boolean;
    readonly scopeHook?: ScopeHook;
    readonly roles?: Roles;
    readonly grantable?: GrantableScope;
    readonly statusList?: StatusListOptions;
    readonly grants?: readonly Grant[];
    readonly endpoints?: readonly Endpoint[];
    readonly store: Store;
    readonly signer: Signer;
    readonly passwords: Passwords;
    readonly oneTimeCodes?: OneTimeCodes;
    readonly clock: Clock;
    readonly crypto: Crypto;
    readonly pages: Pages;
    readonly observe: Observe;
};
export declare class ServerOptionsError extends Error {
    readonly problems: readonly OptionsProblem[];
    constructor(problems: readonly OptionsProblem[]);
}
export type SessionId = Brand<string, 'SessionId'>;
export type SessionRecord = {
    readonly ref: SecretRef;
    readonly sessionId: SessionId;
    readonly userId: UserId;
    readonly authTime: EpochSeconds;
    readonly acr: string;
    readonly amr: readonly string[];
    readonly createdAt: EpochSeconds;
    readonly lastSeenAt: EpochSeconds;
    readonly expiresAt: EpochSeconds;
    readonly endsAt: EpochSeconds;
};
export type Signer = {
    readonly sign: (claims: object, options: {
        readonly typ: string;
        readonly algorithm: SigningAlgorithm;
    }) => string;
    readonly verifyOwn: (jws: string, typ: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
    readonly jwks: () => {
        readonly keys: readonly JsonWebKey[];
    };
    readonly algorithms: readonly SigningAlgorithm[];
};
export type Spendable = CodeRecord | RefreshTokenRecord;
export type Spending = {
    readonly ref: SecretRef;
    readonly kind: Spendable['kind'];
    readonly at: EpochSeconds;
    readonly graceTtl: Seconds;
    readonly salt?: string;
};
export type Spent = {
    readonly spentAt: EpochSeconds;
    readonly successor?: SecretRef;
    readonly salt?: string;
};
export type StatusListOptions = {
    readonly window: Seconds;
};
export interface Store {
    readonly findClient: (clientId: string) => Promise<ClientRecord | undefined>;
    readonly listClients: () => Promise<readonly ClientRecord[]>;
    readonly saveClient: (client: ClientRecord) => Promise<boolean>;
    readonly deleteClient: (clientId: ClientId, at: EpochSeconds) => Promise<boolean>;
    readonly findUser: (userId: UserId) => Promise<UserRecord | undefined>;
    readonly findUserByName: (username: string) => Promise<UserRecord | undefined>;
    readonly listUsers: () => Promise<readonly UserRecord[]>;
    readonly saveUser: (user: UserRecord) => Promise<boolean>;
    readonly deleteUser: (userId: UserId, at: EpochSeconds) => Promise<boolean>;
    readonly findSession: (ref: SecretRef) => Promise<SessionRecord | undefined>;
    readonly saveSession: (session: SessionRecord) => Promise<void>;
    readonly deleteSession: (ref: SecretRef) => Promise<boolean>;
    readonly deleteSessionsOf: (userId: UserId) => Promise<void>;
    readonly findGrant: (userId: UserId, clientId: ClientId) => Promise<GrantRecord | undefined>;
    readonly listGrants: (userId: UserId) => Promise<readonly GrantRecord[]>;
    readonly addToGrant: (grant: GrantRecord) => Promise<GrantRecord>;
    readonly removeFromGrant: (userId: UserId, clientId: ClientId, tokens: readonly string[], at: EpochSeconds) => Promise<void>;
    readonly deleteGrant: (userId: UserId, clientId: ClientId, at: EpochSeconds) => Promise<void>;
    readonly findInteraction: (ref: SecretRef) => Promise<InteractionRecord | undefined>;
    readonly saveInteraction: (interaction: InteractionRecord) => Promise<void>;
    readonly endInteraction: (ref: SecretRef) => Promise<boolean>;
    readonly saveCode: (code: Extract<Spendable, {
        kind: 'code';
    }>) => Promise<void>;
    readonly findSpendable: (ref: SecretRef, kind: Spendable['kind']) => Promise<FoundSpendable | undefined>;
    readonly exchange: (spending: Spending, issued: Issued) => Promise<ExchangeResult>;
    readonly saveAccessToken: (token: AccessTokenRecord, issued?: Pick<Issued, 'family' | 'refreshToken'>) => Promise<void>;
    readonly findAccessToken: (ref: SecretRef) => Promise<FoundAccessToken | undefined>;
    readonly revokeAccessToken: (ref: SecretRef, at: EpochSeconds) => Promise<void>;
    readonly revokeFamilies: (selection: FamilySelection, at: EpochSeconds) => Promise<number>;
    readonly findRevokedStatuses: (list: number, at: EpochSeconds) => Promise<readonly number[]>;
    readonly findStatusTokens: (holder: {
        readonly userId: UserId;
        readonly clientId?: ClientId;
    }, at: EpochSeconds) => Promise<readonly SecretRef[]>;
    readonly takeNumber: (name: string) => Promise<number>;
    readonly findNumber: (name: string) => Promise<number>;
    readonly recordScopeUsage: (uses: readonly ScopeUse[]) => Promise<void>;
    readonly listScopeUsage: (clientId: ClientId) => Promise<readonly ScopeUsageRecord[]>;
    readonly listKeys: () => Promise<readonly KeyRecord[]>;
    readonly addKey: (key: KeyRecord, change: {
        readonly unlessCreatedAfter: EpochSeconds;
        readonly retireOthersAt: EpochSeconds;
        readonly removeOthersAt: EpochSeconds;
    }) => Promise<boolean>;
    readonly deleteKey: (kid: string) => Promise<boolean>;
    readonly settle: (name: string, value: string) => Promise<string>;
    readonly remember: (hash: SecretHash, expiresAt: EpochSeconds) => Promise<boolean>;
    readonly countFailure: (key: string, at: EpochSeconds, windowTtl: Seconds) => Promise<FailureCount>;
    readonly findFailures: (key: string, at: EpochSeconds) => Promise<FailureCount>;
    readonly clearFailures: (key: string) => Promise<void>;
    readonly saveRefusal: (refusal: RefusalRecord) => Promise<void>;
    readonly findRefusal: (requestId: RequestId) => Promise<RefusalRecord | undefined>;
    readonly findTokensOfRequest: (requestId: RequestId, between: readonly [number, number]) => Promise<readonly (Spendable | AccessTokenRecord)[]>;
    readonly sweep: (now: EpochSeconds, limit: number) => Promise<number>;
    readonly ping: () => Promise<void>;
    readonly close: () => Promise<void>;
}
export type TokenExplanation = {
    readonly kind: 'token';
    readonly of: 'access_token' | Spendable['kind'];
    readonly requestId: RequestId;
    readonly clientId: ClientId;
    readonly userId?: UserId;
    readonly issuedAt: EpochSeconds;
    readonly expiresAt: EpochSeconds;
    readonly resources: readonly string[];
    readonly requested: string;
    readonly steps: readonly ScopeStep[];
    readonly effective: string;
    readonly state: TokenState;
    readonly takenBack: string;
};
export type TokenRequest = {
    readonly client: AuthenticatedClient;
    readonly form: Parameters;
    readonly requestId: RequestId;
    readonly remoteAddress: string;
    readonly now: EpochSeconds;
};
export type TokenStatus = {
    readonly list: number;
    readonly index: number;
};
export type Ttls = {
    readonly code: Seconds;
    readonly accessToken: Seconds;
    readonly idToken: Seconds;
    readonly refreshIdle: Seconds;
    readonly refreshAbsolute: Seconds;
    readonly refreshGrace: Seconds;
    readonly sessionIdle: Seconds;
    readonly sessionAbsolute: Seconds;
    readonly interaction: Seconds;
    readonly grant?: Seconds;
};
export type UserId = Brand<string, 'UserId'>;
export type UserRecord = {
    readonly userId: UserId;
    readonly username: string;
    readonly passwordHash: string;
    readonly claims: Readonly<Record<string, unknown>>;
    readonly scope?: string;
    readonly roles?: readonly string[];
    readonly passwordChangedAt: EpochSeconds;
    readonly oneTimeCode?: OneTimeCodeRecord;
    readonly isDeclared?: boolean;
    readonly createdAt: EpochSeconds;
};
export declare function argon2Passwords(cost?: Argon2Cost): Passwords;
export declare function chooseTarget(context: ServerContext, named: readonly string[], decision: ScopeDecision): ChosenTarget | Refusal<'invalid_target' | 'invalid_scope'>;
export declare const codeAuthentication: {
    readonly acr: 'urn:ambit:acr:otp';
    readonly amr: readonly ['pwd', 'otp'];
};
export declare function createKeyRing(options: KeyRingOptions): Promise<KeyRing>;
export declare function createServer(options: ServerOptions): AmbitServer;
export declare function decideScope(context: ServerContext, ask: ScopeAsk): ScopeDecision | ScopeRefused;
export declare const defaultKeySchedule: KeySchedule;
export declare function deriveSuccessor(crypto: Crypto, presented: string, from: {
    readonly salt: string;
    readonly locator: number;
}): MadeSecret;
export declare function endLostTokens(context: StandingContext & Pick<ServerContext, 'statusList'>, holder: {
    readonly userId: UserId;
    readonly clientId?: ClientId;
}): Promise<void>;
export declare const everyone = "everyone";
export declare function explain(context: ServerContext, text: string): Promise<Explanation | undefined>;
export declare function findAccessToken(context: ServerContext, text: string): Promise<FoundAccessToken | undefined>;
export declare function foldUsername(username: string): string;
export declare function issuerProblem(issuer: string): string | undefined;
export declare function limitToAuthentication(catalogue: Catalogue, decision: ScopeDecision, acr: string): ScopeDecision;
export declare function limitToHook(context: ServerContext, decision: ScopeDecision, asked: {
    readonly client: ClientRecord;
    readonly user?: UserRecord;
    readonly grantType: string;
}): Promise<ScopeDecision>;
export declare function limitToUser(context: PermissionContext, decision: ScopeDecision, user: UserRecord): Promise<ScopeDecision>;
export declare function locateSecret(crypto: Crypto, kind: SecretKind, text: string): SecretRef | undefined;
export declare function locatorOfJwtId(jti: string): number | undefined;
export declare function locatorsAround(at: EpochSeconds, withinSeconds: number): readonly [number, number];
export declare function makeFamilyId(crypto: Crypto): FamilyId;
export declare function makeJwtId({ clock, crypto }: World): {
    readonly jti: string;
    readonly locator: number;
};
export declare function makeSecret(world: World, kind: SecretKind): MadeSecret;
export declare function nodeCrypto(): Crypto;
export declare function nodeKeyTools(): KeyTools;
export declare const openIdScopes: readonly string[];
export declare const passwordAuthentication: {
    readonly acr: 'urn:ambit:acr:password';
    readonly amr: readonly ['pwd'];
};
export declare function printExplanation(explanation: Explanation): string;
export declare function redirectUriProblem(uri: string): string | undefined;
export declare function secretHash(text: string): SecretHash;
export declare const secretPrefixes: {
    readonly code: 'ac_';
    readonly access_token: 'at_';
    readonly refresh_token: 'rt_';
    readonly session: 'se_';
    readonly interaction: 'in_';
    readonly browser: 'br_';
};
export declare function timeBasedCodes(sealingKey: string): OneTimeCodes;
// Not exported, needed above.
type Argon2Cost = {
    readonly memory: number;
    readonly passes: number;
    readonly parallelism: number;
};
type AuthenticatedClient = Brand<ClientRecord, 'AuthenticatedClient'>;
type ChosenAudience = {
    readonly audience: ResourceDeclaration;
    readonly decision: ScopeDecision;
};
type ChosenTarget = ChosenAudience & {
    readonly grantScope: ScopeSet;
    readonly grantResources: readonly string[];
};
type Handle = (request: HttpRequest) => Promise<HttpResponse>;
type ImplicitClient = Brand<ClientRecord, 'ImplicitClient'>;
type KeyPair = {
    readonly publicJwk: JsonWebKey;
    readonly privateJwk: JsonWebKey;
};
type KeyTools = {
    readonly generate: (algorithm: SigningAlgorithm) => Promise<KeyPair>;
    readonly load: (algorithm: SigningAlgorithm, privateJwk: JsonWebKey) => SignCompact;
    readonly encode: (text: string) => string;
    readonly seal: (text: string, key: string, about: string) => string;
    readonly unseal: (text: string, key: string, about: string) => string | undefined;
};
type PermissionContext = Pick<ServerContext, 'catalogue' | 'roles' | 'grantable'>;
type RefusalExplanation = {
    readonly kind: 'refusal';
    readonly refusal: RefusalRecord;
};
type RequestExplanation = {
    readonly kind: 'request';
    readonly requestId: RequestId;
    readonly tokens: readonly TokenExplanation[];
};
type ScopeAsk = {
    readonly requested: string | undefined;
    readonly client: ClientRecord;
    readonly grantType: string;
};
type ScopeRefused = Refusal<'invalid_scope'> & {
    readonly steps: readonly ScopeStep[];
};
type SignCompact = (encodedHeader: string, payload: string) => string;
type SpendableRecord = {
    readonly ref: SecretRef;
    readonly familyId: FamilyId;
    readonly clientId: ClientId;
    readonly userId: UserId;
    readonly scope: string;
    readonly resources: readonly string[];
    readonly issuedAt: EpochSeconds;
    readonly expiresAt: EpochSeconds;
    readonly authTime: EpochSeconds;
    readonly acr: string;
    readonly amr: readonly string[];
    readonly sessionId?: SessionId;
    readonly trace: DecisionTrace;
    readonly claims?: string;
    readonly nonce?: string;
};
type StandingContext = PermissionContext & Pick<ServerContext, 'clock' | 'store'>;
type TokenState = 'active' | 'expired' | 'revoked' | 'spent' | 'family_revoked' | 'family_ended' | 'scope_taken_back' | 'permission_lost';
type World = {
    readonly clock: Clock;
    readonly crypto: Crypto;
};
