import type { Catalogue } from '@ambit/scope'
import type { Timer } from '../evaluation/request-facts.ts'
import { createPolicy, type Policy } from '../policy.ts'
import type { Action } from './action.ts'
import type { ActionTypes, NoMembers } from './action-types.ts'
import { assemble } from './assemble.ts'
import { Resource } from './resource.ts'

/** What a policy may be given beside its scopes. */
export type PolicyOptions = {
  /** Measures the time that facts may take; the runtime's own where it is left out. */
  readonly timer?: Timer
}

/** Any action, whatever its types are. */
type AnyAction = Pick<Action<ActionTypes>, 'types' | 'draft'>

/** What an action begins with, before anything is declared about it. */
type ActionStart<Scope extends string, Claims extends object, Level extends string, Name extends string, Item> = {
  readonly scope: Scope
  readonly claims: Claims
  readonly level: Level
  readonly resource: Name
  readonly object: Item
  readonly isWithoutObject: unknown
  readonly input: unknown
  readonly details: unknown
  readonly facts: NoMembers
}

/** The functions that declare the actions of each kind of object. */
type Declaration<Scope extends string, Claims extends object, Level extends string, Objects extends object> = {
  readonly [N in keyof Objects & string]?: (
    resource: Resource<ActionStart<Scope, Claims, Level, N, Objects[N]>>,
  ) => Readonly<Record<string, AnyAction>>
}

type ActionsOf<F> = F extends (...args: never[]) => infer A ? A : never

type ActionNames<D> = { [R in keyof D & string]: `${R}.${keyof ActionsOf<D[R]> & string}` }[keyof D & string]

type TypesOf<D, Name extends string> = Name extends `${infer R}.${infer A}`
  ? R extends keyof D
    ? TypesOfMember<ActionsOf<D[R]>, A>
    : never
  : never

type TypesOfMember<Actions, A extends string> = A extends keyof Actions
  ? Actions[A] extends { readonly types: infer X extends ActionTypes }
    ? X
    : never
  : never

/** A policy while it is declared; `actions` completes it. */
export class PolicyBuilder<Scope extends string, Claims extends object, Level extends string, Objects extends object> {
  readonly #catalogue: Catalogue
  readonly #options: PolicyOptions
  readonly #levels: readonly string[]

  constructor(catalogue: Catalogue, options: PolicyOptions, levels: readonly string[] = []) {
    this.#catalogue = catalogue
    this.#options = options
    this.#levels = levels
  }

  /** Says which claims of the token conditions can read, beside `iss`, `sub`, `client_id`, `acr` and `auth_time`. */
  claims<C extends object>(): PolicyBuilder<Scope, C, Level, Objects> {
    return new PolicyBuilder(this.#catalogue, this.#options, this.#levels)
  }

  /** Names the authentication context classes, weakest first. @spec RFC 9470 §4 */
  levels<const L extends string>(levels: readonly L[]): PolicyBuilder<Scope, Claims, L, Objects> {
    return new PolicyBuilder(this.#catalogue, this.#options, levels)
  }

  /** Says what the kinds of object are called, and what conditions can read of each. */
  objects<O extends object>(): PolicyBuilder<Scope, Claims, Level, O> {
    return new PolicyBuilder(this.#catalogue, this.#options, this.#levels)
  }

  /**
   * Declares all actions, by kind of object, and completes the policy.
   * @throws {PolicyError} with all problems at once, where the policy cannot be used
   */
  actions<const D extends Declaration<Scope, Claims, Level, Objects>>(
    declaration: D,
  ): Policy<{ [N in ActionNames<D>]: TypesOf<D, N> }> {
    const declared = new Map<string, unknown>()
    for (const [name, declare] of Object.entries<unknown>(declaration))
      declared.set(name, isDeclarer(declare) ? declare(new Resource(name)) : declare)
    const assembled = assemble(declared, { catalogue: this.#catalogue, levels: this.#levels })
    return createPolicy(assembled.model, { ...this.#options, facts: assembled.facts })
  }
}

/** Whether it takes a resource is what the types see to. */
function isDeclarer(value: unknown): value is (resource: Resource<ActionTypes>) => unknown {
  return typeof value === 'function'
}

/**
 * Begins the declaration of what a token may do: which scope opens which action, and under which conditions.
 * @example
 * const shop = policy(scopes)
 *   .claims<{ store: string }>()
 *   .objects<{ item: { store: string; price: number } }>()
 *   .actions({
 *     item: item => ({
 *       read: item.needs('inventory:read').when('own store', ({ token, item }) => item.store.eq(token.store)),
 *     }),
 *   })
 * shop.decide('item.read', token, { item: { store: 's1', price: 10 }, now })
 */
export function policy<Token extends string>(
  catalogue: Catalogue<Token>,
  options: PolicyOptions = {},
): PolicyBuilder<Token, NoMembers, never, NoMembers> {
  return new PolicyBuilder(catalogue, options)
}
