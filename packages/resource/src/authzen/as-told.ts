// OpenID Authorization API 1.0 §5.1.1, §11.4
import type { TokenView } from '@ambit/policy'
import type { Catalogue } from '@ambit/scope'
import type { AuthzenEntity } from './entities.ts'

/**
 * Takes a subject's token claims as the policy enforcement point tells them, which has verified the token: the properties
 * are the claims, and `scope` is among them as text. A `user` is who the identifier says.
 * @spec OpenID Authorization API 1.0 §11.4
 */
export function subjectAsTold(catalogue: Catalogue): (subject: AuthzenEntity) => TokenView | undefined {
  return ({ type, id, properties = {} }) => {
    const { scope: text = '' } = properties
    if (typeof text !== 'string') return undefined
    const parsed = text === '' ? undefined : catalogue.parse(text)
    if (parsed?.ok === false) return undefined
    const claims = type === 'user' ? { ...properties, sub: id } : properties
    return { scope: parsed?.value.scope ?? catalogue.empty, claims }
  }
}
