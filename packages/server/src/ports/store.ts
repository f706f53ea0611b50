import type { EpochSeconds, Seconds } from '@ambit/protocol'
import type { ClientId, FamilyId, RequestId, SecretHash, SecretRef, SessionId, UserId } from './ids.ts'
import type { Announced, NodeRecord } from './node-record.ts'
import type {
  AccessTokenRecord,
  ClientRecord,
  FamilyRecord,
  GrantRecord,
  KeyRecord,
  RefreshTokenRecord,
  RefusalRecord,
  ScopeUsageRecord,
  SessionRecord,
  Spendable,
  Spent,
  UserRecord,
} from './records.ts'
import type { InteractionRecord, TicketRecord } from './waiting-records.ts'

/** What an exchange spends. */
export type Spending = {
  readonly ref: SecretRef
  readonly kind: Spendable['kind']
  readonly at: EpochSeconds
  /** Within this span a second presentation is answered `repeated`, as long as the successor is unspent; 0 for codes. */
  readonly graceTtl: Seconds
  /** Kept beside the spent record, see {@link Spent}. */
  readonly salt?: string
}

/** What an exchange stores in the same step. */
export type Issued = {
  /** The family, when this exchange begins it (a code's redemption). */
  readonly family?: FamilyRecord
  readonly refreshToken?: RefreshTokenRecord
  readonly accessToken?: AccessTokenRecord
}

/**
 * How an exchange ended. Only `spent` has stored what was issued.
 * `replayed`: it was spent before, and the store has revoked the family in the same step.
 * `repeated`: it was spent within the grace and its successor is unspent; nothing was stored or revoked.
 * `missing`: no such record, or it or its family has expired or is revoked.
 */
export type ExchangeResult =
  | { readonly kind: 'spent' }
  | { readonly kind: 'repeated'; readonly spent: Spent }
  | { readonly kind: 'replayed'; readonly familyId: FamilyId }
  | { readonly kind: 'missing' }

/** A spendable record as it is found, with what became of it. */
export type FoundSpendable = { readonly record: Spendable; readonly spent?: Spent; readonly family?: FamilyRecord }

/** An access token as it is found, with its family and with the user's grant to the client, which may have shrunk. */
export type FoundAccessToken = {
  readonly record: AccessTokenRecord
  readonly family?: FamilyRecord
  readonly grant?: GrantRecord
}

/** Some uses of a scope by a client, as an API has counted them. */
export type ScopeUse = Omit<ScopeUsageRecord, 'firstUsedAt'>

/** Which part of a list, which goes by the identifiers: what comes after one, so many, and only what the configuration declares. */
export type ListPart = { readonly after?: string; readonly limit?: number; readonly isDeclared?: true }

/** Which tickets: of a kind, and of a user, a client or a session. */
export type TicketSelection = {
  readonly kind: string
  readonly userId?: UserId
  readonly clientId?: ClientId
  readonly sessionId?: SessionId
}

/** Families to revoke: one, all of a user, all of a session, or all of a user with one client. */
export type FamilySelection =
  | { readonly familyId: FamilyId }
  | { readonly sessionId: SessionId }
  | { readonly userId: UserId; readonly clientId?: ClientId }

/**
 * Where everything is kept. Each method is one atomic step; none can be split into a read and a later write.
 * A resolved promise of a writing method means that the write is durable.
 * Expired records may still be found; the caller compares times. Adapters are proved by the contract suite of `@ambit/store`.
 */
export interface Store {
  readonly findClient: (clientId: string) => Promise<ClientRecord | undefined>
  /** By their identifiers, in the order of their bytes; all of them, where no part is named. */
  readonly listClients: (part?: ListPart) => Promise<readonly ClientRecord[]>
  /**
   * Answers false, and writes nothing, when a user has the identifier: in a token's `sub` the two could not be told apart.
   * @spec RFC 9700 §4.15
   */
  readonly saveClient: (client: ClientRecord) => Promise<boolean>
  /** Also revokes the client's families and access tokens, and removes its tickets. Answers whether there was one. */
  readonly deleteClient: (clientId: ClientId, at: EpochSeconds) => Promise<boolean>

