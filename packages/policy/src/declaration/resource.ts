import type { Needs } from '@ambit/scope'
import type { FactSource } from '../evaluation/request-facts.ts'
import { Action } from './action.ts'
import type { ActionTypes, FactDeclaration } from './action-types.ts'
import { factSource } from './fact.ts'

/** A kind of object whose actions are being declared. */
export class Resource<X extends ActionTypes> {
  readonly #name: string
  readonly #facts: readonly FactSource[]

  constructor(name: string, facts: readonly FactSource[] = []) {
    this.#name = name
    this.#facts = facts
  }

  /** Begins an action with what the token's scope must cover; a misspelt scope does not compile. */
  needs(needs: Needs<X['scope']>): Action<X> {
    return new Action({
      resource: this.#name,
      needs,
      rules: [],
      facts: this.#facts,
      hasObject: true,
      hasInput: false,
      detailTypes: [],
      isHidden: false,
      problems: [],
    })
  }

  /** Lets the conditions of several actions read what must be fetched; for one object it is fetched once per request. */
  fact<const N extends string, T>(
    name: N,
    declaration: FactDeclaration<X, T>,
  ): Resource<X & { readonly facts: { readonly [K in N]: T } }> {
    const source = factSource(name, { declaration, resource: this.#name, isPerInput: false })
    return new Resource(this.#name, [...this.#facts, source])
  }
}
