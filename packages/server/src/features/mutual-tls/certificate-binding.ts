// RFC 8705 §3, §4
import { booleanField, metadataOf } from '../../client/metadata-field.ts'
import type { SenderBinding } from '../../feature.ts'
import type { ClientRecord } from '../../ports/records.ts'
import { certificateThumbprint } from './thumbprint.ts'

/** Whether a client has its tokens bound to the certificate of its connection. @spec RFC 8705 §3.4 */
export const certificateBoundAccessTokens = booleanField('tls_client_certificate_bound_access_tokens')

/**
 * Binds tokens to the certificate of the connection that asked for them, whoever signed it: what counts is its key, which the
 * handshake proved. At a resource the certificate must be the same again.
 * @spec RFC 8705 §3, §4
 */
export function certificateBinding({ isAlways }: { readonly isAlways: boolean }): SenderBinding {
  const isWanted = (client: ClientRecord) => isAlways || metadataOf(client, certificateBoundAccessTokens) === true
  return {
    member: 'x5t#S256',
    async prove(_context, { request: { peerCertificate } }, question) {
      const isAsked = question.place === 'resource' || (question.place === 'token' && isWanted(question.client))
      if (!isAsked || peerCertificate === undefined) return {}
      return { confirmation: { 'x5t#S256': await certificateThumbprint(peerCertificate) } }
    },
    isRequired: (_context, client) => isWanted(client),
  }
}