  readonly findUser: (userId: UserId) => Promise<UserRecord | undefined>
  /** By the folded username (NFKC, lower case). */
  readonly findUserByName: (username: string) => Promise<UserRecord | undefined>
  /**
   * Up to `limit` of those whose claims have this `email`, in lower case the same, and `email_verified` as true; in no order.
   * However many users there are, it goes through none of the others.
   */
  readonly findUsersByEmail: (email: string, limit: number) => Promise<readonly UserRecord[]>
  /** As {@link Store.listClients}. */
  readonly listUsers: (part?: ListPart) => Promise<readonly UserRecord[]>
  /** Answers false, and writes nothing, when another user has the name or a client the identifier. @spec RFC 9700 §4.15 */
  readonly saveUser: (user: UserRecord) => Promise<boolean>
  /** Also ends the user's sessions, revokes their families, and removes their tickets. */
  readonly deleteUser: (userId: UserId, at: EpochSeconds) => Promise<boolean>

  readonly findSession: (ref: SecretRef) => Promise<SessionRecord | undefined>
  /** Inserts, or replaces the record with the same `ref`. */
  readonly saveSession: (session: SessionRecord) => Promise<void>
  /** Ends a session; answers whether it was there. */
  readonly deleteSession: (ref: SecretRef) => Promise<boolean>
  readonly deleteSessionsOf: (userId: UserId) => Promise<void>

  readonly findGrant: (userId: UserId, clientId: ClientId) => Promise<GrantRecord | undefined>
  readonly listGrants: (userId: UserId) => Promise<readonly GrantRecord[]>
  /** Adds scopes to the grant (the newer version and time win) or begins it; answers what it is now. */
  readonly addToGrant: (grant: GrantRecord) => Promise<GrantRecord>
  /** Takes scopes out of a grant; a grant without scopes is removed. */
  readonly removeFromGrant: (
    userId: UserId,
    clientId: ClientId,
    tokens: readonly string[],
    at: EpochSeconds,
  ) => Promise<void>
  /** Removes the grant and revokes the user's families with this client. */
  readonly deleteGrant: (userId: UserId, clientId: ClientId, at: EpochSeconds) => Promise<void>

  readonly findInteraction: (ref: SecretRef) => Promise<InteractionRecord | undefined>
  readonly saveInteraction: (interaction: InteractionRecord) => Promise<void>
  /** Removes it and answers whether this call was the one that did: an interaction ends once. */
  readonly endInteraction: (ref: SecretRef) => Promise<boolean>

  /** Inserts a ticket; answers false, and writes nothing, when there is one with this reference. */
  readonly saveTicket: (ticket: TicketRecord) => Promise<boolean>
  readonly findTicket: (ref: SecretRef, kind: string) => Promise<TicketRecord | undefined>
  /** Replaces a ticket where the stored revision is one below; answers whether it was: of those who change it at once, one does. */
  readonly changeTicket: (ticket: TicketRecord) => Promise<boolean>
  /** Removes a ticket and answers it: of those who take it at once, one gets it. */
  readonly takeTicket: (ref: SecretRef, kind: string) => Promise<TicketRecord | undefined>
  /** Up to `limit` tickets, the oldest first. */
  readonly listTickets: (selection: TicketSelection, limit: number) => Promise<readonly TicketRecord[]>

  readonly saveCode: (code: Extract<Spendable, { kind: 'code' }>) => Promise<void>
  readonly findSpendable: (ref: SecretRef, kind: Spendable['kind']) => Promise<FoundSpendable | undefined>
  /** Spends a code or refresh token and stores what is issued for it, in one transaction. */
  readonly exchange: (spending: Spending, issued: Issued) => Promise<ExchangeResult>
  /** Stores an access token that spends nothing; with a family when it begins one (password, implicit). */
  readonly saveAccessToken: (
    token: AccessTokenRecord,
    issued?: Pick<Issued, 'family' | 'refreshToken'>,
  ) => Promise<void>
  readonly findAccessToken: (ref: SecretRef) => Promise<FoundAccessToken | undefined>
  readonly revokeAccessToken: (ref: SecretRef, at: EpochSeconds) => Promise<void>
  /** Revokes families; their codes, refresh tokens and access tokens are dead from then on. Answers how many. */
  readonly revokeFamilies: (selection: FamilySelection, at: EpochSeconds) => Promise<number>

