// RFC 8705 §2, RFC 9440 §2, §4
import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { type HttpHeaders, type HttpRequest, readCertificateField, singleHeader } from '@ambit/protocol'
import { peersWithin } from './client-address.ts'

/** The certificate that a client proved to hold, and whether it leads to an authority that is trusted to name clients. */
export type PeerCertificate = Required<Pick<HttpRequest, 'peerCertificate' | 'isPeerCertificateTrusted'>>

/** The header field in which a proxy in front sends the certificate that its client proved to hold. */
export type CertificateField = {
  /** `Client-Cert` holds a byte sequence (RFC 9440 §2); any other field a PEM with percent-encoding, as nginx writes it. */
  readonly header: string
  /** The field that says `SUCCESS` where the proxy has verified the certificate, as nginx has it in `$ssl_client_verify`. */
  readonly verifiedHeader?: string
  /** The proxy lets no certificate through that it has not verified. */
  readonly isVerified?: boolean
}

/** Finds the certificate of a request's client. */
export type FindPeerCertificate = (incoming: IncomingMessage, headers: HttpHeaders) => PeerCertificate | undefined

/**
 * Makes what finds the client's certificate. Without a field it is the one of the TLS handshake with us. With a field it is
 * what a trusted proxy says there, or nothing: what anybody else sends in it is not read, and the certificate by which the
 * proxy itself authenticates to us is nobody's.
 * @throws {RangeError} for a field without a proxy that may be believed
 */
export function peerCertificateFinder(
  field: CertificateField | undefined,
  trustedProxies: readonly string[],
): FindPeerCertificate {
  if (field === undefined) return ({ socket }) => (socket instanceof TLSSocket ? ofHandshake(socket) : undefined)
  if (trustedProxies.length === 0)
    throw new RangeError('a certificate in a header field wants a proxy that is believed: name it in `trustedProxies`')
  const isTrustedProxy = peersWithin(trustedProxies)
  return ({ socket }, headers) => (isTrustedProxy(socket.remoteAddress ?? '') ? ofField(headers, field) : undefined)
}

/** Kept for as long as the connection: what the handshake proved, whatever is negotiated later. */
const handshakes = new WeakMap<TLSSocket, PeerCertificate | 'none'>()

function ofHandshake(socket: TLSSocket): PeerCertificate | undefined {
  const known = handshakes.get(socket) ?? readHandshake(socket)
  handshakes.set(socket, known)
  return known === 'none' ? undefined : known
}

/** `authorized` alone means nothing: it is also true of a session that was resumed, and had no certificate at all. */
function readHandshake(socket: TLSSocket): PeerCertificate | 'none' {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return 'none'
  return { peerCertificate: certificate.raw, isPeerCertificateTrusted: socket.authorized }
}

function ofField(headers: HttpHeaders, field: CertificateField): PeerCertificate | undefined {
  const peerCertificate = readCertificateField(headers, field.header)
  return peerCertificate && { peerCertificate, isPeerCertificateTrusted: isVerified(headers, field) }
}

function isVerified(headers: HttpHeaders, { verifiedHeader, isVerified = false }: CertificateField): boolean {
  if (verifiedHeader === undefined) return isVerified
  return singleHeader(headers, verifiedHeader.toLowerCase()) === 'SUCCESS'
}
