// RFC 8414 §2, RFC 8705 §5
import type { SecretLedger } from '../secret/secret.ts'
import type { ServerTarget, TestClient } from '../target/target.ts'
import type { Send } from '../wire/exchange.ts'
import { isJsonObject, textIn } from './json-object.ts'
import { isSecureUrl } from './secure-url.ts'

/** What it takes to talk to the authorization server. */
export type ServerAccess = {
  readonly server: ServerTarget
  readonly send: Send
  readonly secrets: SecretLedger
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Waits, no longer than until the signal. */
  readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>
  /** When it is aborted, nothing new is begun; what was sent is waited for, since a token may come of it. */
  readonly signal?: AbortSignal
}

/** A text member of the metadata; of an endpoint its alias for mutual TLS where the client shows a certificate. @spec RFC 8705 §5 */
export function endpointOf({ metadata }: ServerTarget, name: string, client?: TestClient): string | undefined {
  const aliases = metadata['mtls_endpoint_aliases']
  const isMutual = client !== undefined && 'certificate' in client.credential
  const alias = isMutual && isJsonObject(aliases) ? textIn(aliases, name) : undefined
  return alias !== undefined && isSecureUrl(alias) ? alias : textIn(metadata, name)
}

/** An unguessable text of 256 bits, base64url. */
export function randomText(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(32)))
}

/** Prints bytes as base64url. @spec RFC 7515 §2 */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Prints bytes as base64. @spec RFC 4648 §4 */
export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))
}
