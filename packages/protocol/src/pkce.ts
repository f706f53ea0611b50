// RFC 7636 §4.1, §4.2
import type { Brand } from './brand.ts'

/** A PKCE code challenge of method S256. */
export type CodeChallenge = Brand<string, 'CodeChallenge'>

const verifierSyntax = /^[A-Za-z0-9\-._~]{43,128}$/
const challengeSyntax = /^[A-Za-z0-9_-]{43}$/

/** Whether a text is a code verifier: 43 to 128 unreserved characters. @spec RFC 7636 §4.1 */
export function isCodeVerifier(text: string): boolean {
  return verifierSyntax.test(text)
}

/** An S256 challenge from what a client sent, or `undefined`: a SHA-256 in base64url is 43 characters. @spec RFC 7636 §4.2 */
export function parseCodeChallenge(text: string): CodeChallenge | undefined {
  return challengeSyntax.test(text) ? (text as CodeChallenge) : undefined
}
