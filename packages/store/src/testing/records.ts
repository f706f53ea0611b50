import { type EpochSeconds, epochSeconds, seconds } from '@ambit/protocol'
import type {
  AccessTokenRecord,
  ClientId,
  ClientRecord,
  CodeRecord,
  FamilyId,
  FamilyRecord,
  GrantRecord,
  InteractionRecord,
  KeyRecord,
  NodeRecord,
  RefreshTokenRecord,
  RefusalRecord,
  RequestId,
  SecretHash,
  SecretRef,
  SessionId,
  SessionRecord,
  Spending,
  TicketRecord,
  UserId,
  UserRecord,
} from '@ambit/server'

/** The second at which the contract's records are made. */
export const start = epochSeconds(1_800_000_000)

/** A time, in seconds after {@link start}. */
export function at(offset: number): EpochSeconds {
  return epochSeconds(start + offset)
}

/** A client's identifier, from text. */
export function parseClientId(text: string): ClientId {
  return text as ClientId
}

/** A user's identifier, from text. */
export function parseUserId(text: string): UserId {
  return text as UserId
}

/** A family's identifier, from text. */
export function parseFamilyId(text: string): FamilyId {
  return text as FamilyId
}

/** A session's identifier, from text. */
export function parseSessionId(text: string): SessionId {
  return text as SessionId
}

/** A request's identifier, from text. */
export function parseRequestId(text: string): RequestId {
  return text as RequestId
}

/** A hash, from any text. */
export function parseHash(text: string): SecretHash {
  return text as SecretHash
}

/** A reference whose hash is the given text; all of them share one locator unless another is given. */
export function makeRef(text: string, locator: number = start * 1000): SecretRef {
  return { locator, hash: parseHash(text) }
}

/** A client called `app`. */
export function makeClient(overrides: Partial<ClientRecord> = {}): ClientRecord {
  return {
    clientId: parseClientId('app'),
    name: 'App',
    applicationType: 'web',
    authenticationMethod: 'client_secret_basic',
    secretHashes: [parseHash('secret')],
    redirectUris: ['https://app.example/callback'],
    postLogoutRedirectUris: [],
    grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
    responseTypes: ['code'],
    scope: 'read write',
    introspects: [],
    subjectType: 'public',
    createdAt: start,
    ...overrides,
  }
}

/** A user called `ada`. */
export function makeUser(overrides: Partial<UserRecord> = {}): UserRecord {
  return {
    userId: parseUserId('user-ada'),
    username: 'ada',
    passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
    claims: { name: 'Ada', address: { country: 'GB' } },
    passwordChangedAt: start,
    createdAt: start,
    ...overrides,
  }
}

/** A session of Ada's. */
export function makeSession(overrides: Partial<SessionRecord> = {}): SessionRecord {
  return {
    ref: makeRef('session'),
    sessionId: parseSessionId('sid'),
    userId: parseUserId('user-ada'),
    authTime: start,
    acr: '1',
    amr: ['pwd'],
    createdAt: start,
    lastSeenAt: start,
    expiresAt: at(1_800),
    endsAt: at(86_400),
    ...overrides,
  }
}

/** What Ada allows the app: `read`. */
export function makeGrant(overrides: Partial<GrantRecord> = {}): GrantRecord {
  return {
    userId: parseUserId('user-ada'),
    clientId: parseClientId('app'),
    scopes: [{ token: 'read', version: 1, grantedAt: start }],
    createdAt: start,
    updatedAt: start,
    ...overrides,
  }
}

/** An authorization request that waits. */
export function makeInteraction(overrides: Partial<InteractionRecord> = {}): InteractionRecord {
  return {
    ref: makeRef('interaction'),
    browserHash: parseHash('browser'),
    requestId: parseRequestId('request'),
    parameters: 'response_type=code&client_id=app',
    createdAt: start,
    expiresAt: at(600),
    ...overrides,
  }
}

/** A device's code that waits for ten minutes. */
export function makeTicket(overrides: Partial<TicketRecord> = {}): TicketRecord {
  return {
    ref: makeRef('ticket'),
    kind: 'device_code',
    createdAt: start,
    expiresAt: at(600),
    revision: 0,
    isDroppable: false,
    data: '{"scope":"read"}',
    ...overrides,
  }
}

