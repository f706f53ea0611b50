// RFC 7515, RFC 7517, RFC 7518 §3.1
import type { SigningAlgorithm } from '@ambit/protocol'

/** A key pair as JWKs. @spec RFC 7517 §4 */
type KeyPair = { readonly publicJwk: JsonWebKey; readonly privateJwk: JsonWebKey }

/** Signs a payload; the header is encoded already. The answer is a compact JWS. @spec RFC 7515 §7.1 */
export type SignCompact = (encodedHeader: string, payload: string) => string

/** What a key ring needs of the runtime's cryptography; the Node implementation stands in `node/key-tools.ts`. */
export type KeyTools = {
  readonly generate: (algorithm: SigningAlgorithm) => Promise<KeyPair>
  /** Prepares a private key for signing, so that the work of reading it is done once. */
  readonly load: (algorithm: SigningAlgorithm, privateJwk: JsonWebKey) => SignCompact
  /** The base64url of the UTF-8 text. */
  readonly encode: (text: string) => string
  /** Encrypts with AES-256-GCM; `key` is 32 bytes in base64url, `about` is bound to the text but not encrypted. */
  readonly seal: (text: string, key: string, about: string) => string
  /** What was sealed, or `undefined` when the key or `about` is another. */
  readonly unseal: (text: string, key: string, about: string) => string | undefined
}
