// RFC 6749 §2.3.1, RFC 7617 §2
/** The value of `Authorization` for a client with a secret; both are form-encoded before they are joined. @spec RFC 6749 §2.3.1 */
export function basicCredentials({
  clientId,
  clientSecret,
}: {
  readonly clientId: string
  readonly clientSecret: string
}): string {
  return `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`)}`
}
