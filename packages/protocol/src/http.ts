// RFC 9110
/** Header fields by lower-case name; a field that came more than once is an array. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** A request as a plain value: what an endpoint reads, made by one of the edges. */
export type HttpRequest = {
  readonly method: string
  /** The path as it was sent, without the query. */
  readonly path: string
  /** The query as it was sent, without `?`; empty when there is none. */
  readonly query: string
  readonly headers: HttpHeaders
  /** The body as text; `undefined` when it was larger than the edge reads or was not valid UTF-8. */
  readonly body: string | undefined
  /** The address of the peer, as the edge knows it (behind a trusted proxy: what that proxy says). */
  readonly remoteAddress: string
  /** The certificate that the client proved to hold in the TLS handshake, as DER; absent where there was none. @spec RFC 8705 §2 */
  readonly peerCertificate?: Uint8Array
  /**
   * Whether that certificate leads to an authority that the operator trusts to name clients. Without it the certificate
   * proves a key, and its names mean nothing. @spec RFC 8705 §2.1, §2.2
   */
  readonly isPeerCertificateTrusted?: boolean
}

/** A response as a plain value: what an endpoint returns. */
export type HttpResponse = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string
}

/** The single value of a header field, or `undefined` when it is absent or came more than once. */
export function singleHeader(headers: HttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

/** Header fields of every answer that may carry a token or a secret. @spec RFC 6749 §5.1 */
export const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' } as const

/** A JSON response. */
export function json(status: number, value: unknown, headers: HttpResponse['headers'] = {}): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff', ...headers },
    body: JSON.stringify(value),
  }
}
