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
  readonly #plain = new Map<string, KnownToken>()
  readonly #byPlace: (KnownToken | undefined)[] = []
  readonly #parameterised = new Map<number, ScopeEntry[]>()
  readonly #world: ScopeWorld

  constructor(world: ScopeWorld) {
    this.#world = world
    for (const entry of world.entries) {
      const { text, parameters, segments } = entry.name
      const isPlain = parameters.length === 0
      const known = isPlain ? { token: text, index: entry.index, instances: undefined } : undefined
      this.#byPlace.push(known)
      if (known !== undefined) this.#plain.set(text, known)
      else this.#parameterised.set(segments.length, [...(this.#parameterised.get(segments.length) ?? []), entry])
    }
  }

  /** Finds the declared scope that a token names, or of which it is an instance. */
  find(token: string): KnownToken | undefined {
    return this.#plain.get(token) ?? (this.#parameterised.size === 0 ? undefined : this.#findInstance(token))
  }

  /** Gives the token of the scope that is declared at a place; one with parameters has none. */
  at(place: number): KnownToken | undefined {
    return this.#byPlace[place]
  }

  #findInstance(token: string): KnownToken | undefined {
    const parts = splitName(token)
    for (const { name, index } of this.#parameterised.get(parts.length) ?? []) {
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
