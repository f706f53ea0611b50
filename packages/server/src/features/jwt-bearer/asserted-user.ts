// RFC 7523 §3, RFC 7521 §5
import { type EpochSeconds, epochSeconds, type Refusal, refuse } from '@ambit/protocol'
import { lacksCode, lacksLevel } from '../../accounts/authentication.ts'
import type { ServerContext } from '../../context.ts'
import type { IssuanceUser, TokenRequest } from '../../grants/grant.ts'
import type { UserId } from '../../ports/ids.ts'
import type { UserRecord } from '../../ports/records.ts'
import type { TrustedIssuer } from './trusted-issuer.ts'
import type { VerifiedAssertion } from './verify-assertion.ts'

/** What an assertion proves of its user's login here, where its issuer's levels are not mapped. @spec OpenID Connect Core §2 */
const assertedAcr = 'urn:ambit:acr:assertion'

/** The user of an assertion, and how they logged in as far as it can be known. */
export type AssertedUser = { readonly user: UserRecord; readonly login: IssuanceUser }

/**
 * Finds the user whom an assertion is about. Their login is as fresh as the issuer says; where it says nothing, it counts as
 * infinitely old, so that nothing that wants a recent login is opened by it.
 * @errors invalid_grant: no such user, or one whose logins all want more; unauthorized_client: a login for this client wants more
 */
export async function findAssertedUser(
  context: ServerContext,
  { client, now }: TokenRequest,
  { issuer, claims }: VerifiedAssertion,
): Promise<AssertedUser | Refusal<'invalid_grant' | 'unauthorized_client'>> {
  const user = await findUser(context, issuer, claims)
  if (user === undefined) return refuse('invalid_grant', 'the user of the assertion is not known here')
  const acr = levelOf(issuer, claims.acr)
  if (lacksLevel(client, acr))
    return refuse('unauthorized_client', 'a login for this client wants more than an assertion')
  if (lacksCode({ session: { acr }, user }))
    return refuse('invalid_grant', 'this user logs in with a one-time code, which the assertion does not stand for')
  return { user, login: { userId: user.userId, authTime: authTimeOf(claims.authTime, now), acr, amr: [] } }
}

async function findUser(
  { store }: ServerContext,
  { subject }: TrustedIssuer,
  claims: VerifiedAssertion['claims'],
): Promise<UserRecord | undefined> {
  if (typeof subject === 'function') {
    const userId = await subject(claims.all)
    return userId && store.findUser(userId)
  }
  const text = claims.all[subject.claim]
  if (typeof text !== 'string' || text === '') return undefined
  if (subject.claim === 'email' && claims.all['email_verified'] !== true) return undefined
  return subject.is === 'userId' ? store.findUser(userIdOf(text)) : store.findUserByName(text)
}

/** A user's identifier, as somebody who is trusted names it. */
export function userIdOf(text: string): UserId {
  return text as UserId
}

function levelOf({ acr: levels = {} }: TrustedIssuer, asserted: string | undefined): string {
  const known = asserted !== undefined && Object.hasOwn(levels, asserted) ? levels[asserted] : undefined
  return known ?? assertedAcr
}

function authTimeOf(asserted: number | undefined, now: EpochSeconds): EpochSeconds {
  return epochSeconds(Math.min(Math.max(0, Math.floor(asserted ?? 0)), now))
}
