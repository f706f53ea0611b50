/** The authentication context classes, weakest first. @spec RFC 9470 §4 */
export const weakLogin = 'urn:petstore:password'
export const strongLogin = 'urn:petstore:mfa'

/** The type of authorization detail that payments ask for. @spec RFC 9396 §2 */
export const amountType = 'pet_payment'

/** Whom the copy knows: people by `sub`, clients by `client_id`. */
export const people = { first: 'ada', second: 'grace' } as const
export const clients = { first: 'pet-shop-app', second: 'stock-robot' } as const

/** The issuers that the copy trusts. */
export const plantedIssuer = 'https://as.planted.test'
export const plantedSecondIssuer = 'https://second.planted.test'

/** Where the copy is while it runs in memory. */
export const plantedOrigin = 'https://api.planted.test'
