import type { Place } from '../../../target/api-operation.ts'
import type { CodeRoute } from '../../../target/target.ts'

/** A guard that was seen in the code. */
export type Guard = {
  readonly place: Place
  /** Paths that it lets pass, where it says so. */
  readonly except?: readonly (string | RegExp)[]
} & (
  | { readonly kind: 'token'; readonly anyOf: readonly (readonly string[])[] }
  | { readonly kind: 'unknown'; readonly name: string }
  /** It lets everybody in, whatever stands before it. */
  | { readonly kind: 'public' }
)

/** How a guard of the project's own is called and read. */
export type GuardRule =
  /** It guards nothing, whatever its name says. */
  | false
  | {
      /** Which argument names the scopes, counted from 0; further texts behind it count as well. Absent: any good token. */
      readonly scopeArgument?: number
      /** Whether all scopes are wanted (default), or any one. */
      readonly kind?: 'all' | 'any'
    }

/** Guards of the project's own by their name: `{ requireScope: { scopeArgument: 0 }, isLoggedIn: {} }`. */
export type GuardRules = Readonly<Record<string, GuardRule>>

const most = 64

/** What several guards one after the other ask for: all of it. What is not known stays unknown, by the name nearest to the handler. */
export function combineGuards(guards: readonly Guard[]): CodeRoute['guard'] {
  if (guards.some(({ kind }) => kind === 'public')) return { kind: 'none' }
  const unknown = guards.findLast(({ kind }) => kind === 'unknown')
  if (unknown?.kind === 'unknown') return { kind: 'unknown', name: unknown.name, place: unknown.place }
  const tokens = guards.filter(guard => guard.kind === 'token')
  const [first] = tokens
  if (first === undefined) return { kind: 'none' }
  const place = tokens.find(({ anyOf }) => anyOf.some(scopes => scopes.length > 0))?.place ?? first.place
  const anyOf = tokens.reduce<readonly (readonly string[])[]>((held, guard) => allOf(held, guard.anyOf), [[]])
  return { kind: 'token', anyOf, place }
}

function allOf(held: readonly (readonly string[])[], more: readonly (readonly string[])[]) {
  const pairs = held.flatMap(scopes => more.map(others => [...new Set([...scopes, ...others])]))
  return [...new Map(pairs.map(scopes => [scopes.toSorted().join(' '), scopes])).values()].slice(0, most)
}

/** What any one of several guards is enough for; `undefined` where one of them is not known. */
export function eitherGuard(guards: readonly Guard[], place: Place): Guard | undefined {
  const tokens = guards.flatMap(guard => (guard.kind === 'token' ? [guard] : []))
  if (tokens.length === 0 || tokens.length < guards.length) return undefined
  return { kind: 'token', anyOf: tokens.flatMap(({ anyOf }) => anyOf), place }
}
