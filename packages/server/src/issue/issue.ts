// RFC 6749 §5.1, §6, §10.4; RFC 9700 §4.14
import { confirms, type Refusal, refuse, seconds } from '@ambit/protocol'
import { refusals } from '@ambit/scope'
import type { ServerContext } from '../context.ts'
import type { Issuance } from '../grants/grant.ts'
import type { AccessTokenRecord } from '../ports/records.ts'
import { beginFamily } from './begin-family.ts'
import { rememberConsent } from './consent.ts'
import { endIfLost } from './end-lost-tokens.ts'
import { makeIdToken } from './id-token.ts'
import { type Minted, type MintedRefreshToken, type Minting, mintAccessToken, mintRefreshToken } from './mint.ts'
import { repeatRefresh } from './repeat-refresh.ts'
import { tellFeatures } from './tell-features.ts'

/** A successful token response; it says which scope the token has, where it has any. @spec RFC 6749 §5.1 */
export type TokenResponse = {
  readonly access_token: string
  readonly token_type: 'Bearer' | 'DPoP'
  /** In seconds. */
  readonly expires_in: number
  readonly scope?: string
  readonly refresh_token?: string
  readonly id_token?: string
  /** @spec RFC 9396 §7 */
  readonly authorization_details?: Issuance['details']
}

/**
 * Issues what a grant decided. The only place that mints, spends, rotates, stores and tells, so no grant can forget any of it.
 * @spec RFC 6749 §5.1, RFC 9700 §4.14.2
 * @errors invalid_grant: the code or refresh token was used before, or is gone
 */
export async function issue(
  context: ServerContext,
  issuance: Issuance,
  { requestId, confirmation }: Pick<Minting, 'requestId' | 'confirmation'>,
): Promise<TokenResponse | Refusal<'invalid_grant'>> {
  const { spends, details } = issuance
  if (spends?.confirmation && !confirms(confirmation, spends.confirmation))
    return refuse('invalid_grant', `the ${spends.kind} is bound to another key than the one that the request proves`)
  const minting = { issuance, requestId, now: context.clock.now(), confirmation }
  const accessToken = await mintAccessToken(context, minting)
  const refreshToken = mintRefreshToken(context, minting)
  // before anything is spent: it may want a key that cannot be had for the moment
  const idToken = await idTokenFor(context, minting, accessToken.text)
  const kept = await keep(context, minting, { accessToken, refreshToken })
  if (kept.kind === 'refusal') return kept
  if (accessToken.record.status) await endIfLost(context, accessToken.record.ref)
  tell(context, minting, accessToken.record)
  const told = await tellFeatures(context, minting, accessToken.record)
  return {
    access_token: accessToken.text,
    token_type: confirmation?.jkt === undefined ? 'Bearer' : 'DPoP',
    expires_in: accessToken.record.expiresAt - minting.now,
    ...(accessToken.record.scope !== '' && { scope: accessToken.record.scope }),
    ...(kept.refreshToken !== undefined && { refresh_token: kept.refreshToken }),
    ...(idToken !== undefined && { id_token: idToken }),
    ...(details && { authorization_details: details }),
    ...issuance.response,
    ...told,
  }
}

type MintedTokens = {
  readonly accessToken: Minted<AccessTokenRecord>
  readonly refreshToken: MintedRefreshToken | undefined
}
type Kept = { readonly kind: 'kept'; readonly refreshToken: string | undefined }

/** Stores what was minted, in one step with spending what is spent for it. */
async function keep(
  context: ServerContext,
  minting: Minting,
  { accessToken, refreshToken }: MintedTokens,
): Promise<Kept | Refusal<'invalid_grant'>> {
  const { issuance, now, requestId } = minting
  const family = beginFamily(minting, accessToken.record)
  const issued = { ...(family && { family }), ...(refreshToken && { refreshToken: refreshToken.record }) }
  if (issuance.isConsent) await rememberConsent(context, minting)
  if (!issuance.spends) {
    await context.store.saveAccessToken(accessToken.record, issued)
    return { kind: 'kept', refreshToken: refreshToken?.text }
  }
  const { spends, client } = issuance
  const salt = refreshToken?.salt
  const graceTtl = spends.kind === 'code' ? seconds(0) : context.ttl.refreshGrace
  const result = await context.store.exchange(
    { ref: spends.ref, kind: spends.kind, at: now, graceTtl, ...(salt !== undefined && { salt }) },
    { ...issued, accessToken: accessToken.record },
  )
  switch (result.kind) {
    case 'spent':
      return { kind: 'kept', refreshToken: refreshToken?.text }
    case 'repeated': {
      const repeated = { spends, spent: result.spent, accessToken: accessToken.record }
      return { kind: 'kept', refreshToken: await repeatRefresh(context, minting, repeated) }
    }
    case 'replayed': {
      const { familyId } = result
      context.observe({ kind: 'replay.detected', requestId, of: spends.kind, clientId: client.clientId, familyId })
      return refuse('invalid_grant', `the ${spends.kind} was used before; what was issued for it is revoked`)
    }
    case 'missing':
      return refuse('invalid_grant', `the ${spends.kind} has expired or is revoked`)
  }
}

/** An ID token goes with each access token for `openid`; the nonce only with the first. @spec OpenID Connect Core §3.1.3.3, §12.2 */
async function idTokenFor(context: ServerContext, minting: Minting, accessToken: string): Promise<string | undefined> {
  const { client, user, decision, nonce, claims } = minting.issuance
  if (!user || !decision.scope.has('openid')) return undefined
  return makeIdToken(context, {
    client,
    user,
    ...(nonce !== undefined && { nonce }),
    ...(claims !== undefined && { claims }),
    accessToken,
    scope: decision.scope,
    now: minting.now,
  })
}

function tell(context: ServerContext, { issuance, requestId }: Minting, { scope }: AccessTokenRecord): void {
  const { client, user, grantType, decision } = issuance
  context.observe({
    kind: 'token.issued',
    requestId,
    clientId: client.clientId,
    ...(user && { userId: user.userId }),
    grantType,
    scope,
    refused: refusals(decision).length,
  })
}
