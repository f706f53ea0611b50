// RFC 6749 §5.1, §6, §10.4; RFC 9700 §4.14
import { type Refusal, refuse, seconds } from '@ambit/protocol'
import { refusals } from '@ambit/scope'
import { grantOf } from '../authorize/consent.ts'
import type { Exchange, ServerContext } from '../context.ts'
import type { Issuance, IssuanceSpending } from '../grants/grant.ts'
import type { AccessTokenRecord, Spent } from '../ports/records.ts'
import type { ExchangeResult } from '../ports/store.ts'
import { deriveSuccessor } from '../secret.ts'
import { makeIdToken } from './id-token.ts'
import {
  beginFamily,
  type Minted,
  type MintedRefreshToken,
  type Minting,
  mintAccessToken,
  mintRefreshToken,
} from './mint.ts'

/** A successful token response; it always says which scope the token has. @spec RFC 6749 §5.1 */
export type TokenResponse = {
  readonly access_token: string
  readonly token_type: 'Bearer'
  /** In seconds. */
  readonly expires_in: number
  readonly scope: string
  readonly refresh_token?: string
  readonly id_token?: string
}

/**
 * Issues what a grant decided. The only place that mints, spends, rotates, stores and tells, so no grant can forget any of it.
 * @spec RFC 6749 §5.1, RFC 9700 §4.14.2
 * @errors invalid_grant: the code or refresh token was used before, or is gone
 */
export async function issue(
  context: ServerContext,
  issuance: Issuance,
  { requestId }: Pick<Exchange, 'requestId'>,
): Promise<TokenResponse | Refusal<'invalid_grant'>> {
  const minting = { issuance, requestId, now: context.clock.now() }
  const accessToken = await mintAccessToken(context, minting)
  const refreshToken = mintRefreshToken(context, minting)
  const kept = await keep(context, minting, { accessToken, refreshToken })
  if (kept.kind === 'refusal') return kept
  const idToken = await idTokenFor(context, minting, accessToken.text)
  tell(context, minting, accessToken.record)
  return {
    access_token: accessToken.text,
    token_type: 'Bearer',
    expires_in: accessToken.record.expiresAt - minting.now,
    scope: accessToken.record.scope,
    ...(kept.refreshToken !== undefined && { refresh_token: kept.refreshToken }),
    ...(idToken !== undefined && { id_token: idToken }),
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
  const { issuance, now } = minting
  const family = beginFamily(minting, accessToken.record)
  if (issuance.isConsent) await rememberConsent(context, minting)
  const kept: Kept = { kind: 'kept', refreshToken: refreshToken?.text }
  const issued = { ...(family && { family }), ...(refreshToken && { refreshToken: refreshToken.record }) }
  if (!issuance.spends) {
    await context.store.saveAccessToken(accessToken.record, issued)
    return kept
  }
  const { kind, ref } = issuance.spends
  const graceTtl = kind === 'code' ? seconds(0) : context.ttl.refreshGrace
  const salt = refreshToken?.salt
  const result = await context.store.exchange(
    { ref, kind, at: now, graceTtl, ...(salt !== undefined && { salt }) },
    { ...issued, accessToken: accessToken.record },
  )
  return settle(context, minting, { result, spends: issuance.spends, kept, accessToken: accessToken.record })
}

/** What is issued for a password is remembered as granted, so that it stands with the rest that the user can take back. */
async function rememberConsent(context: ServerContext, { issuance, now }: Minting): Promise<void> {
  const { user, client, grantScope } = issuance
  if (!user) return
  const consent = { userId: user.userId, clientId: client.clientId, scope: grantScope, now }
  await context.store.addToGrant(grantOf(context, consent))
}

type Settling = {
  readonly result: ExchangeResult
  readonly spends: IssuanceSpending
  readonly kept: Kept
  readonly accessToken: AccessTokenRecord
}

async function settle(
  context: ServerContext,
  { issuance, requestId }: Minting,
  { result, spends, kept, accessToken }: Settling,
): Promise<Kept | Refusal<'invalid_grant'>> {
  const { clientId } = issuance.client
  switch (result.kind) {
    case 'spent':
      return kept
    case 'repeated': {
      const familyId = issuance.family?.familyId
      await context.store.saveAccessToken(accessToken)
      if (familyId !== undefined) context.observe({ kind: 'refresh.repeated', requestId, clientId, familyId })
      return { kind: 'kept', refreshToken: successorAgain(context, spends.presented, result.spent) }
    }
    case 'replayed':
      context.observe({ kind: 'replay.detected', requestId, of: spends.kind, clientId, familyId: result.familyId })
      return refuse('invalid_grant', `the ${nameOf(spends)} was used before; what was issued for it is revoked`)
    case 'missing':
      return refuse('invalid_grant', `the ${nameOf(spends)} has expired or is revoked`)
  }
}

/** The same successor again for a client that did not get the first answer: never a second live branch. @spec RFC 9700 §4.14.2 */
function successorAgain(context: ServerContext, presented: string, { salt, successor }: Spent): string {
  if (salt === undefined || !successor) throw new Error('a repeated refresh token has no successor on record')
  return deriveSuccessor(context.crypto, presented, { salt, locator: successor.locator }).text
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

function nameOf(spends: IssuanceSpending): string {
  return spends.kind === 'code' ? 'authorization code' : 'refresh token'
}
