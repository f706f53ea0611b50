import type { AccessTokenRecord, FamilyRecord } from '@ambit/server'
import type { Credential, MemoryState } from './state.ts'

/** What an access token stands in; `isGone` once that is no more. */
export type Standing = { readonly isGone: boolean; readonly family?: FamilyRecord }

/** What an access token stands in: its family, the registration of its client, or both where it was exchanged. */
export function standingOf(
  state: MemoryState,
  { familyId, clientId }: AccessTokenRecord,
  registration: Credential['registration'],
): Standing {
  const family = familyId === undefined ? undefined : state.families.get(familyId)?.record
  const isClientGone = registration !== state.registrations.get(clientId)
  if (familyId === undefined) return { isGone: registration === undefined || isClientGone }
  if (!family) return { isGone: true }
  return { isGone: registration !== undefined && isClientGone, family }
}
