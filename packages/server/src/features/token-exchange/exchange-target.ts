// RFC 8693 §2.1, RFC 8707 §2
import { type Parameters, type Refusal, refuse } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import type { ResourceDeclaration } from '../../options.ts'
import type { AccessTokenRecord } from '../../ports/records.ts'
import { findResource } from '../../scope/choose-audience.ts'
import { audiencesOf, type ExchangePolicy, type TokenExchangeOptions } from './exchange-policy.ts'

/** The one resource that a token is exchanged for, and the policy that lets its client do so. */
export type ExchangeTarget = { readonly audience: ResourceDeclaration; readonly policy: ExchangePolicy }

/**
 * Finds the resource that a request names by `audience` or `resource`; that of the subject token, where it names none.
 * @param policies those of the client that asks
 * @spec RFC 8693 §2.1, §2.2.2
 * @errors invalid_target: several, one that is not known, or one for which this client has no policy
 */
export function chooseExchangeTarget(
  context: ServerContext,
  { audiences = {} }: TokenExchangeOptions,
  asked: {
    readonly form: Parameters
    readonly subject: AccessTokenRecord
    readonly policies: readonly ExchangePolicy[]
  },
): ExchangeTarget | Refusal<'invalid_target'> {
  const { form, subject, policies } = asked
  const byName = form.all('audience').map(name => (Object.hasOwn(audiences, name) ? (audiences[name] ?? name) : name))
  const named = new Set([...byName, ...form.all('resource')])
  const [resource, other] = named.size === 0 ? subject.audience : [...named]
  if (resource === undefined || other !== undefined)
    return refuse('invalid_target', 'name one resource by `audience` or `resource`: an access token is for one')
  const audience = findResource(context, resource)
  const policy = policies.find(each => audiencesOf(each).includes(resource))
  if (!audience || !policy) return refuse('invalid_target', `this client may not exchange tokens for \`${resource}\``)
  return { audience, policy }
}
