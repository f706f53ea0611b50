// RFC 8693 §2, §4.4
import type { ReceivedResponse } from '../../wire/exchange.ts'
import { issueTokens } from './issue.ts'
import { json, refusal } from './message.ts'
import { type Asking, areKnown } from './token.ts'
import { scopeOf, type WeakWorld } from './world.ts'

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

/** Gives a token of less right for one that the client holds. @spec RFC 8693 §2.1 */
export function exchangeToken({ client, form, jkt }: Asking, world: WeakWorld): ReceivedResponse {
  const { state, now } = world
  const record = state.tokens.get(form.get('subject_token') ?? '')
  const isAccess = form.get('subject_token_type') === accessTokenType
  const isGood = record?.kind === 'access' && !record.isRevoked && !record.grant.isRevoked && record.expiresAt > now()
  if (record === undefined || !isAccess || !isGood) return refusal('invalid_request', 'the subject token is not good')
  // nobody may act for others: no token says `may_act`
  if (form.has('actor_token')) return refusal('invalid_request', 'the actor may not act for the subject')
  if (record.grant.clientId !== client.clientId)
    return refusal('invalid_request', 'the subject token is of another client')
  const asked = scopeOf(form.get('scope'))
  if (!asked.every(each => record.scope.includes(each)))
    return refusal('invalid_scope', 'the subject token does not hold that')
  const targets = [...form.getAll('resource'), ...form.getAll('audience')]
  if (!areKnown(targets) || !targets.every(each => record.audience.includes(each)))
    return refusal('invalid_target', 'the subject token is not for that')
  const scope = (asked.length > 0 ? asked : record.scope).filter(each => each !== 'openid' && each !== 'offline_access')
  const audience = targets.length > 0 ? targets : record.audience
  const issued = issueTokens(world, { grant: record.grant, scope, audience, ...(jkt !== undefined && { jkt }) })
  return json({ ...issued, issued_token_type: accessTokenType })
}
