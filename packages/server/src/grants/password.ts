// RFC 6749 §4.3
import { after, isRefusal, type Refusal, refuse } from '@ambit/protocol'
import type { ScopeDecision } from '@ambit/scope'
import { lacksLevel, passwordAuthentication, timeOfLogin } from '../accounts/authentication.ts'
import { checkPassword } from '../accounts/check-password.ts'
import type { ServerContext } from '../context.ts'
import type { UserRecord } from '../ports/records.ts'
import { chooseTarget } from '../scope/choose-audience.ts'
import { decideScope, limitToAuthentication, limitToHook } from '../scope/decide-scope.ts'
import { limitToUser } from '../scope/permissions.ts'
import { makeFamilyId } from '../secret.ts'
import type { Grant, TokenRequest } from './grant.ts'

/**
 * The user's own password, typed into the client. RFC 9700 §2.4 forbids it, so it is offered only where the server's and
 * the client's switch both say so. The password stands for consent.
 * @spec RFC 6749 §4.3
 * @errors unauthorized_client: not switched on for this client, or its logins want more; invalid_request; invalid_grant: wrong or throttled; invalid_scope; invalid_target
 */
export const passwordGrant: Grant = {
  grantType: 'password',
  isMounted: context => context.dangerouslyAllowPassword === true,
  async decide(context, request) {
    const { client, form, now } = request
    if (client.dangerouslyAllowPassword !== true)
      return refuse('unauthorized_client', 'the password grant is not switched on for this client')
    if (lacksLevel(client, passwordAuthentication.acr))
      return refuse('unauthorized_client', 'a login for this client wants more than a password')
    const grantType = passwordGrant.grantType
    const asked = decideScope(context, { requested: form.get('scope'), client, grantType })
    if (isRefusal(asked)) return asked
    const user = await authenticateUser(context, request)
    if (isRefusal(user)) return user
    const offered = await limitOffer(context, asked, { client, user, grantType })
    const target = chooseTarget(context, { named: form.all('resource'), decision: offered })
    if (isRefusal(target)) return target
    return {
      kind: 'issuance',
      grantType,
      client,
      user: { userId: user.userId, authTime: timeOfLogin(user, now), ...passwordAuthentication },
      ...target,
      family: {
        kind: 'new',
        familyId: makeFamilyId(context),
        expiresAt: after(now, context.ttl.refreshAbsolute),
        generation: 0,
      },
      hasRefreshToken: client.grantTypes.includes('refresh_token'),
      isConsent: true,
    }
  },
}

async function authenticateUser(
  context: ServerContext,
  { form, remoteAddress, requestId }: TokenRequest,
): Promise<UserRecord | Refusal<'invalid_request' | 'invalid_grant'>> {
  const username = form.get('username')
  if (username === undefined) return refuse('invalid_request', '`username` is missing')
  const password = form.get('password')
  if (password === undefined) return refuse('invalid_request', '`password` is missing')
  const checked = await checkPassword(context, { username, password, remoteAddress, requestId })
  if (checked.kind === 'throttled')
    return { ...refuse('invalid_grant', 'too many failed logins'), status: 429, retryAfter: checked.retryAfter }
  if (checked.kind === 'wrong') return refuse('invalid_grant', 'the username or the password is wrong')
  if (checked.user.oneTimeCode?.isAlways)
    return refuse('invalid_grant', 'this user logs in with a one-time code, for which this grant has no place')
  return checked.user
}

async function limitOffer(
  context: ServerContext,
  asked: ScopeDecision,
  by: { readonly client: TokenRequest['client']; readonly user: UserRecord; readonly grantType: string },
): Promise<ScopeDecision> {
  const permitted = await limitToUser(context, asked, by.user)
  const reached = limitToAuthentication(context.catalogue, permitted, passwordAuthentication.acr)
  return limitToHook(context, reached, by)
}
