import type { AccessTokenRecord, FamilyRecord } from '@ambit/server'
import type { Credential, MemoryState } from './state.ts'

/** What an access token stands in; `isGone` once that is no more. */
export type Standing = { readonly isGone: boolean; readonly family?: FamilyRecord }

/**
 * What an access token stands in: its family, the registration of its client, or both where it was exchanged; without a user then
 * also the client that it is about.
 */
export function standingOf(
  state: MemoryState,
  { familyId, clientId, consentOf }: AccessTokenRecord,
  registration: Credential['registration'],
): Standing {
  const family = familyId === undefined ? undefined : state.families.get(familyId)?.record
  const isClientGone = registration !== state.registrations.get(clientId)
  const isSubjectGone = consentOf !== undefined && !state.registrations.has(consentOf)
  if (familyId === undefined) return { isGone: registration === undefined || isClientGone || isSubjectGone }
  if (!family) return { isGone: true }
  return { isGone: registration !== undefined && isClientGone, family }
}
