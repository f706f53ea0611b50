// RFC 9110 §3, RFC 9112
/** A header field as it stands on the wire; a name may come twice, and case is kept. */
export type HeaderField = readonly [name: string, value: string]

/** A certificate that the tester shows in the TLS handshake. @spec RFC 8705 §2 */
export type ShownCertificate = { readonly certificate: string; readonly privateKey: string }

/** A request, exactly as it is sent: nothing is normalized, nothing is added but `host`, `connection` and the length. */
export type SentRequest = {
  readonly method: string
  /** `http://localhost:8081`: where the connection goes. */
  readonly origin: string
  /** The request target as it stands in the request line: `/a//b/../c?x=1`. */
  readonly target: string
  readonly headers: readonly HeaderField[]
  readonly body?: string
  readonly certificate?: ShownCertificate
}

/** An answer, as it came. */
export type ReceivedResponse = {
  readonly status: number
  readonly headers: readonly HeaderField[]
  /** As text; what is no UTF-8 is replaced. Cut at a limit, then `isCut`. */
  readonly body: string
  readonly isCut: boolean
}

/** Why there is no answer. */
export type SendFailure = 'refused' | 'timeout' | 'reset' | 'tls' | 'malformed' | 'aborted'

/** One request and what came of it. */
export type Exchange = {
  readonly request: SentRequest
  /** Milliseconds since the epoch. */
  readonly sentAt: number
  /** Milliseconds from the first byte sent to the last received. */
  readonly duration: number
} & (
  | { readonly kind: 'answered'; readonly response: ReceivedResponse }
  | { readonly kind: 'failed'; readonly failure: SendFailure; readonly detail: string }
)

/** Limits of one request. */
export type SendOptions = {
  /** Milliseconds until nobody waits any more (default: 10,000). */
  readonly timeout?: number
  readonly signal?: AbortSignal
  /** Sent at once and only once: no waiting for the rate, no repeating after 429 and 503 (floods and races). */
  readonly isRaw?: boolean
  /** The one version of TLS that is offered, and the name that is asked for; only over https. */
  readonly tls?: { readonly version?: 'TLSv1' | 'TLSv1.1'; readonly serverName?: string }
}

/** Sends one request and never throws: what goes wrong on the way is part of the exchange. */
export type Send = (request: SentRequest, options?: SendOptions) => Promise<Exchange>

/** The values of a field, in order. */
export function fieldValues(headers: readonly HeaderField[], name: string): readonly string[] {
  const wanted = name.toLowerCase()
  return headers.filter(([each]) => each.toLowerCase() === wanted).map(([, value]) => value)
}

/** The one value of a field, its values joined where it came several times; `undefined` where it did not come. */
export function fieldValue(headers: readonly HeaderField[], name: string): string | undefined {
  const values = fieldValues(headers, name)
  return values.length === 0 ? undefined : values.join(', ')
}

/** The same request with fields added, or with those of the same name replaced. */
export function withField(request: SentRequest, ...fields: readonly HeaderField[]): SentRequest {
  const names = new Set(fields.map(([name]) => name.toLowerCase()))
  return { ...request, headers: [...request.headers.filter(([name]) => !names.has(name.toLowerCase())), ...fields] }
}
