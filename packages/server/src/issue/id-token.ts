// OpenID Connect Core §2, §3.1.3.6
import { after, type EpochSeconds, isRefusal, jwtTypes } from '@ambit/protocol'
import type { ScopeSet } from '@ambit/scope'
import { noClaimsRequest, parseClaimsRequest } from '../claims/claims-request.ts'
import { subjectFor } from '../claims/subject.ts'
import { type UserClaims, userClaims } from '../claims/user-claims.ts'
import type { ServerContext } from '../context.ts'
import type { IssuanceUser } from '../grants/grant.ts'
import type { ClientRecord } from '../ports/records.ts'
import { protectJwt } from '../protect-jwt.ts'
import { tokenHash } from './token-hash.ts'

/** What an ID token tells. */
export type IdTokenSource = {
  readonly client: ClientRecord
  readonly user: IssuanceUser
  readonly nonce?: string
  /** The request's `claims` parameter, as it was sent. */
  readonly claims?: string
  /** Issued beside it: `at_hash`. Without one, the ID token itself carries the claims of the scope. */
  readonly accessToken?: string
  /** Issued beside it at the authorization endpoint: `c_hash`. */
  readonly code?: string
  readonly scope: ScopeSet
  readonly now: EpochSeconds
}

/** Makes an ID token for a client about a user. @spec OpenID Connect Core §2 */
export async function makeIdToken(context: ServerContext, source: IdTokenSource): Promise<string> {
  const { client, user, now, accessToken, code } = source
  const algorithm = client.idTokenAlgorithm ?? context.idTokenAlgorithm
  const claims = {
    ...(await claimsAbout(context, source)),
    iss: context.issuer,
    sub: await subjectFor(context, client, user.userId),
    aud: client.clientId,
    exp: after(now, context.ttl.idToken),
    iat: now,
    auth_time: user.authTime,
    acr: user.acr,
    amr: user.amr,
    nonce: source.nonce,
    sid: user.sessionId,
    at_hash: accessToken === undefined ? undefined : await tokenHash(context.crypto, algorithm, accessToken),
    c_hash: code === undefined ? undefined : await tokenHash(context.crypto, algorithm, code),
  }
  const jws = context.signer.sign(claims, { typ: jwtTypes.idToken, algorithm })
  return protectJwt(context, { client, use: 'id_token', jws })
}

/** The user is only read where a claim can come of it, which keeps the usual code exchange free of that read. */
async function claimsAbout(context: ServerContext, source: IdTokenSource): Promise<UserClaims> {
  const parsed = parseClaimsRequest(source.claims)
  const requested = (isRefusal(parsed) ? noClaimsRequest : parsed).idToken
  const isScopeEnough = source.accessToken === undefined
  if (requested.size === 0 && !isScopeEnough) return {}
  const user = await context.store.findUser(source.user.userId)
  if (user === undefined) return {}
  return userClaims(user, { catalogue: context.catalogue, scope: source.scope, requested, isScopeEnough })
}
