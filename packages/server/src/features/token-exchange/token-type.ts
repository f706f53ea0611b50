// RFC 8693 §3
/** The grant type of a token exchange. @spec RFC 8693 §2.1 */
export const tokenExchangeGrantType = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** What kind of token a token is. @spec RFC 8693 §3 */
export const tokenTypes = {
  accessToken: 'urn:ietf:params:oauth:token-type:access_token',
  refreshToken: 'urn:ietf:params:oauth:token-type:refresh_token',
  idToken: 'urn:ietf:params:oauth:token-type:id_token',
  jwt: 'urn:ietf:params:oauth:token-type:jwt',
  /** @spec ID-JAG §9.2 */
  identityAssertion: 'urn:ietf:params:oauth:token-type:id-jag',
} as const
