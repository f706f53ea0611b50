// RFC 6749 §4.4, RFC 9396 §6
import { isRefusal, refuse } from '@ambit/protocol'
import { besideOf, readDetails, readScope } from '../authorize/read-asked.ts'
import { chooseTarget } from '../scope/choose-audience.ts'
import { limitToHook } from '../scope/decide-scope.ts'
import { decideDetails, opensNothing } from './decide-details.ts'
import type { Grant } from './grant.ts'

/**
 * A client that acts for itself: no user, no refresh token.
 * @spec RFC 6749 §4.4
 * @errors unauthorized_client: a public client; invalid_scope; invalid_target; invalid_authorization_details
 */
export const clientCredentials: Grant = {
  grantType: 'client_credentials',
  async decide(context, { client, form }) {
    if (client.authenticationMethod === 'none')
      return refuse('unauthorized_client', 'a public client cannot use the client credentials grant')
    const grantType = clientCredentials.grantType
    const asked = readDetails(context, client, form)
    if (isRefusal(asked)) return asked
    const refused = context.mounted.details?.refuseAlone(client, asked)
    if (refused) return refused
    const decided = readScope(context, { client, grantType, parameters: form }, asked)
    if (isRefusal(decided)) return decided
    const left = await limitToHook(context, decided, { client, grantType })
    const named = form.all('resource')
    const target = chooseTarget(context, { named, decision: left, ...besideOf(context, asked) })
    if (isRefusal(target)) return target
    const held = asked.length > 0 ? asked : undefined
    const details = decideDetails(context, { form, client, held, audience: target.audience })
    if (isRefusal(details)) return details
    if (opensNothing(target.decision, details))
      return refuse('invalid_target', 'nothing of the request belongs to this resource')
    return { kind: 'issuance', grantType, client, ...target, ...details, hasRefreshToken: false }
  },
}
