import type { Circumstances, Decision, TokenView } from './decision.ts'
import {
  type ActionTypes,
  answerFor,
  type CircumstancesFor,
  type DecisionFor,
  type Moment,
} from './declaration/action-types.ts'
import { createEvaluator, type Evaluator, type EvaluatorOptions } from './evaluation/evaluator.ts'
import { memberOf } from './evaluation/read.ts'
import type { Explanation } from './explanation/explanation.ts'
import type { PolicyModel } from './model.ts'
import { type KnownCircumstances, type Residual, residualOf } from './residual/residual.ts'

/** A policy of any actions, for code that is driven by their names. */
export type AnyPolicy = {
  /** The policy as data. */
  readonly model: PolicyModel
  /** The same decisions, by name and without types. */
  readonly evaluator: Evaluator
}

/** What a token may do, decided by scope, conditions and login. `Actions` are the types of each action by its name. */
export interface Policy<Actions extends Readonly<Record<string, ActionTypes>>> extends AnyPolicy {
  /**
   * Decides whether a token may do an action.
   * @example
   * const decision = shop.decide('item.updatePrice', token, { item, input: { newPrice: 12 }, now })
   */
  decide<N extends keyof Actions & string>(
    action: N,
    token: TokenView,
    circumstances: CircumstancesFor<Actions[N]> & Moment,
  ): DecisionFor<Actions[N]>
  /**
   * Decides the same, and tells why: each rule with the values that it compared. For the operator, never for the client.
   * @example
   * console.log(printExplanation(shop.explain('item.read', token, { item, now })))
   */
  explain<N extends keyof Actions & string>(
    action: N,
    token: TokenView,
    circumstances: CircumstancesFor<Actions[N]> & Moment,
  ): DecisionFor<Actions[N], Explanation>
  /**
   * Decides as far as the token says; what is left out of `known` may turn out to be anything.
   * @example
   * shop.residual('item.read', token, { now }) // if item.store = "s1"
   */
  residual<N extends keyof Actions & string>(
    action: N,
    token: TokenView,
    known: Partial<CircumstancesFor<Actions[N]>> & Pick<Moment, 'now'>,
  ): Residual
}

/** The names of a policy's actions. */
export type ActionOf<P> = P extends Policy<infer Actions> ? keyof Actions & string : never

/** What a caller says about an action of a policy: `{ item, input }`. */
export type CircumstancesOf<P, N extends ActionOf<P>> =
  P extends Policy<infer Actions> ? (N extends keyof Actions ? CircumstancesFor<Actions[N]> : never) : never

/** Makes a policy of a model that has been checked. */
export function createPolicy<Actions extends Readonly<Record<string, ActionTypes>>>(
  model: PolicyModel,
  options: EvaluatorOptions = {},
): Policy<Actions> {
  const evaluator = createEvaluator(model, options)
  return {
    model,
    evaluator,
    decide: <N extends keyof Actions & string>(
      action: N,
      token: TokenView,
      circumstances: CircumstancesFor<Actions[N]> & Moment,
    ) =>
      answerFor<Actions[N], Decision>(evaluator.decide(action, token, circumstancesOf(model, action, circumstances))),
    explain: <N extends keyof Actions & string>(
      action: N,
      token: TokenView,
      circumstances: CircumstancesFor<Actions[N]> & Moment,
    ) =>
      answerFor<Actions[N], Explanation>(
        evaluator.explain(action, token, circumstancesOf(model, action, circumstances)),
      ),
    residual: <N extends keyof Actions & string>(
      action: N,
      token: TokenView,
      known: Partial<CircumstancesFor<Actions[N]>> & Pick<Moment, 'now'>,
    ) => residualOf(model, action, { token, known: knownOf(model, action, known) }),
  }
}

function circumstancesOf(
  { actions }: PolicyModel,
  action: string,
  given: Moment & { readonly facts?: object | undefined },
): Circumstances {
  const { now, requestFacts, facts }: Moment & { readonly facts?: object | undefined } = given
  return {
    resource: memberOf(given, actions.get(action)?.resource ?? ''),
    input: memberOf(given, 'input'),
    now,
    ...(facts !== undefined && { facts: { ...facts } }),
    ...(requestFacts !== undefined && { requestFacts }),
  }
}

/** Keeps apart what is known to be undefined and what is not known. */
function knownOf(
  { actions }: PolicyModel,
  action: string,
  given: Pick<Moment, 'now'> & { readonly facts?: object | undefined },
): KnownCircumstances {
  const resource = actions.get(action)?.resource ?? ''
  return {
    now: given.now,
    ...(Object.hasOwn(given, resource) && { resource: memberOf(given, resource) }),
    ...(Object.hasOwn(given, 'input') && { input: memberOf(given, 'input') }),
    ...(given.facts !== undefined && { facts: { ...given.facts } }),
  }
}
