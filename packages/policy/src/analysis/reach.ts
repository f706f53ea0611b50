import type { Catalogue, Requirement, ScopeSet } from '@ambit/scope'
import type { TokenView } from '../decision.ts'
import type { PolicyModel } from '../model.ts'
import { type KnownCircumstances, type Residual, residualOf } from '../residual/residual.ts'

/** What a token can do with one action. */
export type Reach = Residual & {
  readonly action: string
  /** What the token's scope had to cover, where it does: the first such alternative of the action's requirement. */
  readonly by?: ScopeSet
}

/**
 * Tells for each action, in the order of the policy, whether a token reaches it: yes, no, or if a condition holds. Whatever
 * `known` leaves out may turn out to be anything.
 * @example
 * reach(shop, { scope: scopes.set('order'), claims: { store: 's1' } }, { now })
 */
export function reach(policy: PolicyModel, token: TokenView, known: KnownCircumstances): readonly Reach[] {
  return [...policy.actions.values()].map(({ name, requirement }) => {
    const by = openedBy(policy.catalogue, token.scope, requirement)
    return { action: name, ...residualOf(policy, name, { token, known }), ...(by !== undefined && { by }) }
  })
}

function openedBy(catalogue: Catalogue, held: ScopeSet, { anyOf }: Requirement): ScopeSet | undefined {
  return anyOf.find(alternative => catalogue.covers(held, alternative))
}
