// RFC 9068 §2, RFC 6749 §1.4, §1.5
import { type Confirmation, type EpochSeconds, jwtTypes } from '@ambit/protocol'
import { printScope } from '@ambit/scope'
import type { ServerContext } from '../context.ts'
import type { Issuance } from '../grants/grant.ts'
import type { RequestId } from '../ports/ids.ts'
import type { AccessTokenRecord, DecisionTrace, RefreshTokenRecord } from '../ports/records.ts'
import { deriveSuccessor, makeJwtId, makeSecret } from '../secret.ts'
import { accessTokenClaims } from './access-token-claims.ts'
import { expiryOf, refreshExpiry } from './lifetime.ts'
import { takeStatus } from './status.ts'

/** What is minted, for which request, and when. */
export type Minting = {
  readonly issuance: Issuance
  readonly requestId: RequestId
  readonly now: EpochSeconds
  /** What the request proved to hold, so what the tokens are bound to. @spec RFC 9449 §5, RFC 8705 §3 */
  readonly confirmation?: Confirmation | undefined
}

/** A token in clear, given out once, and the record that is kept of it. */
export type Minted<R> = { readonly text: string; readonly record: R }

/** Mints an access token in the format of its resource. @spec RFC 9068 §2, RFC 6749 §1.4 */
export async function mintAccessToken(context: ServerContext, minting: Minting): Promise<Minted<AccessTokenRecord>> {
  const { issuance, now } = minting
  const expiresAt = expiryOf(context, issuance, now)
  const scope = printScope(issuance.decision.scope)
  if (issuance.audience.tokenFormat === 'opaque') {
    const { text, ref } = makeSecret(context, 'access_token')
    return { text, record: accessOf(minting, { ref, scope, expiresAt }) }
  }
  const { jti, locator } = makeJwtId(context)
  const status = context.statusList && (await takeStatus(context))
  const claims = await accessTokenClaims(context, minting, { jti, scope, expiresAt, ...(status && { status }) })
  const algorithm = issuance.audience.algorithm ?? context.idTokenAlgorithm
  const text = context.signer.sign(claims, { typ: jwtTypes.accessToken, algorithm })
  const ref = { locator, hash: context.crypto.hash(text) }
  return { text, record: accessOf(minting, { ref, scope, expiresAt, ...(status && { status }) }) }
}

/** A refresh token, and the salt by which it was made from the one that is spent for it. */
export type MintedRefreshToken = Minted<RefreshTokenRecord> & { readonly salt?: string }

/** Mints a refresh token: the first of its family, or the successor of the one presented. @spec RFC 6749 §1.5, §6 */
export function mintRefreshToken(context: ServerContext, minting: Minting): MintedRefreshToken | undefined {
  const { issuance, now } = minting
  const { user, family, spends, client, grantScope, grantResources } = issuance
  if (!issuance.hasRefreshToken || !user || !family) return undefined
  const salt = spends?.kind === 'refresh_token' ? context.crypto.random(32) : undefined
  const { text, ref } =
    salt === undefined || !spends
      ? makeSecret(context, 'refresh_token')
      : deriveSuccessor(context.crypto, spends.presented, { salt, locator: context.clock.millis() })
  const record: RefreshTokenRecord = {
    kind: 'refresh_token',
    ref,
    familyId: family.familyId,
    clientId: client.clientId,
    ...user,
    scope: printScope(grantScope),
    resources: grantResources,
    issuedAt: now,
    expiresAt: refreshExpiry(context, { client, family }, now),
    generation: family.generation,
    trace: traceOf(minting, issuance.grantTrace),
    ...(issuance.claims !== undefined && { claims: issuance.claims }),
    ...(issuance.grantDetails && { details: issuance.grantDetails }),
    // RFC 9449 §5: one of a confidential client is bound to the client, which authenticates
    ...(client.authenticationMethod === 'none' && minting.confirmation && { confirmation: minting.confirmation }),
  }
  return salt === undefined ? { text, record } : { text, record, salt }
}

function accessOf(
  minting: Minting,
  given: Pick<AccessTokenRecord, 'ref' | 'scope' | 'expiresAt' | 'status'>,
): AccessTokenRecord {
  const { issuance, now, confirmation } = minting
  const { client, user, family, audience, claims, details, actor, mayAct, consentOf } = issuance
  return {
    kind: 'access_token',
    ...given,
    clientId: client.clientId,
    audience: [audience.resource],
    issuedAt: now,
    trace: traceOf(minting),
    ...(user && { userId: user.userId, authTime: user.authTime, acr: user.acr, amr: user.amr }),
    ...(family && { familyId: family.familyId }),
    ...(claims !== undefined && { claims }),
    ...(confirmation && { confirmation }),
    ...(details && { details }),
    ...(actor && { actor }),
    ...(mayAct !== undefined && { mayAct }),
    ...(consentOf !== undefined && { consentOf }),
  }
}

function traceOf({ issuance, requestId }: Minting, trace: Issuance['grantTrace'] = issuance.decision): DecisionTrace {
  return { requestId, requested: trace.requested, steps: trace.steps }
}
