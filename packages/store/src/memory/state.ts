import type { EpochSeconds } from '@ambit/protocol'
import type {
  AccessTokenRecord,
  ClientRecord,
  FailureCount,
  FamilyRecord,
  GrantRecord,
  InteractionRecord,
  KeyRecord,
  ListPart,
  NodeRecord,
  RefusalRecord,
  ScopeUsageRecord,
  SecretRef,
  SessionRecord,
  Spendable,
  Spent,
  TicketRecord,
} from '@ambit/server'
import { UserIndex } from './user-index.ts'

/** A stored code, refresh token or access token. */
export type Credential = {
  readonly record: Spendable | AccessTokenRecord
  readonly spent?: Spent
  readonly keepUntil: EpochSeconds
  /** For an access token without a family: which registration of its client it was issued to. */
  readonly registration?: number
}

/** A family; before its code is redeemed it stands for the code, so that whatever revokes families reaches the code too. */
type Family = { readonly record: FamilyRecord; readonly isBegun: boolean }

/** A record that can end for good: what is saved after its end does not bring it back. */
export type Ending<T> = { readonly record: T; readonly isEnded: boolean }

/** Who holds a name, and until when. */
type Lease = { readonly holder: string; readonly until: EpochSeconds }

/** Everything that the store in memory holds. */
export type MemoryState = {
  readonly clients: Map<string, ClientRecord>
  /** A number for each registration; a client that is deleted and registered again gets another. */
  readonly registrations: Map<string, number>
  readonly users: UserIndex
  readonly sessions: Map<string, Ending<SessionRecord>>
  readonly grants: Map<string, GrantRecord>
  readonly interactions: Map<string, Ending<InteractionRecord>>
  /** By kind, those that may be dropped apart from the others; each shelf in the order in which they came. */
  readonly tickets: Map<string, Map<string, TicketRecord>>
  readonly credentials: Map<string, Credential>
  readonly families: Map<string, Family>
  readonly keys: Map<string, KeyRecord>
  readonly settings: Map<string, string>
  readonly numbers: Map<string, number>
  readonly scopeUsage: Map<string, ScopeUsageRecord>
  readonly remembered: Map<string, EpochSeconds>
  readonly failures: Map<string, FailureCount>
  readonly refusals: Map<string, RefusalRecord>
  readonly nodes: Map<string, NodeRecord>
  readonly leases: Map<string, Lease>
}

/** An empty state. */
export function emptyState(): MemoryState {
  return {
    clients: new Map(),
    registrations: new Map(),
    users: new UserIndex(),
    sessions: new Map(),
    grants: new Map(),
    interactions: new Map(),
    tickets: new Map(),
    credentials: new Map(),
    families: new Map(),
    keys: new Map(),
    settings: new Map(),
    numbers: new Map(),
    scopeUsage: new Map(),
    remembered: new Map(),
    failures: new Map(),
    refusals: new Map(),
    nodes: new Map(),
    leases: new Map(),
  }
}

/** The key of a record that a secret leads to. */
export function refKey(ref: SecretRef): string {
  return `${ref.locator} ${ref.hash}`
}

/** The key of what a user has with a client. */
export function pairKey(userId: string, clientId: string): string {
  return JSON.stringify([userId, clientId])
}

/** The part of a list that is meant, in the order of its identifiers. */
export function partOf<T extends { readonly isDeclared?: boolean }>(
  list: readonly T[],
  idOf: (item: T) => string,
  { after, limit, isDeclared }: ListPart = {},
): readonly T[] {
  return list
    .filter(item => (after === undefined || idOf(item) > after) && (!isDeclared || item.isDeclared === true))
    .sort(byText(idOf))
    .slice(0, limit)
}

/** Orders by a text, as bytes do. */
export function byText<T>(textOf: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => (textOf(a) < textOf(b) ? -1 : 1)
}
