// RFC 8693 §2.2.1, RFC 7523 §3
import type { ServerContext } from '../context.ts'
import type { Assertion } from '../grants/grant.ts'
import { makeJwtId } from '../secret.ts'
import type { Minting } from './mint.ts'

/** The answer to an exchange for something that is no access token. @spec RFC 8693 §2.2.1 */
export type AssertionResponse = {
  readonly access_token: string
  readonly token_type: 'N_A'
  /** In seconds. */
  readonly expires_in: number
  readonly scope: string
}

/** Signs an assertion that a grant decided, bound to what the request proves, and tells of it. @spec RFC 8693 §2.2.1 */
export function issueAssertion(
  context: ServerContext,
  assertion: Assertion,
  { requestId, confirmation }: Pick<Minting, 'requestId' | 'confirmation'>,
): AssertionResponse {
  const { client, userId, grantType, scope, expiresAt, typ, response } = assertion
  const now = context.clock.now()
  const claims = {
    ...assertion.claims,
    iss: context.issuer,
    iat: now,
    exp: expiresAt,
    jti: makeJwtId(context).jti,
    ...(confirmation && { cnf: confirmation }),
  }
  const text = context.signer.sign(claims, { typ, algorithm: context.idTokenAlgorithm })
  context.observe({ kind: 'token.issued', requestId, clientId: client.clientId, userId, grantType, scope, refused: 0 })
  return { ...response, access_token: text, token_type: 'N_A', expires_in: expiresAt - now, scope }
}
