// RFC 6750 §3.1, RFC 9470 §3, §4
/** What a client lacks, as the API's challenge tells it, and what to ask the authorization server for. */
export type TokenAsk = {
  /** Scope to ask for: what is held already, and what the challenge names. */
  readonly scope: readonly string[]
  /** Where the API's metadata stands, if it is on an origin that counts. @spec RFC 9728 §5.1 */
  readonly resourceMetadata?: string
} & (
  | { readonly kind: 'token' }
  | { readonly kind: 'fresh_token' }
  | { readonly kind: 'more_scope' }
  | {
      readonly kind: 'stronger_authentication'
      /** Any of these levels is enough, the first one is liked best. @spec RFC 9470 §3 */
      readonly acrValues: readonly string[]
      /** The user must have logged in within so many seconds. @spec RFC 9470 §3 */
      readonly maxAge?: number
    }
)

/**
 * The parameters that an authorization request gets for an ask, beside those that every request of the client has.
 * @spec RFC 9470 §4, OpenID Connect Core §3.1.2.1
 * @example
 * url.search = new URLSearchParams({ ...clientParameters, ...authorizationParameters(error.ask) }).toString()
 */
export function authorizationParameters(ask: TokenAsk): Readonly<Record<string, string>> {
  const scope = ask.scope.length > 0 && { scope: ask.scope.join(' ') }
  if (ask.kind !== 'stronger_authentication') return { ...scope }
  const { acrValues, maxAge } = ask
  return {
    ...scope,
    ...(acrValues.length > 0 && { acr_values: acrValues.join(' ') }),
    ...(maxAge !== undefined && { max_age: String(maxAge) }),
    // without either, a new login is all that can be meant
    ...(acrValues.length === 0 && maxAge === undefined && { prompt: 'login' }),
  }
}

/** Two asks are the same where this text is. */
export function askKey(ask: TokenAsk): string {
  return JSON.stringify([ask.kind, authorizationParameters(ask)])
}
