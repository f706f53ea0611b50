import type { Needs } from '@ambit/scope'
import type { FactSource } from '../evaluation/request-facts.ts'
import type { Expression } from '../expression.ts'
import type { Rule } from '../model.ts'
import type { ActionTypes, ConditionSubjects, FactDeclaration, LoginDeclaration } from './action-types.ts'
import type { Condition } from './condition.ts'
import { expressionOf } from './condition.ts'
import { factSource } from './fact.ts'
import { readLogin } from './login.ts'
import { subjectsOf } from './subjects.ts'

/** What has been declared about an action, and what is wrong with it. */
export type ActionDraft = {
  readonly resource: string
  readonly needs: Needs
  readonly rules: readonly Rule[]
  readonly facts: readonly FactSource[]
  readonly hasObject: boolean
  readonly hasInput: boolean
  readonly detailTypes: readonly string[]
  readonly isHidden: boolean
  /** Each with the call that it happened in, such as `when("own store")`. */
  readonly problems: readonly { readonly at: string; readonly message: string }[]
}

/** An action while it is declared; each call gives a new one. */
export class Action<X extends ActionTypes> {
  declare readonly types: X
  readonly #draft: ActionDraft

  /** Only a resource's `needs` begins an action. */
  constructor(draft: ActionDraft) {
    this.#draft = draft
  }

  /** What has been declared so far. */
  get draft(): ActionDraft {
    return this.#draft
  }

  /** Says what the caller sends along; conditions can read it, and a decision must be given it. */
  input<I>(): Action<X & { readonly input: I }> {
    return new Action({ ...this.#draft, hasInput: true })
  }

  /** Says that the action is about no object that exists yet, such as making one. */
  withoutObject(): Action<X & { readonly isWithoutObject: true }> {
    return new Action({ ...this.#draft, hasObject: false })
  }

  /**
   * Lets conditions read an authorization detail of a type. Where a token carries several of them, one that satisfies all
   * rules is enough.
   * @spec RFC 9396 §2
   */
  details<D extends object>(type: string): Action<X & { readonly details: D }> {
    return new Action({ ...this.#draft, detailTypes: [...this.#draft.detailTypes, type] })
  }

  /** Lets conditions read what must be fetched; it is fetched when a rule comes to it, and once per request. */
  fact<const N extends string, T>(
    name: N,
    declaration: FactDeclaration<X, T>,
  ): Action<X & { readonly facts: { readonly [K in N]: T } }> {
    const source = factSource(name, { declaration, resource: this.#draft.resource, isPerInput: true })
    return new Action({ ...this.#draft, facts: [...this.#draft.facts, source] })
  }

  /** Adds a condition that must hold. A missing attribute or a wrong type counts as not holding. */
  when(name: string, condition: (subjects: ConditionSubjects<X>) => Condition): Action<X> {
    return this.#add(`when("${name}")`, () => ({ kind: 'when', name, condition: this.#expression(condition) }))
  }

  /** Adds a condition that must not hold. A missing attribute or a wrong type counts as holding. */
  forbid(name: string, condition: (subjects: ConditionSubjects<X>) => Condition): Action<X> {
    return this.#add(`forbid("${name}")`, () => ({ kind: 'forbid', name, condition: this.#expression(condition) }))
  }

  /**
   * Asks for a strong or fresh login, unless a condition holds.
   * @spec RFC 9470 §3
   */
  stepUp(login: LoginDeclaration<X['level']>, unless?: (subjects: ConditionSubjects<X>) => Condition): Action<X> {
    return this.#add('stepUp', () => {
      const never: Expression = { kind: 'constant', value: false }
      return { kind: 'stepUp', ...readLogin(login), unless: unless === undefined ? never : this.#expression(unless) }
    })
  }

  /** Tells a caller who may not do it that there is nothing: 404 instead of 403. */
  hidden(): Action<X> {
    return new Action({ ...this.#draft, isHidden: true })
  }

  #expression(condition: (subjects: ConditionSubjects<X>) => Condition): Expression {
    return expressionOf(condition(subjectsOf<X>(this.#draft.resource)))
  }

  #add(at: string, make: () => Rule): Action<X> {
    const { rules, problems } = this.#draft
    try {
      return new Action({ ...this.#draft, rules: [...rules, make()] })
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : 'the condition throws'
      return new Action({ ...this.#draft, problems: [...problems, { at, message }] })
    }
  }
}
