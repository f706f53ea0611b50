import { AbilityBuilder, createMongoAbility, type MongoAbility, subject } from '@casl/ability'
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { newEnforcer, newModelFromString } from 'casbin'
import type { Question } from './question.ts'

/** Answers a question by an engine. */
export type Judge = (question: Question) => boolean

const cedarPolicies = `
permit (principal, action == Action::"updatePrice", resource) when {
  context.scope.contains("inventory:price:write") &&
  resource.store == principal.store &&
  (context.newPrice - resource.price) * 100 <= 20 * resource.price &&
  (resource.price - context.newPrice) * 100 <= 20 * resource.price
};
forbid (principal, action == Action::"updatePrice", resource) when { resource.locked && principal.tier != "internal" };`

/** Cedar's own engine, with its policies parsed beforehand. */
export function cedarJudge(): Judge {
  const parsed = cedar.preparsePolicySet('bench', { staticPolicies: cedarPolicies })
  if (parsed.type !== 'success') throw new Error(parsed.errors.map(({ message }) => message).join('; '))
  const principal = { type: 'Token', id: 't' }
  const resource = { type: 'Item', id: 'i' }
  return ({ scope, store, tier, item, newPrice }) => {
    const answer = cedar.statefulIsAuthorized({
      preparsedPolicySetId: 'bench',
      principal,
      action: { type: 'Action', id: 'updatePrice' },
      resource,
      context: { scope: [scope], newPrice },
      entities: [
        { uid: principal, attrs: { store, tier }, parents: [] },
        { uid: resource, attrs: { ...item }, parents: [] },
      ],
    })
    return answer.type === 'success' && answer.response.decision === 'allow'
  }
}

const casbinModel = `
[request_definition]
r = sub, obj, act, price
[policy_definition]
p = act, scope
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.act == p.act && r.sub.scope == p.scope && r.sub.store == r.obj.store && (r.price - r.obj.price) * 100 <= 20 * r.obj.price && (r.obj.price - r.price) * 100 <= 20 * r.obj.price && (!r.obj.locked || r.sub.tier == 'internal')
`

/** casbin with attributes and one policy line, asked without a promise. */
export async function casbinJudge(): Promise<Judge> {
  const enforcer = await newEnforcer(newModelFromString(casbinModel))
  await enforcer.addPolicy('updatePrice', 'inventory:price:write')
  return ({ scope, store, tier, item, newPrice }) =>
    enforcer.enforceSync({ scope, store, tier }, item, 'updatePrice', newPrice)
}

/** CASL with an ability for each kind of token, made beforehand; it compares no two attributes, so the caller works out the change. */
export function caslJudge(): Judge {
  const abilities = new Map<string, MongoAbility>()
  return ({ scope, store, tier, item, newPrice }) => {
    const name = `${scope} ${store} ${tier}`
    const ability = abilities.get(name) ?? abilityOf(scope, store, tier)
    abilities.set(name, ability)
    const change = (Math.abs(newPrice - item.price) * 100) / item.price
    return ability.can('updatePrice', subject('Item', { ...item, change }))
  }
}

function abilityOf(scope: string, store: string, tier: string): MongoAbility {
  const { can, cannot, build } = new AbilityBuilder<MongoAbility>(createMongoAbility)
  if (scope === 'inventory:price:write') can('updatePrice', 'Item', { store, change: { $lte: 20 } })
  if (tier !== 'internal') cannot('updatePrice', 'Item', { locked: true })
  return build()
}
