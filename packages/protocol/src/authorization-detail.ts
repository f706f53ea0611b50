// RFC 9396 §2
/** One thing that a client asks for beside scope, or was granted. @spec RFC 9396 §2, §2.2 */
export type AuthorizationDetail = {
  readonly type: string
  readonly locations?: readonly string[]
  readonly [field: string]: unknown
}
