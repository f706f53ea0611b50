// OpenID Connect Back-Channel Logout §2.4
import { after, jwtTypes, seconds } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import type { ClientRecord } from '../../ports/records.ts'

/** Whose session has ended, as one client knows both. */
export type EndedLogin = { readonly subject: string; readonly sessionId: string }

/** The event of a logout. @spec OpenID Connect Back-Channel Logout §2.4 */
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

/** Two minutes are enough to be delivered; each attempt has a token of its own. @spec OpenID Connect Back-Channel Logout §4 */
const lifetime = seconds(120)

/**
 * Makes the token that tells a client of a logout. It is typed and has no nonce, so that nobody takes it for an ID token.
 * @spec OpenID Connect Back-Channel Logout §2.4
 */
export function makeLogoutToken(context: ServerContext, client: ClientRecord, ended: EndedLogin): string {
  const now = context.clock.now()
  const claims = {
    iss: context.issuer,
    sub: ended.subject,
    aud: client.clientId,
    iat: now,
    exp: after(now, lifetime),
    jti: context.crypto.random(16),
    sid: ended.sessionId,
    events: { [logoutEvent]: {} },
  }
  const algorithm = client.idTokenAlgorithm ?? context.idTokenAlgorithm
  return context.signer.sign(claims, { typ: jwtTypes.logout, algorithm })
}
