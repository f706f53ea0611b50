// OpenID Authorization API 1.0 §2
import type { AnyPolicy, Circumstances, Decision, Explanation, PolicyModel, TokenView } from '@ambit/policy'
import { nearestAlternative, printScope, type ScopeSet } from '@ambit/scope'
import { DecisionUnavailableError } from '../decision-unavailable.ts'
import type { RemotePolicy } from './remote-policy.ts'

/**
 * Keeps a policy's actions, scopes and types, and lets another program decide instead of its conditions. A guard that is
 * given the result asks for scope itself, so that the challenge is right, and then there; where there is no answer it
 * answers 503. The policy's own `decide`, `explain` and `residual`, which answer at once, are gone.
 * @example
 * const policy = decideElsewhere(shop, authzenPdp({ identifier: 'https://pdp.example', authorization }))
 * const guard = createGuard({ issuers, resource: 'https://api.example', policy })
 */
export function decideElsewhere<P extends AnyPolicy>(policy: P, remote: RemotePolicy): P {
  const decided = new WeakMap<Circumstances, Made>()
  const decide: AnyPolicy['evaluator']['decide'] = async (action, token, circumstances) => {
    const decision = await remote.decide(action, token, circumstances)
    if (decision.kind === 'unavailable') throw new DecisionUnavailableError(decision.reason)
    decided.set(circumstances, { action, token, decision })
    return decision
  }
  const explain: AnyPolicy['evaluator']['explain'] = async (action, token, circumstances) => {
    const made = decided.get(circumstances)
    const isThis = made?.action === action && made.token === token
    const decision = isThis ? made.decision : await decide(action, token, circumstances)
    return explainDecision(policy.model, action, { decision, held: token.scope })
  }
  const evaluator = { ...policy.evaluator, decide, explain }
  return { ...policy, decide: gone, explain: gone, residual: gone, evaluator }
}

function gone(): never {
  throw new TypeError('this policy is decided elsewhere; ask its `evaluator`, which answers later')
}

type Made = { readonly action: string; readonly token: TokenView; readonly decision: Decision }

type Decided = { readonly decision: Decision; readonly held: ScopeSet }

/** What is known here of a decision that was made elsewhere: the scope, and what came of it. */
function explainDecision(model: PolicyModel, name: string, { decision, held }: Decided): Explanation {
  const action = model.actions.get(name)
  if (action === undefined) throw new RangeError(`the policy knows no action \`${name}\``)
  const { scope, missing } = nearestAlternative(model.catalogue, held, action.requirement)
  const printed = { needed: printScope(scope), held: printScope(held), missing: printScope(missing) }
  return { action: name, decision, scope: printed, rules: [] }
}
