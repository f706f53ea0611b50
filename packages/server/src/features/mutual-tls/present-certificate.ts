// RFC 8705 §2, RFC 5280 §4.1.2.5, §4.2.1.12
import type { EpochSeconds } from '@ambit/protocol'
import type { ClientAuthentication } from '../../client/methods/method.ts'
import type { Certificate } from './certificate.ts'

/**
 * The client that a request names beside its certificate, without presenting anything else.
 * @spec RFC 8705 §2: `client_id` must be there, so that the certificate alone need not name the client
 */
export const presentCertificate: ClientAuthentication['present'] = ({ peerCertificate, headers }, form) => {
  const clientId = form.get('client_id')
  const isOther =
    headers['authorization'] !== undefined ||
    form.get('client_secret') !== undefined ||
    form.get('client_assertion') !== undefined
  if (peerCertificate === undefined || clientId === undefined || isOther) return undefined
  // the handshake is the proof: nothing in the request could be guessed, so nothing is counted
  return { clientId, proof: '' }
}

/** @spec RFC 5280 §4.2.1.12 */
const clientUsages: readonly string[] = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0']

/**
 * Why a certificate does not authenticate anybody now. The TLS layer may have looked when the connection began; what it
 * found then is not what is true now, and behind a proxy nobody knows what it looked at.
 */
export function findMisuse({ validity, extendedKeyUsage }: Certificate, now: EpochSeconds): string | undefined {
  if (now < validity.notBefore) return 'the certificate is not yet good'
  if (now > validity.notAfter) return 'the certificate has expired'
  if (extendedKeyUsage?.every(usage => !clientUsages.includes(usage))) return 'the certificate is not for clients'
  return undefined
}
