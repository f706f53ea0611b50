import type { Coverage } from './coverage.ts'
import * as coverage from './coverage.ts'
import type { ScopeDefinition } from './declaration.ts'
import { RecentTexts } from './recent-texts.ts'
import { type Result, succeed } from './result.ts'
import { ClosedScopeSet, type KnownToken, type ScopeSet } from './scope-set.ts'
import { DEFAULT_SCOPE_LIMITS, type ScopeSyntaxError, splitScope } from './scope-value.ts'
import { type ScopeWorld, TokenIndex } from './token-index.ts'

/** Scope-tokens as a catalogue reads them: those it knows, and the others by name. */
export type ScopeReading = { readonly scope: ScopeSet; readonly unknown: readonly string[] }

/**
 * All scopes of a system, and the only place where one is compared with another.
 *
 * `Token` is what its scope-tokens look like; a catalogue of particular tokens serves as a `Catalogue` of any.
 * Each set belongs to the catalogue that made it; a set of another one is a bug and throws a `TypeError`.
 */
export interface Catalogue<Token extends string = string> {
  /** The declared names, in the order of their declaration. */
  readonly names: readonly string[]
  readonly empty: ScopeSet
  /** The set that is granted where a request names no scope. */
  readonly defaults: ScopeSet
  /** The names that the server's metadata lists. */
  readonly listed: readonly string[]
  /** Finds what is declared about a scope-token, or about a declared name. */
  definition(token: string): ScopeDefinition | undefined
  /** Makes a set; a misspelt scope does not compile, and throws a `RangeError` where types are not checked. */
  set(...tokens: readonly Token[]): ScopeSet
  /** Reads a scope value that a stranger sent. */
  parse(text: string): Result<ScopeReading, ScopeSyntaxError>
  /** Reads scope-tokens that are already apart, such as those of a record. */
  read(tokens: readonly string[]): ScopeReading
  /** Tells whether `held` reaches all of `needed`. */
  covers(held: ScopeSet, needed: ScopeSet): boolean
  /** Puts two sets together. */
  union(a: ScopeSet, b: ScopeSet): ScopeSet
  /** Gives the tokens of `needed` that `held` does not cover. */
  missing(held: ScopeSet, needed: ScopeSet): ScopeSet
  /** Drops the tokens that others in the set cover. */
  simplify(scope: ScopeSet): ScopeSet
  /** Adds each token that the set reaches; what cannot be listed by token is told by `everyInstance`. */
  expand(scope: ScopeSet): ScopeSet
  /** Names the parameterised scopes of which the set reaches every instance. */
  everyInstance(scope: ScopeSet): readonly string[]
  /**
   * Gives what both sets reach: `asked` itself where `held` covers it, else the asked tokens that `held` covers and the
   * widest of what is left. The only way by which scope passes from one holder to the next; it never widens.
   * @example
   * catalogue.narrow(catalogue.set('order:items'), catalogue.set('order')) // order:items
   */
  narrow(held: ScopeSet, asked: ScopeSet): ScopeSet
}

const REMEMBERED_TEXTS = 1024
const LONGEST_REMEMBERED = 512

/** A catalogue over a world that has been closed and checked. */
export class ClosedCatalogue<Token extends string> implements Catalogue<Token> {
  readonly names: readonly string[]
  readonly empty: ScopeSet
  readonly defaults: ScopeSet
  readonly listed: readonly string[]
  readonly #coverage: Coverage
  readonly #definitions: ReadonlyMap<string, ScopeDefinition>
  readonly #expanded = new WeakMap<ScopeSet, ScopeSet>()
  readonly #recent = new RecentTexts<Result<ScopeReading, ScopeSyntaxError>>(REMEMBERED_TEXTS)

  constructor(world: ScopeWorld) {
    const definitions = world.entries.map(entry => entry.definition)
    this.#coverage = { world, index: new TokenIndex(world) }
    this.#definitions = new Map(definitions.map(definition => [definition.name, definition]))
    this.names = Object.freeze(definitions.map(definition => definition.name))
    this.listed = Object.freeze(definitions.filter(({ listed }) => listed).map(({ name }) => name))
    this.empty = coverage.makeSet(this.#coverage, [])
    this.defaults = this.read(definitions.filter(definition => definition.default).map(({ name }) => name)).scope
  }

  definition(token: string): ScopeDefinition | undefined {
    const found = this.#coverage.index.find(token)
    return found === undefined ? this.#definitions.get(token) : this.#coverage.world.entries[found.index]?.definition
  }

  set(...tokens: readonly Token[]): ScopeSet {
    const { scope, unknown } = this.read(tokens)
    if (unknown.length > 0) throw new RangeError(`unknown scope ${unknown.map(token => `\`${token}\``).join(', ')}`)
    return scope
  }

  parse(text: string): Result<ScopeReading, ScopeSyntaxError> {
    const recent = this.#recent.get(text)
    if (recent !== undefined) return recent
    const parsed = splitScope(text, DEFAULT_SCOPE_LIMITS)
    if (!parsed.ok) return parsed
    const reading = this.read(parsed.value)
    const result = succeed(reading)
    if (reading.unknown.length === 0 && text.length <= LONGEST_REMEMBERED) this.#recent.set(text, result)
    return result
  }

  read(tokens: readonly string[]): ScopeReading {
    const known: KnownToken[] = []
    const unknown = new Set<string>()
    for (const token of tokens) {
      const found = this.#coverage.index.find(token)
      if (found === undefined) unknown.add(token)
      else known.push(found)
    }
    return { scope: coverage.makeSet(this.#coverage, known), unknown: [...unknown] }
  }

  covers(held: ScopeSet, needed: ScopeSet): boolean {
    return coverage.covers(this.#own(held), this.#own(needed))
  }

  union(a: ScopeSet, b: ScopeSet): ScopeSet {
    return coverage.union(this.#coverage, this.#own(a), this.#own(b))
  }

  missing(held: ScopeSet, needed: ScopeSet): ScopeSet {
    return coverage.missing(this.#coverage, this.#own(held), this.#own(needed))
  }

  simplify(scope: ScopeSet): ScopeSet {
    return coverage.simplify(this.#coverage, this.#own(scope))
  }

  expand(scope: ScopeSet): ScopeSet {
    const known = this.#expanded.get(scope)
    if (known !== undefined) return known
    const expanded = coverage.expand(this.#coverage, this.#own(scope))
    this.#expanded.set(scope, expanded)
    return expanded
  }

  everyInstance(scope: ScopeSet): readonly string[] {
    return coverage.everyInstance(this.#coverage, this.#own(scope))
  }

  narrow(held: ScopeSet, asked: ScopeSet): ScopeSet {
    return coverage.narrow(this.#coverage, this.#own(held), this.#own(asked))
  }

  #own(scope: ScopeSet): ClosedScopeSet {
    if (scope instanceof ClosedScopeSet && scope.home === this.#coverage) return scope
    throw new TypeError('the scope set belongs to another catalogue')
  }
}
