import type { Bits } from './bits.ts'

/** A set of scopes of one catalogue; it does not change. */
export interface ScopeSet {
  /** The scope-tokens, each once, in the order in which they were named. */
  readonly tokens: readonly string[]
  readonly size: number
  /** Tells whether the token itself is in the set; what the set reaches is a question for `Catalogue.covers`. */
  has(token: string): boolean
}

/** A token that has been found in a catalogue. */
export type KnownToken = {
  readonly token: string
  /** The place of its declared scope. */
  readonly index: number
  /** The instances that an instance reaches, itself first; `undefined` for a scope without parameters. */
  readonly instances: readonly string[] | undefined
}

/** What a set is made of. */
export type ScopeSetParts = {
  readonly members: readonly KnownToken[]
  /** The members without parameters. */
  readonly plain: Bits
  /** All that is reached; the bit of a parameterised scope stands for every instance of it. */
  readonly reach: Bits
}

/** A scope set with what it reaches, worked out when it was made; only the tokens show. */
export class ClosedScopeSet implements ScopeSet {
  readonly tokens: readonly string[]
  readonly #home: object
  readonly #parts: ScopeSetParts
  readonly #instances: readonly KnownToken[]
  readonly #reachedInstances: ReadonlySet<string>

  constructor(home: object, parts: ScopeSetParts) {
    this.tokens = Object.freeze(parts.members.map(member => member.token))
    this.#home = home
    this.#parts = parts
    this.#instances = parts.members.filter(member => member.instances !== undefined)
    this.#reachedInstances = this.#instances.length === 0 ? NONE : instancesOf(this.#instances)
  }

  get size(): number {
    return this.tokens.length
  }

  /** What identifies the catalogue it belongs to. */
  get home(): object {
    return this.#home
  }

  get members(): readonly KnownToken[] {
    return this.#parts.members
  }

  get plain(): Bits {
    return this.#parts.plain
  }

  get reach(): Bits {
    return this.#parts.reach
  }

  /** The members with parameters. */
  get instances(): readonly KnownToken[] {
    return this.#instances
  }

  /** The instances that are reached one by one. */
  get reachedInstances(): ReadonlySet<string> {
    return this.#reachedInstances
  }

  has(token: string): boolean {
    return this.tokens.includes(token)
  }
}

const NONE: ReadonlySet<string> = new Set()

function instancesOf(members: readonly KnownToken[]): ReadonlySet<string> {
  return new Set(members.flatMap(member => member.instances ?? []))
}
