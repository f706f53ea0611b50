// RFC 9396 §2, §9
/** One authorization detail: its type says what its other members mean. @spec RFC 9396 §2 */
export type AuthorizationDetail = { readonly type: string } & Readonly<Record<string, unknown>>

const none: readonly AuthorizationDetail[] = []

/**
 * Reads the claim `authorization_details`, of which those count that are for any resource or for this one;
 * `undefined` where it is not what it must be.
 * @spec RFC 9396 §2, §2.2, §9.1
 */
export function parseAuthorizationDetails(
  claim: unknown,
  resource: string,
): readonly AuthorizationDetail[] | undefined {
  if (claim === undefined) return none
  if (!Array.isArray(claim) || !claim.every(isDetail)) return undefined
  return claim.filter(detail => isFor(detail, resource))
}

function isFor({ locations }: AuthorizationDetail, resource: string): boolean {
  return locations === undefined || (Array.isArray(locations) && locations.includes(resource))
}

function isDetail(value: unknown): value is AuthorizationDetail {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
