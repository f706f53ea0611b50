// OpenID Connect Core §2, RFC 8176 §2
/** What a login by password proves: its authentication context class and method. @spec OpenID Connect Core §2, RFC 8176 §2 */
export const passwordAuthentication = { acr: 'urn:ambit:acr:password', amr: ['pwd'] } as const