/** The family that Ada's code begins; it ends after an hour. */
export function makeFamily(overrides: Partial<FamilyRecord> = {}): FamilyRecord {
  return {
    familyId: parseFamilyId('family'),
    clientId: parseClientId('app'),
    userId: parseUserId('user-ada'),
    createdAt: start,
    expiresAt: at(3_600),
    ...overrides,
  }
}

/** What makes a token more than a bearer's: a key, a certificate, and what was granted beside scope. */
export const bound = {
  confirmation: {
    jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
    'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2',
  },
  details: [
    { type: 'payment', locations: ['https://api.example'], amount: { currency: 'EUR', value: '123.50' }, actions: [] },
  ],
} as const

const spendable = {
  familyId: parseFamilyId('family'),
  clientId: parseClientId('app'),
  userId: parseUserId('user-ada'),
  scope: 'read',
  resources: ['https://api.example'],
  issuedAt: start,
  authTime: start,
  acr: '1',
  amr: ['pwd'],
  trace: { requestId: parseRequestId('request'), requested: 'read', steps: [] },
} as const

/** A code that lives for a minute. */
export function makeCode(overrides: Partial<CodeRecord> = {}): CodeRecord {
  return {
    ...spendable,
    kind: 'code',
    ref: makeRef('code'),
    expiresAt: at(60),
    redirectUri: 'https://app.example/callback',
    isRedirectUriSent: true,
    codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    ...overrides,
  }
}

/** A refresh token that lives for half an hour without use. */
export function makeRefreshToken(overrides: Partial<RefreshTokenRecord> = {}): RefreshTokenRecord {
  return {
    ...spendable,
    kind: 'refresh_token',
    ref: makeRef('refresh'),
    expiresAt: at(1_800),
    generation: 0,
    ...overrides,
  }
}

/** An access token of the family that lives for five minutes. */
export function makeAccessToken(overrides: Partial<AccessTokenRecord> = {}): AccessTokenRecord {
  return {
    kind: 'access_token',
    ref: makeRef('access'),
    clientId: parseClientId('app'),
    userId: parseUserId('user-ada'),
    familyId: parseFamilyId('family'),
    scope: 'read',
    audience: ['https://api.example'],
    issuedAt: start,
    expiresAt: at(300),
    trace: spendable.trace,
    ...overrides,
  }
}

/** An access token that the client got for itself: of no user and no family. */
export function makeClientToken(overrides: Partial<AccessTokenRecord> = {}): AccessTokenRecord {
  const { userId: _user, familyId: _family, ...own } = makeAccessToken()
  return { ...own, ref: makeRef('own'), ...overrides }
}

/** A signing key. */
export function makeKey(overrides: Partial<KeyRecord> = {}): KeyRecord {
  return {
    kid: 'key-1',
    algorithm: 'ES256',
    publicJwk: { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ' },
    privateKey: { sealed: true, text: 'sealed' },
    createdAt: start,
    activeAt: start,
    ...overrides,
  }
}

/** A node that lives for half a minute. */
export function makeNode(overrides: Partial<NodeRecord> = {}): NodeRecord {
  return {
    nodeId: 'node-1',
    host: 'alpha.internal',
    pid: 4_711,
    version: '1.2.3',
    schema: 4,
    configHash: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
    startedAt: start,
    seenAt: start,
    expiresAt: at(30),
    ...overrides,
  }
}

/** A refused request. */
export function makeRefusal(overrides: Partial<RefusalRecord> = {}): RefusalRecord {
  return {
    requestId: parseRequestId('refused'),
    at: start,
    place: 'token',
    error: 'invalid_scope',
    description: 'scope `admin` is not known',
    reason: 'unknown',
    steps: [{ at: 'request', refused: [{ token: 'admin', reason: 'unknown' }], left: '' }],
    expiresAt: at(86_400),
    ...overrides,
  }
}

/** The presentation of the code, at {@link start}. */
export function makeSpending(overrides: Partial<Spending> = {}): Spending {
  return { ref: makeRef('code'), kind: 'code', at: start, graceTtl: seconds(0), ...overrides }
}

/** The presentation of the refresh token, without grace. */
export function makeRefreshing(overrides: Partial<Spending> = {}): Spending {
  return makeSpending({ ref: makeRef('refresh'), kind: 'refresh_token', ...overrides })
}
