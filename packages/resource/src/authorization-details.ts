// RFC 9396 §2, §9
/** One authorization detail: its type says what its other members mean. @spec RFC 9396 §2 */
export type AuthorizationDetail = { readonly type: string } & Readonly<Record<string, unknown>>

const none: readonly AuthorizationDetail[] = []

/** Reads the claim `authorization_details`; `undefined` where it is not what it must be. @spec RFC 9396 §2, §9.1 */
export function parseAuthorizationDetails(claim: unknown): readonly AuthorizationDetail[] | undefined {
  if (claim === undefined) return none
  return Array.isArray(claim) && claim.every(isDetail) ? claim : undefined
}

function isDetail(value: unknown): value is AuthorizationDetail {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
