// @ambit/tester
export type Acceptance = Pick<AcceptedFinding, 'reason' | 'acceptedBy' | 'expires'>;
export type AcceptedFinding = {
    readonly fingerprint: string;
    readonly case: string;
    readonly reason: string;
    readonly acceptedBy: string;
    readonly expires: string;
};
export type ApiBody = {
    readonly mediaType: string;
    readonly isRequired: boolean;
    readonly schema: Schema;
    readonly example?: unknown;
};
export type ApiOperation = {
    readonly key: string;
    readonly method: string;
    readonly path: string;
    readonly operationId?: string;
    readonly summary?: string;
    readonly tags: readonly string[];
    readonly requirement: OpenApiRequirement;
    readonly enforcement: Enforcement;
    readonly schemes: readonly string[];
    readonly parameters: readonly ApiParameter[];
    readonly body?: ApiBody;
    readonly responses: Readonly<Record<string, Schema | undefined>>;
    readonly isWrite: boolean;
    readonly action?: string;
    readonly inputs?: Readonly<Record<string, string>>;
    readonly resource?: string;
    readonly place?: Place;
    readonly requirementPlace?: Place;
};
export type ApiParameter = {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header' | 'cookie';
    readonly isRequired: boolean;
    readonly schema: Schema;
    readonly example?: unknown;
    readonly style?: ParameterStyle;
    readonly isExploded?: boolean;
    readonly mediaType?: string;
};
export type ApiReading = {
    readonly api: Omit<ApiTarget, 'policy' | 'routes'>;
    readonly problems: readonly OpenApiProblem[];
    readonly notes: readonly string[];
};
export type ApiTarget = {
    readonly title: string;
    readonly origin: string;
    readonly operations: readonly ApiOperation[];
    readonly publicOperations: ReadonlySet<string>;
    readonly declaredScopes: ReadonlyMap<string, string>;
    readonly listingSchemes?: ReadonlySet<string>;
    readonly catalogue: Catalogue;
    readonly isCatalogueGuessed?: boolean;
    readonly policy?: PolicyModel;
    readonly routes?: readonly CodeRoute[];
    readonly areRoutesComplete?: boolean;
    readonly observedCalls?: readonly ObservedClient[];
    readonly mostPerScope?: number;
    readonly resources: readonly {
        readonly path: string;
        readonly resource: string;
    }[];
    readonly headers: readonly HeaderField[];
    readonly revocationWindow?: number;
    readonly otherResource?: string;
    readonly plainOrigin?: string;
    readonly olderPaths: readonly string[];
    readonly objects?: readonly KnownObject[];
    readonly holders?: readonly KnownHolder[];
    readonly introspection?: IntrospectionControl;
};
export type Artefact = {
    readonly name: string;
    readonly text: string;
};
export type AuthorizationOutcome =
{
    readonly kind: 'redirected';
    readonly location: string;
    readonly parameters: ReadonlyMap<string, string>;
    readonly problem?: string;
}
 | {
    readonly kind: 'page';
    readonly status: number;
    readonly body: string;
    readonly headers: readonly HeaderField[];
} | {
    readonly kind: 'stuck';
    readonly reason: string;
};
export type Baseline = {
    readonly version: 1;
    readonly accepted: readonly AcceptedFinding[];
};
export type BaselineReading = {
    readonly kind: 'baseline';
    readonly baseline: Baseline;
} | {
    readonly kind: 'problems';
    readonly problems: readonly string[];
};
export type BaselineUpdate = {
    readonly baseline: Baseline;
    readonly added: readonly AcceptedFinding[];
    readonly renewed: readonly AcceptedFinding[];
    readonly dropped: readonly AcceptedFinding[];
};
export type BrowserLoginParts = {
    readonly secrets: SecretLedger;
    readonly users: readonly TestUser[];
    readonly origins: ReadonlySet<string>;
    readonly script?: readonly LoginStep[];
    readonly launch: Pick<LaunchOptions, 'executablePath' | 'args' | 'env'>;
    readonly patience?: number;
};
export type CallChange = {
    readonly path?: Readonly<Record<string, string>>;
    readonly query?: Readonly<Record<string, string>>;
    readonly headers?: readonly HeaderField[];
    readonly body?: unknown;
};
export type Canary = {
    readonly url: (name: string) => string;
    readonly hits: (url: string) => number;
    readonly answer: (url: string, document: {
        readonly contentType: string;
        readonly body: string;
    }) => void;
};
export type CanarySettings = {
    readonly host?: string;
    readonly port?: number;
};
export type CaseId = (typeof resourceCaseIds)[number] | (typeof serverCaseIds)[number] | (typeof clientCaseIds)[number] | (typeof selfCaseIds)[number];
export type CaseText = {
    readonly id: CaseId;
    readonly title: string;
    readonly why: string;
    readonly remedy: string;
    readonly severity: Severity;
    readonly level: PowerLevel;
    readonly sources: readonly [string, ...string[]];
    readonly tags: readonly string[];
};
export type ClientCredential = {
    readonly method: 'none';
} | {
    readonly method: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt';
    readonly secret: Secret;
} | {
    readonly method: 'private_key_jwt';
    readonly key: KeyPair;
} | {
    readonly method: 'tls_client_auth' | 'self_signed_tls_client_auth';
    readonly certificate: ShownCertificate;
};
export type ClientUnderTest = {
    readonly title: string;
    readonly startUrl: string;
    readonly callback: string;
    readonly clientId: string;
    readonly server: PlayedServer;
    readonly calls?: readonly string[];
};
export type CloseReport = {
    readonly revoked: number;
    readonly left: readonly {
        readonly what: string;
        readonly reason: string;
        readonly expiresAt?: number;
    }[];
};
export type CodeNote = {
    readonly place: Place;
    readonly message: string;
    readonly mayHideRoutes: boolean;
};
export type CodeReading = {
    readonly routes: readonly CodeRoute[];
    readonly notes: readonly CodeNote[];
    readonly isComplete: boolean;
};
export type CodeRoute = {
    readonly method: string;
    readonly path: string;
    readonly place: Place;
    readonly framework: 'express' | 'fastify' | 'hono' | 'nestjs' | 'koa';
    readonly guard: {
        readonly kind: 'none';
    } | {
        readonly kind: 'token';
        readonly anyOf: readonly (readonly string[])[];
        readonly place: Place;
    } | {
        readonly kind: 'unknown';
        readonly name: string;
        readonly place: Place;
    };
};
export type Exchange = {
    readonly request: SentRequest;
    readonly sentAt: number;
    readonly duration: number;
} & ({
    readonly kind: 'answered';
    readonly response: ReceivedResponse;
} | {
    readonly kind: 'failed';
    readonly failure: SendFailure;
    readonly detail: string;
});
export type ExitOutcome = {
    readonly code: 0 | 1 | 2;
    readonly why: string;
};
export type ExitRules = {
    readonly failOn: Severity | 'never';
    readonly accepted?: ReadonlySet<string>;
    readonly mayLack?: boolean;
};
export type Finding = {
    readonly fingerprint: string;
    readonly caseId: CaseId;
    readonly verdict: 'fail' | 'warn';
    readonly severity: Severity;
    readonly title: string;
    readonly reason: string;
    readonly operations: readonly string[];
    readonly results: readonly ProbeResult[];
    readonly folded: readonly ProbeResult[];
    readonly places: readonly Place[];
};
export type FlowChoice = {
    readonly flow: FlowName;
    readonly holder: Holder;
    readonly client: TestClient;
    readonly user?: TestUser;
    readonly why: string;
};
export type FlowChoices = {
    readonly choices: readonly FlowChoice[];
    readonly reasons: readonly string[];
};
export type FlowName = 'authorization_code' | 'device_code' | 'client_credentials' | 'password' | 'implicit';
export type FlowOptions = {
    readonly userFlow?: Exclude<FlowName, 'client_credentials'>;
};
export type FormLoginParts = {
    readonly send: Send;
    readonly secrets: SecretLedger;
    readonly now: () => number;
    readonly users: readonly TestUser[];
    readonly origins: ReadonlySet<string>;
    readonly script?: readonly LoginStep[];
};
export type FoundReference = {
    readonly holder: SchemaObject;
    readonly pointer: string;
    readonly reference: string;
};
export type FrontChannel = {
    readonly visit: (url: string, visit: Visit) => Promise<AuthorizationOutcome>;
    readonly close: () => Promise<void>;
};
export type GuardRule =
false | {
    readonly scopeArgument?: number;
    readonly kind?: 'all' | 'any';
};
export type GuardRules = Readonly<Record<string, GuardRule>>;
export type HeaderField = readonly [name: string, value: string];
export type HeldToken = {
    readonly accessToken: Secret;
    readonly tokenType: 'Bearer' | 'DPoP';
    readonly scope: readonly string[];
    readonly holder: Holder;
    readonly resource?: string;
    readonly expiresAt: number;
    readonly refreshToken?: Secret;
    readonly idToken?: Secret;
    readonly dpopKey?: {
        readonly privateJwk: Secret;
        readonly publicJwk: JsonWebKey;
    };
    readonly from: 'server' | 'test_issuer';
};
export type Holder = {
    readonly kind: 'user';
    readonly user: 'first' | 'second';
} | {
    readonly kind: 'client';
    readonly client: 'first' | 'second';
};
export type HostProof = {
    readonly kind: 'proven';
    readonly host: string;
    readonly by: 'loopback' | 'file' | 'dns';
} | {
    readonly kind: 'unproven';
    readonly host: string;
    readonly reason: string;
};
export type IntrospectionControl = {
    readonly behave: (conduct: {
        readonly kind: 'pass' | 'fail';
    } | {
        readonly kind: 'say';
        readonly members: Readonly<Record<string, unknown>>;
    }) => void;
};
export type IssuerKey = {
    readonly kid: string;
    readonly alg: string;
    readonly key: KeyPair;
    readonly role: 'signing' | 'encryption' | 'retired' | 'other_alg';
};
export type JournalFile = {
    readonly done: readonly ProbeResult[];
    readonly append: (result: ProbeResult) => void;
    readonly close: () => void;
};
export type JournalHead = {
    readonly version: string;
    readonly seed: string;
    readonly target: string;
};
export type JournalOpening = {
    readonly kind: 'open';
    readonly journal: JournalFile;
} | {
    readonly kind: 'refused';
    readonly problem: string;
};
export type JsonFinding = {
    readonly id: string;
    readonly fingerprint: string;
    readonly case: string;
    readonly verdict: 'fail' | 'warn';
    readonly severity: Severity;
    readonly title: string;
    readonly reason: string;
    readonly why: string;
    readonly remedy: string;
    readonly sources: readonly string[];
    readonly operations: readonly string[];
    readonly places: readonly Place[];
    readonly results: readonly string[];
    readonly folded: readonly string[];
};
export type JsonReport = {
    readonly version: 1;
    readonly title: string;
    readonly startedAt: string;
    readonly endedAt: string;
    readonly seed: string;
    readonly isCut: boolean;
    readonly origin?: string;
    readonly issuer?: string;
    readonly summary: Summary;
    readonly findings: readonly JsonFinding[];
    readonly accepted: readonly (AcceptedFinding & {
        readonly finding: JsonFinding;
    })[];
    readonly matrix: {
        readonly scopes: readonly string[];
        readonly cells: readonly {
            readonly operation: string;
            readonly scope: string;
            readonly expected: string;
            readonly observed: string;
            readonly rule: string;
            readonly result: string;
        }[];
    };
    readonly results: readonly JsonResult[];
    readonly skips: readonly {
        readonly case: string;
        readonly operation?: string;
        readonly reason: string;
    }[];
    readonly cases: readonly {
        readonly id: string;
        readonly title: string;
        readonly severity: Severity;
        readonly level: string;
        readonly sources: readonly string[];
    }[];
    readonly latency: LatencyReport;
    readonly notes: readonly string[];
};
export type JsonResult = {
    readonly id: string;
    readonly name: string;
    readonly case: string;
    readonly operation?: string;
    readonly variant?: string;
    readonly verdict: Verdict;
    readonly reason: string;
    readonly startedAt: string;
    readonly duration: number;
    readonly place?: Place;
    readonly figures?: Readonly<Record<string, number>>;
    readonly evidence: readonly MaskedExchange[];
};
export type Judgement = {
    readonly verdict: Verdict;
    readonly reason: string;
    readonly complaint?: string;
    readonly evidence?: readonly Exchange[];
    readonly place?: Place;
    readonly cell?: MatrixCell;
    readonly figures?: Readonly<Record<string, number>>;
};
export type KeyPair = {
    readonly publicJwk: JsonWebKey;
    readonly privateJwk: Secret;
};
export type KnownHolder = {
    readonly holder: Holder;
    readonly claims: Readonly<Record<string, unknown>>;
    readonly facts: Readonly<Record<string, unknown>>;
};
export type KnownObject = {
    readonly kind: string;
    readonly id: string;
    readonly attributes: Readonly<Record<string, unknown>>;
};
export type LatencySample = {
    readonly kind: 'token_endpoint' | 'guarded' | 'public';
    readonly operation?: string;
    readonly at: number;
    readonly duration: number;
};
export type Leak = {
    readonly artefact: string;
    readonly kind: string;
    readonly form: SecretForm;
    readonly behind: string;
    readonly line: number;
};
export type LeakSearch = {
    readonly leaks: readonly Leak[];
    readonly searched: {
        readonly artefacts: number;
        readonly secrets: number;
    };
    readonly notes: readonly string[];
};
export type ListeningHostile = HostileServer & {
    readonly close: () => Promise<void>;
};
export type LoginStep = {
    readonly fill: Readonly<Record<string, string>>;
    readonly click?: string;
};
export type ManagedTokenSource = TokenSource & {
    readonly renew: (token: HeldToken) => Promise<TokenOutcome>;
    readonly adopt: (token: Secret, hint: 'access_token' | 'refresh_token', client: TestClient) => void;
    readonly close: () => Promise<CloseReport>;
};
export type Mask = {
    readonly text: (text: string) => string;
    readonly exchange: (exchange: Exchange, operation?: string) => MaskedExchange;
    readonly unsearchable: readonly Secret[];
};
export type MaskOptions = {
    readonly secrets: readonly Secret[];
    readonly operations?: readonly ApiOperation[];
    readonly extraNames?: readonly string[];
    readonly hosts?: readonly string[];
};
export type MaskedExchange = {
    readonly sentAt: number;
    readonly duration: number;
    readonly method: string;
    readonly origin: string;
    readonly target: string;
    readonly headers: readonly HeaderField[];
    readonly body?: string;
    readonly tokens: readonly ShownToken[];
    readonly outcome: {
        readonly kind: 'answered';
        readonly status: number;
        readonly headers: readonly HeaderField[];
        readonly body: string;
        readonly isCut: boolean;
    } | {
        readonly kind: 'failed';
        readonly failure: SendFailure;
        readonly detail: string;
    };
};
export type MatrixCell = {
    readonly operation: string;
    readonly scope: string;
    readonly expected: 'allowed' | 'refused' | 'conditional';
    readonly observed: 'allowed' | 'refused' | 'not_issued' | 'unknown';
    readonly rule: string;
};
export type MetadataOutcome = {
    readonly kind: 'metadata';
    readonly metadata: JsonObject;
    readonly urls: readonly string[];
    readonly notes: readonly string[];
} | {
    readonly kind: 'unavailable';
    readonly reason: string;
};
export type ObservedClient = {
    readonly client: string;
    readonly source: string;
    readonly scope: readonly string[];
    readonly calls: readonly {
        readonly method: string;
        readonly path: string;
    }[];
};
export type ObservedOptions = {
    readonly source: string;
    readonly scope?: Readonly<Record<string, readonly string[]>>;
};
export type ObservedReading = {
    readonly clients: readonly ObservedClient[];
    readonly notes: readonly string[];
};
export type OpenCanary = Canary & {
    readonly close: () => Promise<void>;
};
export type Pacing = RateLimits & {
    readonly repeats?: number;
    readonly longestWait?: number;
};
export type ParameterStyle = 'simple' | 'label' | 'matrix' | 'form' | 'cookie' | 'spaceDelimited' | 'pipeDelimited' | 'tabDelimited' | 'deepObject';
export type Peculiarities = {
    readonly namesApiBy: 'resource' | 'audience' | 'scope' | 'server';
    readonly scopeClaims: readonly ('scope' | 'scp' | 'roles')[];
    readonly audienceClaim: 'aud' | 'client_id';
    readonly hasOpaqueTokens: boolean;
    readonly revokes: readonly ('access_token' | 'refresh_token')[];
    readonly offline: {
        readonly scope: string;
    } | {
        readonly parameters: readonly Pair[];
    };
    readonly assertionAudience: 'issuer' | 'token_endpoint';
    readonly notes: readonly string[];
};
export type Place = {
    readonly file: string;
    readonly line?: number;
    readonly column?: number;
    readonly pointer?: string;
};
export type Plan = {
    readonly seed: string;
    readonly target: Target;
    readonly probes: readonly PlannedProbe[];
    readonly skips: readonly Skip[];
    readonly cases: readonly CaseText[];
    readonly beyond?: (open: ReadonlySet<string>) => readonly PlannedProbe[];
};
export type PlanCounts = {
    readonly probes: number;
    readonly skips: number;
    readonly writes: number;
    readonly controls: number;
    readonly cases: readonly {
        readonly caseId: CaseId;
        readonly title: string;
        readonly probes: number;
        readonly skips: number;
    }[];
    readonly operations: readonly {
        readonly operation: string | undefined;
        readonly probes: number;
        readonly skips: number;
    }[];
    readonly reasons: readonly {
        readonly reason: string;
        readonly count: number;
        readonly cases: readonly CaseId[];
    }[];
};
export type PlanOutcome = {
    readonly kind: 'plan';
    readonly plan: Plan;
} | {
    readonly kind: 'refused';
    readonly problems: readonly string[];
};
export type PlannedProbe = {
    readonly name: string;
    readonly probe: Probe;
};
export type PlayedAnswer = {
    readonly asked: ReadonlyMap<string, string>;
    readonly isForeign?: boolean;
    readonly scope?: readonly string[];
    readonly idToken?: {
        readonly header?: Readonly<Record<string, unknown>>;
        readonly claims?: Readonly<Record<string, unknown>>;
        readonly hasOtherKey?: boolean;
    };
};
export type PlayedServer = {
    readonly issuer: string;
    readonly issue: (answer: PlayedAnswer) => Secret;
    readonly redemptions: (code: Secret) => readonly Redemption[];
    readonly leaks: () => readonly string[];
};
export type PowerLevel = 'S' | 'L0' | 'L1' | 'L2';
export type Probe = {
    readonly caseId: CaseId;
    readonly operation?: string;
    readonly variant?: string;
    readonly isWrite: boolean;
    readonly control?: string;
    readonly isExclusive?: boolean;
    readonly isLast?: boolean;
    readonly run: (context: ProbeContext) => Promise<Judgement>;
};
export type ProbeContext = {
    readonly target: Target;
    readonly secrets: SecretLedger;
    readonly send: Send;
    readonly call: (operation: ApiOperation, change?: CallChange) => SentRequest | undefined;
    readonly withToken: (request: SentRequest, token: HeldToken) => SentRequest;
    readonly tokens: TokenSource;
    readonly leastScope: (operation: ApiOperation) => readonly string[];
    readonly testIssuer?: TestIssuer;
    readonly server?: ServerTools;
    readonly canary: Canary;
    readonly now: () => number;
    readonly wait: (milliseconds: number) => Promise<void>;
    readonly randomBytes: (length: number) => Uint8Array;
    readonly onEnd: (what: string, undo: () => Promise<void>) => void;
};
export type ProbeResult = {
    readonly name: string;
    readonly caseId: CaseId;
    readonly operation?: string;
    readonly variant?: string;
    readonly verdict: Verdict;
    readonly reason: string;
    readonly complaint?: string;
    readonly doubt?: 'control' | 'test';
    readonly evidence: readonly Exchange[];
    readonly place?: Place;
    readonly cell?: MatrixCell;
    readonly figures?: Readonly<Record<string, number>>;
    readonly startedAt: number;
    readonly duration: number;
};
export type Progress = {
    readonly planned: number;
    readonly skips: number;
    readonly done: number;
    readonly verdicts: Readonly<Record<Verdict, number>>;
    readonly running: readonly string[];
    readonly startedAt: number;
    readonly recent: readonly number[];
    readonly slowed?: {
        readonly perSecond: number;
        readonly why: string;
    };
    readonly cleaning?: string;
};
export type ProgressOptions = {
    readonly now: number;
    readonly width: number;
    readonly hasColor: boolean;
    readonly locale: string;
};
export type ProofParts = {
    readonly token: Secret;
    readonly send: Send;
    readonly txtRecords?: (name: string) => Promise<readonly string[]>;
};
export type ProviderName = 'ambit' | 'auth0' | 'okta' | 'entra' | 'google' | 'keycloak' | 'cognito' | 'unknown';
export type RawSend = Send & {
    readonly close: () => void;
};
export type ReadApiOptions = OperationSettings & {
    readonly file?: string;
    readonly locate?: (pointer: string) => Place;
    readonly loading?: readonly OpenApiProblem[];
    readonly documentUrl?: string;
    readonly baseUrl?: string;
    readonly resources?: ApiTarget['resources'];
    readonly headers?: readonly HeaderField[];
    readonly checkedByApi?: readonly string[];
    readonly catalogue?: Catalogue;
    readonly revocationWindow?: number;
    readonly otherResource?: string;
    readonly plainOrigin?: string;
    readonly olderPaths?: readonly string[];
};
export type ReadRoutesOptions = {
    readonly guards?: GuardRules;
};
export type ReadSourceOptions = {
    readonly mostFiles?: number;
    readonly largestFile?: number;
    readonly deepest?: number;
    readonly withBuilt?: boolean;
};
export type ReceivedResponse = {
    readonly status: number;
    readonly headers: readonly HeaderField[];
    readonly body: string;
    readonly isCut: boolean;
};
export type Redemption = {
    readonly verifier?: string;
    readonly fits: boolean;
    readonly tokens: readonly Secret[];
};
export type RenderOptions = ReportOptions & JunitOptions & {
    readonly secrets: readonly Secret[];
    readonly files: Readonly<Partial<Record<ReportFormat, string>>>;
    readonly others?: readonly Artefact[];
    readonly version: string;
};
export type Rendering = {
    readonly report: Report;
    readonly artefacts: readonly Artefact[];
    readonly withheld: readonly string[];
    readonly search: LeakSearch;
};
export type Report = {
    readonly title: string;
    readonly startedAt: number;
    readonly endedAt: number;
    readonly seed: string;
    readonly api?: {
        readonly title: string;
        readonly origin: string;
        readonly operations: readonly ReportOperation[];
    };
    readonly issuer?: string;
    readonly cases: readonly CaseText[];
    readonly results: readonly ReportResult[];
    readonly skips: readonly Skip[];
    readonly findings: readonly ReportFinding[];
    readonly accepted: readonly AcceptedOutcome<ReportFinding>[];
    readonly matrix: ScopeMatrix;
    readonly latency: LatencyReport;
    readonly notes: readonly string[];
    readonly isCut: boolean;
    readonly summary: Summary;
    readonly locale: string;
    readonly timeZone: string;
};
export type ReportFinding = Omit<Finding, 'results' | 'folded'> & {
    readonly id: string;
    readonly results: readonly ReportResult[];
    readonly folded: readonly ReportResult[];
};
export type ReportFormat = (typeof reportFormats)[number];
export type ReportOptions = {
    readonly mask: Mask;
    readonly baseline?: Baseline;
    readonly isPartial?: boolean;
    readonly locale?: string;
    readonly timeZone?: string;
};
export type ReportResult = Omit<ProbeResult, 'evidence'> & {
    readonly id: string;
    readonly evidence: readonly MaskedExchange[];
};
export type RouteDocument = {
    readonly document: object;
    readonly locate: (pointer: string) => Place;
};
export type RunClock = {
    readonly now: () => number;
    readonly after: (milliseconds: number, ring: () => void) => () => void;
};
export type RunEvent = {
    readonly kind: 'planned';
    readonly probes: number;
    readonly skips: number;
} | {
    readonly kind: 'started';
    readonly name: string;
} | {
    readonly kind: 'finished';
    readonly result: ProbeResult;
} | {
    readonly kind: 'slowed';
    readonly perSecond: number;
    readonly why: string;
} | {
    readonly kind: 'cleaning';
    readonly what: string;
    readonly isDone: boolean;
    readonly problem?: string;
};
export type RunOptions = {
    readonly title?: string;
    readonly concurrency?: number;
    readonly timeLimit?: number;
    readonly cleanupLimit?: number;
    readonly onEvent?: (event: RunEvent) => void;
    readonly signal?: AbortSignal;
    readonly abandon?: AbortSignal;
    readonly journal?: {
        readonly done: readonly ProbeResult[];
        readonly append: (result: ProbeResult) => void | Promise<void>;
    };
};
export type RunParts = {
    readonly target: Target;
    readonly secrets: SecretLedger;
    readonly wire: RunWire;
    readonly clock: RunClock;
    readonly tokens: RunTokens;
    readonly serverTools?: (send: Send, nonces: Map<string, string>) => ServerTools;
    readonly canary: Canary;
};
export type RunRecord = {
    readonly title: string;
    readonly startedAt: number;
    readonly endedAt: number;
    readonly seed: string;
    readonly api?: {
        readonly title: string;
        readonly origin: string;
        readonly operations: readonly ApiOperation[];
    };
    readonly issuer?: string;
    readonly cases: readonly CaseText[];
    readonly results: readonly ProbeResult[];
    readonly skips: readonly Skip[];
    readonly findings: readonly Finding[];
    readonly latencies: readonly LatencySample[];
    readonly notes: readonly string[];
    readonly isCut: boolean;
};
export type RunTokens = TokenSource & Partial<Pick<ManagedTokenSource, 'renew' | 'adopt' | 'close'>>;
export type RunWire = {
    readonly send: PacedSend;
    readonly latencies: () => readonly LatencySample[];
};
export type Schema = Readonly<Record<string, unknown>> | boolean;
export type SchemaObject = Readonly<Record<string, unknown>>;
export type SealedText = {
    readonly read: () => Promise<string | undefined>;
    readonly write: (text: string) => Promise<void>;
    readonly remove: () => Promise<void>;
};
export declare class Secret {
    #private;
    readonly kind: string;
    constructor(kind: string, text: string);
    reveal(): string;
    toString(): string;
    toJSON(): string;
}
export type SecretLedger = {
    readonly secret: (kind: string, text: string) => Secret;
    readonly all: () => readonly Secret[];
};
export type Selection = {
    readonly only?: readonly string[];
    readonly skip?: readonly string[];
    readonly shard?: {
        readonly index: number;
        readonly of: number;
    };
    readonly seed?: string;
};
export type Send = (request: SentRequest, options?: SendOptions) => Promise<Exchange>;
export type SendFailure = 'refused' | 'timeout' | 'reset' | 'tls' | 'malformed' | 'aborted';
export type SendOptions = {
    readonly timeout?: number;
    readonly signal?: AbortSignal;
    readonly isRaw?: boolean;
    readonly tls?: {
        readonly version?: 'TLSv1' | 'TLSv1.1';
        readonly serverName?: string;
    };
};
export type SendSettings = Trust & {
    readonly now: () => number;
    readonly clock: () => number;
    readonly limits?: ReadLimits;
    readonly connectTimeout?: number;
};
export type SentRequest = {
    readonly method: string;
    readonly origin: string;
    readonly target: string;
    readonly headers: readonly HeaderField[];
    readonly body?: string;
    readonly certificate?: ShownCertificate;
};
export type ServedKeySet = {
    readonly fetches: () => number;
    readonly add: (key: Pick<IssuerKey, 'kid' | 'alg'> & {
        readonly publicJwk: JsonWebKey;
    }) => void;
};
export type ServerAccess = {
    readonly server: ServerTarget;
    readonly send: Send;
    readonly secrets: SecretLedger;
    readonly now: () => number;
    readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
    readonly signal?: AbortSignal;
};
export type ServerTarget = {
    readonly issuer: string;
    readonly metadata: Readonly<Record<string, unknown>>;
    readonly provider: ProviderName;
    readonly clients: readonly TestClient[];
    readonly users: readonly TestUser[];
    readonly isUnderTest: boolean;
    readonly registrationToken?: Secret;
    readonly patience?: number;
};
export type ServerTools = {
    readonly endpoint: (name: string) => string | undefined;
    readonly client: (fits: (client: TestClient) => boolean) => TestClient | undefined;
    readonly users: readonly TestUser[];
    readonly authorize: (parameters: readonly (readonly [name: string, value: string])[], conduct?: UserConduct) => Promise<AuthorizationOutcome>;
    readonly visit: (url: string, conduct?: UserConduct & {
        readonly userCode?: string;
        readonly scope?: readonly string[];
        readonly redirectUris?: readonly string[];
    }) => Promise<AuthorizationOutcome>;
    readonly formRequest: (endpoint: string, parameters: readonly (readonly [name: string, value: string])[], client: TestClient) => SentRequest;
    readonly seal: (parameters: readonly (readonly [name: string, value: string])[], client: TestClient) => Sealed;
    readonly show: (request: SentRequest, token: Secret) => SentRequest;
    readonly again: (request: SentRequest, exchange: Exchange) => SentRequest | undefined;
    readonly obtainCode: (wish: {
        readonly client: TestClient;
        readonly scope: readonly string[];
        readonly parameters?: readonly (readonly [name: string, value: string])[];
        readonly conduct?: UserConduct;
    }) => Promise<{
        readonly kind: 'code';
        readonly code: Secret;
        readonly verifier: Secret;
        readonly redirectUri: string;
        readonly state: string;
    } | {
        readonly kind: 'failed';
        readonly reason: string;
    }>;
};
export type ServerToolsParts = ServerAccess & {
    readonly front: FrontChannel;
    readonly nonces?: Map<string, string>;
};
export type Severity = 'critical' | 'high' | 'medium' | 'low';
export type ShownCertificate = {
    readonly certificate: string;
    readonly privateKey: string;
};
export type Skip = {
    readonly caseId: CaseId;
    readonly operation?: string;
    readonly reason: string;
};
export type SourceFile = {
    readonly path: string;
    readonly text: string;
};
export type SourceReading = {
    readonly files: readonly SourceFile[];
    readonly notes: readonly CodeNote[];
};
export type Summary = {
    readonly verdicts: Readonly<Record<Verdict, number>>;
    readonly severities: Readonly<Record<Severity, number>>;
    readonly wrong: number;
    readonly doubtful: number;
    readonly accepted: number;
    readonly unjudged: number;
    readonly untried: number;
    readonly sentence: string;
};
export type Target = {
    readonly api?: ApiTarget;
    readonly server?: ServerTarget;
    readonly testIssuer?: TestIssuer;
    readonly client?: ClientUnderTest;
    readonly levels: ReadonlySet<PowerLevel>;
    readonly mayWrite: boolean;
    readonly depth: 'guard' | 'operation';
};
export type TerminalOptions = {
    readonly width?: number;
    readonly hasColor?: boolean;
    readonly hints?: readonly string[];
};
export type TestCase = CaseText & {
    readonly plan: (target: Target) => readonly (Probe | Skip)[];
};
export type TestClient = {
    readonly name: string;
    readonly clientId: string;
    readonly credential: ClientCredential;
    readonly redirectUris: readonly string[];
    readonly grantTypes: readonly string[];
    readonly scope?: readonly string[];
    readonly mayIntrospect: boolean;
    readonly binding?: 'dpop';
    readonly signsRequests?: boolean;
    readonly responseMode?: 'jwt';
};
export type TestIssuer = {
    readonly issuer: string;
    readonly keys: readonly [IssuerKey, ...IssuerKey[]];
    readonly claims: Readonly<Record<string, unknown>>;
    readonly subjects?: {
        readonly users?: readonly string[];
        readonly clients?: readonly string[];
    };
    readonly second?: {
        readonly issuer: string;
        readonly keys: readonly [IssuerKey, ...IssuerKey[]];
    };
    readonly keySet?: ServedKeySet;
};
export type TestUser = {
    readonly name: string;
    readonly username: string;
    readonly password: Secret;
    readonly owns: Readonly<Record<string, readonly string[]>>;
};
export type TokenOutcome = {
    readonly kind: 'token';
    readonly token: HeldToken;
} | {
    readonly kind: 'unavailable';
    readonly reason: string;
};
export type TokenSource = {
    readonly token: (wish: TokenWish) => Promise<TokenOutcome>;
    readonly revoke: (token: Secret, hint: 'access_token' | 'refresh_token') => Promise<'revoked' | 'unsupported' | 'failed'>;
};
export type TokenSourceParts = {
    readonly target: Target;
    readonly send: Send;
    readonly secrets: SecretLedger;
    readonly now: () => number;
    readonly wait: ServerAccess['wait'];
    readonly front: FrontChannel;
    readonly flows?: FlowOptions;
    readonly sealed?: SealedText;
    readonly rotateAfter?: number;
};
export type TokenWish = {
    readonly holder?: Holder;
    readonly scope: readonly string[];
    readonly resource?: string;
    readonly isFresh?: boolean;
    readonly binding?: 'dpop' | 'mtls';
    readonly alsoWants?: readonly ('refresh_token' | 'id_token')[];
};
export type TrackParts = {
    readonly server: ServerTarget;
    readonly secrets: SecretLedger;
    readonly source: Pick<ManagedTokenSource, 'adopt'>;
};
export type UserConduct = {
    readonly user?: 'first' | 'second';
    readonly refuses?: readonly string[];
    readonly denies?: boolean;
    readonly browser?: string;
    readonly isIdle?: boolean;
};
export type VaultKey = {
    readonly bytes: () => Uint8Array;
};
export type Verdict = 'pass' | 'fail' | 'warn' | 'inconclusive' | 'not_applicable';
export type Visit = UserConduct & {
    readonly scope: readonly string[];
    readonly redirectUris: readonly string[];
    readonly userCode?: string;
};
export type WireParts = {
    readonly send: Send;
    readonly clock: RunClock;
    readonly target: Target;
    readonly provenHosts?: ReadonlySet<string>;
    readonly pacing?: Pacing;
};
export declare const allCases: readonly TestCase[];
export declare function alternativesOf({ enforcement }: ApiOperation): readonly (readonly string[])[];
export declare function buildCall(operation: ApiOperation, api: CalledApi, change?: CallChange): SentRequest | undefined;
export declare const caseIds: readonly CaseId[];
export declare function chooseFlows(wish: TokenWish, server: ServerTarget, options?: FlowOptions): FlowChoices;
export declare const clientCaseIds: readonly ['CL-STA-01', 'CL-STA-02', 'CL-ISS-01', 'CL-NON-01', 'CL-COD-01', 'CL-SCP-01', 'CL-LEK-01', 'CL-GRA-01'];
export declare function concealerOf(secrets: Pick<SecretLedger, 'all'>): (text: string) => string;
export declare function countsOf({ probes, skips, cases, target }: Plan): PlanCounts;
export declare function createBrowserLogin(parts: BrowserLoginParts): FrontChannel;
export declare function createFormLogin(parts: FormLoginParts): FrontChannel;
export declare function createMask({ secrets, operations, extraNames, hosts }: MaskOptions): Mask;
export declare function createRunWire({ send, clock, target, provenHosts, pacing }: WireParts): RunWire;
export declare function createSecretLedger(): SecretLedger;
export declare function createSend(settings: SendSettings): RawSend;
export declare function createServerTools(parts: ServerToolsParts): ServerTools;
export declare function createTokenSource(parts: TokenSourceParts): ManagedTokenSource;
export declare function dayOf(at: number): string;
export declare const defaultSeed = "1";
export declare function discouragedGrants({ metadata }: Pick<ServerTarget, 'metadata'>): readonly string[];
export declare function documentOfRoutes(routes: readonly CodeRoute[], title: string): RouteDocument;
export declare const emptyBaseline: Baseline;
export declare function exitCodeOf(record: Pick<RunRecord, 'results' | 'findings' | 'isCut'>, rules: ExitRules): ExitOutcome;
export declare function fetchMetadata(issuer: string, { send }: {
    readonly send: Send;
}): Promise<MetadataOutcome>;
export declare function fieldValue(headers: readonly HeaderField[], name: string): string | undefined;
export declare function fieldValues(headers: readonly HeaderField[], name: string): readonly string[];
export declare function guessesOf(operation: ApiOperation): readonly string[];
export declare function initialProgress(startedAt: number): Progress;
export declare function isProbe(planned: Probe | Skip): planned is Probe;
export declare function journalHead({ seed, target }: Pick<Plan, 'seed' | 'target'>, version: string): JournalHead;
export declare function leastScopeOf(api: ApiTarget, operation: ApiOperation): readonly string[];
export declare function listenHostile(settings: Omit<HostileSettings, 'issuer'> & {
    readonly port?: number;
}): Promise<ListeningHostile>;
export declare function liveLines(progress: Progress, { now, width, hasColor, locale }: ProgressOptions): readonly string[];
export declare function makeKeyPair(alg: string, ledger: Pick<SecretLedger, 'secret'>): KeyPair;
export declare function makePlan(cases: readonly TestCase[], target: Target, selection?: Selection): PlanOutcome;
export declare function makeShownCertificate(wish: CertificateWish, ledger: Pick<SecretLedger, 'secret'>): ShownCertificate;
export declare function makeVaultKey(): VaultKey;
export declare function nameOfProbe({ caseId, operation, variant }: Pick<Probe, 'caseId' | 'operation' | 'variant'>): string;
export declare function notesOn(server: Pick<ServerTarget, 'metadata' | 'provider'>): readonly string[];
export declare function openCanary({ host, port }?: CanarySettings): Promise<OpenCanary>;
export declare function openJournalFile(path: string, head: JournalHead, mask: () => Mask): JournalOpening;
export declare function openSealedFile(path: string, key: VaultKey): SealedText;
export declare function operationOf({ api }: Target, key: string): ApiOperation | undefined;
export declare function operationsOfRoutes(routes: readonly CodeRoute[], basePath?: string): readonly ApiOperation[];
export declare function originsOf({ issuer, metadata }: ServerTarget, others?: readonly string[]): ReadonlySet<string>;
export declare function originsToProve({ api, client, server }: Target): readonly string[];
export declare function parseBaseline(text: string, now: number): BaselineReading;
export declare function peculiaritiesOf(provider: ProviderName): Peculiarities;
export declare function plainLine(event: RunEvent, after: Progress): string | undefined;
export declare function printBaseline({ version, accepted }: Baseline): string;
export declare function printTerminal(report: Report, { width, hasColor, hints }?: TerminalOptions): string;
export declare function problemOfField([name, value]: HeaderField): string | undefined;
export declare function problemsOfDay(day: string, { at, now }: {
    readonly at: string;
    readonly now: number;
}): readonly string[];
export declare function progressAfter(before: Progress, event: RunEvent, at: number): Progress;
export declare function proofFor(hostname: string, token: Secret): Promise<string>;
export declare const proofPath = "/.well-known/ambit-tester";
export declare function proveHost(origin: string, { token, send, txtRecords }: ProofParts): Promise<HostProof>;
export declare function readApi(document: unknown, options?: ReadApiOptions): ApiReading;
export declare function readArtefacts(names: readonly string[]): Promise<readonly Artefact[]>;
export declare function readObservedCalls(text: string, { source, scope }: ObservedOptions): ObservedReading;
export declare function readRoutes(files: readonly SourceFile[], options?: ReadRoutesOptions): CodeReading;
export declare function readSourceFiles(folder: string, options?: ReadSourceOptions): Promise<SourceReading>;
export declare function readVaultKey(text: string): VaultKey;
export declare function recognizeProvider(metadata: JsonObject, issuer: string): ProviderName;
export declare function referencesIn(document: unknown, { from, seen }?: ReferenceSearch): readonly FoundReference[];
export declare function removeArtefacts(names: readonly string[]): Promise<readonly string[]>;
export declare function renderRun(run: RunRecord, options: RenderOptions): Promise<Rendering>;
export declare const reportFormats: readonly ['html', 'json', 'junit', 'sarif', 'har'];
export declare function resolveSchema(schema: Schema): Schema;
export declare const resourceCaseIds: readonly ['RS-TOK-01', 'RS-TOK-02', 'RS-TOK-03', 'RS-TOK-04', 'RS-TOK-05', 'RS-TOK-06', 'RS-TOK-07', 'RS-TOK-08', 'RS-TOK-09', 'RS-TRN-01', 'RS-TRN-02', 'RS-TRN-03', 'RS-TRN-04', 'RS-TRN-05', 'RS-TRN-06', 'RS-JWT-01', 'RS-JWT-02', 'RS-JWT-03', 'RS-JWT-04', 'RS-JWT-05', 'RS-JWT-06', 'RS-JWT-07', 'RS-JWT-08', 'RS-JWT-09', 'RS-JWT-10', 'RS-JWT-11', 'RS-JWT-12', 'RS-JWT-13', 'RS-JWT-14', 'RS-JWT-15', 'RS-JWT-16', 'RS-JWT-17', 'RS-CLM-01', 'RS-CLM-02', 'RS-CLM-03', 'RS-CLM-04', 'RS-CLM-05', 'RS-CLM-06', 'RS-CLM-07', 'RS-CLM-08', 'RS-CLM-09', 'RS-CLM-10', 'RS-CLM-11', 'RS-CLM-12', 'RS-TYP-01', 'RS-TYP-02', 'RS-TYP-03', 'RS-TYP-04', 'RS-SCP-01', 'RS-SCP-02', 'RS-SCP-03', 'RS-SCP-04', 'RS-SCP-05', 'RS-SCP-06', 'RS-SCP-07', 'RS-SCP-08', 'RS-SCP-09', 'RS-SCP-10', 'RS-SCP-11', 'RS-SCP-12', 'RS-SCP-13', 'RS-SCP-14', 'RS-SCP-15', 'RS-SCP-16', 'RS-OBJ-01', 'RS-OBJ-02', 'RS-OBJ-03', 'RS-OBJ-04', 'RS-OBJ-05', 'RS-OBJ-06', 'RS-OBJ-07', 'RS-CND-01', 'RS-CND-02', 'RS-CND-03', 'RS-CND-04', 'RS-CND-05', 'RS-CND-06', 'RS-STP-01', 'RS-STP-02', 'RS-STP-03', 'RS-RAR-01', 'RS-RAR-02', 'RS-POP-01', 'RS-POP-02', 'RS-POP-03', 'RS-POP-04', 'RS-POP-05', 'RS-POP-06', 'RS-POP-07', 'RS-POP-08', 'RS-POP-09', 'RS-POP-10', 'RS-REV-01', 'RS-REV-02', 'RS-REV-03', 'RS-REV-04', 'RS-ROU-01', 'RS-ROU-02', 'RS-ROU-03', 'RS-ROU-04', 'RS-ROU-05', 'RS-ROU-06', 'RS-ROU-07', 'RS-ERR-01', 'RS-ERR-02', 'RS-ERR-03', 'RS-ERR-04', 'RS-ERR-05', 'RS-ERR-06', 'RS-ERR-07', 'RS-ERR-08', 'RS-PRV-01', 'RS-PRV-02', 'RS-PRV-03', 'RS-PRV-04', 'RS-PRV-05', 'RS-PRV-06', 'RS-RAT-01', 'RS-PRF-01'];
export declare function runPlan(plan: Plan, parts: RunParts, options?: RunOptions): Promise<RunRecord>;
export declare function searchForSecrets(artefacts: readonly Artefact[], secrets: readonly Secret[]): LeakSearch;
export declare const selfCaseIds: readonly ['SELF-01'];
export declare function sentenceOf({ flow, client, user, why }: FlowChoice, server: ServerTarget): string;
export declare const serverCaseIds: readonly ['AS-MET-01', 'AS-MET-02', 'AS-MET-03', 'AS-MET-04', 'AS-MET-05', 'AS-MET-06', 'AS-MET-07', 'AS-RED-01', 'AS-RED-02', 'AS-RED-03', 'AS-RED-04', 'AS-RED-05', 'AS-RED-06', 'AS-RED-07', 'AS-AUT-01', 'AS-AUT-02', 'AS-AUT-03', 'AS-AUT-04', 'AS-AUT-05', 'AS-AUT-06', 'AS-AUT-07', 'AS-AUT-08', 'AS-AUT-09', 'AS-AUT-10', 'AS-AUT-11', 'AS-PKC-01', 'AS-PKC-02', 'AS-PKC-03', 'AS-PKC-04', 'AS-PKC-05', 'AS-PKC-06', 'AS-COD-01', 'AS-COD-02', 'AS-COD-03', 'AS-COD-04', 'AS-COD-05', 'AS-COD-06', 'AS-COD-07', 'AS-TOK-01', 'AS-TOK-02', 'AS-TOK-03', 'AS-TOK-04', 'AS-TOK-05', 'AS-TOK-06', 'AS-TOK-07', 'AS-TOK-08', 'AS-CLI-01', 'AS-CLI-02', 'AS-CLI-03', 'AS-CLI-04', 'AS-CLI-05', 'AS-CLI-06', 'AS-CLI-07', 'AS-CLI-08', 'AS-REF-01', 'AS-REF-02', 'AS-REF-03', 'AS-REF-04', 'AS-REF-05', 'AS-REF-06', 'AS-REF-07', 'AS-SCP-01', 'AS-SCP-02', 'AS-SCP-03', 'AS-SCP-04', 'AS-SCP-05', 'AS-SCP-06', 'AS-SCP-07', 'AS-REV-01', 'AS-REV-02', 'AS-REV-03', 'AS-INT-01', 'AS-INT-02', 'AS-PAR-01', 'AS-PAR-02', 'AS-PAR-03', 'AS-PAR-04', 'AS-JAR-01', 'AS-JAR-02', 'AS-DEV-01', 'AS-DEV-02', 'AS-DCR-01', 'AS-DCR-02', 'AS-EXC-01', 'AS-DPO-01', 'AS-OID-01', 'AS-OID-02', 'AS-TLS-01'];
export declare const systemClock: RunClock;
export declare function trackIssued(send: Send, parts: TrackParts): Send;
export declare function updateBaseline(before: Baseline, findings: readonly Finding[], { now, isComplete, ...acceptance }: Acceptance & {
    readonly now: number;
    readonly isComplete: boolean;
}): BaselineUpdate;
export declare function waitOn(clock: RunClock, milliseconds: number, signal?: AbortSignal): Promise<void>;
export declare function wantsColor(environment: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean;
export declare function whyNoCall(operation: ApiOperation): string | undefined;
export declare function withField(request: SentRequest, ...fields: readonly HeaderField[]): SentRequest;
export declare function writeArtefacts(artefacts: readonly Artefact[]): Promise<void>;
// Not exported, needed above.
type AcceptedOutcome<Found> = {
    readonly finding: Found;
    readonly entry: AcceptedFinding;
};
type CalledApi = Pick<ApiTarget, 'origin' | 'headers'>;
type CellState = 'allowed' | 'refused' | 'too_open' | 'too_closed' | 'depends' | 'not_issued' | 'unknown';
type CertificateWish = {
    readonly commonName: string;
    readonly dnsName?: string;
    readonly isExpired?: boolean;
};
type HostileServer = PlayedServer & {
    readonly answer: (request: SentRequest) => Promise<ReceivedResponse>;
};
type HostileSettings = {
    readonly issuer: string;
    readonly secrets: SecretLedger;
    readonly now: () => number;
};
type HourLatency = {
    readonly hour: number;
} & Percentiles;
type JsonObject = Readonly<Record<string, unknown>>;
type JunitOptions = {
    readonly warningsFail?: boolean;
};
type LatencyReport = {
    readonly kinds: readonly ({
        readonly kind: LatencySample['kind'];
    } & Percentiles)[];
    readonly operations: readonly ({
        readonly operation: string;
    } & Percentiles)[];
    readonly hours: readonly {
        readonly kind: LatencySample['kind'];
        readonly hours: readonly HourLatency[];
    }[];
    readonly timeZone: string;
};
type MatrixRow = {
    readonly operation: string;
    readonly summary?: string;
    readonly cells: readonly (ReportCell | undefined)[];
};
type OnExchange = (exchange: Exchange) => void;
type OperationExamples = {
    readonly parameters?: Readonly<Record<string, unknown>>;
    readonly body?: unknown;
};
type OperationSettings = {
    readonly publicOperations?: readonly string[];
    readonly examples?: Readonly<Record<string, OperationExamples>>;
    readonly actions?: Readonly<Record<string, string>>;
    readonly inputs?: Readonly<Record<string, Readonly<Record<string, string>>>>;
    readonly writes?: Readonly<Record<string, boolean>>;
};
type PacedSend = (request: SentRequest, options?: SendOptions, onExchange?: OnExchange) => Promise<Exchange>;
type Pair = readonly [name: string, value: string];
type Percentiles = {
    readonly count: number;
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
};
type RateLimits = {
    readonly most?: number;
    readonly start?: number;
    readonly onSlowed?: (perSecond: number, why: string) => void;
};
type ReadLimits = {
    readonly head: number;
    readonly body: number;
};
type ReferenceSearch = {
    readonly from?: string;
    readonly seen?: Set<object>;
};
type ReportCell = MatrixCell & {
    readonly state: CellState;
    readonly result: string;
};
type ReportOperation = RowSource & Pick<ApiOperation, 'place' | 'requirementPlace'>;
type RowSource = Pick<ApiOperation, 'key' | 'summary' | 'tags'>;
type ScopeMatrix = {
    readonly scopes: readonly string[];
    readonly groups: readonly {
        readonly name: string;
        readonly rows: readonly MatrixRow[];
    }[];
    readonly counts: Readonly<Record<CellState, number>>;
};
type Sealed = {
    readonly kind: 'sealed';
    readonly pairs: readonly Pair[];
} | Unsealable;
type SecretForm = 'as it is' | 'base64' | 'base64url' | 'URL-encoded' | 'in JSON' | 'in HTML' | 'hex' | 'backwards' | 'in other capitals' | 'base64 twice'
 | 'in part';
type ShownToken = {
    readonly label: string;
    readonly header: string;
    readonly claims: string;
};
type Trust = {
    readonly ca?: readonly string[];
    readonly checksLoopback?: boolean;
};
type Unsealable = {
    readonly kind: 'unsealable';
    readonly reason: string;
};
