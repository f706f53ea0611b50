// RFC 6749 §6, §1.5
import { type Refusal, refuse } from '@ambit/protocol'
import { limitTo, type ScopeDecision } from '@ambit/scope'
import { lacksLevel } from '../accounts/authentication.ts'
import { isStanding } from '../authorize/consent.ts'
import type { ServerContext } from '../context.ts'
import { standingScope } from '../issue/standing.ts'
import type { ClientRecord, RefreshTokenRecord } from '../ports/records.ts'
import { limitToAuthentication, limitToGrantType, limitToHook } from '../scope/decide-scope.ts'
import { heldScope } from '../scope/held-scope.ts'
import { limitToUser } from '../scope/permissions.ts'

/**
 * What still stands of an authorization: less what may not be refreshed, and what the client's ceiling, the user's
 * permissions, the level of login that the catalogue asks for, the user's own grant and the operator's hook have taken away since.
 * @errors invalid_grant: the user is gone or has changed their password, the client wants a stronger login by now, or nothing is left
 */
export async function narrowToStanding(
  context: ServerContext,
  client: ClientRecord,
  record: RefreshTokenRecord,
): Promise<ScopeDecision | Refusal<'invalid_grant'>> {
  const { catalogue, store } = context
  const [user, grant] = await Promise.all([
    store.findUser(record.userId),
    store.findGrant(record.userId, client.clientId),
  ])
  if (!user) return refuse('invalid_grant', 'the user of the refresh token is gone')
  if (user.passwordChangedAt > record.authTime)
    return refuse('invalid_grant', 'the user must log in again', 'the password was changed since the login')
  if (lacksLevel(client, record.acr))
    return refuse(
      'invalid_grant',
      'the user must log in again',
      'the client wants a stronger login than that of the grant',
    )
  const ceiling = catalogue.parse(client.scope)
  const held = ceiling.ok ? ceiling.value.scope : catalogue.empty
  const { requested, steps } = record.trace
  const begun = { requested, steps, scope: heldScope(catalogue, record.scope) }
  const below = limitTo(catalogue, begun, { at: 'ceiling', held, reason: 'above_ceiling' })
  const fit = limitToGrantType(catalogue, below, 'refresh_token')
  const permitted = limitToAuthentication(catalogue, await limitToUser(context, fit, user), record.acr)
  const allowed = standingScope(context, permitted.scope, grant)
  const granted = limitTo(catalogue, permitted, { at: 'consent', held: allowed, reason: 'user_refused' })
  const decision = await limitToHook(context, granted, { client, user, grantType: 'refresh_token' })
  const isDetailed = (record.details ?? []).length > 0 && isStanding(grant, context.clock.now())
  if (decision.scope.size === 0 && !isDetailed)
    return refuse('invalid_grant', 'nothing is left of what the refresh token was granted')
  return decision
}
