/** Where the parts of the demonstration are. */
export type Places = {
  /** The authorization server's issuer. */
  readonly issuer: string
  /** The APIs' origin. */
  readonly api: string
  /** The web app's origin; another host name than the server's, since cookies do not tell ports apart. */
  readonly app: string
}

/** The resource identifier of the pet store, whose access tokens are JWTs. @spec RFC 8707 §2 */
export function petStoreOf({ api }: Pick<Places, 'api'>): string {
  return `${api}/petstore`
}

/** The resource identifier of the inventory, whose access tokens are opaque. @spec RFC 8707 §2 */
export function inventoryOf({ api }: Pick<Places, 'api'>): string {
  return `${api}/inventory`
}

/** Where the authorization server sends the app's users back to. @spec RFC 6749 §3.1.2 */
export function callbackOf({ app }: Pick<Places, 'app'>): string {
  return `${app}/callback`
}
