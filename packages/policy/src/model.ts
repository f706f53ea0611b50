import type { Catalogue, Requirement } from '@ambit/scope'
import type { Expression } from './expression.ts'

/** One rule of an action, in the order of its declaration. */
export type Rule =
  /** Must hold; an error counts as false. */
  | { readonly kind: 'when'; readonly name: string; readonly condition: Expression }
  /** Must not hold; an error counts as true. */
  | { readonly kind: 'forbid'; readonly name: string; readonly condition: Expression }
  /** Where `unless` does not hold, the user must have logged in as is said here. @spec RFC 9470 §3 */
  | {
      readonly kind: 'stepUp'
      readonly name: string
      readonly acr?: string
      /** In seconds since the user logged in. */
      readonly maxAge?: number
      readonly unless: Expression
    }

/** A value that must be fetched before the rules of an action can be decided. */
export type FactModel = {
  readonly name: string
  /** Milliseconds after which nobody waits for the fact any more, and whatever needs it denies. */
  readonly timeout: number
}

/** One action with everything that decides it. */
export type ActionModel = {
  /** `item.updatePrice` */
  readonly name: string
  /** The kind of object: `item`. */
  readonly resource: string
  /** What the token's scope must cover. */
  readonly requirement: Requirement
  readonly rules: readonly Rule[]
  readonly facts: readonly FactModel[]
  /** The type of authorization detail that conditions read, where they read one. @spec RFC 9396 §2 */
  readonly detailType?: string
  /** Whether a caller who may not do it is told that there is nothing (404). */
  readonly isHidden: boolean
}

/** A policy as data: what evaluation, analysis, export and tests read. */
export type PolicyModel = {
  readonly catalogue: Catalogue
  readonly actions: ReadonlyMap<string, ActionModel>
  /** Authentication context classes, weakest first. @spec RFC 9470 §4 */
  readonly levels: readonly string[]
}
