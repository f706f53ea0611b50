// RFC 6749 §6, RFC 9700 §4.14.2, RFC 9449 §5
import type { ReceivedResponse } from '../../wire/exchange.ts'
import { type Asking, revokeGrant } from './grant-rules.ts'
import { issueTokens } from './issue.ts'
import { json, refusal } from './message.ts'
import { scopeOf, type TokenRecord, type WeakWorld } from './world.ts'

/** Gives new tokens for a refresh token, which is spent by that. @spec RFC 6749 §6, RFC 9700 §4.14.2 */
export async function refresh(asking: Asking, world: WeakWorld): Promise<ReceivedResponse> {
  const { state, has, wait } = world
  const { form, jkt } = asking
  const record = state.tokens.get(form.get('refresh_token') ?? '')
  const isOwn = record?.grant.clientId === asking.client.clientId || has('refresh-of-anybody')
  if (record?.kind !== 'refresh' || !isOwn) return refusal('invalid_grant', 'the refresh token is not known')
  const { grant } = record
  if (record.isSpent && !has('refresh-reused')) {
    if (!has('refresh-family-lives')) revokeGrant(grant)
    return refusal('invalid_grant', 'the refresh token was used before')
  }
  const problem = problemOf(record, asking, world)
  if (problem !== undefined) return refusal('invalid_grant', problem)
  const asked = scopeOf(form.get('scope'))
  if (!asked.every(each => grant.scope.includes(each)) && !has('refresh-widened'))
    return refusal('invalid_scope', 'the user did not allow that')
  const resources = form.getAll('resource')
  if (!resources.every(each => record.audience.includes(each)))
    return refusal('invalid_target', 'the resource is not part of the grant')
  if (has('refresh-race')) await wait(5)
  record.isSpent = !has('refresh-unrotated')
  const scope = asked.length > 0 && !has('refresh-unnarrowed') ? asked : grant.scope
  return json(
    issueTokens(world, {
      grant,
      scope,
      audience: resources.length > 0 ? resources : record.audience,
      isRefreshable: !has('refresh-unrotated'),
      refreshUntil: record.expiresAt,
      ...(jkt !== undefined && { jkt }),
    }),
  )
}

function problemOf(record: TokenRecord, { jkt }: Asking, { now, has }: WeakWorld): string | undefined {
  if (record.grant.isRevoked || record.isRevoked || record.expiresAt <= now())
    return 'the refresh token is not good any more'
  if (record.jkt !== undefined && record.jkt !== jkt && !has('refresh-unbound'))
    return 'the refresh token is bound to another key'
  return undefined
}
