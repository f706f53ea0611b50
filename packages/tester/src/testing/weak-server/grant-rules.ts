// RFC 6749 §3.3, §4.1.2; RFC 8707 §2
import type { Has } from './defects.ts'
import { bank, knownScopes, shop } from './setting.ts'
import type { Grant, WeakClient } from './world.ts'

/** What a grant works with. */
export type Asking = {
  readonly client: WeakClient
  readonly form: URLSearchParams
  /** The key that the request proves. */
  readonly jkt?: string
}

/** Whether a client may have a scope. */
export function mayHave(token: string, client: WeakClient, has: Has): boolean {
  const isKnown = has('scope-unknown') || knownScopes.some(known => known === token)
  const isOwn = client.scope.includes(token) || has('scope-of-others') || !knownScopes.some(known => known === token)
  return isKnown && isOwn
}

/** A scope value, as it is read. */
export function scopeText(text: string | null | undefined, has: Has): string {
  return has('scope-loosely-split') ? (text ?? '').replaceAll(/[\s"\\,]+/g, ' ') : (text ?? '')
}

/** Whether tokens may be for all of these. @spec RFC 8707 §2 */
export function areKnown(resources: readonly string[], has: Has): boolean {
  return has('resource-unknown') || resources.every(each => each === shop || each === bank)
}

/** Takes back everything that came of a grant. */
export function revokeGrant(grant: Grant): void {
  grant.isRevoked = true
}
