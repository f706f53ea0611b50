// RFC 6749 §2.3.1
import { refuse } from '@ambit/protocol'
import { verifyClientSecret } from './client-secret-basic.ts'
import type { ClientAuthentication } from './method.ts'

/** The client's id and secret in the body. @spec RFC 6749 §2.3.1 */
export const clientSecretPost: ClientAuthentication = {
  method: 'client_secret_post',
  present(_request, form) {
    const proof = form.get('client_secret')
    if (proof === undefined) return undefined
    const clientId = form.get('client_id')
    if (clientId === undefined) return refuse('invalid_request', '`client_secret` came without `client_id`')
    return { clientId, proof }
  },
  verify: verifyClientSecret,
}
