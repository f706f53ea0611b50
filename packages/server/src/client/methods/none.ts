// RFC 6749 §2.1, RFC 7591 §2
import type { ClientAuthentication } from './method.ts'

/** Public clients: the request names its client and proves nothing. @spec RFC 6749 §3.2.1 */
export const none: ClientAuthentication = {
  method: 'none',
  isImplied: true,
  present(request, form) {
    const clientId = form.get('client_id')
    const isOther =
      request.headers['authorization'] !== undefined ||
      form.get('client_secret') !== undefined ||
      form.get('client_assertion') !== undefined
    return clientId === undefined || isOther ? undefined : { clientId, proof: '' }
  },
  verify: async () => undefined,
}
