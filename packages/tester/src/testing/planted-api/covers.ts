// RFC 6749 §3.3, RFC 9068 §2.2.3
import { implied } from './catalogue.ts'
import type { Has } from './defects.ts'
import { type Claims, isObject } from './world.ts'

/** Whether a token's scope covers all of what an operation needs; the copy's own reading of the scope language. */
export function isCovered(has: Has, claims: Claims, needs: readonly string[]): boolean {
  if (has('scope-optional') && claims['scope'] === undefined) return true
  const held = scopesOf(has, claims, needs.length)
  if (has('any-scope') && held.length > 0) return true
  const isMet = (needed: string) => held.some(each => covers(has, each, needed))
  return has('scope-any-of') ? needs.some(isMet) : needs.every(isMet)
}

function scopesOf(has: Has, claims: Claims, wanted: number): readonly string[] {
  const { scope, scp, permissions } = claims
  const separator = has('scope-split-by-tab') ? /[ \t]+/ : / +/
  const held = typeof scope === 'string' ? scope.split(separator).filter(each => each !== '') : []
  const others = has('scope-array') ? [scope, scp].flatMap(textsIn) : []
  const permitted = has('permissions-claim') ? textsIn(permissions) : []
  const all = [...held, ...others, ...permitted]
  return has('scope-first-only') ? all.slice(0, wanted) : all
}

function textsIn(claim: unknown): readonly string[] {
  if (Array.isArray(claim)) return claim.filter(each => typeof each === 'string')
  return typeof claim === 'string' ? claim.split(' ') : []
}

function covers(has: Has, held: string, needed: string): boolean {
  if (coversRightly(held, needed)) return true
  if (has('scope-by-substring') && held.includes(needed)) return true
  if (has('scope-case-folded') && coversRightly(held.toLowerCase(), needed)) return true
  if (has('scope-upward') && Object.hasOwn(implied, held) && needed !== 'admin' && coversRightly(needed, held))
    return true
  if (has('scope-wildcard') && held.includes('*') && matchesWildcard(held, needed)) return true
  return has('write-with-read') && coversRightly(held, needed.replace(/^write/, 'read'))
}

function coversRightly(held: string, needed: string): boolean {
  if (held === needed || isByPath(held, needed)) return true
  return Object.hasOwn(implied, held) && (implied[held] ?? []).some(each => coversRightly(each, needed))
}

const verbs: ReadonlySet<string | undefined> = new Set(['read', 'write'])

/** `order` covers `order:items`; `inventory:write` covers `inventory:price:write`. */
function isByPath(held: string, needed: string): boolean {
  if (!Object.hasOwn(implied, held)) return false
  const [wide, narrow] = [held.split(':'), needed.split(':')]
  const verbOf = (path: readonly string[]) => (path.length > 1 && verbs.has(path.at(-1)) ? path.at(-1) : undefined)
  if (verbOf(wide) !== verbOf(narrow)) return false
  const [above, below] = verbOf(wide) === undefined ? [wide, narrow] : [wide.slice(0, -1), narrow.slice(0, -1)]
  return above.length < below.length && above.every((segment, index) => segment === below[index])
}

function matchesWildcard(held: string, needed: string): boolean {
  const pattern = held.split(/\.?\*/).map(part => part.replaceAll(/[^A-Za-z0-9]/g, String.raw`\$&`))
  return new RegExp(`^${pattern.join('.*')}$`).test(needed)
}

/** The authorization details of a token that are of a type and for a resource. @spec RFC 9396 §2, §9 */
export function detailsOf(claims: Claims, type: string, resource: string): readonly Claims[] {
  const { authorization_details: details } = claims
  if (!Array.isArray(details)) return []
  return details.filter(isObject).filter(detail => {
    const { locations } = detail
    return detail['type'] === type && (!Array.isArray(locations) || locations.includes(resource))
  })
}
