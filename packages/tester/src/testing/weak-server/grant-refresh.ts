// RFC 6749 §6, RFC 9700 §4.14.2, RFC 9449 §5
import type { ReceivedResponse } from '../../wire/exchange.ts'
import { issueTokens } from './issue.ts'
import { json, refusal } from './message.ts'
import { type Asking, revokeGrant } from './token.ts'
import { scopeOf, type WeakWorld } from './world.ts'

/** Gives new tokens for a refresh token, which is spent by that. @spec RFC 6749 §6, RFC 9700 §4.14.2 */
export function refresh({ client, form, jkt }: Asking, world: WeakWorld): ReceivedResponse {
  const { state, now } = world
  const record = state.tokens.get(form.get('refresh_token') ?? '')
  if (record?.kind !== 'refresh' || record.grant.clientId !== client.clientId)
    return refusal('invalid_grant', 'the refresh token is not known')
  const { grant } = record
  if (record.isSpent) {
    revokeGrant(grant)
    return refusal('invalid_grant', 'the refresh token was used before')
  }
  if (grant.isRevoked || record.isRevoked || record.expiresAt <= now())
    return refusal('invalid_grant', 'the refresh token is not good any more')
  if (record.jkt !== undefined && record.jkt !== jkt)
    return refusal('invalid_grant', 'the refresh token is bound to another key')
  const asked = scopeOf(form.get('scope'))
  if (!asked.every(each => grant.scope.includes(each))) return refusal('invalid_scope', 'the user did not allow that')
  const resources = form.getAll('resource')
  if (!resources.every(each => record.audience.includes(each)))
    return refusal('invalid_target', 'the resource is not part of the grant')
  record.isSpent = true
  const scope = asked.length > 0 ? asked : grant.scope
  const audience = resources.length > 0 ? resources : record.audience
  return json(issueTokens(world, { grant, scope, audience, isRefreshable: true, ...(jkt !== undefined && { jkt }) }))
}
