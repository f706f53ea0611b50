// OpenID Authorization API 1.0 §5.1.1, §11.4
import type { TokenView } from '@ambit/policy'
import type { Catalogue } from '@ambit/scope'
import { type AuthzenEntity, isJsonObject, type JsonObject } from './entities.ts'

/**
 * Takes a subject's token claims as the policy enforcement point tells them, which has verified the token: the properties
 * are the claims, and `scope` is among them as text. A `user` is who the identifier says; whatever else has the identifier
 * as its `sub`, or none.
 * @spec OpenID Authorization API 1.0 §11.4
 */
export function subjectAsTold(catalogue: Catalogue): (subject: AuthzenEntity) => TokenView | undefined {
  return ({ type, id, properties = {} }) => {
    const { scope: text = '' } = properties
    if (typeof text !== 'string') return undefined
    const parsed = text === '' ? undefined : catalogue.parse(text)
    if (parsed?.ok === false) return undefined
    const { sub, ...others } = properties
    const claims = type === 'user' || sub === id ? { ...others, sub: id } : others
    return { scope: parsed?.value.scope ?? catalogue.empty, claims }
  }
}

/**
 * Takes the facts in `context.facts` as the policy enforcement point tells them, also those that the policy could load.
 * @spec OpenID Authorization API 1.0 §5.4
 */
export function factsAsTold(context: JsonObject | undefined): JsonObject | undefined {
  const facts = context?.['facts']
  return isJsonObject(facts) ? facts : undefined
}
