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
  /** What an instance reaches: instance tokens by bound values, itself first; `undefined` for a scope without parameters. */
  readonly instances: readonly string[] | undefined
}

/** A scope set with what it reaches, worked out when it was made. */
export class ClosedScopeSet implements ScopeSet {
  readonly tokens: readonly string[]
  readonly members: readonly KnownToken[]
  /** The catalogue it belongs to. */
  readonly home: object
  /** The members without parameters. */
  readonly plain: Bits
  /** The members with parameters. */
  readonly instances: readonly KnownToken[]
  /** All that is reached; the bit of a parameterised scope stands for every instance of it. */
  readonly reach: Bits
  /** The instances that are reached one by one. */
  readonly reachedInstances: ReadonlySet<string>

  constructor(home: object, parts: Pick<ClosedScopeSet, 'members' | 'plain' | 'reach'>) {
    this.home = home
    this.members = parts.members
    this.tokens = Object.freeze(parts.members.map(member => member.token))
    this.plain = parts.plain
    this.reach = parts.reach
    this.instances = parts.members.filter(member => member.instances !== undefined)
    this.reachedInstances = this.instances.length === 0 ? NONE : instancesOf(this.instances)
  }

  get size(): number {
    return this.tokens.length
  }

  has(token: string): boolean {
    return this.tokens.includes(token)
  }
}

const NONE: ReadonlySet<string> = new Set()

function instancesOf(members: readonly KnownToken[]): ReadonlySet<string> {
  return new Set(members.flatMap(member => member.instances ?? []))
}
