// RFC 9396 §2
import { memberOf } from './read.ts'

/** Gives the authorization details of a type that a token carries. @spec RFC 9396 §9.1 */
export function detailsOf(claims: unknown, type: string): readonly unknown[] {
  try {
    const all = memberOf(claims, 'authorization_details')
    return Array.isArray(all) ? all.filter(detail => memberOf(detail, 'type') === type) : []
  } catch {
    return []
  }
}
