// RFC 7662 §2.2, RFC 7009 §2.1
import type { ScopeSet } from '@ambit/scope'
import { preGrantedScope, rememberedScope } from '../authorize/consent.ts'
import type { ServerContext } from '../context.ts'
import type { GrantRecord } from '../ports/records.ts'
import type { FoundAccessToken, FoundSpendable } from '../ports/store.ts'

/** What became of a token since it was issued. */
export type TokenState =
  | 'active'
  | 'expired'
  | 'revoked'
  | 'spent'
  | 'family_revoked'
  | 'family_ended'
  | 'scope_taken_back'

/** What the user still allows of a scope: what they granted and did not take back, and what is given without asking. */
export function standingScope(
  { catalogue, clock }: ServerContext,
  scope: ScopeSet,
  grant: GrantRecord | undefined,
): ScopeSet {
  return catalogue.union(rememberedScope(catalogue, grant, clock.now()), preGrantedScope(catalogue, scope))
}

/** Whether an access token is still good, and if not, why: its own end, its family's, or scope that the user took back. */
export function stateOfAccessToken(context: ServerContext, { record, family, grant }: FoundAccessToken): TokenState {
  if (record.revokedAt !== undefined) return 'revoked'
  if (record.expiresAt <= context.clock.now()) return 'expired'
  if (record.userId === undefined) return 'active'
  const ended = record.familyId === undefined ? undefined : stateOfFamily(context, family)
  if (ended) return ended
  const { scope } = context.catalogue.read(record.scope.split(' '))
  return context.catalogue.covers(standingScope(context, scope, grant), scope) ? 'active' : 'scope_taken_back'
}

/** Whether a code or refresh token is still good, and if not, why. */
export function stateOfSpendable(context: ServerContext, { record, spent, family }: FoundSpendable): TokenState {
  if (spent) return 'spent'
  if (record.expiresAt <= context.clock.now()) return 'expired'
  const isBegun = record.kind === 'refresh_token'
  return (isBegun ? stateOfFamily(context, family) : undefined) ?? 'active'
}

function stateOfFamily(
  { clock }: ServerContext,
  family: FoundAccessToken['family'],
): 'family_revoked' | 'family_ended' | undefined {
  if (family?.revokedAt !== undefined) return 'family_revoked'
  return family === undefined || family.expiresAt <= clock.now() ? 'family_ended' : undefined
}
