// RFC 6749 §5.1
import type { TokenAsk } from './token-ask.ts'

/** An access token of type Bearer, and its scope as the token response told it. @spec RFC 6749 §5.1 */
export type HeldToken = { readonly accessToken: string; readonly scope?: string }

/** Where a client keeps its token, and how it gets another one. */
export type TokenSource = {
  /** The token that is held now; asked before each request. */
  readonly current: () => HeldToken | undefined | Promise<HeldToken | undefined>
  /**
   * Gets a token for what an API asks, and keeps it: by refreshing for `fresh_token`, else by an authorization request.
   * `undefined` where that cannot happen within this call, as where a web app must first redirect the browser.
   */
  readonly obtain: (ask: TokenAsk) => Promise<HeldToken | undefined>
}
