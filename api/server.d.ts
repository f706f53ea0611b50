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
    readonly confirmation?: Confirmation;
    readonly details?: readonly AuthorizationDetail[];
    readonly actor?: Actor;
    readonly mayAct?: ClientId;
    readonly consentOf?: ClientId;
    readonly trace: DecisionTrace;
};
export type Actor = {
    readonly sub: string;
    readonly iss?: string;
    readonly clientId?: string;
    readonly actor?: Actor;
};
export type AmbitServer = {
    readonly handle: Handle;
    readonly metadata: ServerMetadata;
    readonly context: ServerContext;
};
export type Announced = {
    readonly nodes: readonly NodeRecord[];
    readonly storeMillis?: number;
};
export type AnswerSentPage = {
    readonly page: 'answer_sent';
    readonly to: AsideView['kind'];
    readonly outcome: 'approved' | 'denied' | 'ended';
};
export type AnyRefusal = Refusal<ErrorCode>;
export type AsideView = {
    readonly kind: 'device' | 'backchannel';
    readonly requestedAt: number;
    readonly network?: string;
    readonly bindingMessage?: string;
};
export type Assertion = {
    readonly kind: 'assertion';
    readonly grantType: string;
    readonly client: AuthenticatedClient;
    readonly userId: UserId;
    readonly typ: string;
    readonly claims: JwtClaims;
    readonly scope: string;
    readonly expiresAt: EpochSeconds;
    readonly response: Readonly<Record<string, unknown>>;
};
export type AssertionIssuer = TrustedIssuer & {
    readonly acceptsTokenEndpoint?: boolean;
};
export type AuthorizationDetails = {
    readonly parse: (context: ServerContext, client: ClientRecord, text: string) => readonly AuthorizationDetail[] | Refusal<'invalid_authorization_details'>;
    readonly narrow: (context: ServerContext, granted: readonly AuthorizationDetail[], asked: readonly AuthorizationDetail[]) => readonly AuthorizationDetail[] | Refusal<'invalid_authorization_details'>;
    readonly resourcesOf: (details: readonly AuthorizationDetail[]) => readonly string[];
    readonly at: (details: readonly AuthorizationDetail[], resource: string) => readonly AuthorizationDetail[];
    readonly refuseAlone: (client: ClientRecord, details: readonly AuthorizationDetail[]) => Refusal<'invalid_authorization_details'> | undefined;
    readonly view: (context: ServerContext, detail: AuthorizationDetail, index: number) => DetailView;
    readonly answer: (detail: AuthorizationDetail, index: number, form: Parameters) => AuthorizationDetail | undefined;
};
export type AuthorizationDetailsOptions = {
    readonly types: DetailTypes;
};
export type BackchannelAuthenticationOptions = {
    readonly ttl?: number;
    readonly interval?: number;
    readonly modes?: readonly DeliveryMode[];
    readonly requireBindingMessage?: boolean;
    readonly signedRequests?: readonly SigningAlgorithm[];
    readonly findUser?: FindUser;
    readonly notify?: NotifyUser;
    readonly sealing?: Sealing;
};
export type BackchannelLogoutOptions = {
    readonly retryAfter?: readonly number[];
};
export type BrokenRule = ClientProblem & {
    readonly rule: ProfileRule;
};
export type ClientAuthentication = {
    readonly method: ClientAuthenticationMethod;
    readonly isImplied?: boolean;
    readonly algorithms?: readonly string[];
    readonly keepSecret?: (clientId: ClientId, secret: string) => Pick<ClientRecord, 'sealedSecret'>;
    readonly present: (request: HttpRequest, form: Parameters) => ClientCredentials | Refusal<'invalid_client' | 'invalid_request'> | undefined;
    readonly verify: (context: ServerContext, question: ProofQuestion) => Promise<Refusal<'invalid_client'> | undefined>;
};
export type ClientAuthenticationMethod = 'none' | 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'tls_client_auth' | 'self_signed_tls_client_auth' | 'attest_jwt_client_auth';
export type ClientCredentials = {
    readonly clientId: string;
    readonly proof: string;
};
export type ClientDocumentsOptions = {
    readonly policy?: Partial<RegistrationPolicy>;
    readonly hosts?: readonly string[];
    readonly limits?: Partial<FetchLimits>;
};
export type ClientId = Brand<string, 'ClientId'>;
export type ClientKey = JsonWebKey & {
    readonly kid?: string;
};
export type ClientMetadata = Readonly<Record<string, unknown>>;
export type ClientMetadataField<T> = {
    readonly name: string;
    readonly wanted: string;
    readonly parse: (value: unknown) => T | undefined;
};
export type ClientPossession = {
    readonly place: 'token' | 'pushed_request';
    readonly client: AuthenticatedClient;
};
export type ClientProblem = {
    readonly member: keyof JudgedClient;
    readonly message: string;
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
    readonly jwksUri?: string;
    readonly sealedSecret?: string;
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
    readonly metadata?: ClientMetadata;
    readonly isDeclared?: boolean;
    readonly isStranger?: boolean;
    readonly createdAt: EpochSeconds;
};
export type ClientSecretJwtOptions = {
    readonly sealing: Sealing;
};
export type ClientView = {
    readonly clientId: string;
    readonly name: string;
    readonly uri?: string;
    readonly redirectHost?: string;
    readonly idHost?: string;
    readonly isOnDevice?: boolean;
    readonly aside?: AsideView;
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
    readonly details?: readonly DetailView[];
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
export type DecryptJwt = (context: ServerContext, client: ClientRecord, jwe: string) => Promise<string | undefined>;
export type DetailField = TextField | NumberField | AmountField | ChoicesField | LocationsField | ObjectField;
export type DetailFieldView = {
    readonly label: Readonly<Record<string, string>>;
    readonly value: string;
    readonly choices?: readonly {
        readonly value: string;
        readonly label: Readonly<Record<string, string>>;
    }[];
    readonly name?: string;
};
export type DetailFields = {
    readonly [name: string]: DetailField;
};
export type DetailType = {
    readonly title: LocalizedText;
    readonly description?: LocalizedText;
    readonly risk?: 'ordinary' | 'sensitive' | 'dangerous';
    readonly fields: DetailFields;
    readonly resource?: string;
    readonly mustBeAlone?: boolean;
    readonly clientCredentials?: readonly string[];
};
export type DetailTypes = Readonly<Record<string, DetailType>>;
export type DetailView = {
    readonly id: string;
    readonly title: Readonly<Record<string, string>>;
    readonly description?: Readonly<Record<string, string>>;
    readonly risk: 'ordinary' | 'sensitive' | 'dangerous';
    readonly resourceName?: string;
    readonly fields: readonly DetailFieldView[];
};
export type DeviceCodePage = FormFrame & {
    readonly page: 'device_code';
    readonly userCode?: string;
    readonly problem?: 'wrong_code' | 'throttled' | 'expired_form';
    readonly retryAfter?: number;
};
export type DeviceConfirmPage = FormFrame & {
    readonly page: 'device_confirm';
    readonly client: ClientView & {
        readonly aside: AsideView;
    };
    readonly isElsewhere?: boolean;
};
export type DeviceFlowOptions = {
    readonly ttl?: number;
    readonly interval?: number;
    readonly userCode?: {
        readonly length?: number;
    };
};
export type DpopOptions = {
    readonly nonce?: 'never' | 'always';
    readonly proofMaxAge?: number;
    readonly clockSkew?: number;
    readonly algorithms?: readonly SigningAlgorithm[];
    readonly required?: boolean;
};
export type EncryptionOptions = {
    readonly sealing?: Sealing;
};
export type EndedSession = Pick<SessionRecord, 'userId'> & Partial<Pick<SessionRecord, 'sessionId'>>;
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
    readonly retryAfter?: number;
    readonly onward?: {
        readonly uri: string;
        readonly host: string;
    };
};
export type Exchange = {
    readonly request: HttpRequest;
    readonly requestId: RequestId;
};
export type ExchangePolicy = {
    readonly client: string;
    readonly audience: string | readonly string[];
    readonly mode: 'impersonation' | 'delegation';
    readonly scope?: readonly string[];
    readonly subjectAudience?: readonly string[];
    readonly actors?: readonly string[];
    readonly mayAct?: string;
    readonly requiresMayAct?: boolean;
    readonly dangerouslyAcceptUnprovenSubject?: boolean;
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
export type Feature = {
    readonly name: string;
    readonly endpoints?: readonly Endpoint[];
    readonly grants?: readonly Grant[];
    readonly clientAuthentications?: readonly ClientAuthentication[];
    readonly clientMetadata?: readonly ClientMetadataField<unknown>[];
    readonly clientRules?: readonly ClientRule[];
    readonly senderBindings?: readonly SenderBinding[];
    readonly requestSources?: readonly RequestSource[];
    readonly requestRules?: readonly RequestRule[];
    readonly userRule?: UserRule;
    readonly allowed?: TellAllowed;
    readonly responseModes?: readonly WrappedResponseMode[];
    readonly interactions?: readonly InteractionKind[];
    readonly details?: AuthorizationDetails;
    readonly protectJwt?: ProtectJwt;
    readonly decryptJwt?: DecryptJwt;
    readonly formatIntrospection?: FormatIntrospection;
    readonly publishedKeys?: (context: ServerContext) => Promise<readonly JsonWebKey[]>;
    readonly metadata?: (context: ServerContext) => MetadataPart;
    readonly wrapStore?: (store: Store, options: ServerOptions) => Store;
    readonly notices?: HomeNotices;
    readonly issued?: TellIssued;
    readonly sessionEnded?: TellSessionEnded;
    readonly tasks?: readonly FeatureTask[];
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly needs?: readonly string[];
    readonly needsOutbound?: boolean;
    readonly findProblems?: (options: ServerOptions) => readonly OptionsProblem[];
};
export type FeatureTask = {
    readonly name: string;
    readonly first: number;
    readonly run: (context: ServerContext) => Promise<number>;
};
export type FindSubject = (claims: JwtClaims) => Promise<UserId | undefined>;
export type FindUser = (hint: UserHint) => Promise<{
    readonly username: string;
} | 'unknown' | 'expired'>;
export type FormFrame = {
    readonly csrf: string;
    readonly interaction?: string;
};
export type FormPostPage = {
    readonly page: 'form_post';
    readonly action: string;
    readonly parameters: Readonly<Record<string, string>>;
};
export type FormatIntrospection = (context: ServerContext, answer: {
    readonly exchange: Exchange;
    readonly client: AuthenticatedClient;
    readonly claims: Readonly<Record<string, unknown>>;
}) => Promise<HttpResponse | undefined>;
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
export type GlobalRevocationOptions = {
    readonly clients: readonly string[];
};
export type Grant = {
    readonly grantType: string;
    readonly isMounted?: (context: ServerContext) => boolean;
    readonly isFor?: (form: Parameters) => boolean;
    readonly decide: (context: ServerContext, request: TokenRequest) => Promise<Issuance | Assertion | Refusal<ErrorCodeAt<'token'>>>;
};
export type GrantManagementOptions = {
    readonly required?: boolean;
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
export type HomeNotice = {
    readonly kind: 'connect_device';
    readonly path: string;
} | {
    readonly kind: 'waiting_requests';
    readonly path: string;
    readonly count: number;
};
export type HomeNotices = (context: ServerContext, login: Login) => Promise<readonly HomeNotice[]>;
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
    readonly notices?: readonly HomeNotice[];
};
export type IdentityAssertionOptions = {
    readonly issue?: readonly IdentityAssertionPolicy[];
    readonly accept?: readonly TrustedIssuer[];
};
export type IdentityAssertionPolicy = {
    readonly client: string;
    readonly audience: string;
    readonly clientId: string;
    readonly relyingParty?: string;
    readonly scope?: readonly string[];
    readonly defaultScope?: readonly string[];
    readonly resources?: readonly string[];
    readonly claims?: readonly string[];
    readonly acr?: string;
    readonly ttl?: Seconds;
};
export type InteractionKind = {
    readonly kind: string;
    readonly find: (context: ServerContext, record: InteractionRecord & Required<Pick<InteractionRecord, 'purpose'>>) => Promise<{
        readonly client: ClientRecord;
        readonly channel: AsideChannel;
    } | Refusal<'invalid_request' | 'invalid_client'>>;
};
export type InteractionPurpose = {
    readonly kind: string;
    readonly ticket: SecretRef;
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
    readonly confirmedAt?: EpochSeconds;
    readonly consented?: string;
    readonly consentedBy?: UserId;
    readonly consentedDetails?: readonly AuthorizationDetail[];
    readonly purpose?: InteractionPurpose;
};
export type IntrospectionJwtOptions = {
    readonly algorithm?: SigningAlgorithm;
    readonly required?: boolean;
};
export type Invitation = {
    readonly uses?: number;
    readonly ttl?: Seconds;
    readonly scope?: readonly string[];
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
    readonly details?: readonly AuthorizationDetail[];
    readonly grantDetails?: readonly AuthorizationDetail[];
    readonly actor?: Actor;
    readonly mayAct?: ClientId;
    readonly consentOf?: ClientId;
    readonly endsAt?: EpochSeconds;
    readonly response?: Readonly<Record<string, unknown>>;
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
    readonly confirmation?: Confirmation;
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
export type JudgedClient = Pick<ClientRecord, 'applicationType' | 'authenticationMethod' | 'redirectUris' | 'grantTypes' | 'responseTypes' | 'idTokenAlgorithm' | 'dangerouslyAcceptNonceInsteadOfPkce'>;
export type JudgedRule = {
    readonly rule: ProfileRule;
    readonly problems: readonly OptionsProblem[];
};
export type JudgedServer = {
    readonly options: ServerOptions;
    readonly metadata: ServerMetadata;
};
export type JwtBearerOptions = {
    readonly issuers: readonly AssertionIssuer[];
};
export type JwtResponsesOptions = {
    readonly required?: boolean;
    readonly lifetime?: Seconds;
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
export type KeyRing = Required<Signer> & {
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
export type ListPart = {
    readonly after?: string;
    readonly limit?: number;
    readonly isDeclared?: true;
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
export type MetadataProblem = {
    readonly name: string;
    readonly message: string;
};
export type MutualTlsOptions = {
    readonly methods?: readonly ('tls_client_auth' | 'self_signed_tls_client_auth')[];
    readonly required?: boolean;
    readonly alias?: string;
};
export type NodeRecord = {
    readonly nodeId: string;
    readonly host: string;
    readonly pid: number;
    readonly version: string;
    readonly schema: number;
    readonly configHash: string;
    readonly aheadMillis?: number;
    readonly startedAt: EpochSeconds;
    readonly seenAt: EpochSeconds;
    readonly expiresAt: EpochSeconds;
};
export type NotifyUser = (user: Pick<UserRecord, 'userId' | 'username' | 'claims'>, url: string, request: {
    readonly clientName: string;
    readonly bindingMessage?: string;
}) => Promise<void>;
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
export type Outbound = (request: OutboundRequest) => Promise<OutboundResponse>;
export declare class OutboundError extends Error {
    readonly name = "OutboundError";
    readonly failure: OutboundFailure;
    readonly reason: string;
    constructor(failure: OutboundFailure, reason: string);
}
export type OutboundOptions = {
    readonly dangerouslyAllow?: readonly string[];
    readonly resolve?: Resolve;
    readonly limits?: OutboundLimits;
    readonly ca?: readonly string[];
    readonly startTimer?: (milliseconds: number, expire: () => void) => () => void;
};
export type OutboundRequest = {
    readonly url: string;
    readonly method?: 'GET' | 'POST';
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly maxBytes: number;
    readonly timeoutMillis: number;
};
export type OutboundResponse = {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
};
export type Page = LoginPage | LoginCodePage | SelectAccountPage | ConsentPage | LogoutPage | LoggedOutPage | HomePage | DeviceCodePage | DeviceConfirmPage | AnswerSentPage | WaitingRequestsPage | ErrorPage | FormPostPage;
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
export type PlacedClient = {
    readonly client: JudgedClient;
    readonly path: string;
};
export type Possession = {
    readonly confirmation?: Confirmation;
    readonly headers?: Readonly<Record<string, string>>;
};
export type PossessionQuestion = ClientPossession | TokenPossession;
export type Profile = {
    readonly name: ProfileName;
    readonly title: string;
    readonly rules: readonly ProfileRule[];
};
export type ProfileDeclaration = {
    readonly idTokenAlgorithm?: SigningAlgorithm;
    readonly features?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};
export type ProfileName = (typeof profileNames)[number];
export type ProfileRule = {
    readonly id: string;
    readonly says: string;
    readonly source: string;
    readonly weight?: 'demand' | 'advice';
    readonly sets?: ProfileSettings;
    readonly declares?: ProfileDeclaration;
    readonly findProblems?: (server: JudgedServer) => readonly OptionsProblem[];
    readonly findClientProblems?: (client: JudgedClient) => readonly ClientProblem[];
    readonly requestRule?: RequestRule;
    readonly always?: string;
    readonly danger?: string;
};
export type ProfileSettings = Partial<Pick<ServerOptions, 'clientAuthenticationMethods' | 'requireSenderConstraint' | 'assertionAudience' | 'acceptedAlgorithms' | 'refreshTokens' | 'unknownScope'>>;
export type ProofQuestion = {
    readonly client: ClientRecord | undefined;
    readonly proof: string;
    readonly exchange: Exchange;
};
export type ProtectJwt = (context: ServerContext, protect: {
    readonly client: ClientRecord;
    readonly use: SignedFor;
    readonly jws: string;
}) => Promise<string>;
export type PushedRequestsOptions = {
    readonly required?: boolean;
    readonly ttl?: Seconds;
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
export type RegistrationLimits = {
    readonly perNetwork: number;
    readonly clients: number;
    readonly unusedTtl: Seconds;
};
export type RegistrationOptions = {
    readonly access: 'open' | 'initial_token';
    readonly policy: RegistrationPolicy;
    readonly limits?: Partial<RegistrationLimits>;
    readonly management?: boolean;
    readonly softwareStatements?: {
        readonly issuers: readonly SoftwareStatementIssuer[];
        readonly isRequired?: boolean;
    };
};
export type RegistrationPolicy = {
    readonly scope: readonly string[];
    readonly isWholeScope?: boolean;
    readonly defaultScope?: readonly string[];
    readonly mandatoryScope?: readonly string[];
    readonly grantTypes?: readonly string[];
    readonly responseTypes?: readonly string[];
    readonly authenticationMethods?: readonly ClientAuthenticationMethod[];
    readonly redirectHosts?: readonly string[];
    readonly accessTokenTtl?: Seconds;
};
export type RequestId = Brand<string, 'RequestId'>;
export type RequestObjectsOptions = {
    readonly required?: boolean;
    readonly algorithms?: readonly SigningAlgorithm[];
    readonly lifetime?: Seconds;
    readonly requireNotBefore?: boolean;
    readonly singleUse?: boolean;
    readonly references?: boolean;
    readonly encrypted?: boolean;
};
export type RequestRule = (context: ServerContext, request: ResolvedRequest & Pick<RequestClient, 'client'>) => RuleVerdict | Promise<RuleVerdict>;
export type RequestSource = {
    readonly name: string;
    readonly resolve: (context: ServerContext, exchange: Pick<Exchange, 'requestId'>, parameters: Parameters) => Promise<ResolvedRequest | Refusal<ErrorCodeAt<'authorization'> & ErrorCodeAt<'pushed_request'>> | undefined>;
};
export type ResolvedRequest = {
    readonly kind: 'resolved';
    readonly parameters: Parameters;
    readonly by: readonly string[];
};
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
export type Sealing = {
    readonly tools: Pick<KeyTools, 'seal' | 'unseal'>;
    readonly key: string;
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
export type SenderBinding = {
    readonly member: keyof Confirmation;
    readonly scheme?: Exclude<ChallengeScheme, 'Basic'>;
    readonly challenge?: ChallengeParameters;
    readonly prove: (context: ServerContext, exchange: Exchange, question: PossessionQuestion) => Promise<Possession | Refusal<ErrorCodeAt<'token'> & ErrorCodeAt<'pushed_request'> & ErrorCodeAt<'resource'>>>;
    readonly isRequired?: (context: ServerContext, client: ClientRecord) => boolean;
};
export type ServerContext = ServerOptions & {
    readonly mounted: Mounted;
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
    readonly of: 'code' | 'refresh_token' | 'client_assertion' | 'assertion';
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
    readonly kind: 'client.changed';
    readonly requestId: RequestId;
    readonly clientId: ClientId;
    readonly change: 'registered' | 'updated' | 'deleted';
} | {
    readonly kind: 'session.ended';
    readonly requestId: RequestId;
    readonly userId: UserId;
} | {
    readonly kind: 'user.revoked';
    readonly requestId: RequestId;
    readonly userId: UserId;
    readonly clientId: ClientId;
} | {
    readonly kind: 'key.created';
    readonly kid: string;
    readonly algorithm: string;
    readonly activeAt: number;
} | {
    readonly kind: 'clock.skewed';
    readonly aheadSeconds: number;
    readonly isSevere: boolean;
    readonly message: string;
} | {
    readonly kind: 'warning';
    readonly about: string;
    readonly message: string;
} | {
    readonly kind: 'request.unavailable';
    readonly requestId: RequestId;
    readonly place: string;
    readonly because: string;
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
    readonly clientAuthenticationMethods?: readonly ClientAuthenticationMethod[];
    readonly assertionAudience?: 'issuer' | 'endpoint';
    readonly requireSenderConstraint?: boolean;
    readonly acceptedAlgorithms?: readonly SigningAlgorithm[];
    readonly refreshTokens?: 'rotated' | 'kept';
    readonly profile?: ProfileName;
    readonly scopeHook?: ScopeHook;
    readonly roles?: Roles;
    readonly grantable?: GrantableScope;
    readonly statusList?: StatusListOptions;
    readonly grants?: readonly Grant[];
    readonly endpoints?: readonly Endpoint[];
    readonly features?: readonly Feature[];
    readonly outbound?: Outbound;
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
export type SignedFor = 'id_token' | 'authorization_response' | 'introspection' | 'userinfo';
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
    readonly reread?: (olderThan?: number) => Promise<void> | undefined;
};
export type SoftwareStatementIssuer = {
    readonly issuer: string;
    readonly jwks: {
        readonly keys: readonly JsonWebKey[];
    };
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
    readonly listClients: (part?: ListPart) => Promise<readonly ClientRecord[]>;
    readonly saveClient: (client: ClientRecord) => Promise<boolean>;
    readonly deleteClient: (clientId: ClientId, at: EpochSeconds) => Promise<boolean>;
    readonly findUser: (userId: UserId) => Promise<UserRecord | undefined>;
    readonly findUserByName: (username: string) => Promise<UserRecord | undefined>;
    readonly findUsersByEmail: (email: string, limit: number) => Promise<readonly UserRecord[]>;
    readonly listUsers: (part?: ListPart) => Promise<readonly UserRecord[]>;
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
    readonly saveTicket: (ticket: TicketRecord) => Promise<boolean>;
    readonly findTicket: (ref: SecretRef, kind: string) => Promise<TicketRecord | undefined>;
    readonly changeTicket: (ticket: TicketRecord) => Promise<boolean>;
    readonly takeTicket: (ref: SecretRef, kind: string) => Promise<TicketRecord | undefined>;
    readonly listTickets: (selection: TicketSelection, limit: number) => Promise<readonly TicketRecord[]>;
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
    readonly announceNode: (node: NodeRecord, at: EpochSeconds) => Promise<Announced>;
    readonly forgetNode: (nodeId: string) => Promise<void>;
    readonly takeLease: (name: string, holder: string, at: EpochSeconds, until: EpochSeconds) => Promise<boolean>;
    readonly sweep: (now: EpochSeconds, limit: number) => Promise<number>;
    readonly ping: () => Promise<void>;
    readonly close: () => Promise<void>;
}
export declare class StoreUnavailable extends Error {
    readonly name = "StoreUnavailable";
    readonly retryAfter: Seconds;
    constructor(message: string, options: ErrorOptions & {
        readonly retryAfter: Seconds;
    });
}
export type SubjectMapping = {
    readonly claim: string;
    readonly is: 'userId' | 'username';
};
export type TellAllowed = (context: ServerContext, allowed: CompletedRequest) => Promise<void>;
export type TellIssued = (context: ServerContext, issued: {
    readonly issuance: Issuance;
    readonly accessToken: AccessTokenRecord;
    readonly requestId: RequestId;
    readonly now: EpochSeconds;
}) => Promise<Readonly<Record<string, unknown>> | undefined>;
export type TellSessionEnded = (context: ServerContext, ended: EndedSession) => Promise<void>;
export type TicketRecord = {
    readonly ref: SecretRef;
    readonly kind: string;
    readonly clientId?: ClientId;
    readonly userId?: UserId;
    readonly sessionId?: SessionId;
    readonly createdAt: EpochSeconds;
    readonly expiresAt: EpochSeconds;
    readonly revision: number;
    readonly isDroppable: boolean;
    readonly data: string;
};
export type TicketSelection = {
    readonly kind: string;
    readonly userId?: UserId;
    readonly clientId?: ClientId;
    readonly sessionId?: SessionId;
};
export type TokenExchangeOptions = {
    readonly policies: readonly ExchangePolicy[];
    readonly audiences?: Readonly<Record<string, string>>;
    readonly mostActors?: number;
};
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
export type TokenPossession = {
    readonly place: 'resource';
    readonly accessToken: string;
    readonly confirmation: Confirmation;
};
export type TokenRequest = {
    readonly client: AuthenticatedClient;
    readonly form: Parameters;
    readonly requestId: RequestId;
    readonly remoteAddress: string;
    readonly now: EpochSeconds;
    readonly exchange: Exchange;
    readonly confirmation: Confirmation | undefined;
};
export type TokenStatus = {
    readonly list: number;
    readonly index: number;
};
export type TrustedIssuer = {
    readonly issuer: string;
    readonly jwks?: {
        readonly keys: readonly ClientKey[];
    };
    readonly jwksUri?: string;
    readonly algorithms?: readonly SigningAlgorithm[];
    readonly clients: readonly string[];
    readonly subject: SubjectMapping | FindSubject;
    readonly consent: 'assertion' | 'remembered';
    readonly scope?: readonly string[];
    readonly lifetime?: Seconds;
    readonly acr?: Readonly<Record<string, string>>;
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
export type UserHint = {
    readonly kind: 'login_hint' | 'login_hint_token';
    readonly value: string;
    readonly clientId: string;
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
export type UserRequest = {
    readonly request: AuthorizationRequest;
    readonly login: Login;
    readonly grant: GrantRecord | undefined;
    readonly isAnswered: boolean;
};
export type UserRule = (context: ServerContext, asked: UserRequest) => Promise<Refusal<ErrorCodeAt<'authorization'>> | undefined>;
export type WaitingRequestsPage = FormFrame & {
    readonly page: 'waiting_requests';
    readonly username: string;
    readonly requests: readonly {
        readonly id: string;
        readonly client: ClientView & {
            readonly aside: AsideView;
        };
        readonly scopes: readonly ScopeView[];
        readonly expiresAt: number;
    }[];
};
export type WrappedResponseMode = {
    readonly name: string;
    readonly isOnly?: boolean;
    readonly travels: ResponseMode | 'default';
    readonly wrap: (context: ServerContext, client: ClientRecord, parameters: ResponseParameters) => Promise<ResponseParameters>;
};
export declare function argon2Passwords(cost?: Argon2Cost): Passwords;
export declare function authorizationDetails({ types }: AuthorizationDetailsOptions): Feature;
export declare function backchannelAuthentication(options?: BackchannelAuthenticationOptions): Feature;
export declare function backchannelLogout({ retryAfter }?: BackchannelLogoutOptions): Feature;
export declare function booleanField(name: string): ClientMetadataField<boolean>;
export declare function chooseTarget(context: ServerContext, question: ResourceQuestion): ChosenTarget | Refusal<'invalid_target' | 'invalid_scope'>;
export declare function clientDocuments(options?: ClientDocumentsOptions): Feature;
export declare function clientSecretJwt({ sealing }: ClientSecretJwtOptions): Feature;
export declare const codeAuthentication: {
    readonly acr: 'urn:ambit:acr:otp';
    readonly amr: readonly ['pwd', 'otp'];
};
export declare function createKeyRing(options: KeyRingOptions): Promise<KeyRing>;
export declare function createServer(options: ServerOptions): AmbitServer;
export declare function decideScope(context: ServerContext, ask: ScopeAsk): ScopeDecision | ScopeRefused;
export declare function declarationOf({ rules }: Pick<Profile, 'rules'>): ProfileDeclaration;
export declare const defaultKeySchedule: KeySchedule;
export declare function deriveSecret(crypto: Crypto, kind: SecretKind, from: {
    readonly key: string;
    readonly text: string;
    readonly locator: number;
}): MadeSecret;
export declare function deriveSuccessor(crypto: Crypto, presented: string, from: {
    readonly salt: string;
    readonly locator: number;
}): MadeSecret;
export declare function deviceFlow(options?: DeviceFlowOptions): Feature;
export declare function dpop(options?: DpopOptions): Feature;
export declare function eachClient(store: Pick<Store, 'listClients'>, after?: string): AsyncGenerator<ClientRecord>;
export declare function eachUser(store: Pick<Store, 'listUsers'>): AsyncGenerator<UserRecord>;
export declare function encryption({ sealing }?: EncryptionOptions): Feature;
export declare function endLostTokens(context: StandingContext & Pick<ServerContext, 'statusList'>, holder: {
    readonly userId: UserId;
    readonly clientId?: ClientId;
}): Promise<void>;
export declare function endSessionsOf(context: ServerContext, userId: UserId): Promise<void>;
export declare const everyone = "everyone";
export declare function explain(context: ServerContext, text: string): Promise<Explanation | undefined>;
export declare function findAccessToken(context: ServerContext, text: string): Promise<FoundAccessToken | undefined>;
export declare function findClientProblems(name: ProfileName, client: JudgedClient): readonly BrokenRule[];
export declare function findContradictions(judged: readonly JudgedRule[]): readonly OptionsProblem[];
export declare function findMetadataProblems(metadata: ClientMetadata, fields: readonly ClientMetadataField<unknown>[]): readonly MetadataProblem[];
export declare function findServerProblems(given: ServerOptions, clients?: readonly PlacedClient[]): readonly OptionsProblem[];
export declare function foldUsername(username: string): string;
export declare function globalRevocation({ clients }: GlobalRevocationOptions): Feature;
export declare function grantManagement({ required }?: GrantManagementOptions): Feature;
export declare function identityAssertion({ issue, accept }: IdentityAssertionOptions): Feature;
export declare function introspectionJwt({ algorithm, required }?: IntrospectionJwtOptions): Feature;
export declare function inviteClients(world: Pick<ServerContext, 'store' | 'clock' | 'crypto' | 'catalogue'>, { uses, ttl, scope }?: Invitation): Promise<string>;
export declare function issuerProblem(issuer: string): string | undefined;
export declare function judgeServer(given: ServerOptions, clients?: readonly PlacedClient[]): readonly JudgedRule[];
export declare function jwtBearer({ issuers }: JwtBearerOptions): Feature;
export declare function jwtResponses({ required, lifetime }?: JwtResponsesOptions): Feature;
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
export declare function makeFamilyId({ clock, crypto }: World): FamilyId;
export declare function makeJwtId({ clock, crypto }: World): {
    readonly jti: string;
    readonly locator: number;
};
export declare function makeSecret(world: World, kind: SecretKind): MadeSecret;
export declare function metadataOf<T>({ metadata }: Pick<ClientRecord, 'metadata'>, field: ClientMetadataField<T>): T | undefined;
export declare function mutualTls(options?: MutualTlsOptions): Feature;
export declare function nodeCrypto(): Crypto;
export declare function nodeKeyTools(): KeyTools;
export declare function nodeOutbound(options?: OutboundOptions): Outbound;
export declare const openIdScopes: readonly string[];
export declare const passwordAuthentication: {
    readonly acr: 'urn:ambit:acr:password';
    readonly amr: readonly ['pwd'];
};
export declare function printExplanation(explanation: Explanation): string;
export declare const profileNames: readonly ['oauth2.1', 'fapi2-security', 'fapi2-message-signing', 'mcp', 'legacy'];
export declare const profiles: Readonly<Record<ProfileName, Profile>>;
export declare function protectedResources(): Feature;
export declare function pushedRequests({ required, ttl }?: PushedRequestsOptions): Feature;
export declare function redirectUriProblem(uri: string): string | undefined;
export declare function registration(options: RegistrationOptions): Feature;
export declare function requestObjects(options?: RequestObjectsOptions): Feature;
export declare function sealClientSecret({ tools, key }: Sealing, clientId: string, secret: string): string;
export declare function secretHash(text: string): SecretHash;
export declare const secretPrefixes: {
    readonly code: 'ac_';
    readonly access_token: 'at_';
    readonly refresh_token: 'rt_';
    readonly session: 'se_';
    readonly interaction: 'in_';
    readonly browser: 'br_';
    readonly pushed_request: 'pr_';
    readonly device_code: 'dc_';
    readonly backchannel_request: 'bc_';
    readonly registration_token: 'rg_';
    readonly initial_token: 'ia_';
    readonly grant_id: 'gr_';
};
export declare function settingsOf({ rules }: Pick<Profile, 'rules'>): ProfileSettings;
export declare function textField(name: string, wanted: string, isGood?: (text: string) => boolean): ClientMetadataField<string>;
export declare function textsField(name: string, wanted: string, isGood?: (text: string) => boolean): ClientMetadataField<readonly string[]>;
export declare function timeBasedCodes(sealingKey: string): OneTimeCodes;
export declare function tokenExchange(options: TokenExchangeOptions): Feature;
export declare function wordField<const W extends string>(name: string, words: readonly W[]): ClientMetadataField<W>;
// Not exported, needed above.
type AcrDemand = readonly string[];
type AmountField = Declared & {
    readonly kind: 'amount';
    readonly currencies: readonly string[];
    readonly max?: string;
    readonly narrow?: boolean;
};
type Argon2Cost = {
    readonly memory: number;
    readonly passes: number;
    readonly parallelism: number;
};
type AsideChannel = {
    readonly kind: 'aside';
    readonly view: AsideView;
    readonly parse: (context: ServerContext, from: RequestClient, parameters: Parameters) => Promise<ParsedRequest>;
    readonly complete: (context: ServerContext, exchange: Exchange, completed: CompletedRequest) => Promise<HttpResponse | Refusal<ErrorCodeAt<'authorization'>>>;
    readonly refuse: (context: ServerContext, exchange: Exchange, refusal: Refusal) => Promise<HttpResponse>;
};
type Asked = {
    readonly [K in 'protectJwt' | 'decryptJwt' | 'formatIntrospection' | 'publishedKeys' | 'metadata' | 'notices' | 'userRule' | 'allowed' | 'issued' | 'sessionEnded']-?: readonly NonNullable<Feature[K]>[];
};
type AuthenticatedClient = Brand<ClientRecord, 'AuthenticatedClient'>;
type AuthorizationRequest = RequestClient & {
    readonly responseType: ResponseType;
    readonly grantType: string;
    readonly isRedirectUriSent: boolean;
    readonly decision: ScopeDecision;
    readonly resources: readonly string[];
    readonly codeChallenge: CodeChallenge | undefined;
    readonly nonce: string | undefined;
    readonly prompt: ReadonlySet<Prompt>;
    readonly maxAge: Seconds | undefined;
    readonly acrDemands: readonly AcrDemand[];
    readonly loginHint: string | undefined;
    readonly hintedSubject: string | undefined;
    readonly uiLocales: string | undefined;
    readonly claims: string | undefined;
    readonly claimsRequest: ClaimsRequest;
    readonly details: readonly AuthorizationDetail[];
    readonly confirmation: Confirmation | undefined;
    readonly parameters: Parameters;
};
type ChoicesField = Declared & {
    readonly kind: 'choices';
    readonly values: Readonly<Record<string, LocalizedText>>;
    readonly narrow?: boolean;
};
type ChosenAudience = {
    readonly audience: ResourceDeclaration;
    readonly decision: ScopeDecision;
};
type ChosenTarget = ChosenAudience & {
    readonly grantScope: ScopeSet;
    readonly grantResources: readonly string[];
};
type ClaimRequest = {
    readonly isEssential: boolean;
    readonly values: readonly unknown[];
};
type ClaimsRequest = {
    readonly userinfo: ReadonlyMap<string, ClaimRequest>;
    readonly idToken: ReadonlyMap<string, ClaimRequest>;
};
type ClientDraft = Omit<ClientRecord, 'clientId' | 'secretHashes' | 'sealedSecret' | 'createdAt' | 'isDeclared'>;
type ClientRule = (client: ClientDraft) => readonly MetadataProblem[];
type CompletedRequest = {
    readonly request: AuthorizationRequest;
    readonly login: Login;
    readonly grant?: GrantRecord | undefined;
    readonly decision: ScopeDecision;
    readonly details: readonly AuthorizationDetail[];
};
type Declared = {
    readonly label: LocalizedText;
    readonly optional?: boolean;
};
type DeliveryMode = 'poll' | 'ping';
type FetchLimits = {
    readonly perHost: number;
    readonly overall: number;
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
type Lists = {
    readonly [K in 'endpoints' | 'clientMetadata' | 'clientRules' | 'senderBindings' | 'requestSources' | 'requestRules' | 'tasks']-?: NonNullable<Feature[K]>;
};
type LocationsField = Declared & {
    readonly kind: 'locations';
};
type Login = {
    readonly session: SessionRecord;
    readonly user: UserRecord;
};
type Mounted = Lists & Asked & {
    readonly names: ReadonlySet<string>;
    readonly knownAuthentications: readonly ClientAuthentication[];
    readonly clientAuthentications: readonly ClientAuthentication[];
    readonly responseModes: ReadonlyMap<string, WrappedResponseMode>;
    readonly interactions: ReadonlyMap<string, InteractionKind>;
    readonly details?: NonNullable<Feature['details']>;
};
type NumberField = Declared & {
    readonly kind: 'number';
    readonly min?: number;
    readonly max?: number;
    readonly whole?: boolean;
    readonly narrow?: boolean;
};
type ObjectField = Declared & {
    readonly kind: 'object';
    readonly fields: DetailFields;
};
type OutboundFailure = 'refused' | 'busy' | 'late' | 'large' | 'encoded' | 'unreachable';
type OutboundLimits = {
    readonly running: number;
    readonly runningPerHost: number;
    readonly waiting: number;
    readonly waitingPerHost: number;
};
type ParsedRequest = AuthorizationRequest | Refusal<ErrorCodeAt<'authorization'>>;
type PermissionContext = Pick<ServerContext, 'catalogue' | 'roles' | 'grantable'>;
type Prompt = (typeof promptValues)[number];
type RedirectChannel = {
    readonly kind: 'redirect';
    readonly redirectUri: VerifiedRedirectUri;
    readonly mode: ResponseMode;
    readonly state?: string;
    readonly isStranger?: boolean;
    readonly wrap?: (parameters: ResponseParameters) => Promise<ResponseParameters>;
};
type RefusalExplanation = {
    readonly kind: 'refusal';
    readonly refusal: RefusalRecord;
};
type RequestClient = {
    readonly client: ClientRecord;
    readonly channel: ResponseChannel;
};
type RequestExplanation = {
    readonly kind: 'request';
    readonly requestId: RequestId;
    readonly tokens: readonly TokenExplanation[];
};
type Resolve = (hostname: string) => Promise<readonly string[]>;
type ResourceQuestion = {
    readonly named: readonly string[];
    readonly decision: ScopeDecision;
    readonly beside?: readonly string[];
};
type ResponseChannel = RedirectChannel | AsideChannel;
type ResponseMode = 'query' | 'fragment' | 'form_post';
type ResponseParameters = Readonly<Record<string, string | undefined>>;
type ResponseType = keyof typeof responseTypes;
type RuleVerdict = Refusal<ErrorCodeAt<'authorization'> & ErrorCodeAt<'pushed_request'>> | undefined;
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
    readonly details?: readonly AuthorizationDetail[];
    readonly confirmation?: Confirmation;
};
type StandingContext = PermissionContext & Pick<ServerContext, 'clock' | 'store'>;
type TextField = Declared & {
    readonly kind: 'text';
    readonly maxLength?: number;
    readonly pattern?: string;
};
type TokenState = 'active' | 'expired' | 'revoked' | 'spent' | 'family_revoked' | 'family_ended' | 'scope_taken_back' | 'permission_lost';
type VerifiedRedirectUri = Brand<string, 'VerifiedRedirectUri'>;
type World = {
    readonly clock: Clock;
    readonly crypto: Crypto;
};
declare const promptValues: readonly ['none', 'login', 'consent', 'select_account'];
declare const responseTypes: {
    readonly code: {
        readonly grantType: 'authorization_code';
        readonly defaultMode: 'query';
    };
    readonly token: {
        readonly grantType: 'implicit';
        readonly defaultMode: 'fragment';
    };
    readonly id_token: {
        readonly grantType: 'implicit';
        readonly defaultMode: 'fragment';
    };
    readonly 'id_token token': {
        readonly grantType: 'implicit';
        readonly defaultMode: 'fragment';
    };
};
