// RFC 4648 §5, RFC 7515 §2
const alphabet = /^[A-Za-z0-9_-]*$/
const lastOfTwo = /[AQgw]$/
const lastOfThree = /[AEIMQUYcgkosw048]$/

/**
 * Whether a text is base64url as it must be written: no padding, no other character, and no bits left over that are not
 * zero. So bytes have one text only.
 * @spec RFC 4648 §3.5
 */
export function isBase64Url(text: string): boolean {
  if (!alphabet.test(text)) return false
  const rest = text.length % 4
  if (rest === 0) return true
  return rest === 2 ? lastOfTwo.test(text) : rest === 3 && lastOfThree.test(text)
}

/** The bytes of a base64url text, one in each character. */
export function decodeBase64Url(text: string): string {
  return atob(text.replaceAll('-', '+').replaceAll('_', '/'))
}

/** The bytes of a base64url text. */
export function bytesOfBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(decodeBase64Url(text), character => character.charCodeAt(0))
}
