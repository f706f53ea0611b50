// RFC 8705 §2.2
import { bytesOfBase64, type Refusal, refuse } from '@ambit/protocol'
import { findClientKeys } from '../../client/client-keys.ts'
import { type ClientAuthentication, failedAuthentication, type ProofQuestion } from '../../client/methods/method.ts'
import type { ServerContext } from '../../context.ts'
import type { ClientKey } from '../../ports/records.ts'
import { type Certificate, parseCertificate } from './certificate.ts'
import { isKeyOf } from './certificate-key.ts'
import { findMisuse, presentCertificate } from './present-certificate.ts'

/**
 * A certificate that the client itself has registered among its keys; nobody needs to have signed it.
 * @spec RFC 8705 §2.2
 */
export const selfSignedTlsClientAuth: ClientAuthentication = {
  method: 'self_signed_tls_client_auth',
  isImplied: true,
  present: presentCertificate,
  verify: judge,
}

/** @errors invalid_client: the certificate is not good now, or not among those of the client */
async function judge(
  context: ServerContext,
  { client, exchange: { request } }: ProofQuestion,
): Promise<Refusal<'invalid_client'> | undefined> {
  const { peerCertificate: der } = request
  const certificate = der && parseCertificate(der)
  if (der === undefined || certificate === undefined) return failed('the certificate cannot be read')
  const misuse = findMisuse(certificate, context.clock.now())
  if (misuse !== undefined) return failed(misuse)
  const isWanted = (key: ClientKey) => isRegistered(key, { der, certificate })
  const keys = client ? await findClientKeys(context, client, { use: 'sig', isWanted }) : []
  if (keys.length === 0) return failed('the certificate is not among the keys of the client')
  return undefined
}

/** A key that has a certificate stands for that certificate alone; one that has none, for each of the same key. */
function isRegistered(
  key: ClientKey,
  { der, certificate }: { readonly der: Uint8Array; readonly certificate: Certificate },
): boolean {
  if (!('x5c' in key)) return isKeyOf(certificate, key)
  const chain: readonly unknown[] = Array.isArray(key.x5c) ? key.x5c : []
  const first = chain[0]
  const registered = typeof first === 'string' ? bytesOfBase64(first) : undefined
  return registered?.length === der.length && registered.every((octet, index) => octet === der[index])
}

function failed(reason: string): Refusal<'invalid_client'> {
  return refuse('invalid_client', failedAuthentication, reason)
}
