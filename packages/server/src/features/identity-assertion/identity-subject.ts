// ID-JAG §4.3.3, RFC 8693 §2.2.2
import { confirms, epochSeconds, isRefusal, type JwtClaims, jwtTypes, type Refusal, refuse } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import type { TokenRequest } from '../../grants/grant.ts'
import { narrowToStanding } from '../../grants/standing-grant.ts'
import { standingScope, stateOfSpendable } from '../../issue/standing.ts'
import type { SessionId, UserId } from '../../ports/ids.ts'
import type { Spendable, UserRecord } from '../../ports/records.ts'
import { locateSecret } from '../../secret.ts'
import { userIdOf } from '../jwt-bearer/asserted-user.ts'
import type { PresentedToken } from '../token-exchange/exchange-request.ts'
import { tokenTypes } from '../token-exchange/token-type.ts'
import { isLoginEnded } from './ended-login.ts'

/** The user whose identity shall be asserted, and how they logged in at the client that asks. */
export type IdentitySubject = { readonly user: UserRecord } & Pick<Spendable, 'authTime' | 'acr' | 'amr'>

type SubjectRefused = Refusal<'invalid_request'>

/**
 * Finds out whom a subject token is about: an ID token that was issued to this very client, or its refresh token, which is
 * read and not spent.
 * @spec ID-JAG §4.3.3, RFC 8693 §2.2.2
 * @errors invalid_request: of another type, not ours, another client's, expired, or or its user is gone, has logged out or changed their password since
 */
export async function findIdentitySubject(
  context: ServerContext,
  request: TokenRequest,
  { text, type }: PresentedToken,
): Promise<IdentitySubject | SubjectRefused> {
  if (type === tokenTypes.idToken) return readIdToken(context, request, text)
  if (type === tokenTypes.refreshToken) return readRefreshToken(context, request, text)
  return refuse('invalid_request', `\`subject_token_type\` must be ${tokenTypes.idToken} or ${tokenTypes.refreshToken}`)
}

async function readIdToken(
  context: ServerContext,
  { client, now }: TokenRequest,
  text: string,
): Promise<IdentitySubject | SubjectRefused> {
  if (client.subjectType === 'pairwise')
    return refuse('invalid_request', 'a client with pairwise subjects presents its refresh token')
  const claims = readClaims(await context.signer.verifyOwn(text, jwtTypes.idToken))
  if (claims === undefined || claims.iss !== context.issuer) return unusable('it is not an ID token of this server')
  if (claims.aud !== client.clientId) return unusable('it was issued to another client')
  if (claims.exp <= now) return unusable('it has expired')
  const user = await context.store.findUser(claims.sub)
  if (user === undefined) return unusable('its user is gone')
  const authTime = epochSeconds(claims.authTime)
  if (user.passwordChangedAt > authTime) return unusable('the password was changed since the login')
  const login = { userId: user.userId, sessionId: claims.sessionId, toldAt: epochSeconds(claims.iat) }
  if (await isLoginEnded(context, login)) return unusable('the session of the login has ended')
  const grant = await context.store.findGrant(user.userId, client.clientId)
  const openid = context.catalogue.read(['openid']).scope
  if (!context.catalogue.covers(standingScope(context, openid, grant), openid))
    return unusable('its user no longer lets this client know who they are')
  return { user, authTime, acr: claims.acr, amr: claims.amr }
}

async function readRefreshToken(
  context: ServerContext,
  { client, confirmation }: TokenRequest,
  text: string,
): Promise<IdentitySubject | SubjectRefused> {
  const ref = locateSecret(context.crypto, 'refresh_token', text)
  const found = ref && (await context.store.findSpendable(ref, 'refresh_token'))
  if (found?.record.kind !== 'refresh_token') return unusable('it is not a refresh token of this server')
  const { record } = found
  if (record.clientId !== client.clientId) return unusable('it was issued to another client')
  const state = stateOfSpendable(context, found)
  if (state !== 'active') return unusable(state)
  if (record.confirmation && !confirms(confirmation, record.confirmation))
    return unusable('it is bound to a key that the request does not prove')
  const standing = await narrowToStanding(context, client, record)
  if (isRefusal(standing)) return unusable(standing.reason)
  if (!standing.scope.has('openid')) return unusable('its user did not let this client know who they are')
  const user = await context.store.findUser(record.userId)
  return user ? { user, authTime: record.authTime, acr: record.acr, amr: record.amr } : unusable('its user is gone')
}

type IdTokenClaims = {
  readonly iss: string
  readonly sub: UserId
  readonly aud: string
  readonly exp: number
  readonly iat: number
  readonly authTime: number
  readonly acr: string
  readonly amr: readonly string[]
  readonly sessionId: SessionId | undefined
}

/** What else we sign as `JWT`, such as authorization responses, lacks some of these. */
function readClaims(claims: JwtClaims = {}): IdTokenClaims | undefined {
  const { iss, sub, aud, exp, iat, auth_time: authTime, acr, amr, sid } = claims
  if (typeof iss !== 'string' || typeof sub !== 'string' || typeof aud !== 'string') return undefined
  if (typeof exp !== 'number' || typeof iat !== 'number' || typeof authTime !== 'number' || typeof acr !== 'string')
    return undefined
  const methods: readonly unknown[] = Array.isArray(amr) ? amr : []
  return {
    iss,
    sub: userIdOf(sub),
    aud,
    exp,
    iat,
    authTime,
    acr,
    amr: methods.filter(each => typeof each === 'string'),
    sessionId: typeof sid === 'string' ? sessionIdOf(sid) : undefined,
  }
}

function sessionIdOf(text: string): SessionId {
  return text as SessionId
}

function unusable(reason: string): SubjectRefused {
  const words = '`subject_token` is unknown, has expired, is revoked, or was not issued to this client'
  return refuse('invalid_request', words, `subject_token: ${reason}`)
}
