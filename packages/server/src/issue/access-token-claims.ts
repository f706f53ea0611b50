// RFC 9068 §2.2, RFC 8693 §4.1, RFC 9449 §6.1, RFC 8705 §3.1, RFC 9396 §9.1
import type { AccessTokenClaims, EpochSeconds, JwtClaims } from '@ambit/protocol'
import { subjectFor } from '../claims/subject.ts'
import type { ServerContext } from '../context.ts'
import type { Actor, TokenStatus } from '../ports/records.ts'
import type { Minting } from './mint.ts'
import { statusClaim } from './status.ts'

/** What a JWT access token says. @spec RFC 9068 §2.2 */
export async function accessTokenClaims(
  context: ServerContext,
  { issuance, now, confirmation }: Minting,
  token: {
    readonly jti: string
    readonly scope: string
    readonly expiresAt: EpochSeconds
    readonly status?: TokenStatus
  },
): Promise<AccessTokenClaims> {
  const { client, user, audience, details, actor, mayAct, consentOf } = issuance
  const { jti, scope, expiresAt, status } = token
  return {
    iss: context.issuer,
    sub: user ? await subjectFor(context, client, user.userId) : (consentOf ?? client.clientId),
    aud: audience.resource,
    client_id: client.clientId,
    iat: now,
    exp: expiresAt,
    jti,
    ...(scope !== '' && { scope }),
    ...(user && { auth_time: user.authTime, acr: user.acr, amr: user.amr }),
    ...(confirmation && { cnf: confirmation }),
    ...(details && { authorization_details: details }),
    ...(actor && { act: actorClaim(actor) }),
    ...(mayAct !== undefined && { may_act: { sub: mayAct } }),
    ...(status && { status: statusClaim(context, status) }),
  }
}

/** @spec RFC 8693 §4.1 */
export function actorClaim({ sub, iss, clientId, actor }: Actor): JwtClaims {
  return {
    sub,
    ...(iss !== undefined && { iss }),
    ...(clientId !== undefined && { client_id: clientId }),
    ...(actor && { act: actorClaim(actor) }),
  }
}
