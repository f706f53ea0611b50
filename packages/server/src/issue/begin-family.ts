// OpenID Connect Core §11
import type { AccessTokenRecord, FamilyRecord } from '../ports/records.ts'
import type { Minting } from './mint.ts'

/**
 * The record of a family that begins now. Without `offline_access` it ends with the session it was granted in; without
 * a refresh token it ends with its access token.
 * @spec OpenID Connect Core §11
 */
export function beginFamily(minting: Minting, accessToken: AccessTokenRecord): FamilyRecord | undefined {
  const { family, user, client, grantScope, hasRefreshToken } = minting.issuance
  if (family?.kind !== 'new' || !user) return undefined
  const isBound = user.sessionId !== undefined && !grantScope.has('offline_access')
  return {
    familyId: family.familyId,
    clientId: client.clientId,
    userId: user.userId,
    ...(isBound && { sessionId: user.sessionId }),
    createdAt: minting.now,
    expiresAt: hasRefreshToken ? family.expiresAt : accessToken.expiresAt,
  }
}
