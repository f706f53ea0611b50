// RFC 7518 §4.1, §5.1, RFC 8725 §3.2
/**
 * How a content key may travel: to a public key, by agreement or by padding that gives nothing away. Not RSA1_5, whose
 * padding can be asked about, and nothing symmetric, which proves no recipient.
 * @spec RFC 7518 §4.1, RFC 8725 §3.2
 */
export const keyAlgorithms = ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW', 'RSA-OAEP-256'] as const

/** A way for a content key to travel. */
export type KeyAlgorithm = (typeof keyAlgorithms)[number]

/** By what the content is encrypted. @spec RFC 7518 §5.1 */
export const contentAlgorithms = ['A128CBC-HS256', 'A128GCM', 'A256GCM'] as const

/** An encryption of content. */
export type ContentAlgorithm = (typeof contentAlgorithms)[number]

/** Where a client names none. @spec OpenID Connect Dynamic Client Registration §2 */
export const defaultContentAlgorithm: ContentAlgorithm = 'A128CBC-HS256'

/** Whether a text names a way for a content key to travel that this house knows. */
export function isKeyAlgorithm(value: unknown): value is KeyAlgorithm {
  return keyAlgorithms.some(each => each === value)
}

/** Whether a text names an encryption of content that this house knows. */
export function isContentAlgorithm(value: unknown): value is ContentAlgorithm {
  return contentAlgorithms.some(each => each === value)
}
