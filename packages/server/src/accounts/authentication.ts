// OpenID Connect Core §2, RFC 8176 §2
import type { EpochSeconds } from '@ambit/protocol'
import type { ClientRecord, SessionRecord, UserRecord } from '../ports/records.ts'

/** What a login by password proves: its authentication context class and method. @spec OpenID Connect Core §2, RFC 8176 §2 */
export const passwordAuthentication = { acr: 'urn:ambit:acr:password', amr: ['pwd'] } as const

/** What a one-time code on top of the password proves. @spec OpenID Connect Core §2, RFC 8176 §2 */
export const codeAuthentication = { acr: 'urn:ambit:acr:otp', amr: ['pwd', 'otp'] } as const

/**
 * When a login with the present password was made. A process whose clock is ahead may have changed it; a login with it is none of
 * before all the same.
 */
export function timeOfLogin(
  { passwordChangedAt }: Pick<UserRecord, 'passwordChangedAt'>,
  now: EpochSeconds,
): EpochSeconds {
  return now < passwordChangedAt ? passwordChangedAt : now
}

/** Whether a login of one level is as good as another level: the same, or a password where a code was on top of it. */
export function reachesAcr(reached: string, wanted: string): boolean {
  return reached === wanted || (reached === codeAuthentication.acr && wanted === passwordAuthentication.acr)
}

/** Whether a user's logins all want a one-time code, and this one has had none. */
export function lacksCode(login: {
  readonly session: Pick<SessionRecord, 'acr'>
  readonly user: Pick<UserRecord, 'oneTimeCode'>
}): boolean {
  return login.user.oneTimeCode?.isAlways === true && !reachesAcr(login.session.acr, codeAuthentication.acr)
}

/** Whether a login is below the level that each login for a client must reach. */
export function lacksLevel({ requiredAcr }: Pick<ClientRecord, 'requiredAcr'>, reached: string): boolean {
  return requiredAcr !== undefined && !reachesAcr(reached, requiredAcr)
}
