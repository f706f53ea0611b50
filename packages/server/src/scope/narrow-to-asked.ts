// RFC 6749 §3.3, §6
import { printScope, type ScopeDecision } from '@ambit/scope'
import type { ServerContext } from '../context.ts'
import { refusedAt, refuseScope, type ScopeRefused } from './refuse-scope.ts'

/**
 * Narrows what is held to what of it a request asks for, and leaves it as it is where it asks for nothing.
 * @param holder what holds it, for whoever asks for more
 * @errors invalid_scope: malformed, unknown, or more than is held
 */
export function narrowToAsked(
  { catalogue }: Pick<ServerContext, 'catalogue'>,
  held: ScopeDecision,
  { asked, holder }: { readonly asked: string | undefined; readonly holder: string },
): ScopeDecision | ScopeRefused {
  if (asked === undefined) return held
  const parsed = catalogue.parse(asked)
  if (!parsed.ok) return refuseScope(parsed.error.message, refusedAt('request', [asked], 'malformed'))
  const { scope, unknown } = parsed.value
  if (unknown.length > 0)
    return refuseScope(`unknown scope \`${unknown.join(' ')}\``, refusedAt('request', unknown, 'unknown'))
  const lost = catalogue.missing(held.scope, scope)
  if (lost.size > 0)
    return refuseScope(
      `${holder} does not hold \`${printScope(lost)}\``,
      refusedAt('grant', lost.tokens, 'not_in_grant'),
    )
  return { ...held, requested: asked, scope: catalogue.narrow(held.scope, scope) }
}
