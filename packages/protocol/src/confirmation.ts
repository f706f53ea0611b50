// RFC 7800 §3.1, RFC 9449 §6.1, RFC 8705 §3.1
/** The key or certificate that a token is bound to; with both, both must be proved. */
export type Confirmation = {
  /** The SHA-256 thumbprint of the DPoP key. @spec RFC 9449 §6.1 */
  readonly jkt?: string
  /** The SHA-256 of the DER certificate, in base64url. @spec RFC 8705 §3.1 */
  readonly 'x5t#S256'?: string
}

/** Whether what was proved is all that is wanted. */
export function confirms(proved: Confirmation | undefined, wanted: Confirmation): boolean {
  const isSame = (name: keyof Confirmation) => wanted[name] === undefined || wanted[name] === proved?.[name]
  return isSame('jkt') && isSame('x5t#S256')
}
