// RFC 8705 §2.1
import { type Refusal, refuse } from '@ambit/protocol'
import { type ClientAuthentication, failedAuthentication, type ProofQuestion } from '../../client/methods/method.ts'
import type { ClientRule } from '../../client/registered-metadata/inconsistencies.ts'
import type { ServerContext } from '../../context.ts'
import { parseCertificate } from './certificate.ts'
import { countSubjects, isOfSubject, subjectMetadata } from './certificate-subject.ts'
import { findMisuse, presentCertificate } from './present-certificate.ts'

/** A certificate that an authority signed, for the subject that the client has registered. @spec RFC 8705 §2.1 */
export const tlsClientAuth: ClientAuthentication = {
  method: 'tls_client_auth',
  isImplied: true,
  present: presentCertificate,
  verify: async (context, question) => judge(context, question),
}

/** A client of this method registers exactly one subject. @spec RFC 8705 §2.1.2 */
export const findSubjectProblems: ClientRule = client => {
  if (client.authenticationMethod !== tlsClientAuth.method || countSubjects(client) === 1) return []
  const names = subjectMetadata.map(({ name }) => name)
  return [{ name: names[0] ?? '', message: `\`tls_client_auth\` wants exactly one of ${names.join(', ')}` }]
}

/** @errors invalid_client: no authority vouches for the certificate, it is not good now, or it is another subject's */
function judge(
  { clock }: ServerContext,
  { client, exchange: { request } }: ProofQuestion,
): Refusal<'invalid_client'> | undefined {
  const certificate = request.peerCertificate && parseCertificate(request.peerCertificate)
  if (certificate === undefined) return failed('the certificate cannot be read')
  if (request.isPeerCertificateTrusted !== true)
    return failed('the certificate leads to no authority that is trusted to name clients')
  const misuse = findMisuse(certificate, clock.now())
  if (misuse !== undefined) return failed(misuse)
  if (client === undefined || !isOfSubject(certificate, client))
    return failed('the certificate is not of the one subject that the client has registered')
  return undefined
}

function failed(reason: string): Refusal<'invalid_client'> {
  return refuse('invalid_client', failedAuthentication, reason)
}
