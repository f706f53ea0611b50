// RFC 8705
import type { Feature } from '../../feature.ts'
import type { OptionsProblem } from '../../options-error.ts'
import { certificateBinding, certificateBoundAccessTokens } from './certificate-binding.ts'
import { subjectMetadata } from './certificate-subject.ts'
import { endpointAliases } from './endpoint-aliases.ts'
import { selfSignedTlsClientAuth } from './self-signed-tls-client-auth.ts'
import { findSubjectProblems, tlsClientAuth } from './tls-client-auth.ts'

const authentications = [tlsClientAuth, selfSignedTlsClientAuth] as const

/** How clients use mutual TLS. */
export type MutualTlsOptions = {
  /** The ways in which a certificate authenticates its client; both where it is left out, none where it is empty. */
  readonly methods?: readonly ('tls_client_auth' | 'self_signed_tls_client_auth')[]
  /** Issues no token to any client that is not bound to a certificate. */
  readonly required?: boolean
  /**
   * The https origin at which certificates are asked for, where that is another than the issuer's: the metadata then has each
   * endpoint that clients call there too, at the same path.
   * @spec RFC 8705 §5
   */
  readonly alias?: string
}

/**
 * Takes in the certificates that clients prove to hold in the TLS handshake: as their authentication, and as what their tokens
 * are bound to. The edge hands the certificate over, as `HttpRequest.peerCertificate`.
 * @spec RFC 8705
 * @errors invalid_client: see `tlsClientAuth` and `selfSignedTlsClientAuth`; invalid_request: a certificate is required
 * @example
 * createServer({ ...options, features: [mutualTls({ alias: 'https://mtls.as.example' })] })
 */
export function mutualTls(options: MutualTlsOptions = {}): Feature {
  const { methods = authentications.map(({ method }) => method), required = false, alias } = options
  return {
    name: 'mutualTls',
    clientAuthentications: authentications.filter(({ method }) => methods.some(each => each === method)),
    clientMetadata: [...subjectMetadata, certificateBoundAccessTokens],
    clientRules: [findSubjectProblems],
    senderBindings: [certificateBinding({ isAlways: required })],
    metadata: context => ({
      tls_client_certificate_bound_access_tokens: true,
      ...(alias !== undefined && { mtls_endpoint_aliases: endpointAliases(context, alias) }),
    }),
    findProblems: () => findAliasProblems(alias),
  }
}

function findAliasProblems(alias: string | undefined): readonly OptionsProblem[] {
  if (alias === undefined) return []
  const isOrigin = URL.canParse(alias) && new URL(alias).origin === alias && alias.startsWith('https:')
  return isOrigin
    ? []
    : [{ path: 'mutualTls.alias', message: 'an https origin such as `https://mtls.as.example` is wanted' }]
}
