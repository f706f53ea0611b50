// RFC 7636 §4.1, §4.2
import type { Secret, SecretLedger } from '../secret/secret.ts'
import { randomText, toBase64Url } from './server-access.ts'

/** A verifier and what is shown of it first. @spec RFC 7636 §4.1, §4.2 */
export type Pkce = { readonly verifier: Secret; readonly challenge: string }

/** Makes a verifier of 256 bits with its S256 challenge. @spec RFC 7636 §4.1, §4.2 */
export async function makePkce(secrets: SecretLedger): Promise<Pkce> {
  const verifier = secrets.secret('code verifier', randomText())
  return { verifier, challenge: await challengeOf(verifier.reveal()) }
}

/** The S256 challenge of a verifier. @spec RFC 7636 §4.2 */
export async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  return toBase64Url(new Uint8Array(digest))
}
