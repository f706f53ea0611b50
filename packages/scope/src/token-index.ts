import type { Reach } from './coverage-closure.ts'
import type { NameRules, ScopeEntry } from './coverage-edges.ts'
import { fillName, matchInstance, splitName } from './scope-name.ts'
import type { KnownToken } from './scope-set.ts'

/** A catalogue's closed world: what is declared, and what each scope reaches. */
export type ScopeWorld = {
  readonly entries: readonly ScopeEntry[]
  readonly reaches: readonly Reach[]
  readonly rules: NameRules
}

/** Finds scope-tokens in a catalogue: names without parameters by one look-up, instances by their segments. */
export class TokenIndex {
  /** The declared scopes that have parameters. */
  readonly parameterised: readonly ScopeEntry[]
  readonly #plain = new Map<string, KnownToken>()
  readonly #byPlace: readonly (KnownToken | undefined)[]
  readonly #bySize: ReadonlyMap<number, readonly ScopeEntry[]>
  readonly #world: ScopeWorld

  constructor(world: ScopeWorld) {
    this.#world = world
    this.#byPlace = world.entries.map(({ name, index }) =>
      name.parameters.length === 0 ? { token: name.text, index, instances: undefined } : undefined,
    )
    for (const known of this.#byPlace) if (known !== undefined) this.#plain.set(known.token, known)
    this.parameterised = world.entries.filter(entry => entry.name.parameters.length > 0)
    this.#bySize = Map.groupBy(this.parameterised, entry => entry.name.segments.length)
  }

  /** Finds the declared scope that a token names, or of which it is an instance. */
  find(token: string): KnownToken | undefined {
    return this.#plain.get(token) ?? (this.parameterised.length === 0 ? undefined : this.#findInstance(token))
  }

  /** Gives the token of the scope that is declared at a place; one with parameters has none. */
  at(place: number): KnownToken | undefined {
    return this.#byPlace[place]
  }

  #findInstance(token: string): KnownToken | undefined {
    const parts = splitName(token)
    for (const { name, index } of this.#bySize.get(parts.length) ?? []) {
      const values = matchInstance(name, parts, this.#world.rules.verbs)
      if (values === undefined) continue
      const bound = this.#world.reaches[index]?.bound ?? []
      const reached = bound.flatMap(place => {
        const target = this.#world.entries[place]
        return target === undefined ? [] : [fillName(target.name, values)]
      })
      return { token, index, instances: [token, ...reached] }
    }
    return undefined
  }
}
