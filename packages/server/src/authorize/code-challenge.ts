// RFC 7636 §4.3, §4.4.1, RFC 9700 §2.1.1
import { type CodeChallenge, type Parameters, parseCodeChallenge, type Refusal, refuse } from '@ambit/protocol'
import type { ClientRecord } from '../ports/records.ts'

/** The one method of making a challenge; `plain` protects from nobody who reads the request. @spec RFC 9700 §2.1.1 */
export const codeChallengeMethod = 'S256'

/**
 * Reads the code challenge of a request for a code.
 * @spec RFC 7636 §4.3, §4.4.1, RFC 9700 §2.1.1
 * @errors invalid_request: missing where it is needed, a method other than S256, not a challenge
 */
export function readCodeChallenge(
  client: ClientRecord,
  parameters: Parameters,
): CodeChallenge | undefined | Refusal<'invalid_request'> {
  const sent = parameters.get('code_challenge')
  const method = parameters.get('code_challenge_method')
  if (sent === undefined && method !== undefined)
    return refuse('invalid_request', '`code_challenge_method` came without `code_challenge`')
  if (sent === undefined && !mayUseNonceInstead(client, parameters))
    return refuse('invalid_request', '`code_challenge` is missing: PKCE with the method S256 is required')
  if (sent === undefined) return undefined
  if (method !== codeChallengeMethod)
    return refuse('invalid_request', '`code_challenge_method` must be S256 (without it, it means plain)')
  const challenge = parseCodeChallenge(sent)
  if (challenge === undefined)
    return refuse('invalid_request', '`code_challenge` must be the base64url of a SHA-256: 43 characters')
  return challenge
}

/** A confidential OpenID client that was named for it, and sends a nonce this time. @spec RFC 9700 §2.1.1 */
function mayUseNonceInstead(client: ClientRecord, parameters: Parameters): boolean {
  const isOpenId = parameters.get('scope')?.split(' ').includes('openid') ?? false
  const isNamed = client.dangerouslyAcceptNonceInsteadOfPkce === true && client.authenticationMethod !== 'none'
  return isNamed && isOpenId && parameters.get('nonce') !== undefined
}
