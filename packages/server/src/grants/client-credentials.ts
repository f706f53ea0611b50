// RFC 6749 §4.4
import { isRefusal, refuse } from '@ambit/protocol'
import { chooseTarget } from '../scope/choose-audience.ts'
import { decideScope, limitToHook } from '../scope/decide-scope.ts'
import type { Grant } from './grant.ts'

/**
 * A client that acts for itself: no user, no refresh token.
 * @spec RFC 6749 §4.4
 * @errors unauthorized_client: a public client; invalid_scope; invalid_target
 */
export const clientCredentials: Grant = {
  grantType: 'client_credentials',
  async decide(context, { client, form }) {
    if (client.authenticationMethod === 'none')
      return refuse('unauthorized_client', 'a public client cannot use the client credentials grant')
    const grantType = clientCredentials.grantType
    const decided = decideScope(context, { requested: form.get('scope'), client, grantType })
    if (isRefusal(decided)) return decided
    const left = await limitToHook(context, decided, { client, grantType })
    const target = chooseTarget(context, form.all('resource'), left)
    if (isRefusal(target)) return target
    return { kind: 'issuance', grantType, client, ...target, hasRefreshToken: false }
  },
}
