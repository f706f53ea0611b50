// OAuth Client ID Metadata Document §8.4, §8.4.1
import { haveSameSubjects } from '../../claims/subject.ts'
import type { ClientKey, ClientRecord } from '../../ports/records.ts'

/**
 * Whether a client is no longer the one that users allowed: it proves itself in another way or by other keys throughout, knows
 * its users by other subjects, or answers go to a place where none went before.
 * @spec OAuth Client ID Metadata Document §8.4
 */
export function isSubstantialChange(before: ClientRecord, now: ClientRecord): boolean {
  const places = new Set(before.redirectUris.map(placeOf))
  return (
    before.authenticationMethod !== now.authenticationMethod ||
    hasOtherKeys(before, now) ||
    !haveSameSubjects(before, now) ||
    now.redirectUris.some(uri => !places.has(placeOf(uri)))
  )
}

function placeOf(uri: string): string {
  const { protocol, hostname } = new URL(uri)
  return `${protocol}//${hostname}`
}

/** Keys are replaced one by one, as an honest client does it, or moved to an address of their own; not all at once. */
function hasOtherKeys(before: ClientRecord, now: ClientRecord): boolean {
  if (before.jwksUri !== now.jwksUri && now.jwksUri !== undefined) return true
  if (before.jwks === undefined || now.jwks === undefined) return before.jwks !== now.jwks && now.jwksUri === undefined
  const known = new Set(before.jwks.keys.map(materialOf))
  return !now.jwks.keys.some(key => known.has(materialOf(key)))
}

function materialOf({ kty, crv, x, y, n, e }: ClientKey): string {
  return JSON.stringify([kty, crv, x, y, n, e])
}
