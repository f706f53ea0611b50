// RFC 7521 §4.2, RFC 7523 §2.2
import { type Parameters, type Refusal, refuse } from '@ambit/protocol'
import { claimedHeader, claimedSubject } from './assertion.ts'
import type { ClientCredentials } from './method.ts'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** What signs an assertion: a key of the client, or the secret that the client and the server share. @spec OpenID Connect Core §9 */
export type AssertionSigner = 'key' | 'secret'

/**
 * The assertion that a request authenticates its client by, where it is signed in this way.
 * @spec RFC 7521 §4.2
 * @errors invalid_request: no assertion, or not of the type of JWTs
 */
export function presentAssertion(
  form: Parameters,
  by: AssertionSigner,
): ClientCredentials | Refusal<'invalid_request'> | undefined {
  const proof = form.get('client_assertion')
  const type = form.get('client_assertion_type')
  const isHmac = proof !== undefined && (claimedHeader(proof).alg?.startsWith('HS') ?? false)
  if ((proof === undefined && type === undefined) || isHmac !== (by === 'secret')) return undefined
  if (proof === undefined) return refuse('invalid_request', '`client_assertion` is missing')
  if (type !== assertionType) return refuse('invalid_request', `\`client_assertion_type\` must be ${assertionType}`)
  return { clientId: form.get('client_id') ?? claimedSubject(proof) ?? '', proof }
}
