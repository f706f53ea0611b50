// RFC 6749 §6, RFC 8707 §2.2, RFC 9700 §4.14
import { isRefusal, type Refusal, refuse } from '@ambit/protocol'
import type { ServerContext } from '../context.ts'
import { keepsRefreshTokens } from '../issue/lifetime.ts'
import type { FoundSpendable } from '../ports/store.ts'
import { chooseAudience } from '../scope/choose-audience.ts'
import { narrowToAsked } from '../scope/narrow-to-asked.ts'
import { locateSecret } from '../secret.ts'
import { decideDetails, opensNothing } from './decide-details.ts'
import type { Grant, TokenRequest } from './grant.ts'
import { narrowToStanding } from './standing-grant.ts'
import { boundTo, userOf } from './user-of.ts'

const unknownToken = 'the refresh token is unknown, expired or revoked, or was given to another client'

/**
 * Goes on with an authorization, by another refresh token or, where the server keeps them, by the same. The scope can be narrowed, for this access token alone; the refresh token goes on to
 * hold what it held, less what the user, the client's ceiling or the user's permissions have lost since.
 * @spec RFC 6749 §6
 * @errors invalid_request: no token; invalid_grant: not this client's, expired, revoked, nothing left; invalid_scope: more than was granted; invalid_target
 */
export const refreshToken: Grant = {
  grantType: 'refresh_token',
  async decide(context, request) {
    const { form, client } = request
    const presented = form.get('refresh_token')
    if (presented === undefined) return refuse('invalid_request', '`refresh_token` is missing')
    const ref = locateSecret(context.crypto, 'refresh_token', presented)
    const found = ref && (await context.store.findSpendable(ref, 'refresh_token'))
    if (!ref || found?.record.kind !== 'refresh_token') return refuse('invalid_grant', unknownToken)
    const { record, family } = found
    const dead = judgeToken(request, found)
    if (dead || !family) return dead ?? refuse('invalid_grant', unknownToken, 'the authorization has ended')
    const standing = await narrowToStanding(context, client, record)
    if (isRefusal(standing)) return standing
    const asked = narrowToAsked(context, standing, { asked: form.get('scope'), holder: 'the grant' })
    if (isRefusal(asked)) return asked
    const target = chooseAudience(context, { named: form.all('resource'), allowed: record.resources, decision: asked })
    if (isRefusal(target)) return target
    const details = decideDetails(context, { form, client, held: record.details, audience: target.audience })
    if (isRefusal(details)) return details
    if (opensNothing(target.decision, details))
      return refuse('invalid_target', 'nothing of the grant belongs to this resource')
    return {
      kind: 'issuance',
      grantType: refreshToken.grantType,
      client,
      user: userOf(record),
      decision: target.decision,
      grantScope: standing.scope,
      grantTrace: { requested: standing.requested, steps: standing.steps },
      grantResources: record.resources,
      audience: target.audience,
      family: {
        kind: 'existing',
        familyId: record.familyId,
        expiresAt: family.expiresAt,
        generation: record.generation + 1,
      },
      ...(isKept(context, client, found)
        ? { hasRefreshToken: false, endsAt: family.expiresAt }
        : { hasRefreshToken: true, spends: { kind: 'refresh_token', ref, presented, ...boundTo(record) } }),
      ...(record.claims !== undefined && { claims: record.claims }),
      ...details,
    }
  },
}

/** A token that was spent is not judged by its age: the exchange must see it, since a replay ends the family. */
function judgeToken(
  { client, now }: TokenRequest,
  { record, spent, family }: FoundSpendable,
): Refusal<'invalid_grant'> | undefined {
  if (record.clientId !== client.clientId)
    return refuse('invalid_grant', unknownToken, 'the refresh token is another client’s')
  if (!family || family.revokedAt !== undefined)
    return refuse('invalid_grant', unknownToken, 'the authorization was revoked')
  if (family.expiresAt <= now) return refuse('invalid_grant', unknownToken, 'the authorization has reached its end')
  if (!spent && record.expiresAt <= now)
    return refuse('invalid_grant', unknownToken, 'the refresh token was not used for too long')
  return undefined
}

/** One that was spent, before the server kept them, is still judged as spent; a bound one is only spent by who proves its key. */
function isKept(context: ServerContext, client: TokenRequest['client'], { record, spent }: FoundSpendable): boolean {
  return keepsRefreshTokens(context, client) && spent === undefined && record.confirmation === undefined
}