  /**
   * The indexes of the tokens of a status list that are revoked, by themselves or with what they came from, until some minutes
   * after they expire: APIs forgive clocks as much.
   * @spec RFC 7519 §4.1.4
   */
  readonly findRevokedStatuses: (list: number, at: EpochSeconds) => Promise<readonly number[]>
  /** Where the access tokens of a user, or of a user with one client, stand that have a status, are not revoked and not expired. */
  readonly findStatusTokens: (
    holder: { readonly userId: UserId; readonly clientId?: ClientId },
    at: EpochSeconds,
  ) => Promise<readonly SecretRef[]>
  /** A number that this store has not answered under this name before: 1, 2, 3 and so on. */
  readonly takeNumber: (name: string) => Promise<number>
  /** The number that was taken last under this name; 0 before the first. */
  readonly findNumber: (name: string) => Promise<number>

  /** Adds up how often clients used their scopes; uses of clients that do not exist are left out. */
  readonly recordScopeUsage: (uses: readonly ScopeUse[]) => Promise<void>
  /** What a client used, by the scope's name. */
  readonly listScopeUsage: (clientId: ClientId) => Promise<readonly ScopeUsageRecord[]>

  readonly listKeys: () => Promise<readonly KeyRecord[]>
  /**
   * Adds a key unless a key of its algorithm that was created after `unlessCreatedAfter` and is not retired exists (another process was first);
   * sets `retiredAt` and `removedAt` of the algorithm's other live keys to the given times in the same step. Answers whether it was added.
   */
  readonly addKey: (
    key: KeyRecord,
    change: {
      readonly unlessCreatedAfter: EpochSeconds
      readonly retireOthersAt: EpochSeconds
      readonly removeOthersAt: EpochSeconds
    },
  ) => Promise<boolean>
  /** Removes a key at once (a compromise). */
  readonly deleteKey: (kid: string) => Promise<boolean>
  /** The value of a setting that is made once and then stays; `value` is stored when there is none. Answers what is stored. */
  readonly settle: (name: string, value: string) => Promise<string>

  /** Remembers a value until it expires; false when it was remembered already (a replay). */
  readonly remember: (hash: SecretHash, expiresAt: EpochSeconds) => Promise<boolean>
  /** Counts a failure under a key within a window that begins with its first; answers the count and when the window ends. */
  readonly countFailure: (key: string, at: EpochSeconds, windowTtl: Seconds) => Promise<FailureCount>
  readonly findFailures: (key: string, at: EpochSeconds) => Promise<FailureCount>
  readonly clearFailures: (key: string) => Promise<void>

  /** Keeps a refusal for `why`; bounded in number, the oldest go first. It need not be durable when the promise resolves. */
  readonly saveRefusal: (refusal: RefusalRecord) => Promise<void>
  readonly findRefusal: (requestId: RequestId) => Promise<RefusalRecord | undefined>
  readonly findTokensOfRequest: (
    requestId: RequestId,
    between: readonly [number, number],
  ) => Promise<readonly (Spendable | AccessTokenRecord)[]>

  /** Says that a node lives (inserts it, or replaces the record of its identifier); answers which nodes do. */
  readonly announceNode: (node: NodeRecord, at: EpochSeconds) => Promise<Announced>
  /** Forgets a node that ended in order. */
  readonly forgetNode: (nodeId: string) => Promise<void>
  /**
   * Takes or renews the lease of a name: true where nobody else holds it beyond `at`. Of those who try at once one gets it;
   * a lease until `at` gives it back. It spares work and guards nothing: a holder that was paused does not know that its
   * lease has ended, so what must not happen twice has a condition of its own in the store.
   */
  readonly takeLease: (name: string, holder: string, at: EpochSeconds, until: EpochSeconds) => Promise<boolean>

  /**
   * Removes up to `limit` expired rows, and the oldest interactions where there are too many; answers how many, so the
   * caller goes on until it is 0. Never removes what a replay check needs.
   */
  readonly sweep: (now: EpochSeconds, limit: number) => Promise<number>
  /** Whether the store can be read and written. */
  readonly ping: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Failures within a window. */
export type FailureCount = { readonly count: number; readonly windowEndsAt: EpochSeconds }
